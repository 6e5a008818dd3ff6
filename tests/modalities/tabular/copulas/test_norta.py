"""The latent correlation under which a Pearson correlation comes out as asked."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from likewise.errors import SettingsError
from likewise.modalities.tabular.copulas.norta import Pair, Scored, latent_of_pearson
from likewise.modalities.tabular.distributions import (
    Bernoulli,
    Constant,
    Distribution,
    Exponential,
    Gamma,
    LogNormal,
    Normal,
    Pareto,
    Poisson,
    Rounded,
    Uniform,
    ZeroInflated,
)


def pair(one: Distribution, other: Distribution) -> Pair:
    return Pair(Scored.of(one, "one"), Scored.of(other, "other"))


def test_it_is_known_for_some_pairs() -> None:
    r = np.array([-0.9, -0.3, 0.1, 0.5, 0.9, 0.99])
    np.testing.assert_allclose(pair(Normal(5, 2), Normal(0, 1)).at(r), r, atol=1e-5)
    np.testing.assert_allclose(pair(Uniform(0, 1), Uniform(2, 9)).at(r), 6 / np.pi * np.arcsin(r / 2), atol=1e-5)
    np.testing.assert_allclose(pair(Bernoulli(0.5), Bernoulli(0.5)).at(r), 2 / np.pi * np.arcsin(r), atol=3e-4)
    np.testing.assert_allclose(pair(LogNormal(0, 1), LogNormal(3, 1)).at(r), np.expm1(r) / np.expm1(1), atol=1e-5)


def test_its_ends_are_what_can_be_reached() -> None:
    assert pair(LogNormal(0, 1), LogNormal(0, 1)).attainable == pytest.approx((np.expm1(-1) / np.expm1(1), 1), abs=1e-4)
    assert pair(Exponential(3), Exponential(1)).attainable == pytest.approx((1 - np.pi**2 / 6, 1), abs=1e-4)


@pytest.mark.parametrize(
    ("one", "other", "asked"),
    [(Poisson(1.2), ZeroInflated(0.7, Gamma(2, 3)), 0.4), (Bernoulli(0.05), Exponential(3), 0.3),
     (LogNormal(0, 1), LogNormal(0, 0.5), -0.3), (Bernoulli(0.5), Bernoulli(0.5), 0.95),
     (Rounded(Normal(0, 1)), Uniform(0, 1), 0.6), (Gamma(0.2, 1), Poisson(0.1), 0.5)],
)  # fmt: skip
def test_an_asked_correlation_comes_out(one: Distribution, other: Distribution, asked: float) -> None:
    latent = pair(one, other).latent(asked)
    x, noise = np.random.default_rng(0).standard_normal((2, 400_000))
    y = latent * x + np.sqrt(1 - latent**2) * noise
    found = np.corrcoef(one.ppf(special.ndtr(x)), other.ppf(special.ndtr(y)))[0, 1]
    assert found == pytest.approx(asked, abs=0.008)


@pytest.mark.parametrize("asked", [-1, -0.999, 0, 0.5, 0.999, 1])
def test_normals_are_matched_to_the_ends(asked: float) -> None:
    assert pair(Normal(0, 1), Normal(4, 9)).latent(asked) == pytest.approx(asked, abs=2e-3)


def test_what_cannot_be_reached_is_refused_with_the_range() -> None:
    scored = Scored.of(Normal(0, 1), "a"), Scored.of(LogNormal(0, 2), "b")
    with pytest.raises(
        SettingsError, match=r"`a` and `b` cannot have the correlation 0\.9: .* allow -0\.27\d to 0\.27"
    ):
        latent_of_pearson(*scored, 0.9, ("a", "b"))


@pytest.mark.parametrize("distribution", [Pareto(1.5), Pareto(2), Constant(3), ZeroInflated(0.2, Pareto(1.1))])
def test_columns_without_a_correlation_are_refused(distribution: Distribution) -> None:
    with pytest.raises(SettingsError, match=r"column `x` has (no variance|one value only)"):
        Scored.of(distribution, "x")
