"""The declared process as a Petri net: its own logs fit it, as pm4py replays them, and others do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.techniques.agents.process.declared import CLINIC

from likewise.recipes.simulate import simulate_to_file
from likewise.techniques.agents.process.scenario import Process

pm4py = pytest.importorskip("pm4py")
pytestmark = pytest.mark.filterwarnings("ignore")  # of another program

LEAVING: dict[str, Any] = {
    "arrivals": {"every": {"exponential": 10}, "at_most": 80},
    "resources": {"clerk": {"capacity": 1}},
    "activities": {"ask": {"takes": 5, "needs": "clerk", "patience": 15}, "think": {},
                   "sign": {"takes": 4, "needs": "clerk"}},
    "flow": ["ask", {"repeat": {"flow": ["think", {"choice": [{"share": 0.3, "flow": "ask"}, {"flow": []}]}],
                                "again": 0.4}}, "sign"],
}  # fmt: skip
NESTED: dict[str, Any] = {
    "arrivals": {"every": 30, "at_most": 80},
    "activities": {name: {"takes": {"exponential": 20}} for name in "abcdef"},
    "flow": ["a", {"parallel": [
        ["b", {"repeat": {"flow": [{"parallel": [["c"], ["d", "c"]]}], "again": 0.3}}], [{"wait": 10}], ["e"],
    ]}, {"choice": [{"share": 0.5, "flow": ["f"]}, {"flow": [{"repeat": {"flow": "a", "again": 0.5}}]}]}],
}  # fmt: skip


DECLARED = {"clinic": {**CLINIC, "arrivals": {**CLINIC["arrivals"], "at_most": 80}}, "leaving": LEAVING,
            "nested": NESTED}  # fmt: skip

NAMES = {"ocel:activity": "concept:name", "ocel:timestamp": "time:timestamp"}


def net_of(process: Process, folder: Path) -> Any:
    """Return the net as pm4py reads it, with its first and its last marking."""
    place = folder / "process.pnml"
    place.write_text(process.net().to_pnml())
    net, first, last = pm4py.read_pnml(str(place))
    assert pm4py.check_is_workflow_net(net)
    return net, first, last


def log_of(process: Process, place: Path) -> Any:
    """Return what pm4py reads of a log that a process is written to: what was done to its end."""
    simulate_to_file(process, place, until="20w", seed=4, how="plain")
    if place.suffix == ".xes":
        events = pm4py.read_xes(str(place))
    else:
        events = pm4py.ocel_flattening(pm4py.read_ocel2(str(place)), "case").rename(columns=NAMES)
        number = events["ocel:eid"].str[1:].astype(int)  # a database has a table for each activity: their order is lost
        events = events.iloc[np.lexsort((number, events["time:timestamp"]))]
    return events[events["lifecycle:transition"] == "complete"]


@pytest.mark.parametrize(("declared", "name"), [
    ("clinic", "log.xes"), ("leaving", "log.xes"), ("nested", "log.xes"), ("clinic", "log.jsonocel"),
    ("leaving", "log.ocel.sqlite"),
])  # fmt: skip
def test_logs_that_are_written_fit_the_process_that_made_them(declared: str, name: str, tmp_path: Path) -> None:
    process = Process(**DECLARED[declared])
    net, log = net_of(process, tmp_path), log_of(process, tmp_path / name)
    assert log["case:concept:name"].nunique() >= 50
    assert pm4py.fitness_token_based_replay(log, *net)["log_fitness"] >= 0.95
    backwards = log.assign(**{"concept:name": log["concept:name"].to_numpy()[::-1]})
    assert pm4py.fitness_token_based_replay(backwards, *net)["log_fitness"] < 0.95


@pytest.mark.parametrize("declared", DECLARED)
def test_each_case_is_a_way_through_the_net(declared: str, tmp_path: Path) -> None:
    process = Process(**DECLARED[declared])
    log = log_of(process, tmp_path / "log.xes")
    few = log[log["case:concept:name"].astype(int) < 20]
    aligned = pm4py.fitness_alignments(few, *net_of(process, tmp_path))
    assert aligned["log_fitness"] > 0.999  # steps without a name cost a hair there


def test_the_net_of_one_activity_is_one_transition() -> None:
    net = Process().net()
    assert (net.places, net.transitions) == (2, (("work", (0,), (1,)),))
