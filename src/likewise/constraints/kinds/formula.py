"""A number that follows from others by a formula."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np

from likewise.constraints.calendar import whole_years
from likewise.constraints.kinds.rule import Floats, Mask, Rule
from likewise.core.schema import Schema
from likewise.core.table import Table


class Formula(Rule):
    """Say that a number column follows from others: their sum, product or ratio, or a multiple of one.

    A date may be the sum of a date and a number of days, and a number the whole `years` between two dates. A result is
    missing where one of its parts is, and a ratio where it would divide by zero. Of a sum, the columns in `minus` are
    taken away. Results are rounded to the column's decimals. `support` counts the rows in which it says something:
    where the least telling part of a sum is not zero, where a product or ratio is neither zero nor equal to a part.

    >>> Formula(column="total", form="product", of=("price", "count")).said()
    '`total` is `price` times `count`'
    >>> Formula(column="end", form="sum", of=("start", "in", "out"), minus=("out",)).said()
    '`end` is `start` plus `in` minus `out`'
    """

    kind: Literal["formula"] = "formula"
    column: str
    form: Literal["sum", "product", "multiple", "ratio", "years"]
    of: tuple[str, ...]
    minus: tuple[str, ...] = ()
    factor: float = 1.0
    support: int = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is about."""
        return (self.column, *self.of)

    def said(self) -> str:
        """Return the constraint as a sentence."""
        if self.form == "multiple":
            times = "equal to" if self.factor == 1 else f"{self.factor:.12g} times"
            return f"`{self.column}` is {times} `{self.of[0]}`"
        if self.form == "sum":
            rest = "".join(f" {'minus' if part in self.minus else 'plus'} `{part}`" for part in self.of[1:])
            return f"`{self.column}` is {'minus ' * (self.of[0] in self.minus)}`{self.of[0]}`{rest}"
        if self.form == "years":
            return f"`{self.column}` is the whole years from `{self.of[0]}` to `{self.of[1]}`"
        times = "" if self.factor == 1 else f"{self.factor:.12g} times "
        joined = "divided by" if self.form == "ratio" else "times"
        return f"`{self.column}` is {times}`{self.of[0]}` {joined} `{self.of[1]}`"

    def sign(self, part: str) -> int:
        """Return -1 for a part that is taken away, else 1."""
        return -1 if part in self.minus else 1

    def exact(self, values: Mapping[str, Floats]) -> Floats:
        """Return what follows from the parts before it is rounded."""
        first = values[self.of[0]]
        if self.form == "multiple":
            return self.factor * first
        if self.form == "product":
            return first * values[self.of[1]]
        if self.form == "years":
            return whole_years(first, values[self.of[1]])
        if self.form == "ratio":
            over = values[self.of[1]]
            return self.factor * first / np.where(over == 0, np.nan, over)
        total = self.sign(self.of[0]) * first
        for part in self.of[1:]:
            total = total + self.sign(part) * values[part]
        return total

    def computed(self, values: Mapping[str, Floats], schema: Schema) -> Floats:
        """Return the column from the values of those it follows from, on its own grid."""
        result, column = self.exact(values), schema[self.column]
        return result if column.kind == "float" else np.round(result, column.decimals or 0)

    def holds(self, table: Table) -> Mask:
        """Return which rows meet the constraint, within half a unit of the last decimal."""
        own = table.numbers(self.column)
        expected = self.computed({name: table.numbers(name) for name in self.of}, table.schema)
        missing = np.isnan(own) & np.isnan(expected)
        return missing | (np.abs(own - expected) <= tolerance(own, table.schema, self.column))


def tolerance(values: Floats, schema: Schema, name: str) -> Floats | float:
    """Return how far a computed value may lie from the written one: half a unit of the last decimal."""
    column = schema[name]
    if column.kind == "float":
        return np.abs(values) * 1e-9 + 1e-12
    return 0.5000001 * 10.0 ** -(column.decimals or 0)
