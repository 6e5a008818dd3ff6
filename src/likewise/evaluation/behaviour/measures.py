"""How far two groups of entities lie apart in one statistic: distributions, profiles and totals, without units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.evaluation.behaviour.events import Floats, Ints, Mask
from likewise.evaluation.report.behaviour import Part

Side = Callable[[Mask], tuple[Floats, ...]]
"""What some entities of one table come to: a vector for each measure of a bundle."""

BINS = 1_024
"""Bins that the real values of a distribution are cut into, all as wide."""
BEYOND = BINS
"""Bins on either side for values of others that lie outside the real ones; what lies farther counts as there."""
FEWEST_ITEMS = 50
"""Real values below which a statistic is left out."""
LEAST_SPREAD = 1e-9
LEAST_RATE = 1e-3
"""Rate from which the spread of a rarer event is taken."""


@dataclass(frozen=True, eq=False)
class Items:
    """Hold what a distribution is of: values, the entity that each belongs to, and how much it weighs.

    The values of an entity weigh as much together as those of any other, so that a few of the busiest do not stand for
    all.
    """

    values: Floats
    owners: Ints
    weights: Floats

    @classmethod
    def of(cls, values: Floats, owners: Ints) -> Items:
        """Return values of which entities may have several.

        >>> Items.of(np.array([1.0, 2.0, 3.0]), np.array([0, 0, 1], np.int32)).weights.tolist()
        [0.5, 0.5, 1.0]
        """
        return cls(values, owners, 1 / np.maximum(np.bincount(owners), 1)[owners])

    @classmethod
    def of_entities(cls, values: Floats) -> Items:
        """Return a value an entity; those without one (NaN) are left out."""
        known = np.flatnonzero(np.isfinite(values))
        return cls(values[known], known.astype(np.int32), np.ones(len(known)))

    def __len__(self) -> int:
        return len(self.values)

    @property
    def mean(self) -> float:
        """The weighted mean."""
        return float(np.average(self.values, weights=self.weights))

    @property
    def median(self) -> float:
        """The weighted median."""
        return float(self.quantiles((0.5,))[0])

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """Return the values below which these shares of the weight lie."""
        order = np.argsort(self.values)
        passed = np.cumsum(self.weights[order])
        places = np.searchsorted(passed, passed[-1] * np.asarray(levels))
        return np.asarray(self.values[order][np.minimum(places, len(order) - 1)])

    @property
    def count(self) -> float:
        """The weighted mean of values that are binary logarithms of counts."""
        return float(np.average(2**self.values, weights=self.weights))

    def shares(self, places: npt.NDArray[np.integer[Any]], size: int) -> Floats:
        """Return the weight of each of `size` places, which say where every value lies."""
        return np.bincount(places, self.weights, size).astype(np.float64)


@dataclass(frozen=True, eq=False)
class Measure:
    """Name one statistic: what it is called, how far two vectors of it lie apart, its value on each side in words.

    `apart` returns a distance in spreads of the real values, or, for shares, the share that lies elsewhere; `reach` is
    the longest way of a single entity in it: one of m entities alone makes a distance of `reach` / m at most.
    """

    name: str
    title: str
    part: Part
    apart: Callable[[Floats, Floats], float]
    said: tuple[str, ...]
    reach: float = 1.0


@dataclass(frozen=True, eq=False)
class Bundle:
    """Hold measures that are counted together, and on each side (real, synthetic, perhaps holdout) how."""

    measures: tuple[Measure, ...]
    sides: tuple[Side, ...]


@dataclass(frozen=True)
class Grid:
    """Cut a line into equally wide bins: `BINS` over the real values, more of them where others lie outside."""

    low: float
    width: float
    bins: int
    spread: float
    real: tuple[int, int]
    middle: float

    @property
    def reach(self) -> float:
        """The longest way from the middle of the real values to an end, in their spreads."""
        high = self.low + self.bins * self.width
        return max(self.middle - self.low, high - self.middle) / self.spread

    @classmethod
    def of(cls, sides: Sequence[Floats]) -> Grid:
        """Return the grid of values whose first are the real ones."""
        own = sides[0]
        low, high = float(own.min()), float(own.max())
        spread = float(own.std())
        spread = spread if spread > LEAST_SPREAD else 1.0
        width = (high - low if high - low > LEAST_SPREAD else spread) / BINS
        ends = [(float(v.min()), float(v.max())) for v in sides if len(v)]
        before = min(BEYOND, max(0, int(np.ceil((low - min(e[0] for e in ends)) / width))))
        after = min(BEYOND, max(0, int(np.ceil((max(e[1] for e in ends) - high) / width))))
        return cls(low - before * width, width, before + BINS + after + 1, spread, (before, before + BINS),
                   float(np.median(own)))  # fmt: skip

    def codes(self, values: Floats) -> npt.NDArray[np.int16]:
        """Return the bin of each value; those beyond the ends are in the last."""
        return np.clip(np.floor((values - self.low) / self.width), 0, self.bins - 1).astype(np.int16)

    def apart(self, first: Floats, second: Floats) -> float:
        """Return the Wasserstein distance of two counts by bin, in spreads of the real values.

        Where one side has nothing to count, it is taken to lie at that end of the real range that is farther away.
        """
        if not first.sum() and not second.sum():
            return 0.0
        if not first.sum() or not second.sum():
            counts = first if first.sum() else second
            return max(self.apart(counts, self._point(at)) for at in self.real)
        gaps = np.abs(np.cumsum(first / first.sum() - second / second.sum()))
        return float(gaps.sum() * self.width / self.spread)

    def _point(self, at: int) -> Floats:
        counts = np.zeros(self.bins)
        counts[at] = 1.0
        return counts


def distribution(
    name: str, title: str, part: Part, items: Sequence[Items], said: Callable[[Items], str]
) -> Bundle | None:  # fmt: skip
    """Return the statistic of how values are distributed, compared by their Wasserstein distance.

    `items` are those of each side, the real ones first; None where these are too few. `said` puts values into words.

    >>> items = [Items.of_entities(np.arange(100.0) + at) for at in (0, 29)]
    >>> found = distribution("x", "X", "timing", items, lambda own: f"{own.median:g}")
    >>> vectors = [side(np.ones(100, dtype=bool))[0] for side in found.sides]
    >>> round(found.measures[0].apart(*vectors), 2), found.measures[0].said
    (1.0, ('49', '78'))
    """
    if len(items[0]) < FEWEST_ITEMS:
        return None
    grid = Grid.of([own.values for own in items])
    told = tuple(said(own) if len(own) else "none" for own in items)
    measure = Measure(name, title, part, grid.apart, told, grid.reach)
    return Bundle((measure,), tuple(_counted(own, grid.codes(own.values), grid.bins) for own in items))


def profile(
    name: str, title: str, part: Part, items: Sequence[Items], size: int, said: Callable[[Items], str]
) -> Bundle | None:  # fmt: skip
    """Return the statistic of how whole numbers below `size` are distributed that have no order: total variation."""
    if len(items[0]) < FEWEST_ITEMS:
        return None
    told = tuple(said(own) if len(own) else "none" for own in items)
    measure = Measure(name, title, part, total_variation, told)
    return Bundle((measure,), tuple(_counted(own, own.values.astype(np.int16), size) for own in items))


def _counted(items: Items, codes: npt.NDArray[np.int16], size: int) -> Side:
    def counted(kept: Mask) -> tuple[Floats, ...]:
        inside = kept[items.owners]
        return (np.bincount(codes[inside], items.weights[inside], size).astype(np.float64),)

    return counted


def total_variation(first: Floats, second: Floats) -> float:
    """Return the share of one side that would have to move to become the other; 1 where one side has nothing.

    >>> total_variation(np.array([1.0, 3.0]), np.array([2.0, 2.0]))
    0.25
    """
    if not first.sum() or not second.sum():
        return float(bool(first.sum()) != bool(second.sum()))
    return float(np.abs(first / first.sum() - second / second.sum()).sum() / 2)


def totals(
    measure: Measure, parts: Sequence[Floats], fold: Callable[[Floats], Floats] = lambda total: total
) -> Bundle:  # fmt: skip
    """Return a statistic that sums up what entities (rows of `parts`) contribute, and folds the sums to a vector."""
    return Bundle((measure,), tuple(_summed(own, fold) for own in parts))


def _summed(parts: Floats, fold: Callable[[Floats], Floats]) -> Side:
    return lambda kept: (fold(kept.astype(np.float64) @ parts),)


def mean_apart(first: Floats, second: Floats) -> float:
    """Return the mean difference of two vectors; 1 for what only one of them has (NaN in the other).

    >>> mean_apart(np.array([0.5, np.nan]), np.array([0.25, np.nan]))
    0.125
    """
    gone = np.isnan(first), np.isnan(second)
    gaps = np.where(gone[0] & gone[1], 0.0, np.where(gone[0] | gone[1], 1.0, np.abs(first - second)))
    return float(gaps.mean())


def rates_apart(real: Floats) -> Callable[[Floats, Floats], float]:
    """Return how far two vectors of rates lie apart: the mean difference, in spreads of what happens at the real rate.

    >>> round(rates_apart(np.array([0.5]))(np.array([0.4]), np.array([0.6])), 3)
    0.4
    """
    spread = spreads_of(real)
    return lambda first, second: float(np.mean(np.abs(first - second) / spread))


def spreads_of(rates: Floats) -> Floats:
    """Return the standard deviations of what happens at some rates; none counts as rarer than one in a thousand."""
    usual = np.clip(rates, LEAST_RATE, 1 - LEAST_RATE)
    return np.sqrt(usual * (1 - usual))
