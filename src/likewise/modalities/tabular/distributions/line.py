"""Families on the whole line: normal, Student's t, Laplace, logistic, Gumbel."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field

from likewise.modalities.tabular import special
from likewise.modalities.tabular.distributions.distribution import Distribution, End, Floats, Scale
from likewise.modalities.tabular.distributions.likelihood import least, mean_of, median_of, root_of, sd_of

_LOG_2PI = float(np.log(2 * np.pi))


class OnLine(Distribution):
    """A family on the whole line that a place and a scale move and stretch."""

    @property
    def support(self) -> tuple[float, float]:
        """All numbers."""
        return -np.inf, np.inf


class Normal(OnLine):
    """The bell: sums of many small things. `mean` and `sd` (standard deviation)."""

    name: ClassVar[str] = "normal"
    learnable: ClassVar[bool] = True

    mean: End
    sd: Scale

    def moments(self) -> tuple[float, float]:
        """Return the mean and the variance."""
        return self.mean, self.sd**2

    def _log_prob(self, x: Floats) -> Any:
        return -0.5 * (((x - self.mean) / self.sd) ** 2 + _LOG_2PI) - np.log(self.sd)

    def _cdf(self, x: Floats) -> Any:
        return special.ndtr((x - self.mean) / self.sd)

    def _sf(self, x: Floats) -> Any:
        return special.ndtr((self.mean - x) / self.sd)

    def _ppf(self, q: Floats) -> Any:
        return self.mean + self.sd * special.ndtri(q)

    def _isf(self, q: Floats) -> Any:
        return self.mean - self.sd * special.ndtri(q)

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return rng.normal(self.mean, self.sd, n)

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        return cls._fitted(mean_of(values, weights), sd_of(values, weights))


class StudentT(OnLine):
    """A bell with heavy tails: the fewer degrees of freedom `df`, the heavier. Without variance up to 2."""

    name: ClassVar[str] = "student-t"
    learnable: ClassVar[bool] = True

    df: float = Field(gt=0, le=1e10)
    loc: End = 0.0
    scale: Scale = 1.0

    def moments(self) -> tuple[float, float]:
        """Return the mean (NaN up to df 1) and the variance (infinite up to df 2)."""
        mean = self.loc if self.df > 1 else np.nan
        spread = self.df / (self.df - 2) if self.df > 2 else np.inf if self.df > 1 else np.nan
        return mean, self.scale**2 * spread

    def _log_prob(self, x: Floats) -> Any:
        z, half = (x - self.loc) / self.scale, (self.df + 1) / 2
        # log of gamma((df + 1) / 2) / gamma(df / 2), without the difference of two huge numbers
        constant = np.log(special.poch(self.df / 2, 0.5)) - 0.5 * np.log(self.df * np.pi)
        far = np.abs(z) > 1e100  # where the square leaves the doubles
        logs = np.where(far, 2 * np.log(np.abs(z)) - np.log(self.df), np.log1p(z * z / self.df))
        return constant - np.log(self.scale) - half * logs

    def _cdf(self, x: Floats) -> Any:
        return special.stdtr(self.df, (x - self.loc) / self.scale)

    def _sf(self, x: Floats) -> Any:
        return special.stdtr(self.df, (self.loc - x) / self.scale)

    def _ppf(self, q: Floats) -> Any:
        return self.loc + self.scale * special.stdtrit(self.df, q)

    def _isf(self, q: Floats) -> Any:
        return self.loc - self.scale * special.stdtrit(self.df, q)

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return self.loc + self.scale * rng.standard_t(self.df, n)

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        middle = median_of(values, weights)
        spread = median_of(np.abs(values - middle), weights) or sd_of(values, weights)
        cls._fitted(1.0, middle, spread)
        z = (values - middle) / spread

        def cost(at: Floats) -> float:
            if not -3 < at[2] < 7:  # from df 0.05, below which tails leave the doubles, to 1,100, which is a normal
                return np.inf
            return -mean_of(cls(float(np.exp(at[2])), float(at[0]), float(np.exp(at[1])))._log_prob(z), weights)

        loc, log_scale, log_df = least(cost, (0.0, 0.3, 1.5))
        return cls._fitted(np.exp(log_df), middle + spread * loc, spread * np.exp(log_scale))


class Laplace(OnLine):
    """Two exponentials back to back: a sharp peak at `loc`, and tails that fall by `scale`."""

    name: ClassVar[str] = "laplace"
    learnable: ClassVar[bool] = True

    loc: End = 0.0
    scale: Scale = 1.0

    def moments(self) -> tuple[float, float]:
        """Return loc and 2 scale^2."""
        return self.loc, 2 * self.scale**2

    def _log_prob(self, x: Floats) -> Any:
        return -np.abs((x - self.loc) / self.scale) - np.log(2 * self.scale)

    def _cdf(self, x: Floats) -> Any:
        z = (x - self.loc) / self.scale
        return np.where(z < 0, 0.5 * np.exp(np.minimum(z, 0)), 1 - 0.5 * np.exp(-np.maximum(z, 0)))

    def _sf(self, x: Floats) -> Any:
        z = (x - self.loc) / self.scale
        return np.where(z > 0, 0.5 * np.exp(-np.maximum(z, 0)), 1 - 0.5 * np.exp(np.minimum(z, 0)))

    def _ppf(self, q: Floats) -> Any:
        return self.loc + self.scale * np.where(q < 0.5, np.log(2 * q), -np.log(2 - 2 * q))

    def _isf(self, q: Floats) -> Any:
        return 2 * self.loc - self._ppf(q)

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return rng.laplace(self.loc, self.scale, n)

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        middle = median_of(values, weights)
        return cls._fitted(middle, mean_of(np.abs(values - middle), weights))


class Logistic(OnLine):
    """A bell with tails that fall exponentially, around `loc`."""

    name: ClassVar[str] = "logistic"
    learnable: ClassVar[bool] = True

    loc: End = 0.0
    scale: Scale = 1.0

    def moments(self) -> tuple[float, float]:
        """Return loc and (pi scale)^2 / 3."""
        return self.loc, (np.pi * self.scale) ** 2 / 3

    def _log_prob(self, x: Floats) -> Any:
        z = np.abs((x - self.loc) / self.scale)
        return -z - 2 * np.log1p(np.exp(-z)) - np.log(self.scale)

    def _cdf(self, x: Floats) -> Any:
        return special.expit((x - self.loc) / self.scale)

    def _sf(self, x: Floats) -> Any:
        return special.expit((self.loc - x) / self.scale)

    def _ppf(self, q: Floats) -> Any:
        return self.loc + self.scale * special.logit(q)

    def _isf(self, q: Floats) -> Any:
        return self.loc - self.scale * special.logit(q)

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return rng.logistic(self.loc, self.scale, n)

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        middle, spread = mean_of(values, weights), sd_of(values, weights)
        cls._fitted(middle, spread)
        z = (values - middle) / spread

        def cost(at: Floats) -> float:
            return -mean_of(cls(float(at[0]), float(np.exp(at[1])))._log_prob(z), weights)

        loc, log_scale = least(cost, (0.0, -0.6))
        return cls._fitted(middle + spread * loc, spread * np.exp(log_scale))


class Gumbel(OnLine):
    """The largest of many values with exponential tails, such as yearly floods: most often at `loc`, skewed upwards."""

    name: ClassVar[str] = "gumbel"
    learnable: ClassVar[bool] = True

    loc: End = 0.0
    scale: Scale = 1.0

    def moments(self) -> tuple[float, float]:
        """Return loc + 0.5772 scale and (pi scale)^2 / 6."""
        return self.loc + np.euler_gamma * self.scale, (np.pi * self.scale) ** 2 / 6

    def _log_prob(self, x: Floats) -> Any:
        z = (x - self.loc) / self.scale
        return -z - np.exp(-z) - np.log(self.scale)

    def _cdf(self, x: Floats) -> Any:
        return np.exp(-np.exp((self.loc - x) / self.scale))

    def _sf(self, x: Floats) -> Any:
        return -np.expm1(-np.exp((self.loc - x) / self.scale))

    def _ppf(self, q: Floats) -> Any:
        return self.loc - self.scale * np.log(-np.log(q))

    def _isf(self, q: Floats) -> Any:
        return self.loc - self.scale * np.log(-np.log1p(-q))

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return rng.gumbel(self.loc, self.scale, n)

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        middle, spread = mean_of(values, weights), sd_of(values, weights)
        cls._fitted(middle, spread)
        z = (values - middle) / spread
        lowest = z.min()

        def slope(log_scale: float) -> float:
            tilted = weights * np.exp((lowest - z) / np.exp(log_scale))
            return float(np.exp(log_scale) + (z * tilted).sum() / tilted.sum())

        scale = np.exp(root_of(slope, -0.25, 0.25))
        loc = lowest - scale * np.log(mean_of(np.exp((lowest - z) / scale), weights))
        return cls._fitted(middle + spread * loc, spread * scale)
