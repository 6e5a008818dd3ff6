"""Columns as expressions see them, and what comes of an expression as a column."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.constraints.language.cells import Cells
from likewise.constraints.language.tables import columns_of
from likewise.core.dtypes import arrow_type
from likewise.core.moments import DAY
from likewise.core.schema import Column, Kind, Schema
from likewise.core.table import Table
from likewise.errors import SettingsError

DTYPES: dict[Kind, str] = {"integer": "int64", "decimal": "double", "float": "double", "date": "date32[day]",
                           "time": "time64[us]", "datetime": "timestamp[us]", "boolean": "bool",
                           "duration": "duration[us]"}  # fmt: skip
"""The Arrow types, by their names, that computed columns go back to; texts where none is said."""


def stored_type(column: Column) -> pa.DataType:
    """Return the Arrow type that a `Table` holds a column in."""
    if column.kind in ("category", "constant"):
        return pa.dictionary(pa.int32(), pa.string())
    return arrow_type(DTYPES.get(column.kind, "string"))


def cells_of(array: pa.Array, column: Column) -> Cells:
    """Return a column as expressions see it."""
    if pa.types.is_dictionary(array.type):
        return Cells("text", array)
    return columns_of(Table(pa.table([array], names=[column.name]), Schema(columns=(column,))))(column.name)


def examples_of(known: Mapping[str, Column]) -> dict[str, Cells]:
    """Return a cell of each column, to learn the sort of what is computed from them."""
    found = {}
    for name, column in known.items():
        if column.kind in ("category", "constant", "text", "id", "json"):
            found[name] = Cells("text", pa.array(["1"]))
            continue
        array = pa.array([1], pa.int64()).cast(pa.int32() if column.kind == "date" else pa.int64())
        kind = stored_type(column)
        array = pa.array([True]) if column.kind == "boolean" else array.cast(kind)
        found[name] = cells_of(array, column)
    return found


def array_of(cells: Cells, column: Column) -> pa.Array:
    """Return cells as a column. Raises SettingsError where they cannot be one."""
    kind, values = column.kind, cells.values
    if not isinstance(values, np.ndarray):
        if kind in ("text", "category", "constant", "id", "json"):
            return cells.texts if kind not in ("category", "constant") else cells.texts.dictionary_encode()
        raise _misfit(cells, kind)
    if cells.whole is not None and kind == "integer":
        return cells.whole
    gone = np.isnan(values)
    mask = gone if gone.any() else None
    if kind in ("float", "decimal"):
        return pa.array(values if column.decimals is None else np.round(values, column.decimals), mask=mask)
    if kind == "boolean":
        return pa.array(values != 0, mask=mask)
    if kind in ("text", "category", "constant", "id", "json"):
        raise _misfit(cells, kind)
    known = values if mask is None else np.where(gone, 0.0, values)
    if kind == "date":
        return pa.array(np.floor(known / DAY).astype(np.int32), mask=mask).cast(pa.date32())
    return pa.array(np.rint(known).astype(np.int64), mask=mask).cast(stored_type(column))


def _misfit(cells: Cells, kind: Kind) -> SettingsError:
    return SettingsError("settings.rules", f"a {cells.sort} is computed, and the column is of kind {kind}",
                         hint="leave `kind` out, or compute something else")  # fmt: skip


def texts_of(array: pa.Array) -> pa.DictionaryArray:
    """Return a column as levels, however it is held."""
    if pa.types.is_dictionary(array.type):
        return array
    if pa.types.is_boolean(array.type):
        array = pc.if_else(array, "true", "false")
    return array.cast(pa.string()).dictionary_encode()
