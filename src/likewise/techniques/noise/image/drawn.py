"""What is drawn on pictures: boxes, places and labels, a list a picture, as columns hold them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa

from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.core.tensors import to_tensor
from likewise.errors import SchemaError
from likewise.modalities.image.geometry import Floats
from likewise.techniques.noise.cells import cells_of


def numbers_of(rows: Table, name: str, width: int) -> list[Floats | None]:
    """Return a list of boxes (k x 4) or places (k x 2) for each row, None where missing.

    Raises SchemaError where a cell is no such list.
    """
    found: list[Floats | None] = []
    for number, cell in enumerate(lists_of(rows, name)):
        try:
            array = None if cell is None else np.asarray(cell, dtype=np.float64)
        except (TypeError, ValueError):
            array = np.empty((1, 0))
        if array is not None and array.size == 0 and array.shape[0] == 0:
            array = np.empty((0, width))
        if array is not None and (array.ndim != 2 or array.shape[1] != width or not np.isfinite(array).all()):
            wanted = "x0, y0, x1, y1" if width == 4 else "x, y"
            raise SchemaError("schema.not-drawn", f"column `{name}` holds something that is no list of [{wanted}]",
                              where=f"{name} (row {number + 1})",
                              hint=f"give one array of k x {width} numbers a picture, in pixels")  # fmt: skip
        found.append(array)
    return found


def lists_of(rows: Table, name: str) -> list[Any]:
    """Return the cells of a column of lists, whether it holds series or JSON."""
    column = rows.schema[name]
    if column.kind == "series":
        return list(cells_of(rows.column(name)))
    if column.kind not in ("json", "text"):
        what = f"column `{name}` is of kind {column.kind} and holds no lists"
        raise SchemaError("schema.not-drawn", what, where=name, hint="give one array or list a picture")
    try:
        return [None if text is None else json.loads(text) for text in rows.texts(name).to_pylist()]
    except ValueError:
        raise SchemaError("schema.not-drawn", f"column `{name}` holds texts that are no lists", where=name,
                          hint="give one array or list a picture") from None  # fmt: skip


def as_lists(cells: list[Any], column: Column) -> pa.Array:
    """Return lists as the column they came from."""
    if column.kind == "series":
        arrays = [None if c is None else np.asarray(c, dtype=np.float64) for c in cells]
        some = next((a for a in arrays if a is not None), np.empty((0, 0)))
        return to_tensor(arrays or some[None], shape=(None,) * some.ndim)[: len(cells)]
    plain = [c.tolist() if isinstance(c, np.ndarray) else c for c in cells]
    return pa.array([None if c is None else json.dumps(c, ensure_ascii=False) for c in plain], pa.string())


def open_shape(column: Column) -> tuple[int | None, ...] | None:
    """Return the shape of a column whose lists may lose entries."""
    return (None, *column.shape[1:]) if column.kind == "series" and column.shape is not None else column.shape
