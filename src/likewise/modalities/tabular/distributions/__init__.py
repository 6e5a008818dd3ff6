"""Distributions: what a column is declared to be, or found to be, and how they are combined."""

from likewise.modalities.tabular.distributions.altered import Rounded, Scaled, Shifted, Truncated
from likewise.modalities.tabular.distributions.atoms import (
    Categorical,
    Constant,
    DiscreteUniform,
    Empirical,
    Hypergeometric,
)
from likewise.modalities.tabular.distributions.bounded import GEV, Beta, Triangular, Uniform
from likewise.modalities.tabular.distributions.calendar import DateRange, Since
from likewise.modalities.tabular.distributions.combined import Mixture, ZeroInflated
from likewise.modalities.tabular.distributions.counts import Bernoulli, Binomial, Geometric, NegativeBinomial, Poisson
from likewise.modalities.tabular.distributions.distribution import Distribution
from likewise.modalities.tabular.distributions.line import Gumbel, Laplace, Logistic, Normal, StudentT
from likewise.modalities.tabular.distributions.positive import Exponential, Gamma, LogNormal, Pareto, Weibull
from likewise.modalities.tabular.distributions.ranks import Zipf
from likewise.modalities.tabular.distributions.reading import parse

__all__ = [
    "GEV",
    "Bernoulli",
    "Beta",
    "Binomial",
    "Categorical",
    "Constant",
    "DateRange",
    "DiscreteUniform",
    "Distribution",
    "Empirical",
    "Exponential",
    "Gamma",
    "Geometric",
    "Gumbel",
    "Hypergeometric",
    "Laplace",
    "LogNormal",
    "Logistic",
    "Mixture",
    "NegativeBinomial",
    "Normal",
    "Pareto",
    "Poisson",
    "Rounded",
    "Scaled",
    "Shifted",
    "Since",
    "StudentT",
    "Triangular",
    "Truncated",
    "Uniform",
    "Weibull",
    "ZeroInflated",
    "Zipf",
    "parse",
]
