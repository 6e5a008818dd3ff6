"""Distributions made of several: mixtures, and what is zero more often than its distribution says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from likewise.core.schema import Kind
from likewise.modalities.tabular.distributions.atoms import check_weights, weights_of
from likewise.modalities.tabular.distributions.distribution import Distribution, Floats
from likewise.modalities.tabular.distributions.reading import Part, Parts
from likewise.modalities.tabular.distributions.roots import Places, crossing, least_counts

NUMBERS: frozenset[Kind] = frozenset({"integer", "decimal", "float", "boolean"})
"""Kinds whose values are numbers that may be mixed, moved and cut."""


HALVINGS, GRAIN = 60, 1e-14
"""Steps in which an atom is found by the share of its own distribution, and what shares are told apart by."""


class Mixture(Distribution):
    """Drawn from one of several distributions, each as often as its weight (all alike where there are none).

    >>> Mixture([{"normal": [0, 1]}, {"normal": [5, 1]}], [0.3, 0.7]).moments()[0]
    3.5
    """

    name: ClassVar[str] = "mixture"

    of: Parts = Field(min_length=1, max_length=1000)
    weights: tuple[float, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        check_weights(self.weights, len(self.of), "distributions")
        kinds = {part.kind for part in self.of}
        if len({part.categories for part in self.of}) > 1 or (len(kinds) > 1 and not kinds <= NUMBERS):
            raise ValueError("`of` holds numbers only, moments of one kind only, or categories of the same levels")
        return self

    @property
    def discrete(self) -> bool:
        """Whether all its parts are."""
        return all(part.discrete for part in self.of)

    @property
    def kind(self) -> Kind:
        """That of its parts, where they have one."""
        kinds = {part.kind for part in self.of}
        return kinds.pop() if len(kinds) == 1 else "integer" if kinds == {"integer", "boolean"} else "float"

    @property
    def categories(self) -> tuple[str, ...] | None:
        """The levels of its parts."""
        return self.of[0].categories

    @property
    def support(self) -> tuple[float, float]:
        """From the least to the greatest value of any part."""
        ends = [part.support for part, share in zip(self.of, self._shares, strict=True) if share]
        return min(low for low, _ in ends), max(high for _, high in ends)

    @cached_property
    def _shares(self) -> Floats:
        weights = weights_of(self.weights, len(self.of))
        return np.asarray(weights / weights.sum(), dtype=np.float64)

    def moments(self) -> tuple[float, float]:
        """Return the mean and the variance."""
        means, variances = np.array([part.moments() for part in self.of]).T
        with np.errstate(over="ignore", invalid="ignore"):
            mean = float(self._shares @ means)
            return mean, float(self._shares @ (variances + (means - mean) ** 2))

    def _sum(self, function: str, x: Floats) -> Any:
        found = np.zeros(x.shape)
        for part, share in zip(self.of, self._shares.tolist(), strict=True):
            found += share * getattr(part, function)(x)
        return found

    def mass(self, x: npt.ArrayLike) -> Any:
        """Return the probability of exactly these values."""
        return self._sum("mass", np.asarray(x, dtype=np.float64))

    def _log_prob(self, x: Floats) -> Any:
        if self.discrete:
            return np.log(self.mass(x))
        atoms = self.mass(x)
        density = np.zeros(x.shape)
        for part, share in zip(self.of, self._shares.tolist(), strict=True):
            density += 0 if part.discrete else share * part.pdf(x)
        return np.log(np.where(atoms > 0, atoms, density))

    def _cdf(self, x: Floats) -> Any:
        return self._sum("cdf", x)

    def _sf(self, x: Floats) -> Any:
        return self._sum("sf", x)

    def _ppf(self, q: Floats) -> Any:
        return self._quantile(q, "ppf")

    def _isf(self, q: Floats) -> Any:
        return self._quantile(q, "isf")

    def _quantile(self, q: Floats, side: str) -> Any:
        """Seek between the quantiles of the parts, on the log of the probability, where tails are nearly straight."""
        sign = 1.0 if side == "ppf" else -1.0
        tail: Callable[[Floats], Floats] = self._cdf if side == "ppf" else self._sf
        if not q.size:
            return q.copy()
        ends = np.stack([getattr(part, side)(q) for part, share in zip(self.of, self._shares, strict=True) if share])
        low, high = ends.min(axis=0), ends.max(axis=0)
        if self.discrete and self.kind not in ("float", "decimal"):
            return least_counts(lambda x: sign * tail(x), sign * q, low, 1.0, float(low.min()), float(high.max()))

        def height(x: Floats, places: Places) -> tuple[Floats, Floats]:
            reached = tail(x)
            slope = np.where(self.mass(x) > 0, 0.0, self.pdf(x))
            return sign * np.log(reached / q[places]), slope / reached

        def short(x: Floats) -> Floats:
            return sign * (q - tail(x))

        high = np.where(short(low) <= 0, low, high)
        for atom in self._atoms(short, q.size):
            jump = (short(atom) <= 0) & (short(atom) + self.mass(atom) > 0) & (low < atom) & (atom <= high)
            low, high = np.where(jump, atom, low), np.where(jump, atom, high)
        return crossing(height, low, high)

    def _atoms(self, short: Callable[[Floats], Floats], size: int) -> Iterator[Floats]:
        """Yield for each part with atoms the least of them that is not `short`, and zero for those put in."""
        yield np.zeros(size)
        for part in (part for part in self.of if part.discrete):
            low, high, found = np.zeros(size), np.ones(size), np.full(size, part.support[1])
            for _ in range(HALVINGS):
                open_ = high - low > GRAIN
                if not open_.any():
                    break
                atom = part.ppf((low + high) / 2)
                falls = short(atom) > 0
                upto = part.cdf(atom)
                low = np.where(open_ & falls, upto, low)
                high = np.where(open_ & ~falls, upto - part.mass(atom), high)
                found = np.where(open_ & ~falls, atom, found)
            yield found

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        chosen = np.searchsorted(np.cumsum(self._shares)[:-1], rng.random(n), side="right")
        found = np.empty(n)
        for place, part in enumerate(self.of):
            mine = np.flatnonzero(chosen == place)
            found[mine] = part.sample(len(mine), rng)
        return found


class ZeroInflated(Distribution):
    """Zero in a `share` of the cases, whatever the distribution `of` the others says: no claims, no purchases.

    >>> ZeroInflated(0.6, {"gamma": [2, 50]}).mass(0).item()
    0.6
    """

    name: ClassVar[str] = "zero-inflated"

    share: float = Field(ge=0, lt=1)
    of: Part

    @model_validator(mode="after")
    def _is_of_numbers(self) -> Self:
        only_numbers(self.of)
        return self

    @property
    def discrete(self) -> bool:
        """Whether `of` is."""
        return self.of.discrete

    @property
    def kind(self) -> Kind:
        """That of the others."""
        return self.of.kind

    @property
    def support(self) -> tuple[float, float]:
        """That of the others, and zero."""
        low, high = self.of.support
        return (min(low, 0.0), max(high, 0.0)) if self.share else (low, high)

    def moments(self) -> tuple[float, float]:
        """Return the mean and the variance."""
        mean, variance = self.of.moments()
        with np.errstate(over="ignore"):
            return (1 - self.share) * mean, (1 - self.share) * float(variance + self.share * np.square(mean))

    def mass(self, x: npt.ArrayLike) -> Any:
        """Return the probability of exactly these values."""
        values = np.asarray(x, dtype=np.float64)
        return (1 - self.share) * self.of.mass(values) + self.share * (values == 0)

    def _log_prob(self, x: Floats) -> Any:
        others = np.log1p(-self.share) + self.of.log_prob(x)
        return np.where((x == 0) & (self.share > 0), np.log(self.mass(x)), others)

    def _cdf(self, x: Floats) -> Any:
        return (1 - self.share) * self.of.cdf(x) + self.share * (x >= 0)

    def _sf(self, x: Floats) -> Any:
        return (1 - self.share) * self.of.sf(x) + self.share * (x < 0)

    def _ppf(self, q: Floats) -> Any:
        rest, share = 1 - self.share, self.share
        at_zero, atom = self.of.cdf(0.0), self.of.mass(0.0)
        below, upto = rest * (at_zero - atom), rest * at_zero + share
        others = self.of.ppf(np.where(q <= below, q / rest, np.maximum(q - share, 0) / rest).clip(0, 1))
        return np.where((q > below) & (q <= upto), 0.0, others)

    def _isf(self, q: Floats) -> Any:
        rest, share = 1 - self.share, self.share
        above_zero, atom = self.of.sf(0.0), self.of.mass(0.0)
        above, upto = rest * above_zero, rest * (above_zero + atom) + share
        others = self.of.isf(np.where(q < above, q / rest, np.maximum(q - share, 0) / rest).clip(0, 1))
        return np.where((q >= above) & (q < upto), 0.0, others)

    def _sample(self, n: int, rng: np.random.Generator) -> Any:
        return np.where(rng.random(n) < self.share, 0.0, self.of.sample(n, rng))


def only_numbers(part: Distribution) -> None:
    """Refuse categories and moments. Raises ValueError."""
    if part.categories is not None or part.kind not in NUMBERS:
        raise ValueError(f"`of` is a distribution of numbers, and `{part.name}` is one of {part.kind} values")
