from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import hypergeom, kstest

from likewise.evaluation.fairness.relabelling import mean_chances, spread_chances


@pytest.mark.parametrize("made", [30, 200, 900])
def test_chances_are_uniform_where_nothing_is_wrong(made):
    rng = np.random.default_rng(made)
    side = np.arange(1_000) < made
    chances, _ = mean_chances(rng.exponential(size=(1_000, 400)) ** 1.5, side)
    assert kstest(chances, "uniform").pvalue > 0.001


@pytest.mark.parametrize("hits", [8, 12])
def test_the_tail_of_rare_events_on_a_small_side_is_not_too_thin(hits):
    """Twenty events in 420 rows, of which 20 are synthetic: a normal tail would be wrong by many powers of ten."""
    figures = np.zeros((420, 1))
    figures[:hits] = figures[20 : 20 + 20 - hits] = 1
    chance = float(mean_chances(figures, np.arange(420) < 20)[0][0])
    exact = float(hypergeom.sf(hits - 1, 420, 20, 20))
    assert exact / 10 < chance < exact**0.6


def test_a_shifted_mean_is_found_and_a_constant_is_not():
    rng = np.random.default_rng(0)
    figures = np.column_stack([rng.normal(size=400), np.ones(400)])
    figures[:200, 0] -= 1
    chances, gaps = mean_chances(figures, np.arange(400) < 200)
    assert chances[0] < 1e-10 and -1.1 < gaps[0] < -0.7
    assert (chances[1], gaps[1]) == (1.0, 0.0)


def test_an_invented_tie_is_found_by_what_differs():
    rng = np.random.default_rng(0)
    features, side = rng.normal(size=(600, 6)), np.arange(600) < 300
    fresh = spread_chances(features, np.arange(6), side, 0)
    assert min(fresh.means, fresh.products, fresh.largest) > 0.01
    features[:300, 1] = 0.5 * features[:300, 0] + 0.87 * features[:300, 1]
    found = spread_chances(features, np.arange(6), side, 0)
    assert found.largest < 1e-4 and found.product > 0.3 and found.means > 0.01
    assert found == spread_chances(features, np.arange(6), side, 0)


def test_columns_of_one_owner_have_no_products():
    features = np.random.default_rng(0).normal(size=(100, 3))
    found = spread_chances(features, np.zeros(3, int), np.arange(100) < 50, 0)
    assert (found.products, found.product) == (1.0, 0.0)
