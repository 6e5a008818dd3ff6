"""Conditions as intervals of uniforms: which latents they limit, in which rows, and to what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.conditions import Given
from likewise.modalities.tabular.copulas.copula import Floats
from likewise.techniques.sampling.marginals import ALL, Marginal

Intervals = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Latents:
    """Number the latents of all columns, one after the other."""

    marginals: tuple[Marginal, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, marginals: Sequence[Marginal]) -> Latents:
        """Return the numbering of some marginals' latents."""
        counts = [marginal.latents for marginal in marginals]
        return cls(tuple(marginals), (0, *np.cumsum(counts, dtype=int).tolist()))

    def own(self, column: int) -> range:
        """Return the latents of a column, each after the ones that say where it tells."""
        return range(self.starts[column], self.starts[column + 1])

    def told(self, latent: int, drawn: Floats) -> Mask:
        """Return in which rows a latent tells something, given those before it."""
        column = int(np.searchsorted(self.starts, latent, side="right")) - 1
        start = self.starts[column]
        return self.marginals[column].told(latent - start, drawn[start : self.starts[column + 1]])


@dataclass(frozen=True, eq=False)
class Asked:
    """Limit all rows alike: `intervals` (intervals, 2) are those of each latent of a column that is asked about."""

    numbering: Latents
    intervals: dict[int, Intervals]

    @classmethod
    def by(cls, numbering: Latents, given: Given) -> Asked:
        """Return what conditions ask of the latents. Raises ConditionError where no value meets one of them."""
        intervals: dict[int, Intervals] = {}
        for column, marginal in enumerate(numbering.marginals):
            condition = given.conditions.get(marginal.column.name)
            if condition is not None:
                intervals |= dict(zip(numbering.own(column), marginal.wanted(condition), strict=True))
        return cls(numbering, intervals)

    @property
    def latents(self) -> Sequence[int]:
        """The latents that are limited."""
        return list(self.intervals)

    def of(self, latent: int, drawn: Floats) -> tuple[Floats, Floats]:
        """Return the ends of the intervals of a latent in each row: (intervals, rows)."""
        return spread(self.intervals[latent], self.numbering.told(latent, drawn))


@dataclass(frozen=True, eq=False)
class Known:
    """Limit each row to what is known of it: uniforms from `low` to `high` (latents, rows), 0 to 1 where it is open.

    `fills` are the intervals that may fill an open cell, by latent; without any, it may be anything.
    """

    numbering: Latents
    low: Floats
    high: Floats
    fills: dict[int, Intervals]
    latents: Sequence[int]

    @classmethod
    def by(cls, numbering: Latents, low: Floats, high: Floats, fills: dict[int, Intervals]) -> Known:
        """Return the limits, latents in the order of how often they are known; those of a column stay together."""
        share = known_of(low, high).mean(axis=1)
        columns = [numbering.own(column) for column in range(len(numbering.marginals))]
        told = [own for own in columns if share[own].any() or any(latent in fills for latent in own)]
        told.sort(key=lambda own: -share[own].max())
        return cls(numbering, low, high, fills, [latent for own in told for latent in own])

    def of(self, latent: int, drawn: Floats) -> tuple[Floats, Floats]:
        """Return the ends of the intervals of a latent in each row: (intervals, rows)."""
        low, high = self.low[latent], self.high[latent]
        if latent not in self.fills:
            return low[None], high[None]
        free = ~known_of(low, high) & self.numbering.told(latent, drawn)
        lows, highs = spread(self.fills[latent], free)
        lows[0], highs[0] = np.where(free, lows[0], low), np.where(free, highs[0], high)
        return lows, highs

    def take(self, rows: npt.NDArray[np.int64]) -> Known:
        """Return the limits of some rows, perhaps repeated."""
        return Known(self.numbering, self.low[:, rows], self.high[:, rows], self.fills, self.latents)


def known_of(low: Floats, high: Floats) -> Mask:
    """Return which latents are known in which rows."""
    return np.asarray((low > 0) | (high < 1))


def spread(intervals: Intervals, rows: Mask) -> tuple[Floats, Floats]:
    """Return intervals as (intervals, rows): the only one there is in rows that they do not limit."""
    low = np.where(rows, intervals[:, :1], 1.0)
    high = np.where(rows, intervals[:, 1:], 1.0)
    low[0] = np.where(rows, low[0], ALL[0, 0])
    return low, high
