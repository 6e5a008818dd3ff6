"""Counts: Bernoulli, binomial, negative binomial, Poisson, geometric; and what all whole numbers share."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field

from likewise.core.schema import Kind
from likewise.errors import FitError
from likewise.modalities.tabular import special
from likewise.modalities.tabular.distributions.distribution import Distribution, Floats
from likewise.modalities.tabular.distributions.likelihood import mean_of, root_of
from likewise.modalities.tabular.distributions.roots import least_counts


class Counts(Distribution):
    """A distribution of whole numbers: a family writes its probabilities and tails, the quantiles follow."""

    @property
    def discrete(self) -> bool:
        """Whether all values are atoms."""
        return True

    @abstractmethod
    def _log_mass(self, k: Floats) -> Any: ...

    @abstractmethod
    def _below(self, k: Floats) -> Any:
        """Return the probability of at most `k`, a whole number within the support."""

    @abstractmethod
    def _above(self, k: Floats) -> Any:
        """Return the probability of more than `k`."""

    def _log_prob(self, x: Floats) -> Any:
        return np.where(x == np.floor(x), self._log_mass(np.floor(x)), -np.inf)

    def _cdf(self, x: Floats) -> Any:
        return self._below(np.floor(x))

    def _sf(self, x: Floats) -> Any:
        return self._above(np.floor(x))

    def _ppf(self, q: Floats) -> Any:
        return self._sought(self._below, q, special.ndtri(q))

    def _isf(self, q: Floats) -> Any:
        return self._sought(lambda k: -self._above(k), -q, -special.ndtri(q))

    def _sought(self, rising: Any, aims: Floats, score: Floats) -> Any:
        mean, variance = self.moments()
        sd = float(np.sqrt(variance)) if np.isfinite(variance) else 1.0
        return least_counts(rising, aims, mean + sd * score, sd / 4, *self.support) if aims.size else aims.copy()

    @classmethod
    def _whole(cls, values: Floats, low: float = 0) -> Floats:
        """Return the values if all are whole and not below `low`. Raises FitError."""
        if (values != np.floor(values)).any() or (values < low).any():
            raise FitError("fit.support", f"a `{cls.name}` holds whole numbers from {low:g} on", where=cls.name,
                           hint="leave other values out, or take another family")  # fmt: skip
        return values


class Bernoulli(Counts):
    """1 with probability `p`, else 0; a column of truth values unless another kind is asked for."""

    name: ClassVar[str] = "bernoulli"
    learnable: ClassVar[bool] = True

    p: float = Field(ge=0, le=1)

    @property
    def support(self) -> tuple[float, float]:
        """0 and 1."""
        return 0.0, 1.0

    @property
    def kind(self) -> Kind:
        """Truth values."""
        return "boolean"

    def moments(self) -> tuple[float, float]:
        """Return p and p (1 - p)."""
        return self.p, self.p * (1 - self.p)

    def _log_mass(self, k: Floats) -> Any:
        return np.where(k == 1, np.log(self.p), np.log1p(-self.p))

    def _below(self, k: Floats) -> Any:
        return np.where(k >= 1, 1.0, 1 - self.p)

    def _above(self, k: Floats) -> Any:
        return np.where(k >= 1, 0.0, self.p)

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return rng.random(n) < self.p

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        if not np.isin(values, (0, 1)).all():
            raise FitError("fit.support", "a `bernoulli` holds 0 and 1", where=cls.name,
                           hint="take another family")  # fmt: skip
        return cls._fitted(mean_of(values, weights))


class Binomial(Counts):
    """How many of `n` trials succeed, each with probability `p`."""

    name: ClassVar[str] = "binomial"

    n: int = Field(ge=0, le=2**53)
    p: float = Field(ge=0, le=1)

    @property
    def support(self) -> tuple[float, float]:
        """0 and n."""
        return 0.0, float(self.n)

    def moments(self) -> tuple[float, float]:
        """Return n p and n p (1 - p)."""
        return self.n * self.p, self.n * self.p * (1 - self.p)

    def _log_mass(self, k: Floats) -> Any:
        choose = -special.betaln(self.n - k + 1, k + 1) - np.log(self.n + 1.0)
        return choose + special.xlogy(k, self.p) + special.xlog1py(self.n - k, -self.p)

    def _below(self, k: Floats) -> Any:
        return np.where(k >= self.n, 1.0, special.betainc(np.maximum(self.n - k, 1), k + 1, 1 - self.p))

    def _above(self, k: Floats) -> Any:
        return np.where(k >= self.n, 0.0, special.betainc(k + 1, np.maximum(self.n - k, 1), self.p))

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return rng.binomial(self.n, self.p, n)


class NegativeBinomial(Counts):
    """How many failures come before the `r`-th success, each trial a success with probability `p`.

    `r` may be any positive number: counts with more spread than a Poisson's (mean m and variance m + m^2 / r, for
    p = r / (r + m)).
    """

    name: ClassVar[str] = "negative-binomial"
    learnable: ClassVar[bool] = True

    r: float = Field(gt=0, allow_inf_nan=False)
    p: float = Field(gt=0, le=1)

    @property
    def support(self) -> tuple[float, float]:
        """From 0 on."""
        return 0.0, np.inf

    def moments(self) -> tuple[float, float]:
        """Return r (1 - p) / p and r (1 - p) / p^2."""
        mean = self.r * (1 - self.p) / self.p
        return mean, mean / self.p

    def _log_mass(self, k: Floats) -> Any:
        choose = special.gammaln(self.r + k) - special.gammaln(self.r) - special.gammaln(k + 1)
        return choose + self.r * np.log(self.p) + special.xlog1py(k, -self.p)

    def _below(self, k: Floats) -> Any:
        return special.betainc(self.r, k + 1, self.p)

    def _above(self, k: Floats) -> Any:
        return special.betainc(k + 1, self.r, 1 - self.p)

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return rng.poisson(rng.gamma(self.r, (1 - self.p) / self.p, n))

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        distinct, places = np.unique(cls._whole(values), return_inverse=True)
        counts = np.bincount(places, weights).astype(np.float64)
        mean = mean_of(distinct, counts)
        spread = mean_of((distinct - mean) ** 2, counts)
        if spread <= mean or not mean:
            raise FitError("fit.degenerate", "the values spread no more than a Poisson's", where=cls.name,
                           hint="take `poisson`")  # fmt: skip

        def slope(log_r: float) -> float:
            r = np.exp(log_r)
            return float(mean_of(special.digamma(distinct + r), counts) - special.digamma(r) - np.log1p(mean / r))

        r = float(np.exp(root_of(slope, np.log(mean**2 / (spread - mean)), 1.0)))
        return cls._fitted(r, r / (r + mean))


class Poisson(Counts):
    """How many events happen where `mean` are expected and none depends on another."""

    name: ClassVar[str] = "poisson"
    learnable: ClassVar[bool] = True

    mean: float = Field(ge=0, le=1e15)

    @property
    def support(self) -> tuple[float, float]:
        """From 0 on."""
        return 0.0, np.inf if self.mean else 0.0

    def moments(self) -> tuple[float, float]:
        """Return the mean twice."""
        return self.mean, self.mean

    def _log_mass(self, k: Floats) -> Any:
        return special.xlogy(k, self.mean) - self.mean - special.gammaln(k + 1)

    def _below(self, k: Floats) -> Any:
        return special.gammaincc(k + 1, self.mean)

    def _above(self, k: Floats) -> Any:
        return special.gammainc(k + 1, self.mean)

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return rng.poisson(self.mean, n)

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        return cls._fitted(mean_of(cls._whole(values), weights))


class Geometric(Counts):
    """How many trials it takes to the first success, each with probability `p`: 1, 2, ..."""

    name: ClassVar[str] = "geometric"
    learnable: ClassVar[bool] = True

    p: float = Field(gt=0, le=1)

    @property
    def support(self) -> tuple[float, float]:
        """From 1 on."""
        return 1.0, np.inf

    def moments(self) -> tuple[float, float]:
        """Return 1 / p and (1 - p) / p^2."""
        return 1 / self.p, (1 - self.p) / self.p**2

    def _log_mass(self, k: Floats) -> Any:
        return special.xlog1py(k - 1, -self.p) + np.log(self.p)

    def _below(self, k: Floats) -> Any:
        return -np.expm1(k * np.log1p(-self.p))

    def _above(self, k: Floats) -> Any:
        return np.exp(k * np.log1p(-self.p))

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return rng.geometric(self.p, n)

    @classmethod
    def _fit(cls, values: Floats, weights: Floats) -> Self:
        return cls._fitted(1 / mean_of(cls._whole(values, low=1), weights))
