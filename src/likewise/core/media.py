"""What a cell of an image, audio, video or series column is: guessed, typed, and written back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import pyarrow as pa

from likewise.core.dtypes import arrow_type
from likewise.core.schema import Column, Kind
from likewise.core.tensors import (
    Array,
    axes_of,
    from_tensor,
    is_ragged,
    is_tensor,
    joint_shape,
    ragged_tensor,
    shapes_of,
    stacked_tensor,
    to_tensor,
    value_type,
)
from likewise.errors import SchemaError

CELL: Mapping[Kind, tuple[type[np.generic], int]] = {
    "image": (np.uint8, 3), "audio": (np.float32, 2), "video": (np.uint8, 4), "series": (np.float64, 2),
}  # fmt: skip
"""What a cell of each media kind is: the type of its values and its number of axes, the last of them channels."""

AXES: Mapping[Kind, str] = {
    "image": "height x width x channels", "audio": "samples x channels",
    "video": "frames x height x width x channels", "series": "steps x channels",
}  # fmt: skip
KIND_KEY, RATE_KEY = b"likewise.kind", b"likewise.rate"
"""Metadata of an Arrow field that say what its tensors are: a sound and a series look alike."""

UNITS: Mapping[Kind, str] = {"video": "frames a second"}
"""What a `rate` counts, where it is not samples."""

CALLED_PICTURES = frozenset({"image", "images", "img", "picture", "pictures", "photo", "photos"})
"""What columns are called, in any case, that are hardly meant to be series."""

PICTURE_CHANNELS = range(1, 5)


def guess_tensor(name: str, array: pa.Array, told: Mapping[bytes, bytes]) -> Column:
    """Guess what a column of arrays is, from what the field's metadata say, the type of its values and its axes.

    Raises SchemaError when it can be none of the media kinds.
    """
    axes, values = axes_of(array.type), value_type(array.type)
    shape = joint_shape([tuple(s) for s in shapes_of(array.drop_null()).tolist()])
    said = told.get(KIND_KEY, b"").decode()
    kind: Kind
    if said in CELL:
        kind = cast("Kind", said)
    elif pa.types.is_uint8(values) and (axes == 2 or (axes == 3 and _pictures(shape))):
        kind = "image"
    elif pa.types.is_uint8(values) and axes == 4 and _pictures(shape):
        kind = "video"
    elif axes == 2 and name.casefold() in CALLED_PICTURES:
        what = f"`{name}` holds {values}, and pictures are uint8"
        raise SchemaError("schema.not-a-tensor", what, where=name,
                          hint="give pictures as uint8 from 0 to 255 (of numbers from 0 to 1 "
                          "`np.rint(255 * pictures).astype(np.uint8)`), or say `kind: series` in a schema")  # fmt: skip
    elif axes in (1, 2):
        kind = "series"
    else:
        sizes = " x ".join("?" if s is None else str(s) for s in shape or ())
        what = f"`{name}` holds arrays of {sizes} {values}: no image, sound, clip or series"
        raise SchemaError("schema.not-a-tensor", what, where=name,
                          hint="give pictures as uint8 from 0 to 255, height x width x channels, clips as frames "
                          "of these")  # fmt: skip
    rate = int(told[RATE_KEY]) if told.get(RATE_KEY, b"").isdigit() else None
    return Column(
        name=name, kind=kind, nullable=array.null_count > 0, rate=rate or None, reason=_said(kind, shape, rate)
    )


def _pictures(shape: tuple[int | None, ...] | None) -> bool:
    return shape is None or shape[-1] is None or shape[-1] in PICTURE_CHANNELS


def _said(kind: Kind, shape: tuple[int | None, ...] | None, rate: int | None) -> str:
    things = {"image": "pictures", "audio": "sounds", "video": "clips", "series": "series"}[kind]
    if shape is None:
        return f"a column of {things}"
    sizes = " x ".join("any" if size is None else str(size) for size in shape)
    axes = " x ".join(AXES[kind].split(" x ")[: len(shape)])
    return f"{things} of {sizes} ({axes})" + (f" at {rate:,} {UNITS.get(kind, 'Hz')}" if rate else "")


def typed_tensor(raw: pa.Array, column: Column) -> tuple[pa.Array, tuple[int | None, ...] | None]:
    """Return a raw column as tensors of its kind, and their shape widened by what the column's schema says.

    Sounds that come as whole numbers are scaled to -1..1. Raises SchemaError when the values cannot be of the kind.
    """
    dtype, axes = CELL[column.kind]
    if pa.types.is_null(raw.type) or (not len(raw) and not is_tensor(raw.type)):
        return _without_values(len(raw), column), column.shape
    cells = from_tensor(raw) if is_tensor(raw.type) else _listed_cells(raw, column)
    typed: Array | list[Array | None]
    if isinstance(cells, np.ndarray):
        typed = _typed_cell(cells, dtype, axes + 1, column)
    else:
        typed = [None if c is None else _typed_cell(c, dtype, axes, column) for c in cells]
    known = [tuple(shape) for shape in _cell_shapes(typed)]
    shape = joint_shape([*known, *([column.shape] if column.shape is not None else [])])
    if isinstance(typed, list) and all(c is None for c in typed):
        return _without_values(len(raw), column), column.shape
    return to_tensor(typed, shape=shape), shape


def _cell_shapes(cells: Array | list[Array | None]) -> list[tuple[int, ...]]:
    return [cells.shape[1:]] if isinstance(cells, np.ndarray) else [c.shape for c in cells if c is not None]


def _without_values(rows: int, column: Column) -> pa.Array:
    dtype, axes = CELL[column.kind]
    if column.shape is not None and None not in column.shape and np.prod(cast("tuple[int]", column.shape)):
        fixed = cast("tuple[int, ...]", column.shape)
        return stacked_tensor(np.zeros((rows, *fixed), dtype), fixed, np.ones(rows, dtype=bool))
    return ragged_tensor([None] * rows, np.dtype(dtype), axes)


def _listed_cells(raw: pa.Array, column: Column) -> list[Array | None]:
    """Return nested lists, or texts of JSON that are such, as arrays."""
    words = pa.types.is_string(raw.type) or pa.types.is_large_string(raw.type)
    if not words and (not pa.types.is_nested(raw.type) or pa.types.is_struct(raw.type)):
        raise _misfit(column, f"holds {raw.type}, not arrays")
    try:
        rows = raw.to_pylist()
        rows = [json.loads(row) if row and row.strip() else None for row in rows] if words else rows
        return [None if row is None else np.array(row, dtype=np.float64) for row in rows]
    except (TypeError, ValueError):
        raise _misfit(column, "holds lists that are no arrays of numbers") from None


def _typed_cell(cell: Array, dtype: type[np.generic], axes: int, column: Column) -> Array:
    if cell.ndim == axes - 1:
        cell = cell[..., np.newaxis]
    if cell.ndim != axes:
        raise _misfit(column, f"holds arrays that are not {AXES[column.kind]}")
    if dtype is np.uint8 and cell.dtype != np.uint8:
        if cell.size and (cell.min() < 0 or cell.max() > 255 or (cell != np.rint(cell)).any()):
            raise _misfit(column, "holds values that are no whole numbers from 0 to 255")
    elif column.kind == "audio" and cell.dtype.kind in "iu":
        return (cell / float(np.iinfo(cell.dtype).max + 1)).astype(np.float32)
    typed = cell.astype(dtype, copy=False)
    if dtype is not np.uint8 and not np.isfinite(typed).all():
        if column.kind == "audio":
            raise _misfit(column, "holds sounds with values that are not finite")
        if np.isinf(typed).any():
            typed = np.where(np.isinf(typed), np.nan, typed)
    return typed


def _misfit(column: Column, what: str) -> SchemaError:
    return SchemaError(f"schema.not-{column.kind}", f"column `{column.name}` {what}", where=column.name,
                       hint=f"give one array a row, {AXES[column.kind]}, or set `role: ignore`")  # fmt: skip


def written_tensor(typed: pa.Array, column: Column) -> pa.Array:
    """Return tensors in the type that a column came in, with the shapes they have now."""
    dtype = arrow_type(column.dtype)
    if pa.types.is_null(dtype):
        return typed if typed.null_count < len(typed) else pa.nulls(len(typed))
    cells = from_tensor(typed)
    if pa.types.is_string(dtype) or pa.types.is_large_string(dtype):
        return pa.array([_json(cell) for cell in cells], dtype)
    axes, values = axes_of(dtype), value_type(dtype).to_pandas_dtype()
    if isinstance(cells, np.ndarray):
        made = _written_cell(cells, np.dtype(values), axes + 1, column)
        return to_tensor(made) if is_tensor(dtype) else pa.array(made.tolist(), dtype)
    listed = [None if c is None else _written_cell(c, np.dtype(values), axes, column) for c in cells]
    if not is_tensor(dtype):
        return pa.array([None if c is None else c.tolist() for c in listed], dtype)
    if is_ragged(typed.type):
        return ragged_tensor(listed, np.dtype(values), next((c.ndim for c in listed if c is not None), axes))
    shape = tuple(typed.type.shape)
    squeezed = shape[:-1] if len(shape) == axes + 1 and shape[-1] == 1 else shape
    if all(c is None for c in listed):
        return pa.nulls(len(typed), pa.fixed_shape_tensor(value_type(dtype), list(squeezed)))
    return to_tensor(listed, shape=squeezed)


def _json(cell: Array | None) -> str:
    """Return an array as the text of a file, null for NaN."""
    if cell is None:
        return ""
    cell = cell[..., 0] if cell.shape[-1] == 1 else cell
    return json.dumps(cell.tolist(), separators=(",", ":")).replace("NaN", "null")


def _written_cell(cell: Array, dtype: np.dtype[Any], axes: int, column: Column) -> Array:
    if cell.ndim == axes + 1 and cell.shape[-1] == 1:
        cell = cell[..., 0]
    if dtype.kind in "iu" and cell.dtype.kind == "f":
        limits = np.iinfo(dtype)
        scale = float(limits.max + 1) if column.kind == "audio" else 1.0
        return np.clip(np.rint(np.nan_to_num(cell * scale)), limits.min, limits.max).astype(dtype)
    return cell.astype(dtype, copy=False)


def cell_bytes(column: Column) -> int:
    """Return about how many bytes a cell of a media column takes; where cells differ, of a usual one."""
    dtype, axes = CELL[column.kind]
    shape = column.shape or (None,) * axes
    usual = {"image": (512, 512, 3), "audio": (2**16, 1), "video": (64, 128, 128, 3), "series": (1024, 1)}[column.kind]
    sizes = [usual[i] if size is None else size for i, size in enumerate(shape)]
    return int(np.prod(sizes, dtype=np.int64)) * np.dtype(dtype).itemsize


def field_of(column: Column, dtype: pa.DataType) -> pa.Field:
    """Return the Arrow field of a column; what its arrays are is told with it, and their rate."""
    told = {KIND_KEY: column.kind.encode()} if column.is_media else {}
    if column.is_media and column.rate is not None:
        told[RATE_KEY] = str(column.rate).encode()
    return pa.field(column.name, dtype, metadata=told or None)
