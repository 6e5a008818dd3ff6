"""Hold distances to what they are by definition: Wasserstein's, shares that move, differences in spreads."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import wasserstein_distance

from likewise.evaluation.behaviour.measures import (
    Grid,
    Items,
    distribution,
    mean_apart,
    profile,
    rates_apart,
    total_variation,
)

numbers = st.lists(st.floats(-50, 50), min_size=2, max_size=60)


def counts(grid: Grid, values: np.ndarray) -> np.ndarray:
    return np.bincount(grid.codes(values), minlength=grid.bins).astype(float)


@given(numbers, numbers)
def test_it_is_wassersteins_distance_in_real_spreads(first: list[float], second: list[float]) -> None:
    real, other = np.array(first), np.array(second)
    grid = Grid.of([real, other])
    inside = np.clip(other, grid.low, grid.low + (grid.bins - 1) * grid.width)
    spread = real.std() if real.std() > 1e-9 else 1.0
    wanted = wasserstein_distance(real, inside) / spread
    assert grid.apart(counts(grid, real), counts(grid, other)) == pytest.approx(wanted, abs=2 * grid.width / spread)


@given(numbers, st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_units_do_not_matter(values: list[float], shift: float, scale: float) -> None:
    real = np.array(values)
    if real.std() < 1e-3:
        return
    other = np.roll(real, 1) + real.std() / 3
    found = []
    for one, two in ((real, other), (real * scale + shift, other * scale + shift)):
        grid = Grid.of([one, two])
        found.append(grid.apart(counts(grid, one), counts(grid, two)))
    assert found[0] == pytest.approx(found[1], abs=0.02)


def test_nothing_to_measure_lies_at_the_far_end() -> None:
    grid = Grid.of([np.arange(11.0), np.array([])])
    real, none = counts(grid, np.arange(11.0)), np.zeros(grid.bins)
    assert grid.apart(real, none) == grid.apart(none, real) == pytest.approx(5 / np.arange(11).std(), rel=0.01)
    assert grid.apart(none, none) == 0
    assert total_variation(np.zeros(3), np.array([1.0, 0, 0])) == 1.0 and total_variation(np.zeros(3), np.zeros(3)) == 0
    assert mean_apart(np.array([np.nan, 0.5]), np.array([0.25, 0.25])) == pytest.approx((1 + 0.25) / 2)


def test_the_busiest_entity_counts_once() -> None:
    owners = np.repeat(np.arange(3, dtype=np.int32), [1000, 1, 1])
    items = Items.of(np.repeat([9.0, 1.0, 2.0], [1000, 1, 1]), owners)
    assert items.mean == pytest.approx(4.0) and items.median == 2.0
    assert items.quantiles((0.1, 0.5, 0.95)).tolist() == [1.0, 2.0, 9.0]


def test_few_real_values_are_left_out() -> None:
    few, many = Items.of_entities(np.arange(9.0)), Items.of_entities(np.arange(90.0))
    assert distribution("x", "X", "timing", [few, many], lambda own: "") is None
    assert profile("x", "X", "timing", [few, many], 90, lambda own: "") is None
    assert distribution("x", "X", "timing", [many, few], lambda own: f"{len(own)}") is not None


def test_entities_are_told_apart_by_the_mask() -> None:
    found = distribution("x", "X", "timing", [Items.of_entities(np.repeat([1.0, 5.0], 40))] * 2, lambda own: "")
    assert found is not None
    low, high = np.arange(80) < 40, np.arange(80) >= 40
    assert found.measures[0].apart(found.sides[0](low)[0], found.sides[1](high)[0]) == pytest.approx(2.0, rel=0.01)
    assert found.measures[0].apart(found.sides[0](low)[0], found.sides[1](low)[0]) == 0


def test_rates_count_in_their_own_spread() -> None:
    apart = rates_apart(np.array([0.5, 0.0]))
    assert apart(np.array([0.5, 0.0]), np.array([0.6, 0.0])) == pytest.approx(0.1)
    assert apart(np.array([0.5, 0.0]), np.array([0.5, 0.01])) == pytest.approx(0.158, abs=1e-3)
