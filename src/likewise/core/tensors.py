"""Cells that are arrays: images, sounds and series as Arrow tensors, and as numpy arrays again.

Cells of one shape are Arrow's fixed-shape tensor. Cells of several shapes are a record of `data` (the values of a cell,
one after another) and `shape`, the layout that Arrow calls a variable-shape tensor.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.dtypes import arrow_type
from likewise.core.schema import Column, Kind
from likewise.errors import SchemaError

Array = npt.NDArray[Any]
Cells = Array | Sequence[Array | None]
"""The cells of a column: one array whose first axis is the rows, or an array a row, None where missing."""

CELL: Mapping[Kind, tuple[type[np.generic], int]] = {
    "image": (np.uint8, 3), "audio": (np.float32, 2), "series": (np.float64, 2),
}  # fmt: skip
"""What a cell of each media kind is: the type of its values and its number of axes, the last of them channels."""

AXES: Mapping[Kind, str] = {
    "image": "height x width x channels", "audio": "samples x channels", "series": "steps x channels",
}  # fmt: skip
KIND_KEY, RATE_KEY = b"likewise.kind", b"likewise.rate"
"""Metadata of an Arrow field that say what its tensors are: a sound and a series look alike."""

PICTURE_CHANNELS = range(1, 5)


def is_tensor(dtype: pa.DataType) -> bool:
    """Return whether a type holds one array a row."""
    return isinstance(dtype, pa.FixedShapeTensorType) or is_ragged(dtype)


def is_ragged(dtype: pa.DataType) -> bool:
    """Return whether a type holds arrays of several shapes."""
    if not pa.types.is_struct(dtype) or [f.name for f in dtype] != ["data", "shape"]:
        return False
    data, shape = dtype.field(0).type, dtype.field(1).type
    return bool((pa.types.is_list(data) or pa.types.is_large_list(data)) and pa.types.is_fixed_size_list(shape))


def ragged_type(values: pa.DataType, axes: int) -> pa.DataType:
    """Return the type of arrays of several shapes."""
    return pa.struct([("data", pa.large_list(values)), ("shape", pa.list_(pa.int32(), axes))])


# -- numpy to Arrow -------------------------------------------------------------------------------------------------
def to_tensor(cells: Cells, *, shape: Sequence[int | None] | None = None) -> pa.Array:
    """Return cells as a tensor column: of one shape where `shape` is one or, without it, where all cells have one.

    An array is taken without copying when its values lie in order.
    """
    if isinstance(cells, np.ndarray) and (shape is None or None not in shape):
        return _fixed(np.ascontiguousarray(cells), cells.shape[1:], None)
    if isinstance(cells, np.ndarray):
        return _ragged(list(cells), cells.dtype, cells.ndim - 1)
    known = [c for c in cells if c is not None]
    if not known:
        raise ValueError("cells without a single array tell neither type nor axes")
    own = cast("tuple[int | None, ...]", joint_shape([c.shape for c in known])) if shape is None else tuple(shape)
    if None in own:
        return _ragged(cells, known[0].dtype, known[0].ndim)
    fixed = cast("tuple[int, ...]", own)
    stacked = np.zeros((len(cells), *fixed), dtype=known[0].dtype)
    gone = np.array([c is None for c in cells], dtype=bool)
    for place, cell in enumerate(cells):
        if cell is not None:
            stacked[place] = cell
    return _fixed(stacked, fixed, gone)


def _fixed(stacked: Array, shape: tuple[int, ...], gone: Array | None) -> pa.Array:
    values = pa.array(stacked.reshape(-1))
    size = int(np.prod(shape, dtype=np.int64))
    if not size:  # Arrow cannot count rows of nothing
        return _ragged([None if gone is not None and gone[i] else stacked[i] for i in range(len(stacked))],
                       stacked.dtype, len(shape))  # fmt: skip
    mask = pa.array(gone) if gone is not None and gone.any() else None
    storage = pa.FixedSizeListArray.from_arrays(values, size, mask=mask)
    return pa.ExtensionArray.from_storage(pa.fixed_shape_tensor(values.type, list(shape)), storage)


def _ragged(cells: Cells, dtype: np.dtype[Any], axes: int) -> pa.Array:
    gone = np.array([c is None for c in cells], dtype=bool)
    shapes = np.array([(0,) * axes if c is None else c.shape for c in cells], dtype=np.int32).reshape(len(cells), axes)
    sizes = np.where(gone, 0, np.prod(shapes, axis=1, dtype=np.int64))
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    flat = [np.ravel(c) for c in cells if c is not None]
    values = pa.array(np.concatenate(flat).astype(dtype, copy=False) if flat else np.empty(0, dtype))
    data = pa.LargeListArray.from_arrays(pa.array(offsets, pa.int64()), values)
    listed = pa.FixedSizeListArray.from_arrays(pa.array(shapes.reshape(-1)), axes)
    fields = list(ragged_type(values.type, axes))
    return pa.StructArray.from_arrays([data, listed], fields=fields, mask=pa.array(gone))


def joint_shape(shapes: Sequence[tuple[int | None, ...]]) -> tuple[int | None, ...] | None:
    """Return the shape that all have, None on the axes where they differ; None for no shape at all.

    >>> joint_shape([(28, 28, 1), (28, 30, 1)])
    (28, None, 1)
    """
    if not shapes:
        return None
    return tuple(axis[0] if len(set(axis)) == 1 else None for axis in zip(*shapes, strict=True))


def raw_tensor(cells: Cells, name: str) -> pa.Array:
    """Return a caller's arrays as a tensor column in their own type. Raises SchemaError for what is no numbers."""
    known = [c for c in cells if c is not None]
    types = {c.dtype for c in known} or {np.asarray(cells).dtype}
    if any(t.kind not in "buif" for t in types) or len({c.ndim for c in known}) > 1:
        raise SchemaError("schema.not-a-tensor", f"`{name}` holds arrays that are not all of numbers and of one "
                          "number of axes", where=name,
                          hint="give one array of numbers a row, all with as many axes")  # fmt: skip
    wide = np.result_type(*types)
    dtype = np.dtype(np.uint8) if wide.kind == "b" else wide.newbyteorder("=")
    if isinstance(cells, np.ndarray):
        return to_tensor(cells.astype(dtype, copy=False))
    return to_tensor([None if c is None else c.astype(dtype, copy=False) for c in cells])


# -- Arrow to numpy -------------------------------------------------------------------------------------------------
def from_tensor(array: pa.Array) -> Array | list[Array | None]:
    """Return cells as one array (a view of Arrow's memory) where they have one shape and none is missing, else a list.

    Arrays that are views cannot be written to.
    """
    valid = np.asarray(array.is_valid())
    if isinstance(array.type, pa.FixedShapeTensorType):
        shape = tuple(array.type.shape)
        size = int(np.prod(shape, dtype=np.int64))
        start = array.storage.offset * size
        values = _values(array.storage.values)[start : start + len(array) * size]
        stacked: Array = values.reshape(len(array), *shape)
        return stacked if valid.all() else [stacked[i] if valid[i] else None for i in range(len(array))]
    shapes = shapes_of(array)
    data = pc.struct_field(array, [0])
    offsets, values = data.offsets.to_numpy(), _values(data.values)
    return [values[offsets[i] : offsets[i + 1]].reshape(shapes[i]) if valid[i] else None for i in range(len(array))]


def _values(array: pa.Array) -> Array:
    """Return the numbers of cells; what is missing among them, or lies under a missing cell, is NaN or 0."""
    if array.null_count:
        array = pc.fill_null(array, float("nan") if pa.types.is_floating(array.type) else 0)
    return cast("Array", array.to_numpy(zero_copy_only=False))


def shapes_of(array: pa.Array) -> npt.NDArray[np.int32]:
    """Return the shape of every cell, rows x axes; zeros where missing."""
    if isinstance(array.type, pa.FixedShapeTensorType):
        return np.tile(np.array(array.type.shape, dtype=np.int32), (len(array), 1))
    listed = array.field(1)  # Arrow slices the fields of a sliced record
    axes = listed.type.list_size
    values = _values(listed.values)[listed.offset * axes : (listed.offset + len(array)) * axes]
    return cast("npt.NDArray[np.int32]", np.asarray(values, dtype=np.int32).reshape(len(array), axes))


# -- raw to typed and back ------------------------------------------------------------------------------------------
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
    elif axes in (1, 2):
        kind = "series"
    else:
        sizes = " x ".join("?" if s is None else str(s) for s in shape or ())
        what = f"`{name}` holds arrays of {sizes} {values}: no image, sound or series"
        raise SchemaError("schema.not-a-tensor", what, where=name,
                          hint="give pictures as uint8 from 0 to 255, height x width x channels")  # fmt: skip
    rate = int(told[RATE_KEY]) if told.get(RATE_KEY, b"").isdigit() else None
    return Column(
        name=name, kind=kind, nullable=array.null_count > 0, rate=rate or None, reason=_said(kind, shape, rate)
    )


def _pictures(shape: tuple[int | None, ...] | None) -> bool:
    return shape is None or shape[-1] is None or shape[-1] in PICTURE_CHANNELS


def _said(kind: Kind, shape: tuple[int | None, ...] | None, rate: int | None) -> str:
    things = {"image": "pictures", "audio": "sounds", "series": "series"}[kind]
    if shape is None:
        return f"a column of {things}"
    sizes = " x ".join("any" if size is None else str(size) for size in shape)
    return f"{things} of {sizes} ({AXES[kind]})" + (f" at {rate:,} Hz" if rate else "")


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
        return _fixed(np.zeros((rows, *fixed), dtype), fixed, np.ones(rows, dtype=bool))
    return _ragged([None] * rows, np.dtype(dtype), axes)


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
    if column.kind == "image" and cell.dtype != np.uint8:
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
        return _ragged(listed, np.dtype(values), next((c.ndim for c in listed if c is not None), axes))
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
    usual = {"image": (512, 512, 3), "audio": (2**16, 1), "series": (1024, 1)}[column.kind]
    sizes = [usual[i] if size is None else size for i, size in enumerate(shape)]
    return int(np.prod(sizes, dtype=np.int64)) * np.dtype(dtype).itemsize


def field_of(column: Column, dtype: pa.DataType) -> pa.Field:
    """Return the Arrow field of a column; that of a sound says so, and its rate."""
    told = {KIND_KEY: column.kind.encode()} if column.is_media else {}
    if column.is_media and column.rate is not None:
        told[RATE_KEY] = str(column.rate).encode()
    return pa.field(column.name, dtype, metadata=told or None)


def value_type(dtype: pa.DataType) -> pa.DataType:
    """Return the type of the numbers in a type of arrays."""
    if isinstance(dtype, pa.FixedShapeTensorType):
        return dtype.value_type
    if is_ragged(dtype):
        return dtype.field(0).type.value_type
    while pa.types.is_nested(dtype) and not pa.types.is_struct(dtype):
        dtype = dtype.value_type
    return dtype


def axes_of(dtype: pa.DataType) -> int:
    """Return how many axes a cell of a type has."""
    if isinstance(dtype, pa.FixedShapeTensorType):
        return len(dtype.shape)
    if is_ragged(dtype):
        return int(dtype.field(1).type.list_size)
    depth = 0
    while pa.types.is_nested(dtype) and not pa.types.is_struct(dtype):
        dtype, depth = dtype.value_type, depth + 1
    return depth
