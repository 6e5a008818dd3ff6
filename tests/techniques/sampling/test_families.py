"""The family of a column: the one that made it, judged by values held back."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.core.schema import Column
from likewise.modalities.tabular.numbers import fit_number_codec
from likewise.techniques.sampling.families import Fitted, best_family, normal_mixture

FLOAT, WHOLE = Column(name="x", kind="float"), Column(name="x", kind="integer")
RNG = np.random.default_rng(0)


def found(values: np.ndarray, column: Column) -> Fitted | None:
    codec = fit_number_codec(values, column, k=10)
    return best_family(values, column, codec, np.random.default_rng(1))


@pytest.mark.parametrize(
    ("made", "column", "family"),
    [
        (RNG.normal(170, 10, 1500), FLOAT, "normal"),
        (RNG.lognormal(2, 0.8, 1500), FLOAT, "lognormal"),
        (RNG.exponential(5, 1500), FLOAT, "exponential"),
        (RNG.uniform(2, 3, 1500), FLOAT, "uniform"),
        (np.array([x for x in RNG.normal(3, 2, 6000) if x > 2][:1500]), FLOAT, "truncated"),
        (RNG.laplace(0, 3, 1500), FLOAT, "laplace"),
        (RNG.poisson(4, 1500).astype(float), WHOLE, "poisson"),
        (np.where(RNG.random(1500) < 0.6, 0.0, RNG.gamma(3, 20, 1500)), FLOAT, "zero-inflated"),
        (np.where(RNG.random(1500) < 0.3, RNG.normal(0, 1, 1500), RNG.normal(9, 2, 1500)), FLOAT, "mixture"),
        (np.tile(np.arange(10.0), 150), WHOLE, "uniform"),
        (RNG.beta(0.5, 0.5, 1500), FLOAT, "shifted"),
        (RNG.weibull(3, 4000), FLOAT, "weibull"),
        (RNG.normal(1.7e15, 1e12, 4000).round(), Column(name="x", kind="datetime"), "normal"),
    ],
)
def test_the_family_that_made_the_values_is_found(made: np.ndarray, column: Column, family: str) -> None:
    fitted = found(made, column)
    assert fitted is not None and fitted.family.distribution.name == family
    assert fitted.close and fitted.distance < 0.04 and fitted.said().startswith(family)


def test_a_family_that_cannot_hold_a_value_does_not_win() -> None:
    made = np.random.default_rng(6).normal(size=150)
    fitted = best_family(made, FLOAT, fit_number_codec(made, FLOAT, k=3), np.random.default_rng(1))
    assert fitted is not None and fitted.close  # it was uniform, which no standard error of one value alone rules out


def test_what_no_family_holds_has_none() -> None:
    assert found(np.full(50, 3.0), FLOAT) is None
    assert found(np.array([1.0, np.nan]), FLOAT) is None


def test_a_wrong_family_is_told_by_its_distance() -> None:
    ragged = np.concatenate([RNG.normal(centre, 0.05, 300) for centre in range(8)])
    fitted = found(ragged, FLOAT)
    assert fitted is not None and not fitted.close


def test_no_parameter_is_an_extreme_value() -> None:
    values = RNG.uniform(0, 1, 1000)
    fitted = found(values, FLOAT)
    assert fitted is not None
    low, high = fitted.family.bounds(FLOAT)  # type: ignore[misc]
    assert low > values.min() and high < values.max()


def test_a_mixture_finds_its_parts() -> None:
    values = np.concatenate([RNG.normal(0, 1, 1000), RNG.normal(10, 2, 3000)])
    mixture = normal_mixture(values, 2)
    assert mixture.cdf(4).item() == pytest.approx(0.25, abs=0.01)
    assert mixture.moments()[0] == pytest.approx(values.mean(), rel=1e-6)
