"""From what an expression comes to back to a typed column of a table, on the column's own grid."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.constraints.language.cells import Cells
from likewise.core.conditions import levels_of
from likewise.core.moments import DAY, SECOND, offset_of
from likewise.core.schema import Column
from likewise.core.table import Table

Floats = npt.NDArray[np.float64]

_PLAIN = ("integer", "decimal", "float")


def typed(cells: Cells, column: Column) -> pa.Array | None:
    """Return cells as the typed array of a column, rounded to its decimals; None where they are of another sort.

    A text that is no level of the column makes None as well: a level that nobody learned cannot be written.

    >>> typed(Cells("number", np.array([1.26, np.nan])), Column(name="a", kind="decimal", decimals=1)).to_pylist()
    [1.3, None]
    """
    if column.is_levels:
        return _levels(cells, column)
    if not column.is_number or not isinstance(cells.values, np.ndarray):
        return None
    values = cells.values
    if column.kind in _PLAIN:
        if cells.sort == "duration":
            values = values / DAY  # a plain number beside a duration counts days
        return numbers(values, column) if cells.sort in ("number", "duration") else None
    if column.kind in ("date", "datetime"):
        return _moments(values, column) if cells.sort == "moment" else None
    if cells.sort == "number":
        values = values * DAY
    return numbers(values, column) if cells.sort in ("number", "duration") else None


def numbers(values: Floats, column: Column) -> pa.Array:
    """Return values on the scale of `Table.numbers` as the typed array of a number column, missing where NaN."""
    gone = ~np.isfinite(values) if column.kind != "float" else np.isnan(values)
    if column.kind in ("decimal", "float"):
        kept = values if column.kind == "float" else np.round(values, column.decimals or 0)
        return pa.array(kept, pa.float64(), mask=gone)
    whole = pa.array(np.round(np.where(gone, 0, values)).astype(np.int64), mask=gone)
    kinds = {"integer": pa.int64(), "time": pa.time64("us"), "duration": pa.duration("us"),
             "datetime": pa.timestamp("us", tz=column.zone)}  # fmt: skip
    return whole.cast(pa.int32()).cast(pa.date32()) if column.kind == "date" else whole.cast(kinds[column.kind])


def _moments(values: Floats, column: Column) -> pa.Array:
    """Return moments on the clocks of a column's zone as its typed array."""
    if column.kind == "date":
        return numbers(np.floor(values / DAY), column)
    if column.zone is None or re.fullmatch(r"[+-]\d\d:\d\d", column.zone):
        return numbers(values - offset_of(column.zone) * 60 * SECOND, column)
    gone = np.isnan(values)
    local = pa.array(np.where(gone, 0, values).astype(np.int64), mask=gone).cast(pa.timestamp("us"))
    return pc.assume_timezone(local, column.zone, ambiguous="earliest", nonexistent="latest")


def _levels(cells: Cells, column: Column) -> pa.Array | None:
    if column.kind == "boolean":
        if cells.sort != "truth" or not isinstance(cells.values, np.ndarray):
            return None
        return pa.array(cells.values == 1, mask=np.isnan(cells.values))
    if cells.sort != "text":
        return None
    levels = pa.array(levels_of(column), pa.string())
    texts = plain(cells.values)
    codes = pc.index_in(texts, levels)
    if codes.null_count > texts.null_count:
        return None
    return pa.DictionaryArray.from_arrays(codes, levels)


def plain(array: pa.Array) -> pa.Array:
    """Return an array without its dictionary."""
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def with_columns(table: Table, arrays: dict[str, pa.Array]) -> Table:
    """Return a table with some of its columns replaced by typed arrays."""
    columns = table.columns
    for name, array in arrays.items():
        columns = columns.set_column(columns.schema.get_field_index(name), name, array)
    return Table(columns, table.schema, table.container)


def with_rows(table: Table, places: npt.NDArray[np.int64], new: Table, names: tuple[str, ...]) -> Table:
    """Return a table in which the cells of some columns at some places are those of other rows, in their order."""
    order = np.arange(table.rows)
    order[places] = table.rows + np.arange(len(places))
    arrays = {}
    for name in names:
        both = pa.concat_arrays([table.column(name), new.column(name)])
        arrays[name] = both.take(pa.array(order))
    return with_columns(table, arrays)
