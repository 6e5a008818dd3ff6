"""What a database must be able to do to be read and written, and how it says no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import pyarrow as pa


class Connection(Protocol):
    """What each kind of database can do; all of it happens in one transaction."""

    def tables(self) -> list[str]:
        """Return the names of the tables and views."""
        ...

    def read(self, query: str, table: str | None) -> tuple[pa.Table, Mapping[str, str]]:
        """Return the rows of a query (of a whole table if one is named) and the declared types of its columns."""
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

    def quoted(self, table: str) -> str:
        """Return the name as it is written in SQL."""
        ...

    def commit(self) -> None:
        """Make all that was done permanent."""
        ...


class DatabaseError(Exception):
    """Carry the database's own words on what it refused."""
