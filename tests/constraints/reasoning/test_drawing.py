"""Draws inside bounds follow their distribution, cut to the bounds."""

from __future__ import annotations

import numpy as np
from scipy import stats

from likewise.constraints.reasoning.drawing import rising, truncated
from likewise.core.counted import Counted
from likewise.modalities.tabular.distributions import Normal, Poisson

ROWS = np.arange(4000)
UNIFORMS = Counted(3, "u").uniforms(ROWS)


def test_draws_follow_the_truncated_distribution() -> None:
    own = Normal(0, 1)
    low, high = np.full(4000, 1.0), np.full(4000, 3.0)
    drawn = truncated(UNIFORMS, low, high, own.cdf, own.ppf)
    assert stats.kstest(drawn, stats.truncnorm(1, 3).cdf).pvalue > 0.01


def test_rows_without_bounds_are_drawn_as_ever() -> None:
    own = Normal(5, 2)
    free = np.full(4000, np.inf)
    assert np.allclose(truncated(UNIFORMS, -free, free, own.cdf, own.ppf), own.ppf(UNIFORMS))


def test_an_atom_at_the_lower_end_is_drawn() -> None:
    own = Poisson(2)
    drawn = truncated(UNIFORMS, np.full(4000, 1.0), np.full(4000, 2.0), own.cdf, own.ppf)
    assert set(drawn) == {1.0, 2.0}
    assert abs((drawn == 1).mean() - 0.5) < 0.03


def test_bounds_far_from_the_distribution_still_hold() -> None:
    own = Normal(0, 1)
    low, high = np.array([50.0, 50.0, 3.0]), np.array([60.0, np.inf, 2.0])
    drawn = truncated(UNIFORMS[:3], low, high, own.cdf, own.ppf)
    assert 50 <= drawn[0] <= 60
    assert drawn[1] == 50
    assert np.isnan(drawn[2])


def test_chains_are_order_statistics() -> None:
    own = rising(Counted(2), ROWS, ["a", "b", "c"])
    assert (own["a"] <= own["b"]).all() and (own["b"] <= own["c"]).all()
    assert stats.kstest(own["b"], stats.beta(2, 2).cdf).pvalue > 0.01
    assert rising(Counted(2), ROWS[[7]], ["a", "b", "c"])["c"][0] == own["c"][7]
