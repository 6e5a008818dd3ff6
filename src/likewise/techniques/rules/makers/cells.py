"""Columns as expressions see them, and what comes of an expression as a column."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.constraints.language.evaluating import Cells, Sort
from likewise.core.dtypes import arrow_type
from likewise.core.moments import DAY
from likewise.core.schema import LEVELS, Column, Kind
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


def kind_of(array: pa.Array) -> Kind:
    """Return the kind of column that an array in a `Table` holds, as far as its type tells."""
    kind = array.type
    if pa.types.is_integer(kind):
        return "integer"
    if pa.types.is_floating(kind):
        return "float"
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_date32(kind):
        return "date"
    if pa.types.is_timestamp(kind):
        return "datetime"
    if pa.types.is_time(kind):
        return "time"
    return "duration" if pa.types.is_duration(kind) else "text"


def cells_of(array: pa.Array) -> Cells:
    """Return an array as expressions see it: moments and durations in microseconds, levels as texts."""
    kind = kind_of(array)
    if kind == "text":
        return Cells("text", array.cast(pa.string()))
    if kind == "boolean":
        return Cells("truth", _floats(array.cast(pa.int8())))
    if kind in ("integer", "float"):
        return Cells("number", _floats(array))
    if kind == "date":
        return Cells("moment", _floats(array.cast(pa.int32())) * DAY)
    return Cells("moment" if kind == "datetime" else "duration", _floats(array.cast(pa.int64())))


def _floats(array: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    values = array.cast(pa.float64(), safe=False)
    return np.asarray(pc.fill_null(values, float("nan")) if values.null_count else values)


def example_of(column: Column) -> Cells:
    """Return a cell of a column's sort, to learn the sort of what is computed from it."""
    if column.kind == "boolean":
        return Cells("truth", np.ones(1))
    if column.kind in LEVELS or column.kind in ("text", "id", "json"):
        return Cells("text", pa.array(["a"]))
    sorts: dict[Kind, Sort] = {"date": "moment", "datetime": "moment", "time": "duration", "duration": "duration"}
    return Cells(sorts.get(column.kind, "number"), np.ones(1))


def array_of(cells: Cells, kind: Kind, decimals: int | None = None) -> pa.Array:
    """Return cells as a column of a kind. Raises SettingsError where they cannot be one."""
    if not isinstance(cells.values, np.ndarray):
        if kind in ("text", "category", "id", "json"):
            return cells.values if kind != "category" else cells.values.dictionary_encode()
        raise _misfit(cells, kind)
    values = cells.values
    gone = np.isnan(values)
    mask = gone if gone.any() else None
    if kind in ("float", "decimal"):
        return pa.array(values if decimals is None else np.round(values, decimals), mask=mask)
    if kind == "boolean":
        return pa.array(values != 0, mask=mask)
    if kind in ("text", "category", "id", "json"):
        raise _misfit(cells, kind)
    known = values if mask is None else np.where(gone, 0.0, values)
    if kind == "date":
        return pa.array(np.floor(known / DAY).astype(np.int32), mask=mask).cast(pa.date32())
    whole = pa.array(np.rint(known).astype(np.int64), mask=mask)
    types = {"datetime": pa.timestamp("us"), "time": pa.time64("us"), "duration": pa.duration("us")}
    return whole.cast(types[kind]) if kind in types else whole


def _misfit(cells: Cells, kind: Kind) -> SettingsError:
    return SettingsError("settings.rules", f"a {cells.sort} is computed, and the column is of kind {kind}",
                         hint="leave `kind` out, or compute something else")  # fmt: skip
