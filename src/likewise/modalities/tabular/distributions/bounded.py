"""Families between two ends: uniform, beta, triangular; and the generalised extreme value, with one end or none."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from likewise.errors import FitError
from likewise.modalities.tabular import special
from likewise.modalities.tabular.distributions.distribution import Distribution, End, Floats, Scale
from likewise.modalities.tabular.distributions.likelihood import least, mean_of, sd_of


class Uniform(Distribution):
    """Every number from `low` to `high` alike."""

    name: ClassVar[str] = "uniform"
    learnable: ClassVar[bool] = True

    low: End = 0.0
    high: End = 1.0

    @model_validator(mode="after")
    def _ends_are_in_order(self) -> Self:
        if not self.low < self.high:
            raise ValueError("`low` lies below `high`")
        return self

    @property
    def support(self) -> tuple[float, float]:
        """The two ends."""
        return self.low, self.high

    def moments(self) -> tuple[float, float]:
        """Return the middle, and the width squared over 12."""
        return self.low / 2 + self.high / 2, (self.high - self.low) ** 2 / 12

    def _log_prob(self, x: Floats) -> Any:
        return np.full(x.shape, -np.log(self.high - self.low))

    def _cdf(self, x: Floats) -> Any:
        return (x - self.low) / (self.high - self.low)

    def _sf(self, x: Floats) -> Any:
        return (self.high - x) / (self.high - self.low)

    def _ppf(self, q: Floats) -> Any:
        return self.low + q * (self.high - self.low)

    def _isf(self, q: Floats) -> Any:
        return self.high - q * (self.high - self.low)

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return rng.uniform(self.low, self.high, n)

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        return cls._fitted(values.min(), values.max())


class Beta(Distribution):
    """Shares: any hump, slope or bowl between `low` and `high` (0 and 1), leaning up where `a` is above `b`."""

    name: ClassVar[str] = "beta"
    learnable: ClassVar[bool] = True

    a: float = Field(gt=0, le=1e12)
    b: float = Field(gt=0, le=1e12)
    low: End = 0.0
    high: End = 1.0

    @model_validator(mode="after")
    def _ends_are_in_order(self) -> Self:
        if not self.low < self.high:
            raise ValueError("`low` lies below `high`")
        return self

    @property
    def support(self) -> tuple[float, float]:
        """The two ends."""
        return self.low, self.high

    def moments(self) -> tuple[float, float]:
        """Return the mean and the variance."""
        total, width = self.a + self.b, self.high - self.low
        variance = self.a / total * (self.b / total) / (total + 1)
        return self.low + width * self.a / total, width**2 * variance

    def _log_prob(self, x: Floats) -> Any:
        width = self.high - self.low
        z = (x - self.low) / width
        found = special.xlogy(self.a - 1, z) + special.xlog1py(self.b - 1, -z) - special.betaln(self.a, self.b)
        return found - np.log(width)

    def _cdf(self, x: Floats) -> Any:
        return special.betainc(self.a, self.b, (x - self.low) / (self.high - self.low))

    def _sf(self, x: Floats) -> Any:
        return special.betaincc(self.a, self.b, (x - self.low) / (self.high - self.low))

    def _ppf(self, q: Floats) -> Any:
        return self._between(q, 1 - q)

    def _isf(self, q: Floats) -> Any:
        return self._between(1 - q, q)

    def _between(self, below: Floats, above: Floats) -> Any:
        """Return what has these shares below and above it, found by the smaller share and from the nearer end."""
        found = np.empty(below.shape)
        lower = below <= 0.5
        for side, shares, one, other in ((lower, below, special.betaincinv, special.betainccinv),
                                         (~lower, above, special.betainccinv, special.betaincinv)):  # fmt: skip
            own = one(self.a, self.b, shares[side])
            far = own > 0.5
            own[far] = 1 - other(self.b, self.a, shares[side][far])
            found[side] = own
        return self.low + (self.high - self.low) * found

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return self.low + (self.high - self.low) * rng.beta(self.a, self.b, n)

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        if (values <= 0).any() or (values >= 1).any():
            raise FitError("fit.support", "a `beta` is learned from shares between 0 and 1, both left out",
                           where=cls.name, hint="bring the values between 0 and 1, or take another family")  # fmt: skip
        mean, variance = mean_of(values, weights), sd_of(values, weights) ** 2
        total = max(mean * (1 - mean) / variance - 1, 1e-3)
        cls._fitted(mean * total, (1 - mean) * total)
        aims = np.array([mean_of(np.log(values), weights), mean_of(np.log1p(-values), weights)])
        at = np.array([mean * total, (1 - mean) * total])
        for _ in range(100):  # Newton's steps on the two likelihood equations
            faults = special.digamma(at) - special.digamma(at.sum()) - aims
            slopes = np.diag(special.polygamma(1, at)) - special.polygamma(1, at.sum())
            step = np.linalg.solve(slopes, faults)
            at = np.where(step < at, at - step, at / 2)
            if (np.abs(step) <= 1e-12 * at).all():
                break
        return cls._fitted(*at)


class Triangular(Distribution):
    """A guess by three numbers: never below `low` or above `high`, most often near `mode`."""

    name: ClassVar[str] = "triangular"

    low: End
    mode: End
    high: End

    @model_validator(mode="after")
    def _ends_are_in_order(self) -> Self:
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            raise ValueError("`low`, `mode` and `high` rise")
        return self

    @property
    def support(self) -> tuple[float, float]:
        """The two ends."""
        return self.low, self.high

    def moments(self) -> tuple[float, float]:
        """Return the mean of the three numbers, and the variance."""
        a, c, b = self.low, self.mode, self.high
        return a / 3 + b / 3 + c / 3, ((b - a) ** 2 - (b - c) * (c - a)) / 18

    def _log_prob(self, x: Floats) -> Any:
        a, c, b = self.low, self.mode, self.high
        rising, falling = 2 * (x - a) / ((b - a) * (c - a)), 2 * (b - x) / ((b - a) * (b - c))
        return np.log(np.where(x < c, rising, np.where(x > c, falling, 2 / (b - a))))

    def _cdf(self, x: Floats) -> Any:
        a, c, b = self.low, self.mode, self.high
        return np.where(x < c, (x - a) ** 2 / ((b - a) * (c - a)), 1 - (b - x) ** 2 / ((b - a) * (b - c)))

    def _sf(self, x: Floats) -> Any:
        a, c, b = self.low, self.mode, self.high
        return np.where(x < c, 1 - (x - a) ** 2 / ((b - a) * (c - a)), (b - x) ** 2 / ((b - a) * (b - c)))

    def _ppf(self, q: Floats) -> Any:
        a, c, b = self.low, self.mode, self.high
        rising = q < (c - a) / (b - a)
        return np.where(rising, a + np.sqrt(q * (b - a) * (c - a)), b - np.sqrt((1 - q) * (b - a) * (b - c)))

    def _isf(self, q: Floats) -> Any:
        a, c, b = self.low, self.mode, self.high
        falling = q < (b - c) / (b - a)
        return np.where(falling, b - np.sqrt(q * (b - a) * (b - c)), a + np.sqrt((1 - q) * (b - a) * (c - a)))

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return rng.triangular(self.low, self.mode, self.high, n)


class GEV(Distribution):
    """The largest of many values: a heavy tail for a `shape` above 0 (Frechet), an upper end below 0, Gumbel at 0."""

    name: ClassVar[str] = "gev"
    learnable: ClassVar[bool] = True

    loc: End
    scale: Scale
    shape: float = Field(ge=-10, le=10)

    @property
    def support(self) -> tuple[float, float]:
        """From loc - scale / shape on, or up to it."""
        if abs(self.shape) < 1e-300:
            return -np.inf, np.inf
        end = self.loc - self.scale / self.shape
        return (end, np.inf) if self.shape > 0 else (-np.inf, end)

    def moments(self) -> tuple[float, float]:
        """Return the mean (infinite from shape 1 on) and the variance (infinite from shape 1/2 on)."""
        c = self.shape
        if abs(c) < 1e-6:
            return self.loc + np.euler_gamma * self.scale, (np.pi * self.scale) ** 2 / 6
        first, second = (float(special.gamma(1 - k * c)) for k in (1, 2))
        mean = self.loc + self.scale * (first - 1) / c if c < 1 else np.inf
        return mean, self.scale**2 * (second - first**2) / c**2 if c < 0.5 else np.inf

    def _log_rate(self, x: Floats) -> Any:
        """Return the log of how many of the many values are expected above `x`."""
        z = (x - self.loc) / self.scale
        return -z if abs(self.shape) < 1e-12 else -np.log1p(self.shape * z) / self.shape

    def _log_prob(self, x: Floats) -> Any:
        rate = self._log_rate(x)
        found = (1 + self.shape) * rate - np.exp(rate) - np.log(self.scale)
        return np.where(np.isnan(found), -np.inf, found)

    def _cdf(self, x: Floats) -> Any:
        return np.exp(-np.exp(self._log_rate(x)))

    def _sf(self, x: Floats) -> Any:
        return -np.expm1(-np.exp(self._log_rate(x)))

    def _at_rate(self, log_rate: Floats) -> Any:
        if abs(self.shape) < 1e-12:
            return self.loc - self.scale * log_rate
        return self.loc + self.scale * np.expm1(-self.shape * log_rate) / self.shape

    def _ppf(self, q: Floats) -> Any:
        return self._at_rate(np.log(-np.log(q)))

    def _isf(self, q: Floats) -> Any:
        return self._at_rate(np.log(-np.log1p(-q)))

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        middle, spread = mean_of(values, weights), sd_of(values, weights)
        cls._fitted(middle, spread, 0.0)
        z = (values - middle) / spread

        def cost(at: Floats) -> float:
            if not -0.99 < at[2] < 5:  # below -1 the likelihood grows without end as the upper end nears the maximum
                return np.inf
            tried = cls(float(at[0]), float(np.exp(at[1])), float(at[2]))
            return -mean_of(tried.log_prob(z), weights)

        starts = (least(cost, (-0.45, -0.25, shape)) for shape in (0.05, -0.3))
        loc, log_scale, shape = min(starts, key=cost)
        return cls._fitted(middle + spread * loc, spread * np.exp(log_scale), shape)
