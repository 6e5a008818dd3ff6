"""Values that rise from row to row, and lie as far apart as is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import SerializeAsAny

from likewise.core.schema import Column
from likewise.techniques.rules.maker import Maker, Rows, told
from likewise.techniques.rules.makers.along.runs import Runs


class Spaced(Maker):
    """Draw a column for all rows of a parent, put it in order, and move what lies too close together, or too far apart.

    So its distribution stays where the rule does not bite. `least` and `most` are days between dates, microseconds
    between moments, and units between numbers.
    """

    word: ClassVar[str] = "spaced"
    follows: ClassVar[bool] = True

    of: SerializeAsAny[Maker]
    along: str
    least: float = 0.0
    most: float | None = None
    strictly: bool = False
    decimals: int | None = None
    kind: str = "datetime"

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Refuse to be read: it is what a constraint `gap` makes of a column."""
        raise told(path, "`spaced` is no maker", "write the constraint {gap: when, by: customer_id, at least: 1 day}")

    def needs(self) -> tuple[str, ...]:
        """Return the reference, and what the values are made from."""
        return (f"#{self.along}", *self.of.needs())

    def said(self) -> str:
        """Return what is drawn."""
        return f"{self.of.said()}, rising along `{self.along}`"

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return what the values are."""
        return self.of.column(name, known)

    def make(self, rows: Rows) -> pa.Array:
        """Return the values of some rows."""
        runs = Runs.whole(rows, self.along)
        drawn = self.of.make(runs.rows)
        whole = not pa.types.is_floating(drawn.type)
        plain = drawn.cast(pa.int32()).cast(pa.int64()) if pa.types.is_date32(drawn.type) else drawn
        values = np.asarray(pc.fill_null(plain.cast(pa.int64() if whole else pa.float64()), 0))
        values = values[np.lexsort((values, np.cumsum(runs.first)))]
        for own in runs.steps():
            before = values[own - 1]
            low = before + (round(self.least) if whole else self.least)
            if self.strictly:
                low = np.maximum(low, before + 1 if whole else np.nextafter(before, np.inf))
            values[own] = np.maximum(values[own], low)
            if self.most is not None:
                values[own] = np.minimum(values[own], before + (round(self.most) if whole else self.most))
        values = values if self.decimals is None else np.round(values, self.decimals)
        mask = np.asarray(drawn.is_null())[runs.places]
        found = pa.array(values[runs.places], mask=mask if mask.any() else None)
        return found.cast(pa.int32()).cast(drawn.type) if pa.types.is_date32(drawn.type) else found.cast(drawn.type)
