"""A column that is never above another."""

from __future__ import annotations

from typing import Literal

import numpy as np

from likewise.constraints.kinds.rule import Mask, Rule
from likewise.core.table import Table


class Order(Rule):
    """Say that one column is never above another, where both are known.

    `support` is the number of rows in which the two are known and differ.

    >>> Order(low="start", high="end").said()
    '`start` is never above `end`'
    """

    kind: Literal["order"] = "order"
    low: str
    high: str
    support: int = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is about."""
        return (self.low, self.high)

    def said(self) -> str:
        """Return the constraint as a sentence."""
        return f"`{self.low}` is never above `{self.high}`"

    def holds(self, table: Table) -> Mask:
        """Return which rows meet the constraint."""
        gap = table.numbers(self.high) - table.numbers(self.low)
        return np.isnan(gap) | (gap >= 0)
