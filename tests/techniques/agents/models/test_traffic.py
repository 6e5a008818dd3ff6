"""Vehicles never collide, jams arise from nothing and travel backwards, and roads let through what they can."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from tests.techniques.agents.models.running import counted, equal, events

from likewise.techniques.agents.compiling import How
from likewise.techniques.agents.models.traffic import CHANGED, ENTERED, LEFT, STEP, Traffic
from likewise.techniques.agents.population import living
from likewise.techniques.agents.simulation import Simulation
from likewise.techniques.agents.spaces.lanes import arranged, clearance

RING = Traffic(agents=60, room=40.0, haste=0.3, trucks=0.3, threshold=0.05)
ROAD = Traffic(agents=40, ring=False, inflow=2000.0, trucks=0.3)


@pytest.mark.parametrize("how", ["compiled", "arrays"])
def test_all_ways_lead_to_the_same_bits_on_a_ring(how: How) -> None:
    assert equal(RING, 30.0, how)


def test_all_ways_lead_to_the_same_bits_on_a_road() -> None:
    assert equal(ROAD, 30.0, "compiled")


WILD = Traffic(agents=200, room=6.0, noise=4.0, safe=8.0, threshold=0.0, pause=0.0, haste=0.4, spread=0.6, trucks=0.4)


@pytest.mark.parametrize("scenario", [
    Traffic(agents=200), WILD, Traffic(agents=100, ring=False, inflow=3600.0, headway=0.6, trucks=0.3),
    Traffic(agents=5, lanes=5, room=300.0), Traffic(agents=1, lanes=1)],
    ids=["plain", "wild", "road", "empty", "alone"])  # fmt: skip
def test_nobody_drives_into_another(scenario: Traffic) -> None:
    simulation = Simulation(scenario, seed=1)
    for step in range(1, 1001):
        list(simulation.stream(step * STEP))
        simulation.rest()
        w = simulation.world
        cars = living(w.vehicles)
        road = arranged(w.lanes, w.vehicles)
        assert clearance(road, w.vehicles, cars, road.ahead[cars]).min(initial=1.0) > 0
        assert w.vehicles.v[cars].min(initial=0.0) >= 0
        assert ((w.vehicles.lane[cars] >= 0) & (w.vehicles.lane[cars] < scenario.lanes)).all()


def field(scenario: Traffic, until: int, seed: int = 3) -> np.ndarray:
    """Return the speed by second (row) and by place along the ring in 60 parts (column)."""
    simulation, rows = Simulation(scenario, seed=seed), []
    for second in range(1, until + 1):
        list(simulation.stream(second))
        simulation.rest()
        cars, length = simulation.world.vehicles, simulation.world.lanes.length
        part = (cars.x / length * 60).astype(int) % 60
        counts = np.bincount(part, minlength=60)
        rows.append(np.bincount(part, cars.v, 60) / np.maximum(counts, 1))
        rows[-1][counts == 0] = cars.v.mean()
    return np.array(rows)


def test_jams_arise_from_nothing_and_travel_backwards() -> None:
    scenario = Traffic(agents=300)
    speeds = field(scenario, 900)
    assert speeds[50:100].std() < 3.0 and speeds[-100:].std() > 5.0
    assert speeds[-100:].min() < 1.0 and speeds[-100:].max() > 15.0
    late, length = speeds[-200:], Simulation(scenario, seed=3).world.lanes.length
    shifts = np.arange(-30, 30)
    fit = [np.corrcoef(np.roll(late[:-20], k, axis=1).ravel(), late[20:].ravel())[0, 1] for k in shifts]
    speed = shifts[int(np.argmax(fit))] * length / 60 / 20
    assert -7.0 < speed < -3.0  # 11 to 25 km/h, as jams on motorways


def test_attentive_drivers_make_no_jams() -> None:
    speeds = field(Traffic(agents=300, headway=1.6, power=2.0), 600)
    assert speeds[-100:].std() < 1.5 and speeds[-100:].min() > 5.0


def test_all_who_enter_leave_or_are_there() -> None:
    simulation = Simulation(Traffic(agents=100, ring=False, inflow=1200.0), seed=1)
    what = counted(simulation, 600.0)
    there = len(living(simulation.world.vehicles))
    assert there == 100 + what[ENTERED] - what[LEFT]
    assert what[ENTERED] == pytest.approx(1200 * 3 / 6, rel=0.15) and what[CHANGED] > 0


def test_lane_changes_pay_where_some_are_slow() -> None:
    def mean(**given: Any) -> float:
        simulation = Simulation(Traffic(agents=90, room=60.0, trucks=0.3, haste=0.2, **given), seed=2)
        list(simulation.stream(240))
        return float(simulation.world.vehicles.v.mean())

    assert mean() > mean(threshold=5.0) + 0.5


def test_lane_changes_are_noted_where_they_happen() -> None:
    simulation = Simulation(RING, seed=4)
    before = simulation.world.vehicles.lane.copy()
    found = events(simulation, 60.0)
    assert len(found["what"]) > 5
    for i in range(60):
        own = found["lane"][found["who"] == i].tolist()
        path = [int(before[i]), *own]
        assert all(abs(a - b) == 1 for a, b in pairwise(path))
        assert path[-1] == simulation.world.vehicles.lane[i]
