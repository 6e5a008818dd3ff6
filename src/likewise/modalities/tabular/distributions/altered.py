"""Distributions made of another: cut to a range, moved, stretched, rounded."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from likewise.core.schema import Kind
from likewise.modalities.tabular.distributions.combined import only_numbers
from likewise.modalities.tabular.distributions.distribution import Distribution, End, Floats, Scale
from likewise.modalities.tabular.distributions.integrals import moments_by_quantiles
from likewise.modalities.tabular.distributions.reading import Part

LEAST_MASS = 1e-300
"""The least probability of a range that values can still be drawn from: 37 standard deviations out of a normal."""


class Altered(Distribution):
    """A distribution made of one other, of numbers."""

    of: Part

    @model_validator(mode="after")
    def _is_of_numbers(self) -> Self:
        only_numbers(self.of)
        return self

    @property
    def discrete(self) -> bool:
        """Whether the other one is."""
        return self.of.discrete

    @property
    def kind(self) -> Kind:
        """That of the other, truth values taken for 0 and 1."""
        return "integer" if self.of.kind == "boolean" else self.of.kind


class Truncated(Altered):
    """What of another distribution lies from `low` to `high`, both included.

    Drawn by quantiles, precise however far out the range lies, as long as it holds a probability of 1e-300.

    >>> Truncated({"normal": [0, 1]}, low=8).ppf([0, 0.5]).round(3)
    array([8.   , 8.085])
    """

    name: ClassVar[str] = "truncated"

    low: float = -np.inf
    high: float = np.inf

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if not self.low <= self.high:
            raise ValueError("`low` is not above `high`")
        if not self._total >= LEAST_MASS:
            raise ValueError(f"what lies from {self.low:g} to {self.high:g} has no probability that is told from none")
        return self

    @property
    def support(self) -> tuple[float, float]:
        """What of the other's support lies in the range."""
        low, high = self.of.support
        if self.of.discrete and self.kind in ("integer", "boolean"):
            return max(low, np.ceil(self.low)), min(high, np.floor(self.high))
        return max(low, self.low), min(high, self.high)

    @cached_property
    def _ends(self) -> tuple[float, float, float, float]:
        """The probability of less than `low` and of at most `high`, and those of the rest."""
        atom = float(self.of.mass(self.low))
        below, above = float(self.of.cdf(self.low)) - atom, float(self.of.sf(self.low)) + atom
        return max(below, 0.0), float(self.of.cdf(self.high)), min(above, 1.0), float(self.of.sf(self.high))

    @cached_property
    def _total(self) -> float:
        below, upto, from_low, above = self._ends
        return from_low - above if below > 0.5 else upto - below

    def moments(self) -> tuple[float, float]:
        """Return the mean and the variance, by integration over the quantiles."""
        mean, variance = self.of.moments()
        if np.isinf(self.support).any() and not np.isfinite(mean):
            return mean, variance
        found = moments_by_quantiles(self)
        return found if np.isfinite(variance) or np.isfinite(self.support).all() else (found[0], variance)

    def mass(self, x: npt.ArrayLike) -> Floats:
        """Return the probability of exactly these values."""
        values = np.asarray(x, dtype=np.float64)
        return np.where((values >= self.low) & (values <= self.high), self.of.mass(values) / self._total, 0.0)

    def _log_prob(self, x: Floats) -> Any:
        return self.of.log_prob(x) - np.log(self._total)

    def _cdf(self, x: Floats) -> Any:
        below, _, from_low, _ = self._ends
        return (from_low - self.of.sf(x) if below > 0.5 else self.of.cdf(x) - below) / self._total

    def _sf(self, x: Floats) -> Any:
        _, upto, _, above = self._ends
        return (self.of.sf(x) - above if upto > 0.5 else upto - self.of.cdf(x)) / self._total

    def _ppf(self, q: Floats) -> Any:
        below, _, from_low, _ = self._ends
        found = self.of.isf(from_low - q * self._total) if below > 0.5 else self.of.ppf(below + q * self._total)
        return self._atom(found, self.cdf, q, 1.0)

    def _isf(self, q: Floats) -> Any:
        _, upto, _, above = self._ends
        found = self.of.isf(above + q * self._total) if upto > 0.5 else self.of.ppf(upto - q * self._total)
        return self._atom(found, self.sf, q, -1.0)

    def _atom(self, found: Floats, tail: Any, q: Floats, sign: float) -> Any:
        """Return the atom before, where rounding led one too far."""
        found = found.clip(*self.support)
        if not self.of.discrete:
            return found
        before = self.of.ppf(np.maximum(self.of.cdf(found) - self.of.mass(found), 0)).clip(self.support[0])
        return np.where(sign * (tail(before) - q) >= 0, np.minimum(before, found), found)


class Shifted(Altered):
    """Another distribution with `by` added to every value."""

    name: ClassVar[str] = "shifted"

    by: End

    @property
    def kind(self) -> Kind:
        """Whole numbers only where `by` is one."""
        kind = super().kind
        return kind if self.by.is_integer() or kind != "integer" else "float"

    @property
    def support(self) -> tuple[float, float]:
        """That of the other, moved."""
        low, high = self.of.support
        return low + self.by, high + self.by

    def moments(self) -> tuple[float, float]:
        """Return the mean, moved, and the same variance."""
        mean, variance = self.of.moments()
        return mean + self.by, variance

    def mass(self, x: npt.ArrayLike) -> Floats:
        """Return the probability of exactly these values."""
        return self.of.mass(np.asarray(x, dtype=np.float64) - self.by)

    def _log_prob(self, x: Floats) -> Any:
        return self.of.log_prob(x - self.by)

    def _cdf(self, x: Floats) -> Any:
        return self.of.cdf(x - self.by)

    def _sf(self, x: Floats) -> Any:
        return self.of.sf(x - self.by)

    def _ppf(self, q: Floats) -> Any:
        return self.of.ppf(q) + self.by

    def _isf(self, q: Floats) -> Any:
        return self.of.isf(q) + self.by

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return self.of.sample(n, rng) + self.by


class Scaled(Altered):
    """Another distribution with every value multiplied `by` a number above zero."""

    name: ClassVar[str] = "scaled"

    by: Scale

    @property
    def kind(self) -> Kind:
        """Whole numbers only where `by` is one."""
        kind = super().kind
        return kind if self.by.is_integer() or kind != "integer" else "float"

    @property
    def support(self) -> tuple[float, float]:
        """That of the other, stretched."""
        low, high = self.of.support
        return low * self.by, high * self.by

    def moments(self) -> tuple[float, float]:
        """Return the mean and the variance, stretched."""
        mean, variance = self.of.moments()
        return mean * self.by, variance * self.by**2

    def mass(self, x: npt.ArrayLike) -> Floats:
        """Return the probability of exactly these values."""
        return self.of.mass(self._before(np.asarray(x, dtype=np.float64)))

    def _before(self, x: Floats) -> Any:
        """Return the other's values that these come from: for whole numbers the one of which this is the multiple."""
        found = x / self.by
        if not self.of.discrete:
            return found
        near = np.round(found)
        return np.where(near * self.by == x, near, found)

    def _log_prob(self, x: Floats) -> Any:
        return self.of.log_prob(self._before(x)) - (0 if self.of.discrete else np.log(self.by))

    def _cdf(self, x: Floats) -> Any:
        return self.of.cdf(self._before(x))

    def _sf(self, x: Floats) -> Any:
        return self.of.sf(self._before(x))

    def _ppf(self, q: Floats) -> Any:
        return self.of.ppf(q) * self.by

    def _isf(self, q: Floats) -> Any:
        return self.of.isf(q) * self.by

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return self.of.sample(n, rng) * self.by


class Rounded(Altered):
    """Another distribution rounded to so many `decimals`: to whole numbers where none are named, -3 for thousands."""

    name: ClassVar[str] = "rounded"

    decimals: int = Field(default=0, ge=-15, le=15)

    @property
    def discrete(self) -> bool:
        """Whether all values are atoms."""
        return True

    @property
    def kind(self) -> Kind:
        """Whole numbers, or decimal ones."""
        return "decimal" if self.decimals > 0 else "integer"

    @property
    def _unit(self) -> float:
        return 10.0**-self.decimals

    def _rounded(self, x: Floats) -> Any:
        return np.round(x, self.decimals)

    @property
    def support(self) -> tuple[float, float]:
        """That of the other, rounded."""
        low, high = np.round(self.of.support, self.decimals).tolist()
        return low, high

    def moments(self) -> tuple[float, float]:
        """Return the mean and the variance, by summation over the values."""
        mean, variance = self.of.moments()
        return moments_by_quantiles(self) if np.isfinite(variance) else (mean, variance)

    def _log_prob(self, x: Floats) -> Any:
        half = self._unit / 2
        low, high = x - half, x + half
        inner = np.where(
            self.of.cdf(low) > 0.5, self.of.sf(low) - self.of.sf(high), self.of.cdf(high) - self.of.cdf(low)
        )
        return np.where(self._rounded(x) == x, np.log(inner), -np.inf)

    def _upper(self, x: Floats) -> Any:
        """Return up to where the other's values are rounded to at most `x`."""
        near = self._rounded(x)
        return np.where(near > x, near - self._unit, near) + self._unit / 2

    def _cdf(self, x: Floats) -> Any:
        return self.of.cdf(self._upper(x))

    def _sf(self, x: Floats) -> Any:
        return self.of.sf(self._upper(x))

    def _ppf(self, q: Floats) -> Any:
        return self._rounded(self.of.ppf(q))

    def _isf(self, q: Floats) -> Any:
        return self._rounded(self.of.isf(q))

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return self._rounded(self.of.sample(n, rng))
