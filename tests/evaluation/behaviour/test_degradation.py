"""Hold the ratio to being 1 for real entities, k for what is k times as far, and never without bounds."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.evaluation.behaviour.degradation import DEALS, LEAST, degradations, mean_ratio, sample_size
from likewise.evaluation.behaviour.measures import Bundle, Items, distribution


def of_values(*sides: np.ndarray) -> list[Bundle]:
    found = distribution("x", "X", "timing", [Items.of_entities(values) for values in sides], lambda own: "")
    assert found is not None
    return [found]


def test_real_entities_come_out_near_one() -> None:
    rng = np.random.default_rng(0)
    ratios = []
    for seed in range(30):
        sides = rng.normal(size=400), rng.normal(size=400), rng.normal(size=200)
        (found,) = degradations(of_values(*sides), [400, 400, 200], seed=seed)
        assert found.fresh is not None
        ratios.append((found.ratio, found.fresh))
    assert np.all(np.abs(np.median(ratios, axis=0) - 1) < 0.2)


def test_it_grows_with_the_distance_and_tells_how_far_floors_spread() -> None:
    rng = np.random.default_rng(1)
    real, made = rng.normal(size=2_000), rng.normal(size=2_000)
    ratios = []
    for shift in (0.5, 1.0):
        (found,) = degradations(of_values(real, made + shift), [2_000, 2_000], seed=0)
        low, high = found.spread
        assert low <= found.floor <= high and len(found.floors) == DEALS and found.fresh is None
        assert found.distance == pytest.approx(shift, abs=0.1)
        ratios.append(found.ratio)
    assert ratios[1] == pytest.approx(2 * ratios[0], rel=0.15) and ratios[0] > 8


def test_a_floor_of_zero_bounds_the_ratio() -> None:
    same = np.zeros(200)
    (found,) = degradations(of_values(same, same), [200, 200], seed=0)
    assert found.floor == 0 and found.ratio == 1 and set(found.dealt) == {1.0}
    (odd,) = degradations(of_values(same, np.where(np.arange(200) == 3, 1.0, 0.0)), [200, 200], seed=0)
    assert odd.ratio == pytest.approx(1, abs=0.1)  # one odd entity is nobody's fault
    (off,) = degradations(of_values(same, same + 1), [200, 200], seed=0)
    assert 40 < off.ratio < 500 and off.least >= LEAST


def test_fewer_synthetic_entities_are_compared_with_as_few_real_ones() -> None:
    rng = np.random.default_rng(2)
    real, made = rng.normal(size=1_000), rng.normal(size=30)
    (few,), (many,) = (degradations(of_values(real, made), [1_000, n], seed=0) for n in (30, 30))
    assert few.floors == many.floors and few.ratio < 2
    (large,) = degradations(of_values(real, real), [1_000, 1_000], seed=0)
    assert few.floor > 2 * large.floor


def test_the_same_seed_gives_the_same_figures() -> None:
    rng = np.random.default_rng(3)
    bundles = of_values(rng.normal(size=100), rng.normal(size=100))
    first, again, other = (degradations(bundles, [100, 100], seed=seed)[0] for seed in (1, 1, 2))
    assert first.floors == again.floors and first.distance == again.distance and first.floors != other.floors


def test_too_few_entities_are_refused() -> None:
    assert (sample_size(49, 1_000), sample_size(1_000, 24)) == (24, 24)
    with pytest.raises(ValueError, match="too few"):
        degradations(of_values(np.arange(60.0), np.arange(60.0)), [49, 60], seed=0)


def test_a_mean_is_geometric_and_no_single_ratio_decides() -> None:
    assert mean_ratio([2.0, 8.0]) == 4.0 and mean_ratio([1.0, 1.0, 0.0]) == pytest.approx(0.1 ** (1 / 3))
    assert mean_ratio([1.0, np.inf]) == pytest.approx(1_000**0.5)
