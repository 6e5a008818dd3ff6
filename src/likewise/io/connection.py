"""What a database must be able to do to be read and written, and how it says no."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa


class Connection(Protocol):
    """What each kind of database can do; all of it happens in one transaction."""

    def tables(self) -> list[str]:
        """Return the names of the tables and views."""
        ...

    def read(self, query: str, table: str | None) -> tuple[pa.Table, Mapping[str, str]]:
        """Return the rows of a query (of a whole table if one is named) and the declared types of its columns."""
        ...

    def cells(self, query: str, table: str | None) -> tuple[pa.Table, Mapping[str, str]]:
        """Return what `read` does, but that no cell changes how another is read."""
        ...

    def create(self, table: str, schema: pa.Schema, types: Mapping[str, str]) -> None:
        """Make a new table whose columns have the declared types, or those that fit their Arrow types."""
        ...

    def drop(self, table: str) -> None:
        """Drop a table."""
        ...

    def append(self, table: str, block: pa.Table) -> None:
        """Append rows to the table that was made."""
        ...

    def run(self, statement: str) -> None:
        """Run a statement that gives no rows."""
        ...

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query as Python values."""
        ...

    def fill(self, table: str, blocks: Iterable[pa.Table], reckoned: Mapping[str, str], later: Later | None) -> int:
        """Insert rows into a table that is there, by the names of their columns, and return how many.

        `reckoned` are columns that the database is to compute by an expression wherever they hold a value.
        """
        ...

    def amend(self, table: str, later: Later) -> None:
        """Write the columns that were left empty when the table was filled."""
        ...

    def quoted(self, table: str) -> str:
        """Return the name as it is written in SQL."""
        ...

    def commit(self) -> None:
        """Make all that was done permanent."""
        ...


@dataclass(frozen=True)
class Later:
    """Say which columns are written only when the tables they refer to are filled, and by which key rows are found."""

    columns: tuple[str, ...]
    key: tuple[str, ...]


class DatabaseError(Exception):
    """Carry the database's own words on what it refused."""
