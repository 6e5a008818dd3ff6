"""Families learned from values: the likeliest member, by weight, or an error."""

from __future__ import annotations

import numpy as np
import pytest
from tests.modalities.tabular.distributions.examples import name_of

from likewise.errors import FitError
from likewise.modalities.tabular.distributions import (
    GEV,
    Bernoulli,
    Beta,
    Binomial,
    Constant,
    DiscreteUniform,
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Geometric,
    Gumbel,
    Laplace,
    Logistic,
    LogNormal,
    NegativeBinomial,
    Normal,
    Pareto,
    Poisson,
    StudentT,
    Uniform,
    Weibull,
    Zipf,
)
from likewise.modalities.tabular.distributions.distribution import FAMILIES

TRUE: tuple[Distribution, ...] = (
    Normal(170, 10), StudentT(3, 5, 2), Laplace(1, 2), Logistic(1, 2), Gumbel(1, 2), LogNormal(1, 0.5), Gamma(0.3, 2),
    Gamma(500, 2), Exponential(3), Weibull(0.7, 2), Weibull(3, 2e6), Pareto(1.5, 2), Uniform(2, 5), Beta(0.5, 0.5),
    Beta(20, 5), GEV(10, 3, 0.2), GEV(10, 3, -0.2), Bernoulli(0.3), NegativeBinomial(2.5, 0.3), Poisson(4),
    Geometric(0.2), Zipf(2.5), Zipf(1.2), DiscreteUniform(1, 6),
)  # fmt: skip


@pytest.mark.parametrize("true", TRUE, ids=name_of)
def test_the_likeliest_member_is_found(true: Distribution) -> None:
    values = true.sample(4000, np.random.default_rng(1))
    found = type(true).fit(values)
    gain = float((found.log_prob(values) - true.log_prob(values)).sum())
    assert -1e-6 < gain < 12  # no worse than the true one, and better by chance only (half a chi-square)
    parameters = [name for name in type(true).model_fields if isinstance(getattr(true, name), float)]
    for name in parameters:  # no neighbour is likelier
        for factor in (0.999, 1.001):
            near = {n: getattr(found, n) * (factor if n == name else 1) for n in parameters}
            beside = type(true)(**{n: getattr(found, n) for n in type(true).model_fields} | near)
            if np.isfinite(beside.log_prob(values)).all():
                assert beside.log_prob(values).sum() <= found.log_prob(values).sum() + 1e-4


@pytest.mark.parametrize("true", TRUE, ids=name_of)
def test_a_weight_counts_as_so_many_values(true: Distribution) -> None:
    rng = np.random.default_rng(2)
    values, counts = true.sample(300, rng), rng.integers(0, 4, 300)
    weighted, repeated = type(true).fit(values, counts), type(true).fit(np.repeat(values, counts))
    ends = [fit.ppf([0.1, 0.5, 0.9]) for fit in (weighted, repeated)]
    np.testing.assert_allclose(*ends, rtol=1e-4, atol=1e-6)


def test_values_are_kept_as_they_were() -> None:
    assert Empirical.fit([3, 1, 3]).pdf([1, 3]) == pytest.approx([1 / 3, 2 / 3])
    assert Constant.fit([7, 7]) == Constant(7.0)


LEARNED = [family for family in FAMILIES.values() if family.learnable]


@pytest.mark.parametrize("family", LEARNED, ids=lambda family: family.name)
@pytest.mark.parametrize("values", [[], [np.nan], [1.0, np.inf], [[]]], ids=["none", "nan", "inf", "nested"])
def test_what_cannot_be_learned_from_is_refused(family: type[Distribution], values: list[float]) -> None:
    with pytest.raises(FitError, match=r"fit\.values"):
        family.fit(values)


@pytest.mark.parametrize("family", LEARNED, ids=lambda family: family.name)
@pytest.mark.parametrize("weights", [[1.0], [-1.0, 2.0, 1.0], [np.nan, 1, 1], [0, 0, 0]])
def test_weights_that_are_none_are_refused(family: type[Distribution], weights: list[float]) -> None:
    with pytest.raises(FitError, match=r"fit\.values"):
        family.fit([1.0, 2.0, 3.0], weights)


@pytest.mark.parametrize("family", LEARNED, ids=lambda family: family.name)
@pytest.mark.parametrize(
    "values",
    [[0.0], [5.0], [5.0, 5.0], [-3.0], [0.5], [1.0, 2.0], [-1.0, 0.0, 1.0], [1e300, 1e-300, 1.0], [1e15 + 1, 1e15 + 2],
     [0.1, 0.2, 0.9], [0.0, 0.0, 1.0], [1.0, 1.0, 1.0 + 1e-15]],
)  # fmt: skip
def test_odd_values_end_in_a_member_or_an_error(family: type[Distribution], values: list[float]) -> None:
    try:
        found = family.fit(values)
    except FitError as fault:
        assert fault.hint
    else:
        assert (found.log_prob(values) > -np.inf).all()


@pytest.mark.parametrize(
    ("family", "values"),
    [(LogNormal, [1.0, 0.0]), (Gamma, [-1.0, 1.0]), (Exponential, [-1.0]), (Beta, [0.0, 0.5]), (Poisson, [0.5]),
     (Geometric, [0.0]), (Bernoulli, [2.0]), (Zipf, [0.0, 1.0]), (DiscreteUniform, [0.5]), (Constant, [1.0, 2.0])],
)  # fmt: skip
def test_values_outside_of_a_family_are_refused(family: type[Distribution], values: list[float]) -> None:
    with pytest.raises(FitError, match=r"fit\.support"):
        family.fit(values)


def test_families_that_are_not_learned_say_so() -> None:
    with pytest.raises(FitError, match=r"fit\.family"):
        Binomial.fit([1, 2])


def test_counts_without_more_spread_than_a_poisson_are_no_negative_binomial() -> None:
    with pytest.raises(FitError, match="take `poisson`"):
        NegativeBinomial.fit([3, 3, 3, 4])
