"""A column that holds only some values."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.constraints.groups import level_texts
from likewise.constraints.kinds.rule import Mask, Rule
from likewise.core.table import Table


class Levels(Rule):
    """Say that a column of levels or texts holds one of a list, where it is known.

    >>> Levels(column="state", levels=("NY", "NJ")).said()
    '`state` is one of 2 values'
    """

    kind: Literal["levels"] = "levels"
    column: str
    levels: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The column that it is about."""
        return (self.column,)

    def said(self) -> str:
        """Return the constraint as a sentence; values are counted, not named, for it stands on a model's card."""
        return f"`{self.column}` is one of {len(self.levels)} value{'s' * (len(self.levels) != 1)}"

    def holds(self, table: Table) -> Mask:
        """Return which rows meet the constraint."""
        texts = level_texts(table, self.column)
        met: Mask = np.asarray(pc.or_(texts.is_null(), pc.is_in(texts, pa.array(self.levels, pa.string()))))
        return met
