"""Rows from anywhere, read as the columns of a schema that is known already."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import SchemaError, suggest


def rows_like(data: Any, schema: Schema, *, wanted: Collection[str] = ()) -> Table:
    """Return `data` as a table whose columns mean what those of `schema` mean; columns it adds or lacks stay so.

    Takes what `Table.from_any` takes. New levels and wider bounds are let through. Raises SchemaError when a column of
    `wanted` is not in the data, or one cannot be of its kind.
    """
    table = Table.from_any(data)
    absent = [name for name in wanted if name not in table.schema]
    if absent:
        listed = ", ".join(f"`{name}`" for name in absent[:5]) + (", ..." if len(absent) > 5 else "")
        raise SchemaError("schema.missing-column", f"the data lack {len(absent)} of the columns learned: {listed}",
                          where=absent[0], hint=suggest(absent[0], table.names, "column"))  # fmt: skip
    shared = Schema(columns=tuple(_open(schema[name]) for name in table.names if name in schema))
    natives = {column.name: column.native for column in table.schema.columns if column.native}
    return Table.from_arrow(table.written(), shared, table.container, natives)


def rows_beside(data: Any, schema: Schema) -> Table:
    """Return `data` as `rows_like` does, save that a column which cannot be of its kind is taken as its values are.

    So rows of anybody are read to be judged: what is written another way (`1,234` or `5/1/2020`) is no reason to stop.
    """
    table = Table.from_any(data)
    try:
        return rows_like(table, schema)
    except SchemaError:
        fits = [name for name in table.names if name in schema and _fits(table.select([name]), schema)]
        return rows_like(table, schema.select(fits))


def _fits(column: Table, schema: Schema) -> bool:
    try:
        rows_like(column, schema)
    except SchemaError:
        return False
    return True


def _open(column: Column) -> Column:
    """Return the column without what its own data settles, so that a wider table is still read."""
    return column.model_copy(update={"bounds": None, "native": None, "shape": None, "other": "keep"})
