"""Tables that a script of SQL declares, in the words of another database, or of the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from likewise.constraints.language.expression import Absent, Call, Not, Value
from likewise.core.extras import require
from likewise.modalities.relational.sql_names import Dialect, quoted
from likewise.techniques.rules.reading.sql.checks import conditions_of
from likewise.techniques.rules.reading.sql.document import Reading
from likewise.techniques.rules.reading.sql.meanings import Meaning, meaning_of
from likewise.techniques.rules.reading.sql.schema import Column, Domain, Node, SqlTable, Unique, named_type
from likewise.techniques.rules.writing.conditions import Unwritable, condition_of
from likewise.techniques.rules.writing.kinds import type_of
from likewise.techniques.rules.writing.tables import (
    ColumnText,
    ReferenceText,
    Script,
    TableText,
    listed,
    script_of,
)

NAMES: dict[Dialect, str] = {"sqlite": "sqlite", "postgresql": "postgres", "duckdb": "duckdb", "mysql": "mysql"}
"""What sqlglot calls the databases."""


EXTENSIONS = frozenset({"citext", "hstore", "ltree"})
"""Types of PostgreSQL that an extension of the same name brings."""


def tables_of(reading: Reading, order: list[str], dialect: Dialect) -> tuple[list[TableText], list[str]]:
    """Return the tables of a script in an order, for a database, and what of them it has no words for.

    Conditions are taken over as they stand where the script was written for the same database, and otherwise as the
    rules that they were read as.
    """
    writer = _Writer(reading, dialect)
    return [writer.table(reading.schema.tables[name]) for name in order], writer.notes


def script_for(reading: Reading, order: list[str], dialect: Dialect) -> Script:
    """Return the statements that make the tables of a script, in an order, in a database."""
    tables, notes = tables_of(reading, order, dialect)
    own = NAMES[dialect] == reading.schema.dialect
    own = own and dialect == "postgresql"
    found = script_of(tables, dialect, list(_types(reading, dialect)) if own else [])
    clear = tuple(
        f"DROP {'TYPE' if domain.values else 'DOMAIN'} IF EXISTS {quoted(name, dialect)}"
        for name, domain in reversed(reading.schema.domains.items())
        if own
    )
    return Script(found.before, found.after, clear, (*found.notes, *notes))


def _types(reading: Reading, dialect: Dialect) -> Iterator[str]:
    """Yield the statements that make the types of a script of PostgreSQL."""
    kinds = [column.kind for table in reading.schema.tables.values() for column in table.columns.values()]
    kinds += [domain.kind for domain in reading.schema.domains.values()]
    named = {kind.sql(dialect="postgres").lower() for kind in kinds if kind is not None}
    for extension in sorted(EXTENSIONS & named):
        yield f"CREATE EXTENSION IF NOT EXISTS {extension}"
    for name, domain in reading.schema.domains.items():
        if domain.values:
            values = ", ".join("'" + value.replace("'", "''") + "'" for value in domain.values)
            yield f"CREATE TYPE {quoted(name, dialect)} AS ENUM ({values})"
        else:
            beside = "".join(f" CHECK ({check.condition.sql(dialect='postgres')})" for check in domain.checks)
            default = "" if domain.default is None else f" DEFAULT {domain.default.sql(dialect='postgres')}"
            required = " NOT NULL" if domain.required else ""
            kind = domain.kind.sql(dialect="postgres")
            yield f"CREATE DOMAIN {quoted(name, dialect)} AS {kind}{default}{required}{beside}"


class _Writer:
    """Write the tables of one script for one database."""

    def __init__(self, reading: Reading, dialect: Dialect) -> None:
        self.reading, self.schema, self.dialect = reading, reading.schema, dialect
        self.same = NAMES[dialect] == reading.schema.dialect
        self.notes: list[str] = []
        self.exp: Any = require("sqlglot", extra="rules").exp

    def table(self, table: SqlTable) -> TableText:
        meanings = {name: meaning_of(self.schema, column) for name, column in table.columns.items()}
        plain = [unique for unique in table.uniques if unique.where is None and not unique.of]
        others = [unique for unique in table.uniques if unique.where is not None or unique.of]
        references = tuple(
            ReferenceText(reference.columns, self.full_name(reference.to), reference.key)
            for reference in table.references
        )
        counted = next((name for name in table.key if table.columns[name].identity), None)
        return TableText(
            self.full_name(table.name),
            tuple(self.column(table, column, meanings[name]) for name, column in table.columns.items()),
            table.key,
            tuple(dict.fromkeys(unique.columns for unique in plain if unique.columns != table.key)),
            references,
            tuple(self.checks(table, meanings)),
            tuple(index for unique in others if (index := self.index(table, unique)) is not None),
            dict(self.reckoned(table, meanings)),
            counted,
        )  # fmt: skip

    def full_name(self, name: str) -> str:
        """Return the name of a table with its schema; in SQLite its own name, as that has no schemas."""
        table = self.schema.tables[name]
        return name if table.schema is None or self.dialect == "sqlite" else f"{table.schema}.{table.own}"

    def column(self, table: SqlTable, column: Column, meaning: Meaning) -> ColumnText:
        domain = self.schema.domain(column.kind) if column.kind is not None else None
        kind, beside = self.kind(column, meaning, domain), list[str]()
        counts = column.identity and meaning.sort == "integer"
        if counts and self.dialect == "postgresql" and column.generated is None:
            beside.append("GENERATED BY DEFAULT AS IDENTITY")
        elif counts and self.dialect == "mysql" and column.name in table.key:
            beside.append("AUTO_INCREMENT")
        elif (default := self.default(column, domain)) is not None:
            beside.append(f"DEFAULT {default}")
        if column.required or column.name in table.key or (domain is not None and domain.required):
            beside.append("NOT NULL")
        generated = self.generated(table, column)
        if generated is not None:
            beside = [f"GENERATED ALWAYS AS ({generated}){'' if self.dialect == 'duckdb' else ' STORED'}"]
        return ColumnText(column.name, kind, " ".join(beside), generated is not None)

    def kind(self, column: Column, meaning: Meaning, domain: Domain | None) -> str:
        """Return the type: the script's own word where the database is the same."""
        if column.kind is None:
            return "" if self.dialect == "sqlite" else type_of(meaning, self.dialect)
        if self.same and self.dialect == "postgresql" and domain is not None:
            return quoted(named_type(column.kind), self.dialect)
        if self.same and not column.identity and domain is None and self.dialect != "sqlite":
            return str(column.kind.sql(dialect=NAMES[self.dialect]))
        return type_of(meaning, self.dialect)

    def default(self, column: Column, domain: Domain | None) -> str | None:
        node = column.default if column.default is not None else domain.default if domain is not None else None
        if node is None:
            return None
        bare = node
        while isinstance(bare, self.exp.Paren | self.exp.Cast):
            bare = bare.this
        if not self.same and not isinstance(bare, self.exp.Literal | self.exp.Boolean | self.exp.Neg | self.exp.Null
                                            | self.exp.CurrentTimestamp | self.exp.CurrentDate):  # fmt: skip
            return None
        text = node.sql(dialect=NAMES[self.dialect]) if self.same else bare.sql(dialect=NAMES[self.dialect])
        meaning = meaning_of(self.schema, column)
        if not self.same and meaning.sort in ("date", "datetime") and isinstance(bare, self.exp.Literal):
            try:
                dt.datetime.fromisoformat(str(bare.this))
            except ValueError:  # MySQL's 0000-00-00 and the like
                return None
        if not self.same and meaning.sort == "boolean" and str(bare.this) in ("0", "1"):
            return "TRUE" if str(bare.this) == "1" else "FALSE"
        return text if self.dialect != "sqlite" or isinstance(bare, self.exp.Literal) else f"({text})"

    def generated(self, table: SqlTable, column: Column) -> str | None:
        if column.generated is None:
            return None
        if self.same:
            return self.named(table, column.generated)
        rule = self.reading.formulas.get(f"{table.name}.{column.name}")
        try:
            return None if rule is None else condition_of(rule, self.dialect)
        except Unwritable:
            return None

    def named(self, table: SqlTable, node: Node) -> str:
        """Return an expression of the same database, its columns quoted as they were declared."""
        names = {name.lower(): name for name in table.columns}
        made = node.copy()
        for column in list(made.find_all(self.exp.Column)):
            declared = names.get(str(column.name).lower())
            if declared is not None:
                column.set("this", self.exp.to_identifier(declared, quoted=True))
        return str(made.sql(dialect=NAMES[self.dialect]))

    def checks(self, table: SqlTable, meanings: Mapping[str, Meaning]) -> Iterator[str]:
        """Yield the conditions of a table, with those of the types that the database does not know."""
        if self.same:
            for check in table.checks:
                yield self.named(table, check.condition)
        for rule in self.reading.rules.get(table.name, ()) if not self.same else ():
            if rule == Value(True) or (isinstance(rule, Not) and isinstance(rule.of, Absent) and not rule.names()):
                continue
            try:
                sized = {part.of[0] for part in rule.walk() if isinstance(part, Call) and part.function == "len"}
                if self.dialect == "duckdb" and any(meanings[name].sort == "bytes" for one in sized
                                                    for name in one.names() if name in meanings):  # fmt: skip
                    raise Unwritable("the length of bytes")
                yield condition_of(rule, self.dialect)
            except Unwritable as fault:
                self.notes.append(f"{table.name}: a condition is left out of the database: no words for {fault}")
        for name, meaning in meanings.items():
            own = self.same and self.dialect in ("postgresql", "mysql")
            if meaning.sort == "enum" and meaning.values and not own:
                values = ", ".join("'" + value.replace("'", "''") + "'" for value in meaning.values)
                yield f"{quoted(name, self.dialect)} IN ({values})"

    def index(self, table: SqlTable, unique: Unique) -> tuple[str, str | None] | None:
        """Return a unique index on expressions, or for some of the rows."""
        if not self.same and unique.of:
            self.notes.append(f"{table.name}: a unique index on an expression is left out of the database")
            return None
        keys = ", ".join(self.named(table, part) for part in unique.of) or listed(unique.columns, self.dialect)
        if unique.where is None:
            return keys, None
        if self.same:
            return keys, self.named(table, unique.where)
        self.notes.append(f"{table.name}: a unique index for some of the rows is left out of the database")
        return None

    def reckoned(self, table: SqlTable, meanings: Mapping[str, Meaning]) -> Iterator[tuple[str, str]]:
        """Yield the columns that a condition sets equal to what is computed in floating-point numbers."""
        exp = self.exp
        if self.dialect == "duckdb":  # lists are made as PostgreSQL writes them
            for name, meaning in meanings.items():
                if meaning.sort == "array":
                    listed_text = f"replace(replace({quoted(name, 'duckdb')}, '{{', '['), '}}', ']')"
                    yield name, f"CAST({listed_text} AS {type_of(meaning, 'duckdb')})"
        inexact = ("decimal", "float") if self.dialect == "sqlite" else ("float",)
        for check in table.checks:
            for condition in conditions_of(check.condition, exp):
                if not isinstance(condition, exp.EQ):
                    continue
                for one, other in ((condition.this, condition.expression), (condition.expression, condition.this)):
                    reckons = (
                        isinstance(other, exp.Paren | exp.Binary | exp.Func) and other.find(exp.Column) is not None
                    )
                    if isinstance(one, exp.Column) and reckons and not isinstance(other, exp.Column):
                        name = next((n for n in table.columns if n.lower() == str(one.name).lower()), "")
                        if name and meanings[name].sort in inexact:
                            yield name, self.named(table, other)
                            break
