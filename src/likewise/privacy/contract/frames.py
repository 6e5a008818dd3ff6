"""Data in memory as Arrow, each cell of mixed columns by itself.

Other ways to Arrow look at a column first: one odd cell turns numbers to texts, bytes to their Python writing, or stops
all with an error.
"""

from __future__ import annotations

import datetime as dt
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from likewise.core.frames import Container, to_raw
from likewise.core.table import Table
from likewise.errors import PrivacyError, SchemaError


def cells_of(data: Any, names: Sequence[str] = ()) -> tuple[pa.Table, Container]:
    """Return data as an Arrow table for `encode`, and the container that it came in.

    Takes what `Table.from_any` takes. Columns of Python objects (pandas' `object`, lists) become strings, every cell by
    its own type alone; typed columns keep their types. A cell that holds no plain value is missing. A list of rows has
    the columns `names`, for a key that one row alone has would tell of it. Raises PrivacyError, which says nothing of
    what is in the data, for what is no table, for a list of rows without names, and for a Table whose types were
    inferred, since one odd cell changes how all others are read then.

    >>> cells_of({"n": [1, 2.5, "x", [], True]})[0]["n"].to_pylist()
    ['1', '2.5', 'x', None, 'true']
    """
    if isinstance(data, Table):
        return _typed(data), data.container
    try:
        return _cells(data, names)
    except SchemaError as fault:
        raise PrivacyError("privacy.not-a-table", "the data is not a table: one value a row and column is wanted",
                           hint=None if fault.code == "schema.ragged" else fault.hint) from None  # fmt: skip


def _typed(table: Table) -> pa.Table:
    if any(column.reason for column in table.schema.columns):
        raise PrivacyError("privacy.looked-at", "the types of this Table were inferred from all of its rows",
                           hint="give the file or the frame that it was made of")  # fmt: skip
    return table.written()


def _cells(data: Any, names: Sequence[str]) -> tuple[pa.Table, Container]:
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(data, pandas.DataFrame):
        labels = [".".join(map(str, n)) if isinstance(n, tuple) else str(n) for n in data.columns.tolist()]
        return pa.table([_series(data.iloc[:, i]) for i in range(len(labels))], names=labels), "pandas"
    if isinstance(data, Mapping):
        arrays = {str(name): _values(values) for name, values in data.items()}
        if len({len(array) for array in arrays.values()}) > 1:
            raise SchemaError("schema.ragged", "the columns are of different lengths")
        return pa.table(arrays), "dict"
    if isinstance(data, Sequence) and not isinstance(data, str | bytes) and all(isinstance(r, Mapping) for r in data):
        if not names:
            raise PrivacyError("privacy.no-names", "which columns there are would be looked up in the rows",
                               hint="list the columns in the contract, or give columns in place of rows")  # fmt: skip
        rows = [{str(key): cell for key, cell in row.items() if isinstance(key, str | int)} for row in data]
        return pa.table({name: texts_of_cells(row.get(name) for row in rows) for name in names}), "dict"
    raw, _, container = to_raw(data)
    return raw, container


def _series(series: Any) -> pa.Array:
    dtype = str(series.dtype)
    if dtype == "category":
        codes = series.cat.codes.to_numpy().astype(np.int32)
        return pa.DictionaryArray.from_arrays(
            pa.array(codes, mask=codes < 0), texts_of_cells(series.cat.categories.tolist())
        )
    if dtype in ("object", "str", "string"):
        return texts_of_cells(series.tolist())
    raw, _, _ = to_raw(series.to_frame("cells"))
    return raw.column(0).combine_chunks()


def _values(values: Any) -> pa.Array | pa.ChunkedArray:
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(values, pandas.Series):
        return _series(values)
    is_typed = (
        values.dtype.kind not in "OU" or values.ndim != 1
        if isinstance(values, np.ndarray)
        else isinstance(values, pa.Array | pa.ChunkedArray | str | bytes | Mapping)
        or hasattr(values, "__arrow_c_array__")
        or hasattr(values, "__arrow_c_stream__")
        or not isinstance(values, Iterable)
    )
    return to_raw({"cells": values})[0].column(0) if is_typed else texts_of_cells(values)


def texts_of_cells(cells: Iterable[Any]) -> pa.Array:
    """Return Python values as strings, each by its own type alone; one that is no plain value is missing."""
    return pa.array([_text(cell) for cell in cells], pa.large_string())


def _text(cell: Any) -> str | None:
    """Return a cell as it is written, None where it is no plain value."""
    if isinstance(cell, np.datetime64 | np.timedelta64) and np.datetime_data(cell.dtype)[0] in ("ns", "ps", "fs", "as"):
        cell = cell.astype("M8[us]" if isinstance(cell, np.datetime64) else "m8[us]")
    if isinstance(cell, np.generic):
        return _text(str(cell)) if isinstance(cell, np.float16 | np.float32) else _text(cell.item())
    if isinstance(cell, bool):
        return str(cell).lower()
    try:
        if isinstance(cell, str):
            return cell.encode().decode()
        if isinstance(cell, bytes):
            return cell.decode()
        if isinstance(cell, float):
            return None if math.isnan(cell) else repr(float(cell))
        if isinstance(cell, Decimal):
            return None if cell.is_nan() else str(cell)
        if isinstance(cell, dt.timedelta):
            return None if cell != cell else f"PT{cell / dt.timedelta(seconds=1)!r}S"
        is_plain = isinstance(cell, int | dt.time) or (isinstance(cell, dt.date) and cell == cell)  # NaT is a date
        return str(cell) if is_plain else None
    except ValueError:  # half a character, or a number of too many digits to be written
        return None
