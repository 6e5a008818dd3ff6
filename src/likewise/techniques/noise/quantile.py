"""Move numbers along the column's own ranks."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from likewise.core.schema import Column, Kind
from likewise.core.table import Table
from likewise.techniques.noise.additive import NumberOperation
from likewise.techniques.noise.lines import Floats, line_of, reflected
from likewise.techniques.noise.operation import Learned

KNOTS = 4096
"""Points of the quantile function that are kept, at most."""


class Quantile(NumberOperation):
    """Move numbers along the column's own ranks: `sd` is the share of all rows that a value passes, typically.

    The column's distribution is kept, whatever its shape and its heaps of equal values, for a step along the ranks that
    turns round at both ends keeps even ranks even; correlations weaken with `sd`. Where values repeat, only learned ones
    come back; elsewhere new ones between them.

    Use when values must stay plausible: the default for numbers. Avoid when a value must stay near itself
    on its own scale. Dates it changes only where named: `Shift` keeps their intervals.
    """

    op: ClassVar[str] = "quantile"
    unasked: ClassVar[frozenset[Kind] | None] = frozenset({"integer", "decimal", "float", "time", "duration"})
    strength: ClassVar[str] = "sd"
    most: ClassVar[float] = 1.0

    sd: float = Field(default=0.05, ge=0, le=1)

    def learn_column(self, table: Table, column: Column) -> Learned:
        """Learn the quantile function: steps where values repeat, else knots at even ranks with lines between."""
        values = table.numbers(column.name)
        known = np.sort(values[~np.isnan(values)])
        distinct, counts = np.unique(known, return_counts=True)
        steps = len(distinct) <= KNOTS and 2 * len(distinct) <= len(known)
        if steps:
            arrays = {"values": distinct, "ends": np.cumsum(counts) / max(len(known), 1)}
        else:
            places = np.round(np.linspace(0, len(known) - 1, min(len(known), KNOTS))).astype(np.int64)
            arrays = {"values": known[places]}
        return Learned({**line_of(table, column).to_meta(), "steps": steps}, arrays)

    def moved(self, values: Floats, learned: Learned, rng: np.random.Generator) -> Floats:
        """Find the rank of each value, move it, and return the value that has the new rank."""
        own = learned.arrays["values"]
        draws = rng.standard_normal((len(values), 2))
        within = _even(draws[:, 1])
        if len(own) < 2:
            return values
        if not learned.meta["steps"]:
            scale = np.arange(len(own)) / (len(own) - 1)
            rank = _ranks(values, own, within)
            return np.interp(_moved(rank, self.sd * draws[:, 0]), scale, own)
        ends = learned.arrays["ends"]
        starts = np.append(0.0, ends[:-1])
        place = np.minimum(np.searchsorted(own, values), len(own) - 1)
        rank = _moved(starts[place] + within * (ends - starts)[place], self.sd * draws[:, 0])
        found: Floats = own[np.minimum(np.searchsorted(ends, rank, side="right"), len(own) - 1)]
        return np.where(np.isnan(values), np.nan, found)


def _even(normal: Floats) -> Floats:
    """Return even numbers in (0, 1) for normal ones."""
    from scipy.special import ndtr

    even: Floats = ndtr(normal)
    return even


def _moved(rank: Floats, step: Floats) -> Floats:
    return reflected(rank + step, np.zeros(len(rank)), np.ones(len(rank)))


def _ranks(values: Floats, knots: Floats, within: Floats) -> Floats:
    """Return the rank (0 to 1) of each value between the knots, anywhere within those that it is equal to."""
    first, last = np.searchsorted(knots, values), np.searchsorted(knots, values, side="right") - 1
    equal = first + within * np.maximum(last - first, 0)
    between = np.interp(values, knots, np.arange(len(knots)))
    return np.where(last >= first, equal, between) / (len(knots) - 1)
