"""DuckDB files; needs the extra `duckdb`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from likewise.core.extras import require
from likewise.io.cells import plain_table
from likewise.io.connection import DatabaseError, Later
from likewise.modalities.relational.sql_names import quoted

_AS_TEXT = ("UUID", "JSON", "INTERVAL", "HUGEINT", "UHUGEINT", "BIT", "TIME WITH TIME ZONE", "VARINT", "BIGNUM")


@contextmanager
def duckdb(path: Path, *, readonly: bool) -> Iterator[DuckDB]:
    """Open a database; whatever is not committed is undone. Raises DatabaseError."""
    driver = require("duckdb", extra="duckdb")
    try:
        with closing(driver.connect(str(path), read_only=readonly)) as base:
            base.execute("SET TimeZone = 'UTC'")
            base.execute("BEGIN TRANSACTION")
            yield DuckDB(base)
    except driver.Error as fault:
        raise DatabaseError(str(fault)) from None


class DuckDB:
    """Speak to one DuckDB database inside one transaction."""

    def __init__(self, base: Any) -> None:
        self._base = base

    def tables(self) -> list[str]:
        """Return the names of the tables and views; those of other schemas than `main` with their schema."""
        rows = self._base.execute(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_catalog = current_database() ORDER BY 1, 2"
        ).fetchall()
        return [name if schema == "main" else f"{schema}.{name}" for schema, name in rows]

    def read(self, query: str, table: str | None) -> tuple[pa.Table, Mapping[str, str]]:
        """Return the rows of a query and the types of its columns; what Arrow has no type for comes as text."""
        described = self._base.execute(f"DESCRIBE ({query})").fetchall()
        types = {row[0]: row[1] for row in described}
        picked = ", ".join(
            f"CAST({quoted(n)} AS VARCHAR) AS {quoted(n)}" if kind in _AS_TEXT else quoted(n)
            for n, kind in types.items()
        )
        rows = self._base.sql(f"SELECT {picked} FROM ({query})").to_arrow_table()
        return plain_table(rows), types

    def cells(self, query: str, table: str | None) -> tuple[pa.Table, Mapping[str, str]]:
        """Return what `read` does: all cells of a column are of its declared type."""
        return self.read(query, table)

    def create(self, table: str, schema: pa.Schema, types: Mapping[str, str]) -> None:
        """Make a table with the declared types, or those that DuckDB gives to the Arrow types."""
        self._base.register("likewise_block", schema.empty_table())
        picked = ", ".join(
            f"CAST({quoted(f.name)} AS {types[f.name]}) AS {quoted(f.name)}" if f.name in types else quoted(f.name)
            for f in schema
        )
        self._base.execute(f"CREATE TABLE {self.quoted(table)} AS SELECT {picked} FROM likewise_block")
        self._base.unregister("likewise_block")

    def drop(self, table: str) -> None:
        """Drop a table."""
        self._base.execute(f"DROP TABLE {self.quoted(table)}")

    def append(self, table: str, block: pa.Table) -> None:
        """Append rows; texts are cast to the type of their column."""
        self._base.register("likewise_block", block)
        self._base.execute(f"INSERT INTO {self.quoted(table)} SELECT * FROM likewise_block")
        self._base.unregister("likewise_block")

    def run(self, statement: str) -> None:
        """Run a statement."""
        self._base.execute(statement)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        found: list[tuple[Any, ...]] = self._base.execute(query).fetchall()
        return found

    def fill(self, table: str, blocks: Iterable[pa.Table], reckoned: Mapping[str, str], later: Later | None) -> int:
        """Insert rows, in one statement for each block."""
        count = 0
        for block in blocks:
            names = block.column_names
            picked = ", ".join(
                f"CASE WHEN {quoted(name)} IS NULL THEN NULL ELSE {reckoned[name]} END"
                if name in reckoned
                else quoted(name)
                for name in names
            )
            self._base.register("likewise_block", block)
            listed = ", ".join(map(quoted, names))
            self._base.execute(f"INSERT INTO {self.quoted(table)} ({listed}) SELECT {picked} FROM likewise_block")
            self._base.unregister("likewise_block")
            count += block.num_rows
        return count

    def amend(self, table: str, later: Later) -> None:
        """Do nothing: DuckDB keeps no references in a circle."""

    def quoted(self, table: str) -> str:
        """Return the name, with its schema, in double quotes."""
        return ".".join(quoted(part) for part in table.split(".", 1))

    def commit(self) -> None:
        """End the transaction."""
        self._base.execute("COMMIT")
