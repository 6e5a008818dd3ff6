"""On a plane it is told exactly who is near whom, in the same order whatever the way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from likewise.errors import SettingsError
from likewise.techniques.agents.compiling import compiled
from likewise.techniques.agents.spaces.links import Links, edges_of
from likewise.techniques.agents.spaces.plane import Plane, direction, gap, length, near, within

SIZES = st.sampled_from([1.0, 2.9999999999999996, 3.0, 7.5, 100.0])
PLACES = st.sampled_from([0.0, 0.1, 0.25, 1 / 3, 0.5, 0.7, 1.0]) | st.floats(0, 1)


def by_force(plane: Plane, x: Any, y: Any, radius: float) -> list[tuple[int, int]]:
    found = []
    for i in range(len(x)):
        across, up = gap(plane, x[i], y[i], x, y)
        found += [(i, int(j)) for j in np.flatnonzero(across * across + up * up <= radius * radius) if j != i]
    return found


def pairs(links: Links) -> list[tuple[int, int]]:
    a, b = edges_of(links)
    return list(zip(a.tolist(), b.tolist(), strict=True))


@pytest.mark.parametrize("how", ["compiled", "arrays"])
@given(points=st.lists(st.tuples(PLACES, PLACES), max_size=25), width=SIZES, height=SIZES, wraps=st.booleans(),
       radius=st.sampled_from([0.1, 1 / 3, 0.5, 1.0, 2.5, 60.0, 1000.0]))  # fmt: skip
@example(points=[(0.0, 0.0), (1.0, 1.0)], width=3.0, height=3.0, wraps=True, radius=1.0)
@settings(max_examples=150)
def test_those_near_are_those_near(
    how: Any, points: list[tuple[float, float]], width: float, height: float, wraps: bool, radius: float
) -> None:
    plane = Plane(width, height, wraps)
    x, y = np.array([p[0] for p in points]) * width, np.array([p[1] for p in points]) * height
    assert pairs(near(plane, x, y, radius, how=how)) == by_force(plane, x, y, radius)


@pytest.mark.parametrize("wraps", [True, False])
def test_ways_agree_on_crowds(wraps: bool) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.random(1500) ** 3 * 40, rng.random(1500) * 30  # crowded on the left
    plane = Plane(40.0, 30.0, wraps)
    quick, slow = (near(plane, x, y, 2.5, how=how) for how in ("compiled", "arrays"))
    assert np.array_equal(quick.start, slow.start) and np.array_equal(quick.other, slow.other)
    assert pairs(slow) == by_force(plane, x, y, 2.5)


def test_those_who_are_not_there_are_near_nobody() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.random((2, 60)) * 10
    among = np.flatnonzero(rng.random(60) < 0.5)
    gone = np.setdiff1d(np.arange(60), among)
    x[gone] = np.nan
    plane = Plane(10.0, 10.0)
    wanted = [(int(among[i]), int(among[j])) for i, j in by_force(plane, x[among], y[among], 2.0)]
    for how in ("compiled", "arrays"):
        assert pairs(near(plane, x, y, 2.0, among=among, how=how)) == wanted  # type: ignore[arg-type]


def test_points_of_a_plane_with_edges_may_lie_beyond_them() -> None:
    x, y = np.array([-50.0, -49.5, 1e6]), np.array([3.0, 3.0, 3.0])
    assert pairs(near(Plane(10.0, 10.0, False), x, y, 1.0)) == [(0, 1), (1, 0)]


@pytest.mark.parametrize(
    ("x", "radius", "said"),
    [
        ([np.nan, 1.0], 1.0, "not on the plane"),
        ([1.0, 11.0], 1.0, "not on the plane"),
        ([1.0, 2.0], 0.0, "radius"),
        ([1.0, 2.0], np.inf, "radius"),
    ],
)
def test_what_is_nowhere_is_refused(x: list[float], radius: float, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as fault:
        near(Plane(10.0, 10.0), np.array(x), np.array([1.0, 1.0]), radius)
    assert fault.value.hint


@given(x=st.floats(-9.9, 19.9), y=st.floats(-9.9, 19.9), wraps=st.booleans())
@example(x=-1e-18, y=10.0, wraps=True)
def test_points_come_in_again(x: float, y: float, wraps: bool) -> None:
    plane = Plane(10.0, 10.0, wraps)
    x_in, y_in = within(plane, x, y)
    if wraps:
        assert 0 <= x_in < 10 and 0 <= y_in < 10
        assert (x_in - x) % 10 == pytest.approx(0, abs=1e-9) or (x_in - x) % 10 == pytest.approx(10, abs=1e-9)
    else:
        assert (x_in, y_in) == (min(max(x, 0), 10), min(max(y, 0), 10))


def ways(plane: Any, x: Any, y: Any) -> Any:
    return (*gap(plane, x, y, y, x), *within(plane, 3.0 * x, -y), length(x, y), *direction(x, y))


@pytest.mark.parametrize("wraps", [True, False])
def test_ways_are_the_same_on_numbers_on_columns_and_compiled(wraps: bool) -> None:
    plane, rng = Plane(10.0, 10.0, wraps), np.random.default_rng(2)
    x, y = np.append(rng.random((2, 50)) * 10, [[5.0, 0.0], [5.0, 0.0]], axis=1)
    columns, run = ways(plane, x, y), compiled(ways)
    for n in range(len(x)):
        assert [float(column[n]) for column in columns] == [float(v) for v in ways(plane, float(x[n]), float(y[n]))]
        assert tuple(float(column[n]) for column in columns) == run(plane, x[n], y[n])
