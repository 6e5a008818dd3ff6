"""The column that puts rows in order."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.protocol import HeldBack
from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.errors import FitError, suggest

Floats = npt.NDArray[np.float64]

ORDERS = ("integer", "decimal", "float", "date", "datetime", "duration")
"""Kinds of columns that rows can be ordered by."""

REPEATS = 0.05
"""Share of rows up to which times may be those of the row before."""


def named_column(table: Table, name: str, setting: str) -> Column:
    """Return a column that a setting names. Raises FitError when it is not among those that are learned."""
    if name not in table.schema:
        hint = suggest(name, table.names, "column")
        if setting == "order":
            hint += f"; an id that counts the rows: give a schema with `columns: {{{name}: {{kind: integer}}}}`"
        raise FitError(f"fit.{setting}", f"`{setting}` names `{name}`, which is not a column that is learned (ids are "
                       "not)", where=name, hint=hint)  # fmt: skip
    return table.schema[name]


def order_of(table: Table, name: str | None, *, entities: bool) -> Column | None:
    """Return the column that rows are ordered by: as named, by its role, or the only dates that always rise (or fall).

    None where rows are in order as they come. Dates tell nothing unasked where rows are of several `entities`. Raises
    FitError for a column that cannot order rows.
    """
    declared = table.schema.with_role("order")
    if name is not None:
        column = named_column(table, name, "order")
    elif declared:
        column = declared[0]
    else:
        dated = lone_dates(table)
        return dated if dated is not None and not entities and _rises(table.numbers(dated.name)) else None
    if column.kind not in ORDERS:
        raise FitError("fit.order", f"rows cannot be ordered by `{column.name}` ({column.kind})", where=column.name,
                       hint="name a column of dates, moments or numbers")  # fmt: skip
    if table.missing(column.name).any():
        raise FitError("fit.order", f"`{column.name}`, which rows are ordered by, is missing in "
                       f"{int(table.missing(column.name).sum()):,} rows", where=column.name,
                       hint="leave these rows out")  # fmt: skip
    return column


def lone_dates(table: Table) -> Column | None:
    """Return the column of dates or moments, where there is one alone."""
    dated = [c for c in table.schema.columns if c.kind in ("date", "datetime")]
    return dated[0] if len(dated) == 1 else None


def check_repeats(column: Column, repeats: int, rows: int, *, hint: str) -> tuple[str, ...]:
    """Return what is to be said of rows that have the time of another. Raises FitError where they are many."""
    if repeats > REPEATS * rows:
        raise FitError("fit.order", f"{repeats:,} rows have the same `{column.name}` as another, and so no order",
                       where=column.name, hint=hint)  # fmt: skip
    return (f"{repeats:,} rows have the `{column.name}` of another",) if repeats else ()


def held_end(table: Table, column: Column | None, share: float) -> HeldBack:
    """Return the end of a series as the rows that are held back to judge a fit by."""
    order = np.arange(table.rows) if column is None else np.argsort(table.numbers(column.name), kind="stable")
    rows = order[round(table.rows * (1 - share)) :]
    said = f"The last {len(rows):,} rows of the series were held back, so that it has no gaps."
    if column is None:
        return HeldBack(rows, said)
    said = f"{said} `{column.name}`, which tells them from the others, was not judged."
    return HeldBack(rows, said, order=column.name)


def widened(column: Column) -> Column:
    """Return a column whose values may go on beyond those that were seen."""
    changes: dict[str, Any] = {"bounds": None}
    if column.dtype in ("int8", "int16", "int32", "uint8", "uint16", "uint32"):
        changes["dtype"] = "int64"
        if column.native is not None:
            changes["native"] = "Int64" if column.native[0] in "IU" and column.native[-1].isdigit() else "int64"
    return column.model_copy(update=changes)


def _rises(values: Floats) -> bool:
    steps = np.diff(values)
    return len(values) > 1 and bool((steps > 0).all() or (steps < 0).all())
