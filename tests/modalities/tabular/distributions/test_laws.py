"""What holds of every distribution: quantiles undo probabilities, tails add up, draws are of the distribution."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.modalities.tabular.distributions.examples import ALL, COMBINED, CONTINUOUS, DISCRETE, SIMPLE, name_of

from likewise.modalities.tabular.distributions import (
    Constant,
    Distribution,
    Exponential,
    Gamma,
    Laplace,
    LogNormal,
    Mixture,
    Normal,
    Truncated,
    Weibull,
    ZeroInflated,
)

SHARES = np.concatenate([10.0 ** -np.arange(1, 16), [0.5, 0.9, 0.99, 0.999], np.linspace(0.01, 0.99, 40)])
EXACT = 1e-7

every = pytest.mark.parametrize("distribution", ALL, ids=name_of)


def quantiles_undo_probabilities(distribution: Distribution, shares: np.ndarray) -> None:
    """A quantile is the least value that reaches its share, to the spacing of doubles around it."""
    for quantile, tail in ((distribution.ppf, distribution.cdf), (distribution.isf, distribution.sf)):
        x = quantile(shares)
        before, after = (tail(x + side * 16 * np.spacing(np.abs(x))) for side in (-1, 1))
        low, high = np.minimum(before, after), np.maximum(before, after)
        assert (low <= shares * (1 + EXACT) + 1e-15).all()
        assert (high >= shares * (1 - EXACT) - 1e-15).all()


@every
def test_quantiles_undo_probabilities(distribution: Distribution) -> None:
    quantiles_undo_probabilities(distribution, SHARES)


@given(st.one_of(SIMPLE, COMBINED), st.lists(st.floats(1e-12, 1 - 1e-12), min_size=1, max_size=8))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_quantiles_undo_probabilities_of_any(distribution: Distribution, shares: list[float]) -> None:
    quantiles_undo_probabilities(distribution, np.array(shares))


@given(st.one_of(SIMPLE, COMBINED), st.lists(st.floats(-1e7, 1e7), min_size=2, max_size=12))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_probabilities_rise_and_add_up(distribution: Distribution, values: list[float]) -> None:
    x = np.sort(values)
    below, above = distribution.cdf(x), distribution.sf(x)
    np.testing.assert_allclose(below + above, 1, atol=1e-9)
    assert (np.diff(below) >= -1e-12).all()
    assert (np.diff(above) <= 1e-12).all()


@every
def test_ends_are_those_of_the_support(distribution: Distribution) -> None:
    low, high = distribution.support
    assert distribution.ppf([0, 1]).tolist() == [low, high]
    assert distribution.isf([0, 1]).tolist() == [high, low]
    assert np.isnan(distribution.ppf([-0.1, 1.1, np.nan])).all()
    assert distribution.cdf([-np.inf, np.inf]).tolist() == [0, 1]
    assert np.isnan(distribution.cdf(np.nan))
    assert distribution.log_prob([-np.inf, np.inf]).tolist() == [-np.inf, -np.inf]


@every
def test_draws_are_of_the_distribution(distribution: Distribution) -> None:
    drawn = distribution.sample(4000, np.random.default_rng(5))
    assert drawn.dtype == np.float64
    low, high = distribution.support
    assert ((drawn >= low) & (drawn <= high)).all()
    points = np.unique(drawn)
    share = np.searchsorted(np.sort(drawn), points, side="right") / len(drawn)
    assert np.abs(share - distribution.cdf(points)).max() < 1.95 / np.sqrt(len(drawn))  # Kolmogorov: one in a thousand


@every
def test_moments_are_those_of_draws(distribution: Distribution) -> None:
    mean, variance = distribution.moments()
    if not np.isfinite(variance):
        assert not variance < np.inf
        return
    quantiles = distribution.ppf((np.arange(50_000) + 0.5) / 50_000)
    assert quantiles.mean() == pytest.approx(mean, rel=2e-3, abs=2e-3 * np.sqrt(variance) + 1e-9)
    if np.isfinite(distribution.support).all():
        assert quantiles.var() == pytest.approx(variance, rel=5e-3, abs=1e-12)


@pytest.mark.parametrize("distribution", CONTINUOUS, ids=name_of)
def test_a_density_is_the_slope_of_the_probability(distribution: Distribution) -> None:
    x = distribution.ppf(np.linspace(0.05, 0.95, 7))
    step = np.minimum(1e-5 * (distribution.isf(0.1) - distribution.ppf(0.1)), 1e-3 * np.abs(x - distribution.ppf(0.01)))
    slope = (distribution.cdf(x + step) - distribution.cdf(x - step)) / (2 * step)
    np.testing.assert_allclose(distribution.pdf(x), slope, rtol=2e-3, atol=1e-4 * distribution.pdf(x).max())
    assert not distribution.discrete
    assert not distribution.mass(x).any()


@pytest.mark.parametrize("distribution", DISCRETE, ids=name_of)
def test_the_probability_of_an_atom_is_the_jump_there(distribution: Distribution) -> None:
    x = np.unique(distribution.ppf(np.linspace(0.05, 0.95, 7)))
    jump = distribution.cdf(x) - distribution.cdf(x - 16 * np.spacing(np.abs(x)))
    np.testing.assert_allclose(distribution.mass(x), jump, rtol=1e-6, atol=1e-13)
    assert distribution.discrete
    assert not distribution.mass(x + 64 * np.spacing(np.abs(x) + 1)).any()


@every
def test_written_and_read_again_it_is_equal(distribution: Distribution) -> None:
    again = Distribution.from_dict(distribution.to_dict())
    assert again == distribution
    assert hash(again) == hash(distribution)


@every
def test_shapes_are_kept(distribution: Distribution) -> None:
    assert distribution.ppf(0.5).shape == ()
    assert distribution.cdf(np.full((2, 3), 0.5)).shape == (2, 3)
    assert distribution.ppf(np.empty(0)).shape == (0,)
    assert distribution.sample(0, np.random.default_rng(0)).shape == (0,)


@pytest.mark.parametrize("scale", [1e150, 1e-300])
def test_huge_and_tiny_scales_have_moments_and_quantiles(scale: float) -> None:
    for distribution in (
        Normal(0, scale),
        Exponential(scale),
        ZeroInflated(0.3, Gamma(2, scale)),
        LogNormal(700, 1),
        Mixture([Laplace(0, scale), Constant(1e150)]),
        Truncated(Weibull(0.5, scale), 0, scale),
    ):
        mean, variance = distribution.moments()
        assert not np.isnan(mean)
        assert not np.isnan(variance)
        assert not np.isnan(distribution.ppf(SHARES)).any()
