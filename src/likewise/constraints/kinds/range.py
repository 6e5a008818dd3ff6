"""A number, a date or a time that lies between bounds."""

from __future__ import annotations

from typing import Literal

import numpy as np

from likewise.constraints.kinds.rule import Floats, Mask, Rule
from likewise.core.table import Table


class Range(Rule):
    """Say that a column lies between bounds, where it is known.

    `low` and `high` are on the scale of `Table.numbers` (dates in days, times and durations in microseconds), None
    where there is none; with `above` the low one itself is left out, with `below` the high one.

    >>> Range(column="age", low=0, high=120, below=True).said()
    '`age` is at least 0 and below 120'
    """

    kind: Literal["range"] = "range"
    column: str
    low: float | None = None
    high: float | None = None
    above: bool = False
    below: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The column that it is about."""
        return (self.column,)

    def said(self) -> str:
        """Return the constraint as a sentence."""
        ends = []
        if self.low is not None:
            ends.append(f"{'above' if self.above else 'at least'} {self.low:.15g}")
        if self.high is not None:
            ends.append(f"{'below' if self.below else 'at most'} {self.high:.15g}")
        return f"`{self.column}` is {' and '.join(ends) or 'anything'}"

    def meets(self, values: Floats) -> Mask:
        """Return which numbers lie within the bounds, missing ones too."""
        met = np.ones(len(values), dtype=np.bool_)
        if self.low is not None:
            met &= np.isnan(values) | (values > self.low if self.above else values >= self.low)
        if self.high is not None:
            met &= np.isnan(values) | (values < self.high if self.below else values <= self.high)
        return met

    def holds(self, table: Table) -> Mask:
        """Return which rows meet the constraint."""
        return self.meets(table.numbers(self.column))
