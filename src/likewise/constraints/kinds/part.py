"""A column that is a part of a date."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.constraints.calendar import DOMAINS, Unit, moments_of, number_in, written_in
from likewise.constraints.groups import level_texts
from likewise.constraints.kinds.rule import Floats, Mask, Rule
from likewise.core.table import Table


class Part(Rule):
    """Say that a column is a part of a date or a moment: its year, month, weekday, hour, day ...

    It is missing exactly where the date is. A number is that of the unit (Monday is 0), or is written in a `form`; of a
    unit that comes round again each may have a name of its own instead, `values`. `support` is the number of rows in
    which the date is known.

    >>> Part(column="weekday", of="ordered", unit="weekday").said()
    '`weekday` is the weekday of `ordered`'
    """

    kind: Literal["part"] = "part"
    column: str
    of: str
    unit: Unit
    form: str = ""
    values: tuple[str, ...] = ()
    support: int = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is about."""
        return (self.column, self.of)

    def said(self) -> str:
        """Return the constraint as a sentence."""
        if len({*self.values}) < len(self.values):
            return f"`{self.column}` follows from the {self.unit} of `{self.of}`"
        return f"`{self.column}` is the {self.unit} of `{self.of}`"

    def numbers(self, moments: Floats) -> Floats:
        """Return the column as numbers (see `Table.numbers`), of moments as `moments_of` gives them."""
        if self.form:
            return np.asarray(pc.fill_null(written_in(self.form, moments).cast(pa.float64()), np.nan))
        found = number_in(self.unit, moments)
        if self.values:
            named = np.append(np.array(self.values, dtype=np.float64), np.nan)
            return named[self._places(found)]
        return found

    def texts(self, moments: Floats) -> pa.Array:
        """Return the column as its levels are written."""
        if self.form:
            return written_in(self.form, moments)
        found = number_in(self.unit, moments)
        if self.values:
            return pa.array([*self.values, None], pa.string()).take(pa.array(self._places(found)))
        return pa.array(found, from_pandas=True).cast(pa.int64()).cast(pa.string())

    def _places(self, numbers: Floats) -> npt.NDArray[np.int64]:
        return np.where(np.isnan(numbers), len(self.values), numbers - DOMAINS[self.unit][0]).astype(np.int64)

    def holds(self, table: Table) -> Mask:
        """Return which rows meet the constraint."""
        moments = moments_of(table.numbers(self.of), table.schema[self.of])
        if table.schema[self.column].is_number:
            own, expected = table.numbers(self.column), self.numbers(moments)
            agreed: Mask = (own == expected) | (np.isnan(own) & np.isnan(expected))
            return agreed
        texts, computed = level_texts(table, self.column), self.texts(moments)
        same = pc.fill_null(pc.equal(texts, computed), False)
        met: Mask = np.asarray(pc.or_(same, pc.and_(texts.is_null(), computed.is_null())))
        return met
