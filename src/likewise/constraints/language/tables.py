"""The cells of a table as expressions see them."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.constraints.calendar import moments_of
from likewise.constraints.language.cells import FINEST, Cells, Columns
from likewise.core.conditions import levels_of
from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.errors import SettingsError

_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")


def columns_of(table: Table) -> Columns:
    """Return what gives the cells of a column of a table; levels as texts. Raises SchemaError for an unknown one.

    Each column is read once, however often it is asked for.
    """
    read: dict[str, Cells] = {}

    def cells(name: str) -> Cells:
        if name not in read:
            read[name] = _cells(table, name)
        return read[name]

    return cells


def _cells(table: Table, name: str) -> Cells:
    column = table.schema[name]
    if column.kind in ("date", "datetime"):
        return Cells("moment", moments_of(table.numbers(name), column), 0)
    if column.kind in ("time", "duration"):
        return Cells("duration", table.numbers(name), 0)
    if column.is_number:
        values = table.numbers(name)
        return Cells("number", values, grid_of(column), _too_large(table, name) if column.kind == "integer" else None)
    if column.kind == "boolean":
        codes = table.codes(name)
        return Cells("truth", np.where(codes < 0, np.nan, codes), 0, spoken=column.format or "true/false")
    if column.is_levels:
        codes = table.codes(name)
        levels = pa.array(levels_of(column), pa.string())
        return Cells("text", pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), levels))
    if column.kind == "empty":
        return Cells("number", np.full(table.rows, np.nan), 0)
    if column.is_media:
        raise SettingsError("settings.rule", f"`{name}` holds arrays ({column.kind}), of which no rule can speak",
                            where=name, hint="state it of another column")  # fmt: skip
    return Cells("text", table.texts(name))


def grid_of(column: Column) -> int | None:
    """Return how many decimals the numbers of a column have at most, None where they are on no grid."""
    if column.kind == "integer":
        return 0
    decimals = column.decimals if column.kind == "decimal" else None
    return decimals if decimals is not None and decimals <= FINEST else None


def are_numbers(column: Column) -> bool:
    """Return whether the levels of a column, or its ids, all write numbers, so that it may stand beside numbers."""
    if column.is_levels and column.kind != "boolean":
        levels = levels_of(column)
        return bool(levels) and all(_NUMBER.fullmatch(level) for level in levels)
    pattern = column.pattern
    counted = pattern is not None and pattern.form == "sequence" and not (pattern.prefix or pattern.suffix)
    return column.kind == "id" and (counted or column.dtype.startswith(("int", "uint")))


def _too_large(table: Table, name: str) -> pa.Array | None:
    """Return a column of whole numbers as such where some of them are too large for a float to be exact."""
    array = table.column(name)
    if array.type != pa.int64() or len(array) == array.null_count:
        return None
    ends = pc.min_max(array).as_py()
    return array if max(abs(ends["min"]), abs(ends["max"])) > 2**53 else None
