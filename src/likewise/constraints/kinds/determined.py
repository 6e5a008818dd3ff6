"""A column that another one decides."""

from __future__ import annotations

from typing import Literal

import numpy as np

from likewise.constraints.groups import group_codes
from likewise.constraints.kinds.rule import Mask, Rule, Scope
from likewise.core.table import Table


class Determined(Rule):
    """Say that one column decides another: rows that agree in the first agree in the second.

    `support` is the number of rows whose deciding value other rows share.

    >>> Determined(column="education_num", by="education").said()
    '`education` decides `education_num`'
    """

    kind: Literal["determined"] = "determined"
    column: str
    by: str
    support: int = 0

    @property
    def scope(self) -> Scope:
        """Other rows have to be seen."""
        return "rows"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is about."""
        return (self.column, self.by)

    def said(self) -> str:
        """Return the constraint as a sentence."""
        return f"`{self.by}` decides `{self.column}`"

    def holds(self, table: Table) -> Mask:
        """Return which rows have the commonest value of `column` for their value of `by`."""
        source, result = group_codes(table, self.by), group_codes(table, self.column)
        width = int(result.max(initial=0)) + 1
        pairs, position, counts = np.unique(source * width + result, return_inverse=True, return_counts=True)
        order = np.lexsort((-counts, pairs // width))
        best = order[np.append(True, np.diff(pairs[order] // width) != 0)]
        common: Mask = np.isin(position, best)
        return common
