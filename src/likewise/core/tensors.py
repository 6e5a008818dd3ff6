"""Cells that are arrays: images, sounds, clips and series as Arrow tensors, and as numpy arrays again.

Cells of one shape are Arrow's fixed-shape tensor. Cells of several shapes are a record of `data` (the values of a cell,
one after another) and `shape`, the layout that Arrow calls a variable-shape tensor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.errors import SchemaError

Array = npt.NDArray[Any]
Cells = Array | Sequence[Array | None]
"""The cells of a column: one array whose first axis is the rows, or an array a row, None where missing."""


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
        return stacked_tensor(np.ascontiguousarray(cells), cells.shape[1:], None)
    if isinstance(cells, np.ndarray):
        return ragged_tensor(list(cells), cells.dtype, cells.ndim - 1)
    known = [c for c in cells if c is not None]
    if not known:
        raise ValueError("cells without a single array tell neither type nor axes")
    own = cast("tuple[int | None, ...]", joint_shape([c.shape for c in known])) if shape is None else tuple(shape)
    if None in own:
        return ragged_tensor(cells, known[0].dtype, known[0].ndim)
    fixed = cast("tuple[int, ...]", own)
    stacked = np.zeros((len(cells), *fixed), dtype=known[0].dtype)
    gone = np.array([c is None for c in cells], dtype=bool)
    for place, cell in enumerate(cells):
        if cell is not None:
            stacked[place] = cell
    return stacked_tensor(stacked, fixed, gone)


def stacked_tensor(stacked: Array, shape: tuple[int, ...], gone: Array | None) -> pa.Array:
    """Return the rows of one array as cells of a shape, missing where `gone`."""
    values = pa.array(stacked.reshape(-1))
    size = int(np.prod(shape, dtype=np.int64))
    if not size:  # Arrow cannot count rows of nothing
        return ragged_tensor([None if gone is not None and gone[i] else stacked[i] for i in range(len(stacked))],
                       stacked.dtype, len(shape))  # fmt: skip
    mask = pa.array(gone) if gone is not None and gone.any() else None
    storage = pa.FixedSizeListArray.from_arrays(values, size, mask=mask)
    return pa.ExtensionArray.from_storage(pa.fixed_shape_tensor(values.type, list(shape)), storage)


def ragged_tensor(cells: Cells, dtype: np.dtype[Any], axes: int) -> pa.Array:
    """Return cells as arrays that may differ in shape."""
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


# -- libraries that know no tensors --------------------------------------------------------------------------------
def with_tensors(table: pa.Table) -> pa.Table:
    """Return a table whose fixed-size lists of numbers, nested or not, are tensors."""
    for place, field in enumerate(table.schema):
        shape, dtype = [], field.type
        while pa.types.is_fixed_size_list(dtype):
            shape.append(dtype.list_size)
            dtype = dtype.value_type
        if not shape or not (pa.types.is_integer(dtype) or pa.types.is_floating(dtype)) or 0 in shape:
            continue
        column = table.column(place).combine_chunks()
        array = column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
        values = array.values
        for _ in shape[1:]:
            values = values.values
        size = int(np.prod(shape, dtype=np.int64))
        flat = values.slice(array.offset * size, len(array) * size)
        storage = pa.FixedSizeListArray.from_arrays(flat, size, mask=pc.invert(array.is_valid()))
        made = pa.ExtensionArray.from_storage(pa.fixed_shape_tensor(dtype, shape), storage)
        table = table.set_column(place, field.name, made)
    return table


def without_tensors(table: pa.Table) -> pa.Table:
    """Return a table whose tensors of one shape are nested fixed-size lists."""
    for place, field in enumerate(table.schema):
        if isinstance(field.type, pa.FixedShapeTensorType):
            array = table.column(place).combine_chunks()
            array = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
            mask, values = pc.invert(array.is_valid()), array.storage.values
            size = int(np.prod(field.type.shape, dtype=np.int64))
            nested = values.slice(array.storage.offset * size, len(array) * size)
            for axis in reversed(field.type.shape[1:]):
                nested = pa.FixedSizeListArray.from_arrays(nested, axis)
            nested = pa.FixedSizeListArray.from_arrays(nested, field.type.shape[0], mask=mask)
            table = table.set_column(place, field.name, nested)
    return table


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
