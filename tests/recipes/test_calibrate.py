"""`calibrate` finds what made the data, takes data as people have them, and says what is wrong with others."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.techniques.agents.worlds import Bank, Moods

import likewise
from likewise.core.table import Table
from likewise.errors import LikewiseError
from likewise.techniques.agents.calibration import ABC
from likewise.techniques.agents.observed import observed
from likewise.techniques.agents.process.scenario import Process

QUICK = {"budget": 300, "method": ABC(population=60), "how": "plain"}


def paid(rate: float = 3.0) -> pd.DataFrame:
    run = likewise.simulate(Bank(agents=15, rate=rate), until=8, start="2026-01-01", seed=9, how="plain")
    return run.events.to_pandas()


def test_what_made_the_data_is_found(tmp_path: Path) -> None:
    data = paid().rename(columns={"agent": "customer", "time": "when"})
    found = likewise.calibrate(Bank(), data, free={"rate": (0.1, 20.0)}, columns={"agent": "customer", "time": "when"},
                               **QUICK)  # fmt: skip
    low, high = found.posterior.interval("rate", 0.99)
    assert low < 3.0 < high and high - low < 4 and found.check.unreached == ()
    assert isinstance(found.scenario, Bank) and found.scenario.agents == 15 and 7 < found.until < 8
    again = likewise.calibrate(Bank(), data, free={"rate": (0.1, 20.0)}, columns={"agent": "customer", "time": "when"},
                               **QUICK)  # fmt: skip
    assert again.posterior.mean() == found.posterior.mean()
    found.save(tmp_path / "bank.yaml")
    assert (tmp_path / "bank.yaml").read_text().startswith("simulate: bank\nparameters:\n  agents: 15\n  rate: ")
    assert (tmp_path / "bank.posterior.json").exists()


def test_a_scenario_that_cannot_make_the_data_is_told() -> None:
    times = pd.date_range("2026-01-01", periods=400, freq="h")  # as regular as no Poisson process is
    data = pd.DataFrame({"time": times, "agent": [0, 1] * 200, "activity": "paid"})
    found = likewise.calibrate(Bank(), data, free={"rate": (0.1, 60.0)}, **QUICK)
    assert any("burstiness" in name or "gap" in name for name in found.check.unreached)
    assert "out of reach" in found.to_text()


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
    ({"free": {}}, "agents.free", "free="),
    ({"budget": 0}, "settings.budget", "budget"),
]


@pytest.mark.parametrize(("asked", "code", "said"), BAD, ids=[code + str(n) for n, (_, code, _) in enumerate(BAD)])
def test_bad_asking_is_told(asked: dict[str, Any], code: str, said: str) -> None:
    told = {"free": {"rate": (0.1, 20.0)}, **QUICK, **asked}
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
    summary = process.summaries(observed(run.events, process, {"agent": "case"}))
    found = dict(zip(summary.names, summary.values.tolist(), strict=True))
    assert found["share of ask"] == found["share of pay"] == 0.5


class Dated(Bank):
    """A bank whose times are those of a calendar."""

    start: datetime = datetime(2020, 1, 1)


def test_runs_of_a_scenario_with_a_calendar_begin_on_the_first_day_of_the_data() -> None:
    moments = pd.date_range("2026-01-07 09:00", periods=24, freq="2h")
    data = pd.DataFrame({"time": moments, "agent": [0, 1] * 12, "activity": "paid"})
    asked = {"free": {"rate": (1.0, 20.0)}, "budget": 40, "method": ABC(population=20), "how": "plain"}
    found = likewise.calibrate(Dated(), data, **asked)
    assert found.scenario.start == datetime(2026, 1, 7) and found.until == pytest.approx((9 + 46) / 24)
    times = observed(Table.from_any(data), Dated(start=datetime(2026, 1, 6)))["time"]
    assert times.tolist() == pytest.approx([(33 + 2 * k) / 24 for k in range(24)])
    with pytest.raises(LikewiseError, match="8 events lie before the start"):
        likewise.calibrate(Dated(), data, start="2026-01-08", **asked)


def test_what_the_data_does_not_tell_is_left_out() -> None:
    data = pd.DataFrame({"time": range(1, 61), "agent": [*range(30), *range(30)], "activity": "paid"})
    found = likewise.calibrate(Bank(), data, free={"rate": (0.001, 1.0)}, **QUICK)
    assert found.untold == ("memory",)  # a gap of each agent follows none
    assert "memory" not in found.posterior.observed.names and "left out: memory" in found.to_text()
