"""Models of SQLAlchemy: the tables that they would make in PostgreSQL, read as SQL."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from likewise.errors import SettingsError
from likewise.techniques.rules.reading.sql.document import ROWS, Reading, read_sql

if TYPE_CHECKING:
    from sqlalchemy import MetaData, Table


def is_model(found: Any) -> bool:
    """Return whether something is a table, the metadata or a mapped class of SQLAlchemy, without importing it."""
    if "sqlalchemy" not in sys.modules:
        return False
    return _metadata(found) is not None


def read_models(found: Any, *, rows: int = ROWS) -> Reading:
    """Return the document of tables that SQLAlchemy describes: keys, references, unique columns, checks, enums.

    `found` is a `MetaData`, the base class of mapped classes (all their tables), or one mapped class or `Table`, with
    the tables that it refers to. Relationships are those of the foreign keys. Raises SettingsError.
    """
    from sqlalchemy import create_mock_engine
    from sqlalchemy.exc import CompileError, NoReferencedTableError

    metadata = _metadata(found)
    if metadata is None:
        raise SettingsError("settings.models", f"`{found!r}` has no tables of SQLAlchemy",
                            hint="give a mapped class, a Table, a MetaData or the base class")  # fmt: skip
    statements: list[str] = []

    def take(statement: Any, *_: Any, **__: Any) -> None:
        statements.append(str(statement.compile(dialect=engine.dialect)).strip())

    engine = create_mock_engine("postgresql+psycopg2://", take)
    try:
        metadata.create_all(engine, tables=_with_above(found, metadata), checkfirst=False)
    except (CompileError, NoReferencedTableError) as fault:
        raise SettingsError("settings.models", f"these tables cannot be made: {str(fault).splitlines()[0]}",
                            hint="PostgreSQL is to know the types, and all tables that are referred to are to be "
                            "imported") from None  # fmt: skip
    if not statements:
        raise SettingsError("settings.models", "there is no table in it",
                            hint="import the modules that define the models first")  # fmt: skip
    return read_sql(";\n".join(statements) + ";", dialect="postgres", rows=rows)


def _metadata(found: Any) -> MetaData | None:
    from sqlalchemy import MetaData, Table

    if isinstance(found, MetaData):
        return found
    if isinstance(found, Table):
        return found.metadata
    metadata = getattr(found, "metadata", None) if isinstance(found, type) else None
    return metadata if isinstance(metadata, MetaData) else None


def _with_above(found: Any, metadata: MetaData) -> list[Table[Any]]:
    """Return the tables to make: one with all that it refers to, or every table."""
    from sqlalchemy import Table

    own = found if isinstance(found, Table) else getattr(found, "__table__", None)
    if own is None:
        return list(metadata.sorted_tables)
    wanted, waiting = {own}, [own]
    while waiting:
        for key in waiting.pop().foreign_keys:
            if key.column.table not in wanted:
                wanted.add(key.column.table)
                waiting.append(key.column.table)
    return [table for table in metadata.sorted_tables if table in wanted]
