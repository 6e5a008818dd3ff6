"""Tables as SQL makes them, in the words of one database, and the statements that make them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from likewise.modalities.relational.sql_names import Dialect, full, quoted


@dataclass(frozen=True)
class ColumnText:
    """Hold a column: its name, its type and what stands behind it (`NOT NULL DEFAULT 3`)."""

    name: str
    kind: str
    beside: str = ""
    generated: bool = False


@dataclass(frozen=True)
class ReferenceText:
    """Hold a reference: columns, the table they refer to, and its key."""

    columns: tuple[str, ...]
    to: str
    key: tuple[str, ...]


@dataclass(frozen=True)
class TableText:
    """Hold a table. `name` is as the database knows it, with its schema before a dot where that is not the usual one.

    `reckoned` are columns that a condition sets equal to something computed, which the database is to compute itself
    so that its own arithmetic agrees. `indexes` are unique indexes as columns or expressions, with their condition.
    """

    name: str
    columns: tuple[ColumnText, ...]
    key: tuple[str, ...] = ()
    uniques: tuple[tuple[str, ...], ...] = ()
    references: tuple[ReferenceText, ...] = ()
    checks: tuple[str, ...] = ()
    indexes: tuple[tuple[str, str | None], ...] = ()
    reckoned: dict[str, str] = field(default_factory=dict)
    counted: str | None = None


@dataclass(frozen=True)
class Script:
    """Hold the statements that make tables: `before` any row is there, and `after` all are.

    `clear` are those that make room for them, once older tables of the same names are gone.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    clear: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def script_of(tables: Sequence[TableText], dialect: Dialect, types: Sequence[str] = ()) -> Script:
    """Return the statements for tables in the order in which they are filled.

    References are inside the tables for SQLite and DuckDB, which cannot add them later, and come after the rows
    elsewhere, where they are then checked at once. DuckDB takes no references in a circle: they are left out, and said.
    """
    before, after, notes = list(types), list[str](), list[str]()
    schemas = dict.fromkeys(table.name.rpartition(".")[0] for table in tables if "." in table.name)
    if dialect != "sqlite":
        before += [f"CREATE SCHEMA IF NOT EXISTS {quoted(schema, dialect)}" for schema in schemas]
    made: set[str] = set()
    kinds = {(table.name, column.name): _plain(column.kind) for table in tables for column in table.columns}
    for table in tables:
        made.add(table.name)
        inside = list(table.references) if dialect in ("sqlite", "duckdb") else []
        for reference in inside if dialect == "duckdb" else ():
            if reference.to not in made:
                notes.append(f"DuckDB keeps no reference in a circle: {table.name} ({', '.join(reference.columns)})")
            elif reference.to == table.name:
                notes.append(f"DuckDB checks a row before those beside it are there: {table.name} has no reference to "
                             "itself")  # fmt: skip
        if dialect == "duckdb":
            inside = [reference for reference in inside if reference.to in made - {table.name}]
            for reference in list(inside):
                pairs = zip(reference.columns, reference.key, strict=True)
                if any(kinds.get((table.name, one)) != kinds.get((reference.to, other)) for one, other in pairs):
                    notes.append(f"DuckDB refers to columns of the same type only: {table.name} "
                                 f"({', '.join(reference.columns)}) has no reference")  # fmt: skip
                    inside.remove(reference)
        before.append(_create(table, inside, dialect))
        for place, (keys, where) in enumerate(table.indexes, 1):
            name = quoted(f"{table.name.rpartition('.')[2]}_unique_{place}", dialect)
            condition = f" WHERE {where}" if where is not None and dialect in ("sqlite", "postgresql") else ""
            if where is None or condition:
                before.append(f"CREATE UNIQUE INDEX {name} ON {full(table.name, dialect)} ({keys}){condition}")
        if dialect not in ("sqlite", "duckdb"):
            after += [f"ALTER TABLE {full(table.name, dialect)} ADD {_foreign(reference, dialect)}"
                      for reference in table.references]  # fmt: skip
        if dialect == "postgresql" and table.counted is not None:
            after.append(_counted(table, table.counted))
    return Script(tuple(before), tuple(after), notes=tuple(notes))


def _plain(kind: str) -> str:
    """Return a type without the length of its texts, which DuckDB does not keep."""
    return "TEXT" if kind.upper().startswith(("VARCHAR", "CHAR", "TEXT")) else kind.upper()


def _counted(table: TableText, column: str) -> str:
    """Return what lets an identity go on after the rows that are there."""
    name, own = (text.replace("'", "''") for text in (full(table.name, "postgresql"), column))
    return (
        f"SELECT setval(pg_get_serial_sequence('{name}', '{own}'), "
        f"greatest((SELECT max({quoted(column, 'postgresql')}) FROM {full(table.name, 'postgresql')}), 1))"
    )


def _create(table: TableText, inside: Sequence[ReferenceText], dialect: Dialect) -> str:
    parts = ",\n  ".join(_parts(table, inside, dialect))
    return f"CREATE TABLE {full(table.name, dialect)} (\n  {parts}\n)"


def _parts(table: TableText, inside: Sequence[ReferenceText], dialect: Dialect) -> Iterator[str]:
    alone = _is_rowid(table, dialect)
    for column in table.columns:
        own = " PRIMARY KEY" if alone and column.name in table.key else ""
        yield f"{quoted(column.name, dialect)} {column.kind}{own}{' ' + column.beside if column.beside else ''}"
    if table.key and not alone:
        yield f"PRIMARY KEY ({listed(table.key, dialect)})"
    for unique in table.uniques:
        yield f"UNIQUE ({listed(unique, dialect)})"
    for check in table.checks:
        yield f"CHECK ({check})"
    for reference in inside:
        yield _foreign(reference, dialect)


def _is_rowid(table: TableText, dialect: Dialect) -> bool:
    """Return whether the key is the one whole number by which SQLite counts rows."""
    if dialect != "sqlite" or len(table.key) != 1:
        return False
    return any(column.name == table.key[0] and column.kind == "INTEGER" for column in table.columns)


def _foreign(reference: ReferenceText, dialect: Dialect) -> str:
    return (
        f"FOREIGN KEY ({listed(reference.columns, dialect)}) REFERENCES {full(reference.to, dialect)} "
        f"({listed(reference.key, dialect)})"
    )


def listed(names: Sequence[str], dialect: Dialect) -> str:
    """Return names with commas between them."""
    return ", ".join(quoted(name, dialect) for name in names)
