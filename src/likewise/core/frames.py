"""Frames of other libraries: what comes in becomes Arrow, and goes back as it came."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.extras import require
from likewise.core.schema import Column, Schema
from likewise.core.tensors import from_tensor, is_tensor, raw_tensor, with_tensors, without_tensors
from likewise.core.values import is_words, one_array
from likewise.errors import SchemaError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

Container = Literal["table", "pandas", "polars", "arrow", "dict"]
"""What a table came in and goes back as; `table` for one that was read from a file."""

MIXED = " (mixed)"
"""Marks the native type of an object column whose values are of several types."""

NAN = " (nan)"
"""Marks the native type of an object column whose missing values are NaN rather than None."""


def to_raw(data: Any) -> tuple[pa.Table, Mapping[str, str], Container]:
    """Return data as an Arrow table, the names of its native types, and the container to give back.

    Takes pandas and polars frames, Arrow tables and batches, anything with `__arrow_c_stream__`, frames that narwhals
    knows, a dict of columns and a list of dicts. The index of a pandas frame is left out. Raises SchemaError for
    anything else, and for columns of different lengths.
    """
    if isinstance(data, pa.Table):
        return data, {}, "arrow"
    if isinstance(data, pa.RecordBatch):
        return pa.Table.from_batches([data]), {}, "arrow"
    if _is_frame(data, "pandas", "DataFrame"):
        return _from_pandas(data)
    if _is_frame(data, "polars", "LazyFrame"):
        data = data.collect()
    if _is_frame(data, "polars", "DataFrame"):
        natives = {name: str(dtype) for name, dtype in data.schema.items()}
        return with_tensors(data.to_arrow()), natives, "polars"
    if hasattr(data, "__arrow_c_stream__"):
        return pa.table(data), {}, "arrow"
    if isinstance(data, Mapping):
        return _from_columns(data), {}, "dict"
    if isinstance(data, Sequence) and not isinstance(data, str | bytes) and all(isinstance(r, Mapping) for r in data):
        return _from_rows(data), {}, "dict"
    return _from_other(data), {}, "arrow"


def _is_frame(data: Any, module: str, name: str) -> bool:
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(data, getattr(loaded, name))


def _from_other(data: Any) -> pa.Table:
    """Take a frame of a rarer library through narwhals."""
    import narwhals as nw

    frame = nw.from_native(data, pass_through=True)
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect(backend="pyarrow")
    if isinstance(frame, nw.DataFrame):
        return frame.to_arrow()
    raise SchemaError(
        "schema.not-a-table",
        f"a {type(data).__name__} is not a table",
        hint="give a pandas or polars frame, an Arrow table, a dict of columns or a list of dicts",
    )


def to_container(rows: pa.Table, schema: Schema, container: Container) -> Any:
    """Return Arrow rows as the kind of object that `to_raw` took; their natives are those of the schema."""
    if container == "pandas":
        return to_pandas(rows, schema)
    if container == "polars":
        return to_polars(rows, schema)
    return to_columns(rows) if container == "dict" else rows


def to_columns(rows: pa.Table) -> dict[str, Any]:
    """Return a dict of columns: lists of values, arrays for media of one shape, lists of arrays for others."""
    return {
        name: from_tensor(one_array(column)) if is_tensor(column.type) else column.to_pylist()
        for name, column in zip(rows.column_names, rows.columns, strict=True)
    }


# -- plain Python ---------------------------------------------------------------------------------------------------
def _from_columns(data: Mapping[Any, Any]) -> pa.Table:
    arrays = {str(name): _column_of(str(name), values) for name, values in data.items()}
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"`{n}` {size:,}" for n, size in list(lengths.items())[:4])
        raise SchemaError("schema.ragged", f"the columns are of different lengths: {listed}",
                          hint="give every column one value a row, None where missing")  # fmt: skip
    return pa.table(arrays)


def _column_of(name: str, values: Any) -> pa.Array:
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return one_array(values)
    if _is_frame(values, "pandas", "Series"):
        return _from_series(values)[0]
    if hasattr(values, "__arrow_c_array__") or hasattr(values, "__arrow_c_stream__"):
        return one_array(pa.chunked_array(values))
    if _is_array(type(values)):
        values = _array_of(values, name)
    if isinstance(values, np.ndarray) and values.ndim == 1 and values.dtype != object:
        return pa.array(values)
    if isinstance(values, np.ndarray) and values.ndim > 1:
        return raw_tensor(values, name)
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise SchemaError("schema.not-a-column", f"`{name}` is a {type(values).__name__}, not a column of values",
                          where=name, hint="give a list with one value a row")  # fmt: skip
    return array_of(list(values), name)[0]


def _from_rows(rows: Sequence[Mapping[Any, Any]]) -> pa.Table:
    names = list(dict.fromkeys(str(key) for row in rows for key in row))
    keyed = [{str(k): v for k, v in row.items()} for row in rows]
    return _from_columns({name: [row.get(name) for row in keyed] for name in names})


def array_of(values: list[Any], name: str) -> tuple[pa.Array, bool]:
    """Return Python values as Arrow, and whether they were of mixed types and became strings."""
    kinds = {kind for kind in {type(v) for v in values} if _is_array(kind)}
    arrays = [_array_of(v, name) if type(v) in kinds else None for v in values] if kinds else []
    arrays = [None if array is None or not array.ndim else array for array in arrays]
    if any(array is not None for array in arrays):
        if any(a is None and v is not None and not _is_nan(v) for a, v in zip(arrays, values, strict=True)):
            raise SchemaError("schema.not-a-tensor", f"`{name}` holds arrays in some rows and other values in others",
                              where=name, hint="give an array in every row, None where missing")  # fmt: skip
        return raw_tensor(arrays, name), False
    try:
        return pa.array(values, from_pandas=True), False
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        texts = [None if v is None or v != v else str(v) for v in values]
        return pa.array(texts, pa.string()), True


def _is_array(kind: type) -> bool:
    """Return whether values of a type are arrays: NumPy's, and what can be seen as such (tensors, Pillow's images)."""
    seen = hasattr(kind, "__array__") or hasattr(kind, "__array_interface__")
    return seen and not issubclass(kind, np.generic)


def _array_of(value: Any, name: str) -> npt.NDArray[Any]:
    try:
        return np.asarray(value)
    except (TypeError, ValueError, RuntimeError):
        raise SchemaError("schema.not-a-tensor", f"`{name}` holds a {type(value).__name__} that is no array in the "
                          "memory of the processor", where=name,
                          hint="give NumPy arrays: of a tensor `tensor.detach().cpu().numpy()`") from None  # fmt: skip


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and value != value


# -- pandas ---------------------------------------------------------------------------------------------------------
def _from_pandas(frame: pd.DataFrame) -> tuple[pa.Table, Mapping[str, str], Container]:
    labels: list[Any] = frame.columns.tolist()
    names = [".".join(map(str, n)) if isinstance(n, tuple) else str(n) for n in labels]
    taken = [_from_series(frame.iloc[:, i]) for i in range(len(names))]
    natives = {name: native for name, (_, native) in zip(names, taken, strict=True)}
    return pa.table([array for array, _ in taken], names=names), natives, "pandas"


def _from_series(series: pd.Series) -> tuple[pa.Array, str]:
    native = str(series.dtype)
    if native == "object":
        values = series.tolist()
        array, mixed = array_of(values, str(series.name))
        missing = next((v for v, gone in zip(values, series.isna(), strict=True) if gone), None)
        return array, native + (MIXED if mixed else NAN if isinstance(missing, float) else "")
    if native == "category":
        categories, _ = array_of(series.cat.categories.tolist(), str(series.name))
        codes = series.cat.codes.to_numpy()
        indices = pa.array(codes, pa.int32(), mask=codes < 0)
        return pa.DictionaryArray.from_arrays(indices, categories, ordered=bool(series.cat.ordered)), native
    try:
        array = pa.array(series, from_pandas=True)
        if not isinstance(array.type, pa.BaseExtensionType):
            return one_array(array), native
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        pass
    texts = [None if gone else str(v) for v, gone in zip(series.tolist(), series.isna(), strict=True)]
    return pa.array(texts, pa.string()), native


def to_pandas(raw: pa.Table, schema: Schema) -> pd.DataFrame:
    """Return written columns as a pandas frame, each of the dtype it came in (`Column.native`)."""
    pandas = require("pandas", extra="pandas")
    natives = {c.name: c.native for c in schema.columns}
    made = {i: _series(pandas, one_array(raw.column(i)), natives.get(name)) for i, name in enumerate(raw.column_names)}
    frame = pandas.concat(made, axis=1) if made else pandas.DataFrame()
    frame.columns = raw.column_names
    return cast("pd.DataFrame", frame)


def _series(pandas: Any, array: pa.Array, native: str | None) -> Any:
    if is_tensor(array.type):
        return pandas.Series(list(from_tensor(array)), dtype=object)
    if native is None:
        return array.to_pandas()
    if native.startswith("object"):
        gone = float("nan") if native.endswith(NAN) else None
        return pandas.Series([gone if v is None else v for v in array.to_pylist()], dtype=object)
    if native == "category":
        categories = array.dictionary.to_pandas()
        codes = np.asarray(array.indices.fill_null(-1))
        return pandas.Series(pandas.Categorical.from_codes(codes, categories=categories, ordered=array.type.ordered))
    dtype = pandas.api.types.pandas_dtype(native)
    if hasattr(dtype, "__from_arrow__") and not is_words(array.type):
        return pandas.Series(dtype.__from_arrow__(array))
    series = array.to_pandas()
    if array.null_count and dtype.kind in "iub":
        return series
    return series.astype(dtype)


# -- polars ---------------------------------------------------------------------------------------------------------
def to_polars(raw: pa.Table, schema: Schema) -> pl.DataFrame:
    """Return written columns as a polars frame, each of the dtype it came in (`Column.native`)."""
    polars = require("polars", extra="polars")
    listed = {c.name: c for c in schema.columns}
    frame = polars.from_arrow(without_tensors(raw))
    casts = [polars.col(n).cast(_enum(polars, listed[n])) for n in raw.column_names
             if n in listed and (listed[n].native or "").startswith("Enum")]  # fmt: skip
    return cast("pl.DataFrame", frame.with_columns(casts) if casts else frame)


def _enum(polars: Any, column: Column) -> Any:
    return polars.Enum(list(column.levels or ()))
