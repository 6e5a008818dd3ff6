"""SQLite, through Python's own driver."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from likewise.io.cells import cell_text, plain
from likewise.io.connection import DatabaseError, Later
from likewise.modalities.relational.sql_names import quoted
from likewise.privacy.contract import texts_of_cells

_ROWS = 50_000
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SECONDS = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")
_MICROS = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{6}")
_SCALE = re.compile(r"(?:DECIMAL|NUMERIC)\s*\(\s*(\d+)\s*,\s*(\d+)\s*\)", re.IGNORECASE)


@contextmanager
def sqlite(path: Path, *, readonly: bool, related: bool = False) -> Iterator[SQLite]:
    """Open a database; whatever is not committed is undone. `related` has references checked, at the end.

    Raises DatabaseError.
    """
    mode = "ro" if readonly else "rwc"
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode={mode}", uri=True, isolation_level=None)) as base:
            if related:
                base.execute("PRAGMA foreign_keys = ON")
            base.execute("BEGIN" if readonly else "BEGIN IMMEDIATE")
            if related:
                base.execute("PRAGMA defer_foreign_keys = ON")
            yield SQLite(base)
    except (sqlite3.Error, OverflowError) as fault:
        raise DatabaseError(str(fault)) from None


class SQLite:
    """Speak to one SQLite database inside one transaction."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base

    def tables(self) -> list[str]:
        """Return the names of the tables and views."""
        rows = self._base.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
            "ORDER BY name"
        )
        return [str(name) for (name,) in rows]

    def read(self, query: str, table: str | None) -> tuple[pa.Table, Mapping[str, str]]:
        """Return the rows of a query and the declared types of the table's columns."""
        declared: dict[str, str] = {}
        if table is not None:
            rows = self._base.execute("SELECT name, type FROM pragma_table_info(?)", (table,))
            declared = {name: kind for name, kind in rows if kind}
        cursor = self._base.execute(query)
        names = [d[0] for d in cursor.description or ()]
        blocks: list[list[Any]] = [[] for _ in names]
        while rows_read := cursor.fetchmany(_ROWS):
            for column, values in zip(blocks, zip(*rows_read, strict=True), strict=True):
                column.extend(values)
        columns = [_typed(values, declared.get(name, "")) for name, values in zip(names, blocks, strict=True)]
        return pa.table(columns, names=names), declared

    def blocks(self, query: str) -> tuple[list[str], Iterator[list[Sequence[Any]]]]:
        """Return the names of the columns of a query, and its rows column by column, as many at a time as are read."""
        cursor = self._base.execute(query)
        names = [d[0] for d in cursor.description or ()]
        return names, (list(zip(*rows, strict=True)) for rows in iter(lambda: cursor.fetchmany(_ROWS), []))

    def cells(self, query: str, table: str | None) -> tuple[pa.Table, Mapping[str, str]]:
        """Return the rows of a query, each cell as a text by its own type alone; one that is no text is missing."""
        self._base.text_factory = bytes  # texts may be of any encoding
        cursor = self._base.execute(query)
        names, rows = [d[0] for d in cursor.description or ()], cursor.fetchall()
        columns = zip(*rows, strict=True) if rows else [()] * len(names)
        return pa.table([texts_of_cells(column) for column in columns], names=names), {}

    def create(self, table: str, schema: pa.Schema, types: Mapping[str, str]) -> None:
        """Make a table; SQLite keeps the declared types and stores what it is given."""
        columns = ", ".join(f"{quoted(f.name)} {types.get(f.name) or _declared(f.type)}" for f in schema)
        self._base.execute(f"CREATE TABLE {quoted(table)} ({columns})")

    def drop(self, table: str) -> None:
        """Drop a table or a view."""
        kind = self._base.execute("SELECT type FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
        self._base.execute(f"DROP {'VIEW' if kind == 'view' else 'TABLE'} {quoted(table)}")

    def append(self, table: str, block: pa.Table) -> None:
        """Append rows."""
        marks = ", ".join("?" * block.num_columns)
        columns = [_stored(plain(c)) for c in block.columns]
        self._base.executemany(f"INSERT INTO {quoted(table)} VALUES ({marks})", zip(*columns, strict=True))

    def run(self, statement: str) -> None:
        """Run a statement."""
        self._base.execute(statement)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return list(self._base.execute(query))

    def fill(self, table: str, blocks: Iterable[pa.Table], reckoned: Mapping[str, str], later: Later | None) -> int:
        """Insert rows; references are checked when all tables are filled, so nothing need be written later."""
        count = 0
        for block in blocks:
            names = block.column_names
            marks = ", ".join(f"?{place} AS {quoted(name)}" for place, name in enumerate(names, 1))
            picked = ", ".join(
                f"CASE WHEN {quoted(name)} IS NULL THEN NULL ELSE {reckoned[name]} END"
                if name in reckoned
                else quoted(name)
                for name in names
            )
            values = f"SELECT {picked} FROM (SELECT {marks})" if reckoned else f"VALUES ({', '.join('?' * len(names))})"
            columns = [_stored(_whole_seconds(plain(c))) for c in block.columns]
            statement = f"INSERT INTO {quoted(table)} ({', '.join(map(quoted, names))}) {values}"
            self._base.executemany(statement, zip(*columns, strict=True))
            count += block.num_rows
        return count

    def amend(self, table: str, later: Later) -> None:
        """Do nothing: everything was written at once."""

    def quoted(self, table: str) -> str:
        """Return the name in double quotes."""
        return quoted(table)

    def commit(self) -> None:
        """End the transaction."""
        self._base.execute("COMMIT")


def _typed(values: Sequence[Any], declared: str) -> pa.Array:
    """Return values as their declared type where every one of them fits it, else as what is stored."""
    kinds = {type(v) for v in values if v is not None}
    name = declared.upper()
    if name.startswith("BOOL") and kinds == {int} and all(v in (0, 1, None) for v in values):
        return pa.array([None if v is None else bool(v) for v in values], pa.bool_())
    scale = _SCALE.fullmatch(name)
    if scale and kinds and kinds <= {int, float} and int(scale[1]) <= 38:
        exact = _decimals(values, int(scale[1]), int(scale[2]))
        if exact is not None:
            return exact
    if kinds == {str} and name.startswith(("DATE", "TIMESTAMP")):
        times = _times(values, name)
        if times is not None:
            return times
    if not kinds:
        return pa.array(values, _empty_type(name))
    if kinds == {int, float}:
        return pa.array([None if v is None else float(v) for v in values], pa.float64())
    if len(kinds) == 1:
        return pa.array(values)
    return pa.array([None if v is None else cell_text(v) for v in values], pa.string())


def _empty_type(name: str) -> pa.DataType:
    """Return the type of a column without values, by SQLite's own rules of affinity."""
    if "INT" in name:
        return pa.int64()
    if any(word in name for word in ("REAL", "FLOA", "DOUB")):
        return pa.float64()
    return pa.string()


def _decimals(values: Sequence[Any], precision: int, scale: int) -> pa.Array | None:
    grid = Decimal(1).scaleb(-scale)
    exact: list[Decimal | None] = []
    for value in values:
        if value is None:
            exact.append(None)
            continue
        number = Decimal(repr(value))
        if not number.is_finite() or number.adjusted() >= precision - scale or number != number.quantize(grid):
            return None
        exact.append(number.quantize(grid))
    return pa.array(exact, pa.decimal128(precision, scale))


def _times(values: Sequence[Any], name: str) -> pa.Array | None:
    """Return ISO dates or times of one writing as such; None when another writing is among them."""
    forms: tuple[tuple[re.Pattern[str], pa.DataType, Callable[[str], Any]], ...] = (
        (_SECONDS, pa.timestamp("s"), datetime.fromisoformat),
        (_MICROS, pa.timestamp("us"), datetime.fromisoformat),
    )
    if name == "DATE":
        forms = ((_DATE, pa.date32(), date.fromisoformat),)
    for pattern, kind, read in forms:
        if all(v is None or pattern.fullmatch(v) for v in values):
            try:
                return pa.array([None if v is None else read(v) for v in values], kind)
            except ValueError:
                return None
    return None


def _declared(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "BOOLEAN"
    if pa.types.is_integer(kind):
        return "INTEGER"
    if pa.types.is_floating(kind):
        return "REAL"
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision},{kind.scale})"
    if pa.types.is_date(kind):
        return "DATE"
    if pa.types.is_timestamp(kind):
        return "TIMESTAMP"
    return "BLOB" if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) else "TEXT"


def _whole_seconds(array: pa.Array) -> pa.Array:
    """Return moments without a fraction as SQLite's own functions write them."""
    if not pa.types.is_timestamp(array.type) or array.type.unit == "s":
        return array
    try:
        return array.cast(pa.timestamp("s", array.type.tz))
    except pa.ArrowInvalid:
        return array


def _stored(array: pa.Array) -> list[Any]:
    """Return values in the classes that SQLite stores: integers, floats, texts and bytes."""
    kind = array.type
    values: list[Any] = array.to_pylist()
    if pa.types.is_timestamp(kind):
        whole = "seconds" if kind.unit == "s" else "microseconds"
        return [None if v is None else v.isoformat(sep=" ", timespec=whole) for v in values]
    if pa.types.is_decimal(kind):
        return [None if v is None else str(v) for v in values]
    if pa.types.is_boolean(kind) or (pa.types.is_primitive(kind) and not pa.types.is_temporal(kind)):
        return values
    if pa.types.is_binary(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return values
    return [None if v is None else cell_text(v) for v in values]
