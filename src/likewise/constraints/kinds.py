"""Kinds of constraints: what each says, and which rows of a table meet it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from likewise.core.schema import Schema
from likewise.core.spec import Spec
from likewise.core.table import Table

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


class Order(Spec):
    """Say that one column is never above another, where both are known.

    >>> Order(low="start", high="end").said()
    '`start` is never above `end`'
    """

    kind: Literal["order"] = "order"
    low: str
    high: str

    def said(self) -> str:
        """Return the constraint as a sentence."""
        return f"`{self.low}` is never above `{self.high}`"

    def holds(self, table: Table) -> Mask:
        """Return which rows meet the constraint."""
        gap = table.numbers(self.high) - table.numbers(self.low)
        return np.isnan(gap) | (gap >= 0)


class Formula(Spec):
    """Say that a number column follows from others: their sum, their product, or a multiple of one.

    It is missing where one of them is. Results are rounded to the column's decimals.

    >>> Formula(column="total", form="product", of=("price", "count")).said()
    '`total` is `price` times `count`'
    """

    kind: Literal["formula"] = "formula"
    column: str
    form: Literal["sum", "product", "multiple"]
    of: tuple[str, ...]
    factor: float = 1.0

    def said(self) -> str:
        """Return the constraint as a sentence."""
        if self.form == "multiple":
            times = "equal to" if self.factor == 1 else f"{self.factor:.12g} times"
            return f"`{self.column}` is {times} `{self.of[0]}`"
        return f"`{self.column}` is `{self.of[0]}` {'plus' if self.form == 'sum' else 'times'} `{self.of[1]}`"

    def computed(self, values: Mapping[str, Floats], schema: Schema) -> Floats:
        """Return the column from the values of those it follows from, on its own grid."""
        first = values[self.of[0]]
        if self.form == "multiple":
            result = self.factor * first
        else:
            result = first + values[self.of[1]] if self.form == "sum" else first * values[self.of[1]]
        column = schema[self.column]
        return result if column.kind == "float" else np.round(result, column.decimals or 0)

    def holds(self, table: Table) -> Mask:
        """Return which rows meet the constraint, within half a unit of the last decimal."""
        own = table.numbers(self.column)
        expected = self.computed({name: table.numbers(name) for name in self.of}, table.schema)
        missing = np.isnan(own) & np.isnan(expected)
        return missing | (np.abs(own - expected) <= tolerance(own, table.schema, self.column))


class Determined(Spec):
    """Say that one column decides another: rows that agree in the first agree in the second.

    >>> Determined(column="education_num", by="education").said()
    '`education` decides `education_num`'
    """

    kind: Literal["determined"] = "determined"
    column: str
    by: str

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


Constraint = Annotated[Order | Formula | Determined, Field(discriminator="kind")]


class Constraints(Spec):
    """List what must hold in every row of one table."""

    items: tuple[Constraint, ...] = ()

    @property
    def orders(self) -> tuple[Order, ...]:
        """The constraints on the order of two columns."""
        return tuple(item for item in self.items if isinstance(item, Order))

    @property
    def shown(self) -> tuple[Constraint, ...]:
        """The constraints worth showing: all but orders that follow from two others."""
        pairs = {(o.low, o.high) for o in self.orders}
        names = {name for pair in pairs for name in pair}

        def follows(item: Constraint) -> bool:
            if not isinstance(item, Order):
                return False
            return any((item.low, between) in pairs and (between, item.high) in pairs for between in names)

        return tuple(item for item in self.items if not follows(item))

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """The columns that follow from others by a formula."""
        return tuple(item for item in self.items if isinstance(item, Formula))

    @property
    def determined(self) -> tuple[Determined, ...]:
        """The columns that another one decides."""
        return tuple(item for item in self.items if isinstance(item, Determined))


def group_codes(table: Table, name: str) -> npt.NDArray[np.int64]:
    """Return a number from 0 for each row such that rows of one value, and all missing ones, have the same."""
    if table.schema[name].is_levels:
        return table.codes(name).astype(np.int64) + 1
    return np.unique(table.numbers(name), return_inverse=True, equal_nan=True)[1].astype(np.int64)


def tolerance(values: Floats, schema: Schema, name: str) -> Floats | float:
    """Return how far a computed value may lie from the written one: half a unit of the last decimal."""
    column = schema[name]
    if column.kind == "float":
        return np.abs(values) * 1e-9 + 1e-12
    return 0.5000001 * 10.0 ** -(column.decimals or 0)
