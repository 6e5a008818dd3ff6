"""Families above zero: lognormal, gamma, exponential, Weibull, Pareto."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field

from likewise.errors import FitError
from likewise.modalities.tabular import special
from likewise.modalities.tabular.distributions.distribution import Distribution, Floats, Scale
from likewise.modalities.tabular.distributions.likelihood import mean_of, root_of, sd_of

_LOG_2PI = float(np.log(2 * np.pi))


class Positive(Distribution):
    """A family of numbers from zero on."""

    @property
    def support(self) -> tuple[float, float]:
        """From 0 on."""
        return 0.0, np.inf

    @classmethod
    def _positive(cls, values: Floats) -> Floats:
        """Return the values if all lie above zero. Raises FitError."""
        if (values <= 0).any():
            raise FitError("fit.support", f"a `{cls.name}` holds numbers above 0", where=cls.name,
                           hint="shift the values, or take another family")  # fmt: skip
        return values


class LogNormal(Positive):
    """What has a normal logarithm, of mean `mu` and standard deviation `sigma`: products of many small things."""

    name: ClassVar[str] = "lognormal"
    learnable: ClassVar[bool] = True

    mu: float = Field(ge=-700, le=700)
    sigma: float = Field(gt=0, le=100)

    def moments(self) -> tuple[float, float]:
        """Return the mean and the variance."""
        with np.errstate(over="ignore"):
            mean = float(np.exp(self.mu + self.sigma**2 / 2))
            return mean, float(np.expm1(self.sigma**2) * np.float64(mean) ** 2)

    def _log_prob(self, x: Floats) -> Any:
        logs = np.log(x)
        found = -0.5 * (((logs - self.mu) / self.sigma) ** 2 + _LOG_2PI) - np.log(self.sigma) - logs
        return np.where(x > 0, found, -np.inf)

    def _cdf(self, x: Floats) -> Any:
        return special.ndtr((np.log(x) - self.mu) / self.sigma)

    def _sf(self, x: Floats) -> Any:
        return special.ndtr((self.mu - np.log(x)) / self.sigma)

    def _ppf(self, q: Floats) -> Any:
        return np.exp(self.mu + self.sigma * special.ndtri(q))

    def _isf(self, q: Floats) -> Any:
        return np.exp(self.mu - self.sigma * special.ndtri(q))

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return rng.lognormal(self.mu, self.sigma, n)

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        logs = np.log(cls._positive(values))
        return cls._fitted(mean_of(logs, weights), sd_of(logs, weights))


class Gamma(Positive):
    """Waiting times in several stages, amounts, loads: mean `shape` x `scale`."""

    name: ClassVar[str] = "gamma"
    learnable: ClassVar[bool] = True

    shape: float = Field(gt=0, le=1e12)
    scale: Scale = 1.0

    def moments(self) -> tuple[float, float]:
        """Return shape scale and shape scale^2."""
        return self.shape * self.scale, self.shape * self.scale**2

    def _log_prob(self, x: Floats) -> Any:
        z = x / self.scale
        return special.xlogy(self.shape - 1, z) - z - special.gammaln(self.shape) - np.log(self.scale)

    def _cdf(self, x: Floats) -> Any:
        return special.gammainc(self.shape, x / self.scale)

    def _sf(self, x: Floats) -> Any:
        return special.gammaincc(self.shape, x / self.scale)

    def _ppf(self, q: Floats) -> Any:
        return self.scale * special.gammaincinv(self.shape, q)

    def _isf(self, q: Floats) -> Any:
        return self.scale * special.gammainccinv(self.shape, q)

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return rng.gamma(self.shape, self.scale, n)

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        mean, mean_log = mean_of(cls._positive(values), weights), mean_of(np.log(values), weights)
        gap = np.log(mean) - mean_log
        shape = (3 - gap + np.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap)
        for _ in range(30):  # Minka's generalised Newton steps (2002): a handful do
            slope = mean_log - np.log(mean) + np.log(shape) - special.digamma(shape)
            shape = 1 / (1 / shape + slope / (shape**2 * (1 / shape - special.polygamma(1, shape))))
        return cls._fitted(shape, mean / shape)


class Exponential(Positive):
    """How long it takes to the next of events that happen at any time alike: `mean`, one over the rate."""

    name: ClassVar[str] = "exponential"
    learnable: ClassVar[bool] = True

    mean: Scale

    def moments(self) -> tuple[float, float]:
        """Return the mean and its square."""
        return self.mean, self.mean**2

    def _log_prob(self, x: Floats) -> Any:
        return -x / self.mean - np.log(self.mean)

    def _cdf(self, x: Floats) -> Any:
        return -np.expm1(-x / self.mean)

    def _sf(self, x: Floats) -> Any:
        return np.exp(-x / self.mean)

    def _ppf(self, q: Floats) -> Any:
        return -self.mean * np.log1p(-q)

    def _isf(self, q: Floats) -> Any:
        return -self.mean * np.log(q)

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return rng.exponential(self.mean, n)

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        if (values < 0).any():
            cls._positive(values)
        return cls._fitted(mean_of(values, weights))


class Weibull(Positive):
    """Times to failure: a `shape` below 1 for what fails early, above 1 for what wears out, stretched by `scale`."""

    name: ClassVar[str] = "weibull"
    learnable: ClassVar[bool] = True

    shape: float = Field(gt=0, le=1e6)
    scale: Scale = 1.0

    def moments(self) -> tuple[float, float]:
        """Return the mean and the variance."""
        first, second = (float(special.gamma(1 + order / self.shape)) for order in (1, 2))
        return self.scale * first, self.scale**2 * (second - first**2)

    def _log_prob(self, x: Floats) -> Any:
        z = x / self.scale
        return np.log(self.shape / self.scale) + special.xlogy(self.shape - 1, z) - z**self.shape

    def _cdf(self, x: Floats) -> Any:
        return -np.expm1(-((x / self.scale) ** self.shape))

    def _sf(self, x: Floats) -> Any:
        return np.exp(-((x / self.scale) ** self.shape))

    def _ppf(self, q: Floats) -> Any:
        return self.scale * (-np.log1p(-q)) ** (1 / self.shape)

    def _isf(self, q: Floats) -> Any:
        return self.scale * (-np.log(q)) ** (1 / self.shape)

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return self.scale * rng.weibull(self.shape, n)

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        logs = np.log(cls._positive(values))
        middle, spread = mean_of(logs, weights), sd_of(logs, weights)
        cls._fitted(1.0, spread)
        z = (logs - middle) / spread

        def tilted(log_shape: float) -> Any:
            return weights * np.exp(np.exp(log_shape) * (z - z.max()))

        def slope(log_shape: float) -> float:
            share = tilted(log_shape)
            return float((z * share).sum() / share.sum() - np.exp(-log_shape))

        shape = np.exp(root_of(slope, 0.25, 0.25))
        top = np.log(tilted(float(np.log(shape))).sum() / weights.sum()) / shape + z.max()
        return cls._fitted(shape / spread, np.exp(middle + spread * top))


class Pareto(Positive):
    """Sizes with a power tail from `minimum` on: the smaller `alpha`, the more lies in the few largest."""

    name: ClassVar[str] = "pareto"
    learnable: ClassVar[bool] = True

    alpha: float = Field(gt=0, le=1e6)
    minimum: Scale = 1.0

    @property
    def support(self) -> tuple[float, float]:
        """From the minimum on."""
        return self.minimum, np.inf

    def moments(self) -> tuple[float, float]:
        """Return the mean (infinite up to alpha 1) and the variance (infinite up to alpha 2)."""
        a, m = self.alpha, self.minimum
        return (a * m / (a - 1) if a > 1 else np.inf), (m**2 * a / ((a - 1) ** 2 * (a - 2)) if a > 2 else np.inf)

    def _log_prob(self, x: Floats) -> Any:
        return np.log(self.alpha / self.minimum) - (self.alpha + 1) * np.log(x / self.minimum)

    def _cdf(self, x: Floats) -> Any:
        return -np.expm1(-self.alpha * np.log(x / self.minimum))

    def _sf(self, x: Floats) -> Any:
        return (x / self.minimum) ** -self.alpha

    def _ppf(self, q: Floats) -> Any:
        return self.minimum * np.exp(-np.log1p(-q) / self.alpha)

    def _isf(self, q: Floats) -> Any:
        return self.minimum * np.exp(-np.log(q) / self.alpha)

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return self.minimum * np.exp(rng.standard_exponential(n) / self.alpha)

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        least_value = cls._positive(values).min()
        return cls._fitted(1 / mean_of(np.log(values / least_value), weights), least_value)
