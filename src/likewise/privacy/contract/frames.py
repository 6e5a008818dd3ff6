"""Data in memory as Arrow, each cell of mixed columns by itself.

Other ways to Arrow look at a column first: one odd cell turns numbers to texts, bytes to their Python writing, or stops
all with an error.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from likewise.core.frames import Container, to_raw


def cells_of(data: Any) -> tuple[pa.Table, Container]:
    """Return data as an Arrow table for `encode`, and the container that it came in.

    Takes what `Table.from_any` takes. Columns of Python objects (pandas' `object`, lists) become strings, every cell by
    its own type alone; typed columns keep their types. A cell that holds no plain value is missing.

    >>> cells_of({"n": [1, 2.5, "x", [], True]})[0]["n"].to_pylist()
    ['1', '2.5', 'x', None, 'true']
    """
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(data, pandas.DataFrame):
        names = [".".join(map(str, n)) if isinstance(n, tuple) else str(n) for n in data.columns.tolist()]
        return pa.Table.from_arrays([_series(data.iloc[:, i]) for i in range(len(names))], names=names), "pandas"
    if isinstance(data, Mapping):
        return pa.table({str(name): _values(values) for name, values in data.items()}), "dict"
    if isinstance(data, Sequence) and not isinstance(data, str | bytes) and all(isinstance(r, Mapping) for r in data):
        rows = [{str(key): cell for key, cell in row.items()} for row in data]
        names = list(dict.fromkeys(key for row in rows for key in row))
        return pa.table({name: _texts(row.get(name) for row in rows) for name in names}), "dict"
    raw, _, container = to_raw(data)
    return raw, container


def _series(series: Any) -> pa.Array:
    dtype = str(series.dtype)
    if dtype == "object":
        return _texts(series.tolist())
    if dtype == "category":
        codes = series.cat.codes.to_numpy().astype(np.int32)
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), _texts(series.cat.categories.tolist()))
    raw, _, _ = to_raw(series.to_frame("cells"))
    return raw.column(0).combine_chunks()


def _values(values: Any) -> pa.Array | pa.ChunkedArray:
    if isinstance(values, list | tuple) or (isinstance(values, np.ndarray) and values.dtype == object):
        return _texts(values)
    return to_raw({"cells": values})[0].column(0)


def _texts(cells: Iterable[Any]) -> pa.Array:
    return pa.array([_text(cell) for cell in cells], pa.large_string())


def _text(cell: Any) -> str | None:
    """Return a cell as it is written, None where it is no plain value."""
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
            return repr(float(cell))
        return str(cell) if isinstance(cell, int | Decimal | dt.date | dt.time) else None
    except ValueError:  # half a character, or a number of too many digits to be written
        return None
