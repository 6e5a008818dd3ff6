"""`calibrate` finds what made the data, takes data as people have them, and says what is wrong with others."""

from __future__ import annotations

import warnings
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.techniques.agents.worlds import Bank, Moods

import likewise
from likewise.errors import LikewiseError
from likewise.techniques.agents.calibration import ABC
from likewise.techniques.agents.models.sir import SIR
from likewise.techniques.agents.models.traffic import Traffic
from likewise.techniques.agents.observed import observed, simulated
from likewise.techniques.agents.process.scenario import Process
from likewise.techniques.agents.scenario import Scenario
from likewise.techniques.agents.simulation import Simulation

QUICK = {"budget": 300, "method": ABC(population=60), "how": "plain"}


VISITS = Process(activities={"ask": {"takes": {"exponential": 10}, "needs": "clerk"}}, flow=["ask"],
                 resources={"clerk": {"capacity": 1}}, arrivals={"per_week": 500},
                 start=datetime(2026, 3, 4))  # fmt: skip


def paid(rate: float = 3.0) -> pd.DataFrame:
    run = likewise.simulate(Bank(agents=6, rate=rate), until=8, start="2026-01-01", seed=9, how="plain")
    return run.events.to_pandas()


def test_what_made_the_data_is_found(tmp_path: Path) -> None:
    data = paid().rename(columns={"agent": "customer", "time": "when"})
    found = likewise.calibrate(Bank(), data, free={"rate": (0.5, 10.0)}, columns={"agent": "customer", "time": "when"},
                               **QUICK)  # fmt: skip
    low, high = found.posterior.interval("rate", 0.99)
    assert low < 3.0 < high and high - low < 4 and found.check.unreached == ()
    assert isinstance(found.scenario, Bank) and found.scenario.agents == 6 and 7 < found.until < 8
    again = likewise.calibrate(Bank(), data, free={"rate": (0.5, 10.0)}, columns={"agent": "customer", "time": "when"},
                               **QUICK)  # fmt: skip
    assert again.posterior.mean() == found.posterior.mean()
    found.save(tmp_path / "bank.yaml")
    assert (tmp_path / "bank.yaml").read_text().startswith("simulate: bank\nparameters:\n  agents: 6\n  rate: ")
    assert (tmp_path / "bank.posterior.json").exists()


def test_a_scenario_that_cannot_make_the_data_is_told() -> None:
    times = pd.date_range("2026-01-01", periods=400, freq="h")  # as regular as no Poisson process is
    data = pd.DataFrame({"time": times, "agent": [0, 1] * 200, "activity": "paid"})
    found = likewise.calibrate(Bank(), data, free={"rate": (1.0, 30.0)}, **QUICK)
    assert any("burstiness" in name or "gap" in name for name in found.check.unreached)
    assert "out of reach" in found.to_text() and "the scenario lacks something" in found.to_text()


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"data": paid().drop(columns="agent")}, "agents.column", "agent"),
    ({"data": paid().assign(activity="stolen")}, "agents.activities", "it notes paid"),
    ({"data": paid().assign(time="noon")}, "agents.times", "moments or numbers"),
    ({"data": paid().assign(agent=None)}, "agents.missing", "missing"),
    ({"data": paid().head(5)}, "fit.few-rows", "at least"),
    ({"data": paid().assign(time=5)}, "fit.one-moment", "one moment"),
    ({"free": {"rat": None}}, "agents.free", "rate"),
    ({"free": {"agents": None}}, "agents.range", "LOW..HIGH"),
    ({"free": {"rate": (0.1, 2000.0)}}, "settings.invalid", "at most 100"),
    ({"free": {"rate": (2.0, 0.1)}}, "agents.range", "not below"),
    ({"rate": 3.0}, "agents.free", "as well"),
    ({"columns": {"agnet": "agent"}}, "agents.column", "did you mean `agent`"),
    ({"free": {}}, "agents.free", "free="),
    ({"budget": 0}, "settings.budget", "budget"),
]


@pytest.mark.parametrize(("asked", "code", "said"), BAD, ids=[code + str(n) for n, (_, code, _) in enumerate(BAD)])
def test_bad_asking_is_told(asked: dict[str, Any], code: str, said: str) -> None:
    told = {"free": {"rate": (0.5, 10.0)}, **QUICK, **asked}
    data = told.pop("data", paid())
    with pytest.raises(LikewiseError) as fault:
        likewise.calibrate(Bank(), data, **told)
    assert fault.value.code == code and said in str(fault.value) and "stolen" not in str(fault.value)


def test_moments_are_of_no_use_where_a_unit_has_no_length() -> None:
    with pytest.raises(LikewiseError, match="moments"):
        likewise.calibrate(Moods(), paid().assign(activity="cheered"), free={"noise": (0.1, 2.0)}, **QUICK)


def test_a_declared_process_has_summaries_of_its_activities() -> None:
    process = Process(activities={"ask": {"takes": 5}, "pay": {}}, flow=["ask", "pay"],
                      arrivals={"per_week": 80, "at_most": 40})  # fmt: skip
    run = likewise.simulate(process, until="1w", how="plain")
    summary = process.summaries(observed(run.events, process))
    found = dict(zip(summary.names, summary.values.tolist(), strict=True))
    assert found["share of ask"] == found["share of pay"] == 0.5 and round(np.expm1(found["events"])) == 80
    log = run.events.to_pandas()
    assert (log["lifecycle:transition"] == "start").sum() == 80  # of which no log need know
    bare = log[log["lifecycle:transition"] == "complete"].drop(columns="lifecycle:transition")
    again = process.summaries(observed(likewise.Table.from_any(bare), process))
    assert again.values == pytest.approx(summary.values, nan_ok=True)
    own = process.summaries(simulated(Simulation(process, how="plain"), 10_080.0))
    assert own.values == pytest.approx(summary.values, abs=1e-6, nan_ok=True)


def test_data_before_the_start_is_told() -> None:
    data = pd.DataFrame({"time": pd.date_range("2025-01-01", periods=40), "case": range(40), "activity": "ask"})
    with pytest.raises(LikewiseError, match="begins before"):
        likewise.calibrate(VISITS, data, free={"arrivals.per_week": (1.0, 9.0)}, **QUICK)


@pytest.mark.parametrize(("scenario", "agent", "time", "count"), [
    (Bank(), [3, 3, 9], [0, 1, 2], 2), (SIR(), [3, 3, 9], [0, 1, 2], None), (Traffic(), [3, 3, 9], [0, 1, 1], 2),
    (Traffic(ring=False), [3, 3, 9], [0, 1, 1], 1),
], ids=repr)  # fmt: skip
def test_agents_are_counted_where_all_of_them_are_seen(
    scenario: Scenario, agent: list[int], time: list[int], count: int | None
) -> None:
    assert scenario.counted({"agent": np.array(agent), "time": np.array(time)}) == count


def test_parameters_within_a_document_are_found_by_their_paths() -> None:
    data = likewise.simulate(VISITS, until="12h", how="plain", seed=1).events
    free = {"arrivals.per_week": (100.0, 900.0), "activities.ask.takes.exponential.mean": (5.0, 100.0),
            "resources.clerk.capacity": (1.0, 4.0)}  # fmt: skip
    asked = VISITS.model_copy(update={"start": datetime(2026, 1, 5)})
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # what is tried may be more than clerks can do, and nobody wants to hear of it
        found = likewise.calibrate({"simulate": "process", "parameters": asked.to_dict()}, data, free=free,
                                   **{**QUICK, "budget": 150})  # fmt: skip
    for name, truth in zip(free, (500, 10, 1), strict=True):
        low, high = found.posterior.interval(name, 0.99)
        assert low <= truth <= high
    assert isinstance(found.scenario, Process) and isinstance(found.scenario.resources["clerk"].capacity, int)
    assert found.scenario.start == datetime(2026, 3, 4)  # midnight of the day on which the data begins
    assert found.scenario.arrivals.per_week == found.posterior.mean()["arrivals.per_week"]


@pytest.mark.parametrize(("free", "code", "said"), [
    ({"arrivals.per_weak": (1.0, 2.0)}, "agents.free", "arrivals.per_week"),
    ({"arrivals.per_week": None}, "agents.range", "LOW..HIGH"),
    ({"arrivals.per_week": (-1.0, 2.0)}, "process.invalid", "more than 0"),
    ({"flow": (1.0, 2.0)}, "agents.free", "no parameter that is a number"),
])  # fmt: skip
def test_paths_that_lead_nowhere_are_told(free: dict[str, Any], code: str, said: str) -> None:
    data = likewise.simulate(VISITS, until="2d", how="plain", seed=1).events
    with pytest.raises(LikewiseError) as fault:
        likewise.calibrate(VISITS, data, free=free, **QUICK)
    assert fault.value.code == code and said in str(fault.value)


def test_agents_whom_data_does_not_show_are_asked_for() -> None:
    data = likewise.simulate("sir", agents=30, until="15d", how="plain", rate=0.1, seed=1).events
    with pytest.raises(LikewiseError, match="--agents"):
        likewise.calibrate("sir", data, free={"rate": (0.01, 1.0)}, **QUICK)
    told = {"simulate": "sir", "parameters": {"agents": 35}}
    found = likewise.calibrate(told, data, free={"rate": (0.01, 1.0)}, **{**QUICK, "budget": 120})
    assert found.scenario.to_dict()["agents"] == 35 and "runs of 35 agents over" in found.to_text()


def test_a_scenario_of_a_file_is_simulated_with_what_was_found(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "from tests.techniques.agents import worlds\n\n\nclass Mine(worlds.Bank):\n    name = 'mine'\n"
    )
    found = likewise.calibrate(tmp_path / "mine.py", paid(), free={"rate": (0.5, 10.0)}, **{**QUICK, "budget": 120})
    (tmp_path / "found").mkdir()
    found.save(tmp_path / "found" / "fitted.yaml")
    run = likewise.simulate(tmp_path / "found" / "fitted.yaml", how="plain")
    assert run.events.rows and run.agents["people"].rows == 6


class Dated(Bank):
    """A bank whose times are those of a calendar."""

    start: datetime = datetime(2020, 1, 1)


def test_runs_of_a_scenario_with_a_calendar_begin_on_the_first_day_of_the_data() -> None:
    moments = pd.date_range("2026-01-07 09:00", periods=24, freq="2h")
    data = pd.DataFrame({"time": moments, "agent": [0, 1] * 12, "activity": "paid"})
    asked = {"free": {"rate": (1.0, 20.0)}, "budget": 40, "method": ABC(population=20), "how": "plain"}
    found = likewise.calibrate(Dated(), data, **asked)
    assert found.scenario.start == datetime(2026, 1, 7) and found.until == pytest.approx((9 + 46) / 24)
    times = observed(likewise.Table.from_any(data), Dated(start=datetime(2026, 1, 6)))["time"]
    assert times.tolist() == pytest.approx([(33 + 2 * k) / 24 for k in range(24)])
    with pytest.raises(LikewiseError, match="begins before"):
        likewise.calibrate(Dated(), data, start="2026-01-08", **asked)


def test_what_the_data_does_not_tell_is_left_out() -> None:
    data = pd.DataFrame({"time": range(1, 61), "agent": [*range(30), *range(30)], "activity": "paid"})
    found = likewise.calibrate(Bank(), data, free={"rate": (0.001, 0.1)}, **QUICK)
    assert found.untold == ("memory",)  # a gap of each agent follows none
    assert "memory" not in found.posterior.observed.names and "left out: memory" in found.to_text()
