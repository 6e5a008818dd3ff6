"""How values of any Arrow type are written as text."""

from __future__ import annotations

import base64
import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.media import KIND_KEY, RATE_KEY
from likewise.core.tensors import axes_of, from_tensor, is_tensor, value_type
from likewise.core.values import one_array

_TEXT = pa.large_string()


def as_text(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as large strings, null where a value is missing (NaN is).

    Nested values become JSON, bytes that are no text base64, durations ISO 8601-like `HH:MM:SS`.
    """
    array = plain(column)
    if pa.types.is_floating(array.type):
        array = pc.if_else(pc.is_nan(array), pa.scalar(None, array.type), array)
    if pa.types.is_nested(array.type) or pa.types.is_binary(array.type) or pa.types.is_duration(array.type):
        return pa.array([None if v is None else cell_text(v) for v in array.to_pylist()], _TEXT)
    text = array.cast(_TEXT)
    if pa.types.is_timestamp(array.type) or pa.types.is_time(array.type):
        text = pc.replace_substring_regex(text, r"\.0+(Z?)$", r"\1")
    return text


def without_tensors(table: pa.Table) -> pa.Table:
    """Return a table whose arrays are nested lists, null for NaN, for places that know no tensors."""
    for place, field in enumerate(table.schema):
        if not is_tensor(field.type):
            continue
        cells = from_tensor(one_array(table.column(place)))
        kind = value_type(field.type)
        for _ in range(axes_of(field.type)):
            kind = pa.list_(kind)
        lists = pa.array([None if c is None else _listed(c) for c in cells], kind)
        table = table.set_column(place, field.name, lists)
    return table


def _listed(cell: npt.NDArray[Any]) -> Any:
    """Return an array as nested lists, NaN as None."""
    return np.where(np.isnan(cell), None, cell).tolist() if cell.dtype.kind == "f" else cell.tolist()  # type: ignore[call-overload]


def plain(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array without dictionaries and extension types."""
    array = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks)
    if isinstance(array.type, pa.UuidType):
        return pa.array([None if v is None else str(v) for v in array.to_pylist()], pa.string())
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_large_binary(array.type) or pa.types.is_fixed_size_binary(array.type):
        return array.cast(pa.binary())
    return array


def plain_table(table: pa.Table) -> pa.Table:
    """Return a table whose extension types are the plain types they stand for, save tensors, and without metadata.

    Metadata can hold what its writer knew of the real data, so none is carried on but what arrays are.
    """
    columns = [plain(c) if isinstance(c.type, pa.BaseExtensionType) and not is_tensor(c.type) else c
               for c in table.columns]  # fmt: skip
    fields = [pa.field(n, c.type, metadata=_told(table.schema.field(i)))
              for i, (n, c) in enumerate(zip(table.column_names, columns, strict=True))]  # fmt: skip
    return pa.table(columns, schema=pa.schema(fields))


def _told(field: pa.Field) -> dict[bytes, bytes] | None:
    """Return what the metadata of a field of arrays say of them."""
    told = field.metadata or {}
    return {k: told[k] for k in (KIND_KEY, RATE_KEY) if k in told} or None if is_tensor(field.type) else None


def json_text(value: Any) -> str:
    """Return one value as JSON text, in the shortest form."""
    return json.dumps(value, ensure_ascii=False, default=cell_value, separators=(",", ":"))


def cell_text(value: Any) -> str:
    """Return one Python value as text."""
    known = cell_value(value)
    return known if isinstance(known, str) else json_text(known)


def cell_value(value: Any) -> Any:
    """Return a value that JSON has no form for as a string or number; others as they are."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return base64.b64encode(value).decode()
    return value
