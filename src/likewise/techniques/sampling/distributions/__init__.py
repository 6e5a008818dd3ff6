"""Distributions: what a column is declared to be, or found to be, and how they are combined."""

from likewise.techniques.sampling.distributions.altered import Rounded, Scaled, Shifted, Truncated
from likewise.techniques.sampling.distributions.atoms import (
    Categorical,
    Constant,
    DiscreteUniform,
    Empirical,
    Hypergeometric,
)
from likewise.techniques.sampling.distributions.bounded import GEV, Beta, Triangular, Uniform
from likewise.techniques.sampling.distributions.calendar import DateRange, Since
from likewise.techniques.sampling.distributions.combined import Mixture, ZeroInflated
from likewise.techniques.sampling.distributions.counts import Bernoulli, Binomial, Geometric, NegativeBinomial, Poisson
from likewise.techniques.sampling.distributions.distribution import Distribution
from likewise.techniques.sampling.distributions.line import Gumbel, Laplace, Logistic, Normal, StudentT
from likewise.techniques.sampling.distributions.positive import Exponential, Gamma, LogNormal, Pareto, Weibull
from likewise.techniques.sampling.distributions.ranks import Zipf
from likewise.techniques.sampling.distributions.reading import parse

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
