"""What a database calls the types of columns."""

from __future__ import annotations

from typing import Any

from likewise.core.schema import Column
from likewise.modalities.relational.sql_names import Dialect
from likewise.techniques.rules.reading.sql.meanings import Meaning

_NAMES: dict[str, dict[Dialect, str]] = {
    "float": {"sqlite": "REAL", "postgresql": "DOUBLE PRECISION", "duckdb": "DOUBLE", "mysql": "DOUBLE"},
    "boolean": {"sqlite": "BOOLEAN", "postgresql": "BOOLEAN", "duckdb": "BOOLEAN", "mysql": "BOOLEAN"},
    "date": {"sqlite": "DATE", "postgresql": "DATE", "duckdb": "DATE", "mysql": "DATE"},
    "time": {"sqlite": "TEXT", "postgresql": "TIME", "duckdb": "TIME", "mysql": "TIME"},
    "duration": {"sqlite": "TEXT", "postgresql": "INTERVAL", "duckdb": "INTERVAL", "mysql": "TIME"},
    "uuid": {"sqlite": "TEXT", "postgresql": "UUID", "duckdb": "UUID", "mysql": "CHAR(36)"},
    "json": {"sqlite": "TEXT", "postgresql": "JSONB", "duckdb": "JSON", "mysql": "JSON"},
    "bytes": {"sqlite": "BLOB", "postgresql": "BYTEA", "duckdb": "BLOB", "mysql": "BLOB"},
    "address": {"sqlite": "TEXT", "postgresql": "TEXT", "duckdb": "VARCHAR", "mysql": "VARCHAR(50)"},
}


def type_of(meaning: Meaning, dialect: Dialect) -> str:
    """Return the type of a column.

    >>> type_of(Meaning("decimal", digits=10, decimals=2), "postgresql"), type_of(Meaning("text"), "duckdb")
    ('NUMERIC(10,2)', 'VARCHAR')
    """
    if meaning.sort in _NAMES:
        return _NAMES[meaning.sort][dialect]
    match meaning.sort:
        case "integer":
            return _whole(meaning, dialect)
        case "decimal":
            size = "" if meaning.digits is None else f"({meaning.digits},{meaning.decimals or 0})"
            return f"NUMERIC{size}" if size or dialect != "mysql" else "NUMERIC(38,10)"
        case "datetime":
            zone = meaning.zone and dialect in ("postgresql", "duckdb")
            return "DATETIME" if dialect == "mysql" else "TIMESTAMP WITH TIME ZONE" if zone else "TIMESTAMP"
        case "array":
            inner = type_of(meaning.of, dialect) if meaning.of is not None else "TEXT"
            return f"{inner}[]" if dialect in ("postgresql", "duckdb") else "TEXT"
    return _text(meaning, dialect)


def _whole(meaning: Meaning, dialect: Dialect) -> str:
    if dialect == "sqlite":
        return "INTEGER"
    most = 2**63 if meaning.most is None else meaning.most
    return "SMALLINT" if most < 2**15 else "INTEGER" if most < 2**31 else "BIGINT"


def _text(meaning: Meaning, dialect: Dialect) -> str:
    if meaning.length is None or meaning.sort != "text":
        return "VARCHAR" if dialect == "duckdb" else "VARCHAR(255)" if dialect == "mysql" else "TEXT"
    name = "CHAR" if meaning.fixed and dialect != "duckdb" else "VARCHAR"
    return f"{name}({meaning.length})"


_KINDS: dict[str, Any] = {"integer": "integer", "float": "float", "boolean": "boolean", "date": "date", "time": "time",
                          "datetime": "datetime", "duration": "duration", "json": "json"}  # fmt: skip


def meaning_of_column(column: Column) -> Meaning:
    """Return what a column of a document means, as a type of SQL means it."""
    if column.kind == "decimal":
        return Meaning("decimal", digits=18, decimals=column.decimals if column.decimals is not None else 2)
    if column.kind == "id" and column.dtype == "int64":
        return Meaning("integer")
    if column.kind == "datetime" and column.zone is not None:
        return Meaning("datetime", zone=True)
    return Meaning(_KINDS.get(column.kind, "text"))
