"""Everybody on a road knows who is next to them, as who looks at all others would."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.techniques.agents.population import die, population
from likewise.techniques.agents.spaces.lanes import FAR, arranged, clearance, lanes

LENGTH = 100.0


PLACES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 999)), max_size=14, unique=True)


@given(st.integers(1, 3), st.booleans(), PLACES, st.data())
@settings(max_examples=150, deadline=None)
def test_neighbours_are_those_that_one_sees(
    count: int, is_ring: bool, drawn: list[tuple[int, int]], data: st.DataObject
) -> None:
    placed = [(lane, x / 10) for lane, x in drawn if lane < count]
    cars = population(0, "cars", len(placed), lane=np.array([p[0] for p in placed], np.int64),
                      x=np.array([p[1] for p in placed], np.float64), length=1.0)  # fmt: skip
    dead = data.draw(st.sets(st.sampled_from(range(len(placed))))) if placed else set()
    road = arranged(lanes(LENGTH, count, is_ring), cars)
    for i in dead:
        die(cars, i)
    road = arranged(road, cars)
    assert road.side[0] == -1
    alive = [i for i in range(len(placed)) if i not in dead]
    for i in alive:
        assert road.ahead[i] == next_one(cars, alive, cars.lane[i], cars.x[i], i, is_ring, 1)
        assert road.behind[i] == next_one(cars, alive, cars.lane[i], cars.x[i], i, is_ring, -1)
        beside = cars.lane[i] + road.side[0]
        if 0 <= beside < count:
            assert road.beside_ahead[i] == next_one(cars, alive, beside, cars.x[i], -1, is_ring, 1)
            assert road.beside_behind[i] == next_one(cars, alive, beside, cars.x[i], -1, is_ring, -1)
    for lane in range(count):
        own = sorted((cars.x[i], i) for i in alive if cars.lane[i] == lane)
        assert (road.rear[lane], road.front[lane]) == ((own[0][1], own[-1][1]) if own else (-1, -1))


def next_one(cars: object, alive: list[int], lane: int, x: float, own: int, is_ring: bool, way: int) -> int:
    """Return who is found first when one looks along a lane; on a ring at last oneself."""
    seen = []
    for j in alive:
        if cars.lane[j] == lane:  # type: ignore[attr-defined]
            far = (cars.x[j] - x) * way  # type: ignore[attr-defined]
            # Level with one is ahead of one.
            is_past = far < 0 or (far == 0 and way < 0) or j == own
            if is_ring or not is_past:
                seen.append((far + LENGTH * is_past, j))
    return min(seen)[1] if seen else -1


def test_the_gap_ends_at_the_rear_and_goes_round_a_ring() -> None:
    cars = population(0, "cars", 3, lane=0, x=[10.0, 30.0, 30.0], length=[4.0, 5.0, 5.0])
    ring, road = lanes(LENGTH, 1, True), lanes(LENGTH, 1, False)
    assert [clearance(ring, cars, 0, 1), clearance(ring, cars, 1, 0), clearance(ring, cars, 0, 0)] == [15.0, 76.0, 96.0]
    assert clearance(ring, cars, 1, 2) == -5.0  # side by side is no room
    assert [clearance(road, cars, 0, 1), clearance(road, cars, 0, -1), clearance(road, cars, -1, 0)] == [15.0, FAR, FAR]
    both = np.array([0, 1, 0]), np.array([1, 0, -1])
    assert clearance(ring, cars, *both).tolist() == [15.0, 76.0, FAR]
