"""Move numbers along the column's own ranks: by noise, by swapping, by shuffling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from pydantic import Field

from likewise.core.protocol import Arrays
from likewise.core.schema import Column, Kind
from likewise.core.table import Table
from likewise.techniques.noise.additive import NumberOperation
from likewise.techniques.noise.lines import Floats, line_of, reflected
from likewise.techniques.noise.operation import Learned

KNOTS = 4096
"""Points of a quantile function that are kept, at most."""
HEAP = 0.5
"""Share of the rows from which a single value is a heap, apart from the others (zero in a zero-inflated column)."""


@dataclass(frozen=True, eq=False)
class Ranks:
    """Hold the quantile function of a column: ranks from 0 to 1 are shares of its rows.

    Where values repeat it goes in steps, `ends` the rank at which each value ends; elsewhere in lines between knots at
    even ranks, of which equal ones make a step too.
    """

    values: Floats
    ends: Floats | None

    def of(self, values: Floats, within: Floats) -> Floats:
        """Return the rank of each value, at the place `within` (0 to 1) of the ranks that share it."""
        if self.ends is not None:
            starts = np.append(0.0, self.ends[:-1])
            place = np.minimum(np.searchsorted(self.values, values), len(self.values) - 1)
            ranks: Floats = starts[place] + within * (self.ends - starts)[place]
            return ranks
        first = np.searchsorted(self.values, values)
        last = np.searchsorted(self.values, values, side="right") - 1
        equal = first + within * np.maximum(last - first, 0)
        between = np.interp(values, self.values, np.arange(len(self.values)))
        return np.where(last >= first, equal, between) / max(len(self.values) - 1, 1)

    def at(self, ranks: Floats) -> Floats:
        """Return the value at each rank."""
        if self.ends is not None:
            found: Floats = self.values[np.minimum(np.searchsorted(self.ends, ranks, side="right"), len(self.ends) - 1)]
            return found
        return np.interp(ranks * (len(self.values) - 1), np.arange(len(self.values)), self.values)

    def arrays(self) -> Arrays:
        """Return it as a model file keeps it."""
        return {"values": self.values} | ({} if self.ends is None else {"ends": self.ends})

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Ranks:
        """Rebuild it."""
        return cls(arrays["values"], arrays.get("ends"))


def ranks_of(known: Floats, *, real: bool = False) -> Ranks:
    """Learn the quantile function of values without gaps; where `real`, only values that are there come back."""
    distinct, counts = np.unique(known, return_counts=True)
    if (len(distinct) <= KNOTS and 2 * len(distinct) <= len(known)) or not len(known):
        return Ranks(distinct, np.cumsum(counts) / max(len(known), 1))
    places = np.round(np.linspace(0, len(known) - 1, min(len(known), KNOTS))).astype(np.int64)
    knots = np.sort(known)[places]
    if not real:
        return Ranks(knots, None)
    values, counts = np.unique(knots, return_counts=True)
    return Ranks(values, np.cumsum(counts) / len(knots))


class Quantile(NumberOperation):
    """Move numbers along the column's own ranks: `sd` is the share of all rows that a value passes, typically.

    A step along the ranks that turns round at both ends keeps even ranks even, so the column's distribution is kept
    whatever its shape; correlations weaken with `sd`. Where values repeat, only learned ones come back; elsewhere new
    ones between them. A value that half of the rows or more have (zero, in a zero-inflated column) is left, or taken,
    by a share `sd` of cells, which land anywhere.

    Use when values must stay plausible: the default for numbers. Avoid when a value must stay near itself on its own
    scale. Dates it changes only where named: `Shift` keeps their intervals.
    """

    op: ClassVar[str] = "quantile"
    unasked: ClassVar[frozenset[Kind] | None] = frozenset({"integer", "decimal", "float", "time", "duration"})
    strength: ClassVar[str] = "sd"
    most: ClassVar[float] = 1.0

    sd: float = Field(default=0.05, ge=0, le=1)

    def learn_column(self, table: Table, column: Column) -> Learned:
        """Learn the quantile function, without the heap where there is one."""
        values = table.numbers(column.name)
        known = values[~np.isnan(values)]
        distinct, counts = np.unique(known, return_counts=True)
        meta = line_of(table, column).to_meta()
        if len(distinct) > 1 and counts.max() >= HEAP * len(known):
            heap = distinct[np.argmax(counts)]
            meta |= {"heap": float(heap), "mass": float(counts.max() / len(known))}
            known = known[known != heap]
        return Learned(meta, ranks_of(known).arrays())

    def moved(self, values: Floats, learned: Learned, rng: np.random.Generator) -> Floats:
        """Find the rank of each value, move it, and return the value that has the new rank."""
        ranks = Ranks.from_arrays(learned.arrays)
        if not len(ranks.values) or not self.sd:
            return values
        steps, places, jumps = rng.spawn(3)
        within = places.random(len(values))
        step = steps.standard_normal(len(values)) * self.sd
        moved = ranks.at(reflected(ranks.of(values, within) + step, 0.0, 1.0))
        if "heap" not in learned.meta:
            return moved
        heap, mass = learned.meta["heap"], learned.meta["mass"]
        # What jumps has an even place left over in `within`: below the heap's mass it lands there, else among the rest.
        landed = np.where(within < mass, heap, ranks.at(np.clip((within - mass) / (1 - mass), 0, 1)))
        return np.where(jumps.random(len(values)) < self.sd, landed, np.where(values == heap, heap, moved))


class Swap(NumberOperation):
    """Take the value of a row near by in rank: rank swapping, within `percent` per cent of all rows.

    The partner is a learned row, so that single rows can be swapped and the result does not depend on the company that
    a row is in; values that come back are real ones, in about their shares, and none is farther in rank than `percent`.
    Use when every value must be one that occurs. Moore, 1996, US Census Bureau.
    """

    op: ClassVar[str] = "swap"
    strength: ClassVar[str] = "percent"
    most: ClassVar[float] = 100.0

    percent: float = Field(default=5.0, ge=0, le=100)

    def learn_column(self, table: Table, column: Column) -> Learned:
        """Learn the values in their order."""
        values = table.numbers(column.name)
        ranks = ranks_of(values[~np.isnan(values)], real=True)
        return Learned(line_of(table, column).to_meta(), ranks.arrays())

    def moved(self, values: Floats, learned: Learned, rng: np.random.Generator) -> Floats:
        """Return the values of the partners."""
        ranks = Ranks.from_arrays(learned.arrays)
        if not len(ranks.values) or not self.percent:
            return values
        steps, places = rng.spawn(2)
        step = (2 * steps.random(len(values)) - 1) * self.percent / 100
        return ranks.at(reflected(ranks.of(values, places.random(len(values))) + step, 0.0, 1.0))
