"""Each family against the same one of scipy: densities, tails and quantiles."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats
from tests.modalities.tabular.distributions.examples import name_of

from likewise.modalities.tabular.distributions import (
    GEV,
    Bernoulli,
    Beta,
    Binomial,
    DiscreteUniform,
    Distribution,
    Exponential,
    Gamma,
    Geometric,
    Gumbel,
    Hypergeometric,
    Laplace,
    Logistic,
    LogNormal,
    NegativeBinomial,
    Normal,
    Pareto,
    Poisson,
    StudentT,
    Triangular,
    Truncated,
    Uniform,
    Weibull,
    Zipf,
)

PEERS: tuple[tuple[Distribution, Any], ...] = (
    (Normal(170, 10), stats.norm(170, 10)), (StudentT(3, 1, 2), stats.t(3, 1, 2)), (StudentT(1e6), stats.t(1e6)),
    (Laplace(1, 2), stats.laplace(1, 2)), (Logistic(1, 2), stats.logistic(1, 2)), (Gumbel(1, 2), stats.gumbel_r(1, 2)),
    (LogNormal(1, 0.5), stats.lognorm(0.5, scale=np.e)), (Gamma(0.3, 2), stats.gamma(0.3, scale=2)),
    (Exponential(3), stats.expon(scale=3)), (Weibull(0.7, 2), stats.weibull_min(0.7, scale=2)),
    (Pareto(1.5, 2), stats.pareto(1.5, scale=2)), (Uniform(2, 5), stats.uniform(2, 3)),
    (Beta(0.5, 3), stats.beta(0.5, 3)), (Beta(2, 5, 10, 20), stats.beta(2, 5, 10, 10)),
    (Triangular(0, 1, 4), stats.triang(0.25, 0, 4)), (GEV(1, 2, 0.2), stats.genextreme(-0.2, 1, 2)),
    (GEV(1, 2, -0.3), stats.genextreme(0.3, 1, 2)), (GEV(1, 2, 0), stats.gumbel_r(1, 2)),
    (Truncated(Normal(0, 1), 3, 5), stats.truncnorm(3, 5)), (Truncated(Normal(0, 1), 20), stats.truncnorm(20, np.inf)),
    (Bernoulli(0.3), stats.bernoulli(0.3)), (Binomial(20, 0.3), stats.binom(20, 0.3)),
    (NegativeBinomial(2.5, 0.3), stats.nbinom(2.5, 0.3)), (Poisson(4), stats.poisson(4)),
    (Geometric(0.2), stats.geom(0.2)), (Hypergeometric(100, 30, 20), stats.hypergeom(100, 30, 20)),
    (Zipf(2.5), stats.zipf(2.5)), (Zipf(1.1, 50), stats.zipfian(1.1, 50)), (DiscreteUniform(1, 6), stats.randint(1, 7)),
)  # fmt: skip


@pytest.mark.parametrize(("ours", "peer"), PEERS, ids=[name_of(ours) for ours, _ in PEERS])
def test_it_is_that_of_scipy(ours: Distribution, peer: Any) -> None:
    shares = np.array([1e-9, 1e-4, 0.1, 0.3, 0.7, 0.9, 0.9999])
    x = ours.ppf(shares)
    np.testing.assert_allclose(ours.cdf(x), peer.cdf(x), rtol=1e-6, atol=1e-14)
    np.testing.assert_allclose(ours.sf(x), peer.sf(x), rtol=1e-6, atol=1e-14)
    logs = peer.logpmf(x) if ours.discrete else peer.logpdf(x)
    np.testing.assert_allclose(ours.log_prob(x), logs, rtol=1e-6, atol=1e-6)
    mean, variance = peer.stats("mv")
    if np.isfinite(variance):
        np.testing.assert_allclose(ours.moments(), (mean, variance), rtol=2e-5)


def test_tails_are_precise_where_they_are_tiny() -> None:
    far = np.array([1e-100, 1e-200, 1e-290])
    for family in (Normal(0, 1), Exponential(3), Gamma(2, 1), Weibull(2, 1), Gumbel(0, 1), Logistic(0, 1), Pareto(3)):
        np.testing.assert_allclose(family.sf(family.isf(far)), far, rtol=1e-9)
    np.testing.assert_allclose(Poisson(3).sf(100), stats.poisson(3).sf(100), rtol=1e-9)


def test_far_out_a_normal_is_cut_as_an_exponential() -> None:
    drawn = Truncated(Normal(0, 1), 30).sample(20_000, np.random.default_rng(0))
    assert drawn.min() >= 30
    assert (drawn.mean() - 30) * 30 == pytest.approx(1, abs=0.03)  # the excess over 30 has mean 1/30, nearly


def test_probabilities_of_counts_sum_to_one() -> None:
    for family in (Binomial(50, 0.2), Poisson(9), NegativeBinomial(3, 0.4), Geometric(0.3), Zipf(0.5, 300)):
        low, high = family.ppf(0.0), family.isf(1e-16)
        assert family.pdf(np.arange(low, high + 1)).sum() == pytest.approx(1, abs=1e-9)
