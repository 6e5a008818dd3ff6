"""A column that is missing where another says so."""

from __future__ import annotations

from typing import Literal

import numpy as np

from likewise.constraints.kinds.rule import Mask, Rule
from likewise.core.conditions import levels_of
from likewise.core.table import Table


class Missing(Rule):
    """Say that a column is missing where another has certain levels, or is missing itself.

    With `exactly` it is known everywhere else. `support` is the number of rows in which it is missing for this reason.

    >>> Missing(column="spouse", by="status", levels=("single", "widowed"), exactly=True).said()
    '`spouse` is missing exactly where `status` has one of 2 levels'
    >>> Missing(column="street", by="city", missing=True).said()
    '`street` is missing wherever `city` is missing'
    """

    kind: Literal["missing"] = "missing"
    column: str
    by: str
    levels: tuple[str, ...] = ()
    missing: bool = False
    exactly: bool = False
    support: int = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is about."""
        return (self.column, self.by)

    def said(self) -> str:
        """Return the constraint as a sentence; levels are counted, not named, for it stands on a model's card."""
        some = f"one of {len(self.levels)} levels" if len(self.levels) > 1 else "a certain level"
        reasons = ([f"has {some}"] if self.levels else []) + (["is missing"] if self.missing else [])
        where = "exactly where" if self.exactly else "wherever"
        return f"`{self.column}` is missing {where} `{self.by}` {' or '.join(reasons)}"

    def inside(self, table: Table) -> Mask:
        """Return the rows in which the column has to be missing."""
        found = table.missing(self.by) & self.missing
        if self.levels:
            names = levels_of(table.schema[self.by])
            found |= np.array([name in self.levels for name in names] + [False])[table.codes(self.by)]
        return found

    def holds(self, table: Table) -> Mask:
        """Return which rows meet the constraint."""
        gone, inside = table.missing(self.column), self.inside(table)
        met: Mask = gone == inside if self.exactly else gone | ~inside
        return met
