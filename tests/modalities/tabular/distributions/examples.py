"""One or more members of every family, and strategies that draw any of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from likewise.modalities.tabular.distributions import (
    GEV,
    Bernoulli,
    Beta,
    Binomial,
    Categorical,
    Constant,
    DateRange,
    DiscreteUniform,
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Geometric,
    Gumbel,
    Hypergeometric,
    Laplace,
    Logistic,
    LogNormal,
    Mixture,
    NegativeBinomial,
    Normal,
    Pareto,
    Poisson,
    Rounded,
    Scaled,
    Shifted,
    Since,
    StudentT,
    Triangular,
    Truncated,
    Uniform,
    Weibull,
    ZeroInflated,
    Zipf,
)

TWO_HUMPS = Mixture([Normal(0, 1), Normal(50, 1)], [0.3, 0.7])

CONTINUOUS: tuple[Distribution, ...] = (
    Normal(170, 10), StudentT(3), StudentT(0.7, 1, 2), Laplace(1, 2), Logistic(1, 2), Gumbel(1, 2), LogNormal(1, 0.5),
    Gamma(0.3, 2), Gamma(50, 2), Exponential(3), Weibull(0.7, 2), Weibull(3, 2), Pareto(1.5, 2), Uniform(2, 5),
    Beta(0.5, 0.5), Beta(2, 5, 10, 20), Triangular(0, 1, 4), Triangular(0, 0, 1), Triangular(0, 1, 1),
    GEV(0, 1, 0.2), GEV(0, 1, -0.2), GEV(0, 1, 0), TWO_HUMPS, Mixture([StudentT(2), Normal(0, 1e6)], [0.9, 0.1]),
    Truncated(Normal(0, 1), 8), Truncated(Normal(0, 1), -31, -30), Truncated(Normal(0, 1), -1, 2),
    Truncated(Exponential(1), high=0.1), Truncated(TWO_HUMPS, -1, 51), Shifted(Gamma(2, 1), -3), Scaled(Beta(2, 2), 9),
)  # fmt: skip
DISCRETE: tuple[Distribution, ...] = (
    Bernoulli(0.3), Bernoulli(0), Bernoulli(1), Binomial(10, 0.3), Binomial(0, 0.3), Binomial(10**6, 0.5),
    NegativeBinomial(2.5, 0.3), Poisson(4), Poisson(0), Poisson(1e6), Geometric(0.2), Geometric(1),
    Hypergeometric(100, 30, 20), Hypergeometric(10**9, 3 * 10**8, 10**8), Zipf(2.5), Zipf(1.2), Zipf(1.1, 1000),
    Zipf(0, 6), DiscreteUniform(1, 6), Categorical({"a": 1, "b": 0, "c": 3}), Constant(5), Constant("x"),
    Empirical([1, 2, 2.5], [1, 1, 2]), Mixture([Poisson(3), Poisson(300)]),
    Mixture([Empirical([0.5, 1.5]), Poisson(2)]),
    ZeroInflated(0.3, Poisson(2)), Truncated(Poisson(4), 2, 9), Truncated(Zipf(1.5), 1000), Scaled(Poisson(3), 0.1),
    Truncated(Empirical([0.1, 0.2, 0.3]), 0.15), Rounded(Normal(0, 1), 1), Rounded(Normal(0, 1000), -2),
    DateRange("2020-01-01", "2024-12-31"), DateRange("08:00", "18:00"), Since("1990-01-01", Gamma(2, 400)),
    DateRange("2024-01-01T00:00:00", "2024-01-02T12:00:00"), Since("1990-01-01", Exponential(20), "hours"),
    Mixture([DateRange("2020-01-01", "2020-01-31"), DateRange("2024-01-01", "2024-01-31")]),
)  # fmt: skip
MIXED: tuple[Distribution, ...] = (
    Mixture([Constant(0), Gamma(2, 1)]), Mixture([Empirical([0.5, 1.5]), Normal(0, 1)]),
    ZeroInflated(0.3, Normal(0, 1)), ZeroInflated(0.6, Gamma(2, 50)), ZeroInflated(0, Gamma(2, 1)),
    Truncated(ZeroInflated(0.3, Normal(0, 1)), 0, 2), Shifted(ZeroInflated(0.3, Exponential(1)), 7),
)  # fmt: skip
ALL = CONTINUOUS + DISCRETE + MIXED


def name_of(distribution: Distribution) -> str:
    """Return what a test of it is called."""
    return str(distribution.to_dict())[:60]


_place = st.floats(-1e6, 1e6)
_size = st.floats(1e-3, 1e6)
_shape = st.floats(0.05, 200)
_share = st.floats(0.001, 0.999)


def _any(family: type[Distribution], *parameters: st.SearchStrategy[Any]) -> st.SearchStrategy[Distribution]:
    return st.tuples(*parameters).map(lambda drawn: family(*drawn))


SIMPLE = st.one_of(
    _any(Normal, _place, _size), _any(StudentT, st.floats(0.3, 1e4), _place, _size),
    _any(Laplace, _place, _size), _any(Logistic, _place, _size), _any(Gumbel, _place, _size),
    _any(LogNormal, st.floats(-20, 20), st.floats(0.01, 5)), _any(Gamma, _shape, _size),
    _any(Exponential, _size), _any(Weibull, st.floats(0.1, 50), _size), _any(Pareto, _shape, _size),
    _any(Beta, _shape, _shape), _any(GEV, _place, _size, st.floats(-0.9, 0.9)),
    _any(Uniform, st.floats(-1e6, 0), st.floats(1e-3, 1e6)),
    _any(Binomial, st.integers(0, 10**6), _share), _any(Poisson, st.floats(0, 1e6)),
    _any(NegativeBinomial, st.floats(0.1, 1e3), _share), _any(Geometric, st.floats(1e-4, 1)),
    _any(Zipf, st.floats(1.1, 6)), _any(Zipf, st.floats(0, 3), st.integers(1, 2000)),
    _any(DiscreteUniform, st.integers(-1000, 0), st.integers(0, 10**9)),
    _any(Empirical, st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20)),
)  # fmt: skip
"""Any member of the families with one formula."""


def _cut(of: Distribution, low: float, width: float) -> Distribution:
    return Truncated(of, float(of.ppf(low)), float(of.ppf(low + width)))


COMBINED = st.one_of(
    _any(Mixture, st.lists(SIMPLE, min_size=1, max_size=4)), _any(ZeroInflated, st.floats(0, 0.95), SIMPLE),
    st.builds(_cut, SIMPLE, st.floats(0.001, 0.9), st.floats(0.01, 0.09)),
    _any(Shifted, SIMPLE, st.integers(-1000, 1000)), _any(Scaled, SIMPLE, st.sampled_from([0.5, 2.0, 10.0])),
)  # fmt: skip
"""Any distribution made of others."""
