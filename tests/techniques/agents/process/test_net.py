"""The declared process as a Petri net: its own logs fit it, as pm4py replays them, and others do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.techniques.agents.process.declared import CLINIC

from likewise.recipes.simulate import simulate
from likewise.techniques.agents.process.scenario import Process

pm4py = pytest.importorskip("pm4py")
pytestmark = pytest.mark.filterwarnings("ignore")  # of another program

LEAVING: dict[str, Any] = {
    "arrivals": {"every": {"exponential": 10}, "at_most": 300},
    "resources": {"clerk": {"capacity": 1}},
    "activities": {"ask": {"takes": 5, "needs": "clerk", "patience": 15}, "think": {},
                   "sign": {"takes": 4, "needs": "clerk"}},
    "flow": ["ask", {"repeat": {"flow": ["think", {"choice": [{"share": 0.3, "flow": "ask"}, {"flow": []}]}],
                                "again": 0.4}}, "sign"],
}  # fmt: skip
NESTED: dict[str, Any] = {
    "arrivals": {"every": 30, "at_most": 200},
    "activities": {name: {"takes": {"exponential": 20}} for name in "abcdef"},
    "flow": ["a", {"parallel": [
        ["b", {"repeat": {"flow": [{"parallel": [["c"], ["d", "c"]]}], "again": 0.3}}], [{"wait": 10}], ["e"],
    ]}, {"choice": [{"share": 0.5, "flow": ["f"]}, {"flow": [{"repeat": {"flow": "a", "again": 0.5}}]}]}],
}  # fmt: skip


def log_of(process: Process) -> Any:
    events = simulate(process, until="20w", seed=4, how="plain").events.to_arrow().to_pandas()
    done = events[events["lifecycle:transition"] == "complete"]
    names = {"case": "case:concept:name", "activity": "concept:name", "time": "time:timestamp"}
    return done.rename(columns=names).astype({"case:concept:name": str, "concept:name": str})


@pytest.mark.parametrize("declared", [CLINIC, LEAVING, NESTED], ids=["clinic", "leaving", "nested"])
def test_logs_fit_the_process_that_made_them(declared: dict[str, Any], tmp_path: Path) -> None:
    process = Process(**declared)
    place = tmp_path / "process.pnml"
    place.write_text(process.net().to_pnml())
    net, first, last = pm4py.read_pnml(str(place))
    assert pm4py.check_is_workflow_net(net)
    log = log_of(process)
    found = pm4py.fitness_token_based_replay(log, net, first, last)
    assert found["log_fitness"] >= 0.95
    aligned = pm4py.fitness_alignments(log[log["case:concept:name"].astype(int) < 30], net, first, last)
    assert aligned["log_fitness"] > 0.999  # steps without a name cost a hair there
    log["concept:name"] = log["concept:name"].to_numpy()[::-1]
    assert pm4py.fitness_token_based_replay(log, net, first, last)["log_fitness"] < 0.95


def test_the_net_of_one_activity_is_one_transition() -> None:
    net = Process().net()
    assert (net.places, net.transitions) == (2, (("work", (0,), (1,)),))
