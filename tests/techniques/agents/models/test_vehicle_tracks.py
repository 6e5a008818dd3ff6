"""Tracks of one kind have one summary, simulated or not, and pursuits are found in them."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.techniques.agents.models.traffic import Traffic
from likewise.techniques.agents.models.vehicle_tracks import pursuits, summary_of, summary_of_pursuits
from likewise.techniques.agents.observed import simulated
from likewise.techniques.agents.simulation import Simulation


def platoon(seconds: int = 30) -> dict[str, np.ndarray]:
    """Return three in a lane, 40 and 20 metres apart at 10 m/s, the last of whom leaves it halfway."""
    time, agent = (part.ravel() for part in np.meshgrid(np.arange(seconds), [7, 8, 9], indexing="ij"))
    x = 10.0 * time + np.choose(agent - 7, [100.0, 60.0, 40.0])
    lane = np.where((agent == 9) & (time >= seconds // 2), 2, 1)
    return {"time": time, "agent": agent, "lane": lane, "x": x}


def test_what_tracks_are_told_by() -> None:
    rows = platoon()
    found = summary_of(rows)
    told = dict(zip(found.names, found.values.tolist(), strict=True))
    assert told["speed mean"] == pytest.approx(10) and told["speed sd"] == pytest.approx(0, abs=1e-9)
    assert told["headway q10"] == 20 and told["headway q90"] == 40 and told["time gap q50"] == pytest.approx(4.0)
    assert told["lane changes"] == pytest.approx(1 / (3 * 29 / 60))
    assert np.isnan(told["speed with headway"])
    mixed = np.random.default_rng(0).permutation(len(rows["time"]))
    again = summary_of({name: values[mixed] for name, values in rows.items()})
    assert np.array_equal(again.values, found.values, equal_nan=True)


def test_one_row_and_none_are_summed_up_as_unknown() -> None:
    for count in (0, 1):
        rows = {name: values[:count] for name, values in platoon().items()}
        assert np.isnan(summary_of(rows).values).all()


def test_who_comes_round_a_ring_does_not_drive_backwards() -> None:
    scenario = Traffic(agents=40, room=60.0)
    found = summary_of(simulated(Simulation(scenario, seed=1, how="plain"), 90.0))
    told = dict(zip(found.names, found.values.tolist(), strict=True))
    assert np.isfinite(found.values).all()
    assert 15 < told["speed mean"] < 35 and told["acceleration sd"] < 2.0 and told["headway q10"] > 5.0


def test_pursuits_are_stretches_behind_one_vehicle() -> None:
    found = pursuits(platoon(), length=5.0, least=10.0)
    assert set(found["agent"].tolist()) == {0, 1}
    for agent, gap, seconds in ((0, 35.0, 28), (1, 15.0, 14)):
        own = found["agent"] == agent
        assert found["gap"][own] == pytest.approx(gap) and found["v"][own] == pytest.approx(10)
        assert found["lead"][own] == pytest.approx(10) and found["time"][own].tolist() == list(range(seconds + 1))
    assert len(pursuits(platoon(), least=60.0)["time"]) == 0
    assert set(pursuits(platoon(), most=20.0)["agent"].tolist()) == {0}
    told = summary_of_pursuits(found)
    assert dict(zip(told.names, told.values.tolist(), strict=True))["within drivers"] == pytest.approx(0, abs=1e-9)
