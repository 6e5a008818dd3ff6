"""PostgreSQL, through its Arrow driver; needs the extra `postgres`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.extras import require
from likewise.io.cells import plain, plain_table
from likewise.io.connection import DatabaseError, Later
from likewise.modalities.relational.sql_names import quoted

_DIRECT = frozenset(
    {"boolean", "smallint", "integer", "bigint", "real", "double precision", "text", "character varying", "bytea",
     "date", "time without time zone", "timestamp without time zone", "timestamp with time zone"}
)  # fmt: skip
_SIZED = re.compile(r"\(.*?\)")
_NUMERIC = re.compile(r"numeric\((\d+),(-?\d+)\)")
_STAGE = "likewise_block"


@contextmanager
def postgres(url: str) -> Iterator[Postgres]:
    """Connect to a server; whatever is not committed is undone. Raises DatabaseError."""
    driver = require("adbc_driver_postgresql.dbapi", extra="postgres")
    try:
        with closing(driver.connect(url)) as base, closing(base.cursor()) as cursor:
            try:
                yield Postgres(base, cursor)
            except BaseException:
                base.rollback()
                raise
    except driver.Error as fault:
        raise DatabaseError(str(fault)) from None


class Postgres:
    """Speak to one PostgreSQL database inside one transaction."""

    def __init__(self, base: Any, cursor: Any) -> None:
        self._base, self._cursor = base, cursor
        self._types: list[str] = []

    def tables(self) -> list[str]:
        """Return the names of tables and views that may be read; those outside `public` with their schema."""
        rows = self.rows(
            "SELECT table_schema::text, table_name::text FROM information_schema.tables "
            "WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_schema NOT LIKE 'pg_temp%' "
            "ORDER BY 1, 2"
        )
        return [name if schema == "public" else f"{schema}.{name}" for schema, name in rows]

    def read(self, query: str, table: str | None) -> tuple[pa.Table, Mapping[str, str]]:
        """Return the rows of a query and the types of its columns.

        `numeric` becomes an Arrow decimal; what Arrow has no type for (uuid, json, enum, inet, interval, arrays of
        them) comes as the text that PostgreSQL writes.
        """
        types = self._table_types(table) if table is not None else self._query_types(query)
        picked = ", ".join(
            quoted(n) if _SIZED.sub("", kind) in _DIRECT else f"{quoted(n)}::text AS {quoted(n)}"
            for n, kind in types.items()
        )
        self._cursor.execute(f"SELECT {picked} FROM ({query}) AS likewise_rows")
        rows = plain_table(self._cursor.fetch_arrow_table())
        for place, (name, kind) in enumerate(types.items()):
            if kind.startswith("numeric") and not kind.endswith("[]"):
                rows = rows.set_column(place, name, _decimals(plain(rows.column(place)), kind))
        return rows, types

    def cells(self, query: str, table: str | None) -> tuple[pa.Table, Mapping[str, str]]:
        """Return what `read` does: all cells of a column are of its declared type."""
        return self.read(query, table)

    def _table_types(self, table: str) -> dict[str, str]:
        rows = self.rows(
            "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute "
            f"WHERE attrelid = {_text(self.quoted(table))}::regclass AND attnum > 0 AND NOT attisdropped "
            "ORDER BY attnum"
        )
        return dict(rows)

    def _query_types(self, query: str) -> dict[str, str]:
        """Ask the server for the types of a query's columns, by a row of nulls beside an empty result."""
        schema = self._cursor.adbc_execute_schema(f"SELECT * FROM ({query}) AS likewise_rows")
        names = ", ".join(f"pg_typeof({quoted(n)})::text" for n in schema.names)
        kinds = self.rows(
            f"SELECT {names} FROM (SELECT 1) AS one LEFT JOIN "
            f"(SELECT * FROM ({query}) AS inner_rows LIMIT 0) AS likewise_rows ON true"
        )[0]
        return dict(zip(schema.names, kinds, strict=True))

    def create(self, table: str, schema: pa.Schema, types: Mapping[str, str]) -> None:
        """Make a table with the declared types, or those that fit the Arrow types."""
        self._types = [types.get(f.name) or _declared(f.type) for f in schema]
        columns = ", ".join(f"{quoted(f.name)} {kind}" for f, kind in zip(schema, self._types, strict=True))
        self.run(f"CREATE TABLE {self.quoted(table)} ({columns})")

    def drop(self, table: str) -> None:
        """Drop a table."""
        self.run(f"DROP TABLE {self.quoted(table)}")

    def append(self, table: str, block: pa.Table) -> None:
        """Append rows: copied in bulk into a temporary table, then cast to the types of their columns."""
        columns = [_stageable(c) for c in block.columns]
        stage = pa.table(columns, names=[f"c{i}" for i in range(len(columns))])
        self._cursor.adbc_ingest(_STAGE, stage, mode="create", temporary=True)
        casts = ", ".join(f"c{i}::{kind}" for i, kind in enumerate(self._types))
        self.run(f"INSERT INTO {self.quoted(table)} SELECT {casts} FROM {_STAGE}")
        self.run(f"DROP TABLE {_STAGE}")

    def fill(self, table: str, blocks: Iterable[pa.Table], reckoned: Mapping[str, str], later: Later | None) -> int:
        """Insert rows: copied in bulk into a temporary table, then cast in one statement, so that they may refer to
        one another.
        """
        count, names = 0, list[str]()
        for block in blocks:
            names = block.column_names
            stage = pa.table([_stageable(c) for c in block.columns], names=[f"c{i}" for i in range(len(names))])
            self._cursor.adbc_ingest(_STAGE, stage, mode="append" if count else "create", temporary=True)
            count += block.num_rows
        if not count:
            self.run(f"DROP TABLE IF EXISTS {_STAGE}")
            return 0
        types = self._table_types(table)
        cast = {name: f"c{i}::{types[name]}" for i, name in enumerate(names)}
        held = ", ".join(f"{value} AS {quoted(name)}" for name, value in cast.items())
        left = later.columns if later is not None else ()
        picked = ", ".join(
            f"CASE WHEN {quoted(name)} IS NULL THEN NULL ELSE {reckoned[name]} END"
            if name in reckoned
            else quoted(name)
            for name in names
            if name not in left
        )
        kept = ", ".join(quoted(name) for name in names if name not in left)
        self.run(f"INSERT INTO {self.quoted(table)} ({kept}) OVERRIDING SYSTEM VALUE "
                 f"SELECT {picked} FROM (SELECT {held} FROM {_STAGE}) AS likewise_rows")  # fmt: skip
        if later is not None:
            wanted = ", ".join(f"{cast[name]} AS {quoted(name)}" for name in (*later.key, *left))
            self.run(f"CREATE TEMPORARY TABLE {self._later(table)} ON COMMIT DROP AS SELECT {wanted} FROM {_STAGE}")
        self.run(f"DROP TABLE {_STAGE}")
        return count

    def amend(self, table: str, later: Later) -> None:
        """Write the columns that were left empty, found by the key."""
        stage = self._later(table)
        wanted = ", ".join(f"{quoted(name)} = s.{quoted(name)}" for name in later.columns)
        met = " AND ".join(f"t.{quoted(name)} = s.{quoted(name)}" for name in later.key)
        self.run(f"UPDATE {self.quoted(table)} AS t SET {wanted} FROM {stage} AS s WHERE {met}")

    def _later(self, table: str) -> str:
        return quoted(f"likewise_later {table}"[:63])

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        self._cursor.execute(query)
        found: list[tuple[Any, ...]] = self._cursor.fetchall()
        return found

    def run(self, statement: str) -> None:
        """Run a statement."""
        self._cursor.execute(statement)
        self._cursor.fetchall()

    def quoted(self, table: str) -> str:
        """Return the name, with its schema, in double quotes."""
        schema, _, name = table.rpartition(".")
        return f"{quoted(schema or 'public')}.{quoted(name)}"

    def commit(self) -> None:
        """End the transaction."""
        self._base.commit()


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _decimals(texts: pa.Array, kind: str) -> pa.Array:
    """Return numerics as decimals of their declared or smallest scale, floats when one is NaN or too long."""
    sized = _NUMERIC.fullmatch(kind)
    try:
        values = [None if v is None else Decimal(v) for v in texts.to_pylist()]
        if sized and int(sized[2]) >= 0:
            return pa.array(values, pa.decimal128(int(sized[1]), int(sized[2])))
        scale = max((max(0, -int(v.as_tuple().exponent)) for v in values if v is not None), default=0)
        width = max((max(0, v.adjusted() + 1) for v in values if v is not None), default=1)
        return pa.array(values, pa.decimal128(max(1, width + scale), scale))
    except (InvalidOperation, ValueError, pa.ArrowInvalid):
        return pc.cast(texts, pa.float64())


def _declared(kind: pa.DataType) -> str:
    if pa.types.is_dictionary(kind):
        return _declared(kind.value_type)
    simple = {
        "bool": "boolean", "int8": "smallint", "int16": "smallint", "uint8": "smallint", "int32": "integer",
        "uint16": "integer", "int64": "bigint", "uint32": "bigint", "uint64": "numeric(20)", "halffloat": "real",
        "float": "real", "double": "double precision", "date32[day]": "date", "date64[ms]": "date",
        "binary": "bytea", "large_binary": "bytea",
    }  # fmt: skip
    if str(kind) in simple:
        return simple[str(kind)]
    if pa.types.is_decimal(kind):
        return f"numeric({kind.precision},{kind.scale})"
    if pa.types.is_timestamp(kind):
        return "timestamp with time zone" if kind.tz else "timestamp without time zone"
    if pa.types.is_time(kind):
        return "time without time zone"
    return "jsonb" if pa.types.is_struct(kind) or pa.types.is_list(kind) else "text"


def _stageable(column: pa.ChunkedArray) -> pa.Array:
    """Return a column in a type that the driver copies; the others go as text and are cast by the server."""
    from likewise.io.cells import as_text

    array = plain(column)
    kind = array.type
    if pa.types.is_timestamp(kind) and kind.unit != "us":
        return array.cast(pa.timestamp("us", kind.tz))
    if pa.types.is_date64(kind):
        return array.cast(pa.date32())
    direct = pa.types.is_boolean(kind) or pa.types.is_signed_integer(kind) or pa.types.is_timestamp(kind)
    if direct or pa.types.is_date(kind) or pa.types.is_binary(kind) or kind in (pa.float32(), pa.float64()):
        return array
    return as_text(column).cast(pa.string())
