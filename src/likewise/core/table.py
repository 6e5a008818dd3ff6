"""The one tabular container: typed Arrow columns and their schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.frames import Container
from likewise.core.schema import Schema
from likewise.core.tensors import from_tensor, is_tensor, shapes_of
from likewise.core.values import one_array
from likewise.errors import SchemaError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

MICROSECONDS_A_DAY = 86_400_000_000


class Table:
    """Hold one immutable table: typed columns beside the schema that says what they mean.

    Inside, every kind has one Arrow type: `integer` int64; `decimal`, `float` double; `category`, `constant`
    dictionary<int32, string> in the order of the schema's levels; `boolean` bool; `date` date32; `time` time64[us];
    `datetime` timestamp[us, zone]; `duration` duration[us]; `text`, `id`, `json` string; `empty` null; `image` tensors
    of uint8 (height x width x channels), `audio` of float32 (samples x channels), `series` of float64 (steps x
    channels, NaN where missing), in the layouts of `core.tensors`. `to_native()` gives the columns back in the type and
    the writing they came in.

    >>> table = Table.from_any({"age": [31, 45, 31], "sex": ["F", "M", "F"]})
    >>> table.rows, table.names
    (3, ('age', 'sex'))
    """

    __slots__ = ("columns", "container", "schema")

    def __init__(self, columns: pa.Table, schema: Schema, container: Container = "table") -> None:
        if tuple(columns.column_names) != schema.names:
            raise SchemaError("schema.names", "the columns are not those of the schema, in its order")
        self.columns, self.schema, self.container = columns, schema, container

    # -- in ---------------------------------------------------------------------------------------------------------
    @classmethod
    def from_any(cls, data: Any, schema: Schema | None = None) -> Self:
        """Take a pandas or polars frame, anything Arrow, a dict of columns or a Table.

        Columns are inferred where `schema` is not given. Raises SchemaError when the data does not fit.
        """
        if isinstance(data, Table):
            if schema is None or schema == data.schema:
                return cast(Self, data)
            return cls.from_arrow(data.written(), schema, data.container)
        from likewise.core.frames import to_raw

        raw, natives, container = to_raw(data)
        return cls.from_arrow(raw, schema, container, natives)

    @classmethod
    def from_arrow(
        cls,
        raw: pa.Table,
        schema: Schema | None = None,
        container: Container = "table",
        natives: Mapping[str, str] | None = None,
    ) -> Self:
        """Take an Arrow table as it was read, infer what is not declared, and type its columns."""
        from likewise.core.infer import infer_schema_of, type_columns

        if schema is None:
            schema = infer_schema_of(raw, natives or {})
        typed, resolved = type_columns(raw, schema, natives)
        return cls(typed, resolved, container)

    # -- look -------------------------------------------------------------------------------------------------------
    @property
    def rows(self) -> int:
        """The number of rows."""
        return int(self.columns.num_rows)

    @property
    def names(self) -> tuple[str, ...]:
        """The column names, in order."""
        return self.schema.names

    def __len__(self) -> int:
        return self.rows

    def column(self, name: str) -> pa.Array:
        """Return one typed column as a single Arrow array."""
        self.schema[name]
        return one_array(self.columns.column(name))

    def numbers(self, name: str) -> npt.NDArray[np.float64]:
        """Return a number column as float64, NaN where missing; dates in days, times and durations in microseconds."""
        array = self.column(name)
        if pa.types.is_date32(array.type):
            array = array.cast(pa.int32())
        elif pa.types.is_temporal(array.type):
            array = array.cast(pa.int64())
        return np.asarray(pc.fill_null(array.cast(pa.float64(), safe=False), float("nan")))

    def codes(self, name: str) -> npt.NDArray[np.int32]:
        """Return a category, boolean or constant column as positions in the schema's levels, -1 where missing.

        Levels of a boolean are false, true.
        """
        array = self.column(name)
        if pa.types.is_boolean(array.type):
            indices = array.cast(pa.int8()).cast(pa.int32())
        elif pa.types.is_dictionary(array.type):
            indices = array.indices.cast(pa.int32())
        else:
            raise SchemaError("schema.kind", f"column `{name}` has no levels", where=name)
        return np.asarray(pc.fill_null(indices, -1), dtype=np.int32)

    def texts(self, name: str) -> pa.Array:
        """Return a text, id or json column as Arrow strings."""
        return self.column(name).cast(pa.string())

    def tensor(self, name: str) -> npt.NDArray[Any] | list[npt.NDArray[Any] | None]:
        """Return an image, audio or series column as arrays: rows x the shape of a cell, channels last.

        Where cells differ in shape, or one is missing, it is a list of arrays with None. Nothing is copied, so that the
        arrays cannot be written to. Raises SchemaError when the column is of another kind.

        >>> pictures = np.zeros((5, 28, 28), dtype=np.uint8)
        >>> Table.from_any({"picture": pictures}).tensor("picture").shape
        (5, 28, 28, 1)
        """
        if not self.schema[name].is_media:
            raise SchemaError("schema.kind", f"column `{name}` holds no arrays", where=name,
                              hint="ask for an image, audio or series column")  # fmt: skip
        return from_tensor(self.column(name))

    def missing(self, name: str) -> npt.NDArray[np.bool_]:
        """Return where a column is missing."""
        return np.asarray(self.column(name).is_null(nan_is_null=True))

    def digest(self) -> str:
        """Return the SHA-256 of the column names, types and values, whatever their chunking."""
        from likewise.core.digest import digest_columns

        return digest_columns(self.columns)

    # -- parts ------------------------------------------------------------------------------------------------------
    def take(self, rows: npt.NDArray[np.integer[Any]] | npt.NDArray[np.bool_]) -> Table:
        """Return some rows: positions, or a mask as long as the table."""
        picked = self.columns.filter(pa.array(rows)) if rows.dtype == bool else self.columns.take(pa.array(rows))
        return Table(picked, self.schema, self.container)

    def slice(self, start: int, length: int | None = None) -> Table:
        """Return a run of rows without copying."""
        return Table(self.columns.slice(start, length), self.schema, self.container)

    def select(self, names: Sequence[str]) -> Table:
        """Return some columns, in the order asked for."""
        return Table(self.columns.select(list(names)), self.schema.select(names), self.container)

    def with_schema(self, schema: Schema) -> Table:
        """Return the same columns under a schema whose roles or reasons differ."""
        return Table(self.columns, schema, self.container)

    # -- out --------------------------------------------------------------------------------------------------------
    def written(self) -> pa.Table:
        """Return the columns in the Arrow types and the writing they came in: all texts for a text file."""
        from likewise.core.infer import written_columns

        return written_columns(self.columns, self.schema)

    def to_arrow(self) -> pa.Table:
        """Return the columns in the Arrow types they came in; those of a text file as the numbers they stand for."""
        from likewise.core.infer import read_as_values, written_columns

        schema = read_as_values(self.schema) if self.container == "table" else self.schema
        return written_columns(self.columns, schema)

    def to_pandas(self) -> pd.DataFrame:
        """Return a pandas frame with the dtypes that came in (needs pandas)."""
        from likewise.core.frames import to_pandas

        return to_pandas(self.to_arrow(), self.schema)

    def to_polars(self) -> pl.DataFrame:
        """Return a polars frame with the dtypes that came in (needs polars)."""
        from likewise.core.frames import to_polars

        return to_polars(self.to_arrow(), self.schema)

    def to_dict(self) -> dict[str, Any]:
        """Return a dict of columns: lists of values, arrays for media of one shape, lists of arrays for others."""
        from likewise.core.frames import to_columns

        return to_columns(self.to_arrow())

    def to_native(self) -> Any:
        """Return the same kind of object that came in: pandas for pandas, polars for polars, a Table for a file."""
        return {
            "table": lambda: self,
            "pandas": self.to_pandas,
            "polars": self.to_polars,
            "arrow": self.to_arrow,
            "dict": self.to_dict,
        }[self.container]()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table) or self.schema != other.schema:
            return False
        # To Arrow a series with a gap (NaN) is unlike itself.
        gaps = any(c.kind == "series" for c in self.schema.columns)
        return self.digest() == other.digest() if gaps else self.columns.equals(other.columns)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        listed = ", ".join(self.names[:8]) + (", ..." if len(self.names) > 8 else "")
        return f"Table({self.rows:,} rows x {len(self.names)} columns: {listed})"

    def _repr_html_(self) -> str:
        from likewise.core.show import html_table

        head = self.slice(0, 8).to_arrow()
        rows = zip(*(_shown(column) for column in head.columns), strict=True)
        return html_table(self.names, rows, f"{self.rows:,} rows")


def _shown(column: pa.ChunkedArray) -> list[Any]:
    """Return what a page shows of the cells of a column: arrays by their shape."""
    array = one_array(column)
    shapes = shapes_of(array).tolist() if is_tensor(array.type) else None
    cells = array.to_pylist() if shapes is None else [" x ".join(map(str, shape)) for shape in shapes]
    return ["" if gone else cell for cell, gone in zip(cells, array.is_null().to_pylist(), strict=True)]


def concat(tables: Sequence[Table]) -> Table:
    """Return the rows of several tables of one schema, one after the other."""
    first = tables[0]
    return Table(pa.concat_tables([t.columns for t in tables]).combine_chunks(), first.schema, first.container)
