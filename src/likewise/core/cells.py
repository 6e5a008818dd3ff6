"""Some cells of a table that somebody gave, replaced: all else stays as it is there, to the byte."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.extras import require
from likewise.core.table import Table
from likewise.core.tensors import from_tensor, is_tensor
from likewise.core.values import one_array

Mask = npt.NDArray[np.bool_]
Cells = Mapping[str, Mask]
"""Which cells of which columns are replaced; columns that are not listed stay as they are."""


def put(data: Any, table: Table, cells: Cells) -> Any:
    """Return `data` with some cells as `table` has them: the same kind of object, with everything else as it is there.

    `table` is what `Table.from_any` or `core.alike.rows_like` made of the data, with the new values.
    """
    if table.schema.nested or isinstance(data, Table):
        native = table.to_native()
        return native.set_axis(data.index) if table.container == "pandas" and not isinstance(data, Table) else native
    container, written = table.container, table.to_arrow()
    if container == "pandas":
        return _into_pandas(data, table, cells)
    if container == "polars":
        return _into_polars(data, table, cells)
    if container == "dict" and isinstance(data, Mapping):
        return {name: _into_values(str(name), values, written, cells) for name, values in data.items()}
    return table.to_dict() if container == "dict" else put_arrow(pa.table(data), written, cells)


def put_arrow(raw: pa.Table, written: pa.Table, cells: Cells) -> pa.Table:
    """Return an Arrow table with some cells as `written` has them."""
    for name, mask in cells.items():
        place = raw.schema.get_field_index(name)
        if place >= 0:
            mixed = _mixed(raw.column(place), written[name], mask)
            raw = raw.set_column(place, raw.schema.field(place).with_type(mixed.type), mixed)
    return raw


def _into_values(name: str, values: Any, written: pa.Table, cells: Cells) -> Any:
    if name not in cells:
        return values
    if is_tensor(written.schema.field(name).type):
        return from_tensor(one_array(written.column(name)))
    new, mask = written.column(name).to_pylist(), cells[name]
    mixed = [drawn if changed else own for own, drawn, changed in zip(values, new, mask, strict=True)]
    if not isinstance(values, np.ndarray):
        return mixed
    if values.dtype.kind == "f":
        return np.array([np.nan if v is None else v for v in mixed], dtype=values.dtype)
    return np.array(mixed, dtype=object if None in mixed else values.dtype)


def _mixed(own: pa.ChunkedArray, new: pa.ChunkedArray, mask: Mask) -> pa.ChunkedArray:
    """Return one column with new values where the mask says so, in its own type (if it has one)."""
    if pa.types.is_null(own.type) or is_tensor(new.type):
        return new
    plain = own.type.value_type if pa.types.is_dictionary(own.type) else own.type
    merged = pc.if_else(pa.array(mask), new.cast(plain), own.cast(plain))
    return merged.cast(own.type) if plain == own.type else merged.dictionary_encode().cast(own.type)


def _into_pandas(frame: Any, table: Table, cells: Cells) -> Any:
    """Return a copy of a pandas frame: its index, its dtypes and its other cells as they are."""
    pandas = require("pandas", extra="pandas")
    new, copy = table.to_pandas(), frame.copy()
    for place, name in enumerate(table.names):
        if name not in cells:
            continue
        own, mask = frame.iloc[:, place], cells[name]
        values = new[name].array
        if isinstance(own.dtype, pandas.CategoricalDtype):
            fresh = [v for v in pandas.unique(values[mask]) if v not in own.cat.categories and not pandas.isna(v)]
            own = own.cat.add_categories(fresh)
            values = pandas.Categorical(values.astype(object), dtype=own.dtype)
        made = own.where(~mask, pandas.Series(values, index=own.index))
        has_gaps = getattr(own.dtype, "kind", "") in "iub" and isinstance(own.dtype, np.dtype) and made.isna().any()
        copy.isetitem(place, made if has_gaps else made.astype(own.dtype))
    return copy


def _into_polars(frame: Any, table: Table, cells: Cells) -> Any:
    """Return a polars frame with some cells replaced, its dtypes as they are."""
    polars = require("polars", extra="polars")
    frame = frame.collect() if isinstance(frame, polars.LazyFrame) else frame
    new = table.to_polars()
    own = {name: new[name].dtype if frame[name].dtype == polars.Null else frame[name].dtype for name in cells}
    made = [
        new[name]
        if isinstance(new[name].dtype, polars.Array | polars.Struct)
        else new[name].cast(own[name]).zip_with(polars.Series(mask), frame[name].cast(own[name]))
        for name, mask in cells.items()
    ]
    return frame.with_columns(made)
