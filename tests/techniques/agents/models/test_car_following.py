"""Drivers follow leaders as observed; parameters that pursuits were made with are those that fit them best."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
import pytest
from tests.techniques.agents.models.running import series

from likewise.errors import SchemaError, SourceError
from likewise.recipes.simulate import simulate
from likewise.techniques.agents.models.car_following import CarFollowing
from likewise.techniques.agents.observed import simulated
from likewise.techniques.agents.simulation import Simulation


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of leaders that slow down and speed up, and of where their followers began."""
    place = tmp_path_factory.mktemp("pursuits") / "pursuits.csv"
    time = np.tile(np.arange(0, 61.0), 12)
    agent = np.repeat(np.arange(12), 61)
    lead = 15.0 + 8.0 * np.sin(time / 8.0 + agent)
    kept = time <= 30 + 5 * (agent % 7)
    columns = {
        "time": time,
        "agent": agent,
        "v": np.full(len(time), 15.0),
        "lead": lead,
        "gap": np.full(len(time), 25.0),
    }
    csv.write_csv(pa.table({name: values[kept] for name, values in columns.items()}), place)
    return place


def ran(place: Path, **given: Any) -> dict[str, Any]:
    return simulated(Simulation(CarFollowing(pursuits=place, **given), seed=2, how="plain"), 60.0)


@pytest.mark.parametrize("how", ["compiled", "arrays"])
def test_all_ways_lead_to_the_same_bits(place: Path, how: Any) -> None:
    worlds = [Simulation(CarFollowing(pursuits=place), how=each) for each in (how, "plain")]
    rows = [simulated(world, 60.0) for world in worlds]
    assert all(np.array_equal(rows[0][name], rows[1][name]) for name in rows[0])


def test_drivers_are_there_as_long_as_their_leaders(place: Path) -> None:
    rows = ran(place)
    for agent in range(12):
        # The last step of a stretch begins before its end.
        assert (rows["agent"] == agent).sum() == pytest.approx(30 + 5 * (agent % 7), abs=1)
    assert rows["gap"].min() > 0 and rows["v"].min() >= 0


def test_the_gap_is_what_the_leader_is_ahead(place: Path) -> None:
    rows = ran(place, noise=0.0, spread=0.0)
    own = rows["agent"] == 6
    t, v, gap = (rows[name][own] for name in ("time", "v", "gap"))
    driven = np.concatenate([[0], np.cumsum((v[1:] + v[:-1]) / 2)])
    lead = 15.0 * (t - t[0]) - 64.0 * (np.cos(t / 8 + 6) - np.cos(t[0] / 8 + 6))
    assert np.abs(gap - gap[0] - lead + driven).max() < 1.0


def test_the_parameters_that_made_pursuits_fit_them_best(place: Path, tmp_path: Path) -> None:
    truth = ran(place, headway=1.4, noise=0.0, spread=0.0)

    def miss(headway: float) -> float:
        rows = ran(place, headway=headway, noise=0.0, spread=0.0)
        return float(np.abs(rows["gap"] - truth["gap"]).mean())

    assert miss(1.4) == 0 < miss(1.3) < miss(1.0) and miss(1.5) < miss(1.8)


@pytest.mark.parametrize("text", ["time,agent\n1,2\n", "time,agent,v,lead,gap\n", "time,agent,v,lead,gap\n1,2,x,3,4\n",
                                  "time,agent,v,lead,gap\n1,2,,3,4\n"])  # fmt: skip
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    place = tmp_path / "bad.csv"
    place.write_text(text)
    with pytest.raises(SchemaError) as fault:
        simulate("car-following", pursuits=str(place), how="plain")
    assert fault.value.where == str(place) and fault.value.hint
    with pytest.raises(SourceError):
        series(CarFollowing(pursuits=tmp_path / "none.csv"), 1)
