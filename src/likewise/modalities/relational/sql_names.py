"""Names of tables and columns as they stand in SQL."""

from __future__ import annotations

from typing import Literal

Dialect = Literal["sqlite", "postgresql", "duckdb", "mysql"]
"""The SQL that is written; any dialect may be read."""


def quoted(name: str, dialect: Dialect = "postgresql") -> str:
    """Return a name in the quotes of a dialect.

    >>> quoted("unit price", "mysql"), quoted("order")
    ('`unit price`', '"order"')
    """
    mark = "`" if dialect == "mysql" else '"'
    return mark + name.replace(mark, mark * 2) + mark


def full(name: str, dialect: Dialect = "postgresql") -> str:
    """Return the name of a table with its schema; SQLite has none, so the name holds the dot."""
    schema, _, own = name.rpartition(".")
    if dialect == "sqlite" or not schema:
        return quoted(name, dialect)
    return f"{quoted(schema, dialect)}.{quoted(own, dialect)}"
