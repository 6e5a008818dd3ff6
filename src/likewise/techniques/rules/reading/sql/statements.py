"""From the statements of a script to what they say of a database."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from likewise.core.extras import require
from likewise.errors import SettingsError, suggest
from likewise.techniques.rules.reading.sql.constraints import inline, standing
from likewise.techniques.rules.reading.sql.pieces import reassembled
from likewise.techniques.rules.reading.sql.schema import Check, Column, Domain, Node, SqlSchema, SqlTable, Unique
from likewise.techniques.rules.reading.sql.script import Statement, statements_of

FOLDED = frozenset({"postgres", "redshift", "materialize", "risingwave"})
"""Dialects that read unquoted names in lower case."""

UNNAMED = "likewise_unnamed"

_USUAL = frozenset({"public", "main", "dbo"})
_OTHERS = ("postgres", "sqlite", "mysql", "tsql", "oracle", "duckdb", "")
_LEFT = {"VIEW": "views", "TRIGGER": "triggers", "FUNCTION": "functions", "PROCEDURE": "procedures"}
_IDENTITY = re.compile(
    r"ALTER\s+TABLE\s+(?:ONLY\s+)?(?P<table>[\w.\"]+)\s+ALTER\s+(?:COLUMN\s+)?(?P<column>[\w\"]+)\s+ADD\s+GENERATED\s",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"CREATE\s+DOMAIN\s+(?P<name>[\w.\"]+)\s+(?:AS\s+)?(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_ODDITIES = (
    (re.compile(r"\bWITH\s+(?:NO)?CHECK\s+ADD\b", re.IGNORECASE), "ADD"),
    (re.compile(r"\bON\s+CONFLICT\s+(?:ROLLBACK|ABORT|FAIL|IGNORE|REPLACE)\b", re.IGNORECASE), ""),
    (re.compile(r"\bADD\s+CHECK\s*\(", re.IGNORECASE), f"ADD CONSTRAINT {UNNAMED} CHECK ("),
    (re.compile(r"\bNOT\s+VALID\s*$", re.IGNORECASE), ""),
    (re.compile(r"\bNOT\s+FOR\s+REPLICATION\b", re.IGNORECASE), ""),
)


def read_schema(script: str, dialect: str) -> SqlSchema:
    """Return what a script says of tables, keys and conditions; what data do not depend on is passed over.

    Raises SettingsError for a script that makes no table, and for a table that refers to one that is not there.
    """
    reader = _Reader(dialect)
    for statement in statements_of(script, backslashes=dialect in ("mysql", "doris", "starrocks", "bigquery")):
        reader.read(statement)
    return reader.finished()


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep sqlglot from logging what it does not understand: that is told as a note."""
    log = logging.getLogger("sqlglot")
    level, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = level


class _Reader:
    """Read statements one after the other into a schema."""

    def __init__(self, dialect: str) -> None:
        self.sqlglot: Any = require("sqlglot", extra="rules")
        self.exp = self.sqlglot.exp
        self.dialect = dialect
        self.schema = SqlSchema(dialect)
        self.places: dict[str, str] = {}
        self.left: dict[str, int] = {}

    def read(self, statement: Statement) -> None:
        """Take over what a statement says."""
        words = statement.words
        if words[:1] == ("COMMENT",) or words[:2] in (("ALTER", "TABLE"), ("CREATE", "TYPE")):
            self.understand(statement)
        elif words[:2] == ("CREATE", "DOMAIN"):
            self.domain(statement)
        elif words[:1] == ("CREATE",) and {"TABLE", "INDEX"} & set(words[:4]):
            if "PARTITION" in words and re.search(r"\bPARTITION\s+OF\b", statement.text[:200], re.IGNORECASE):
                self.count("partitions")
            else:
                self.understand(statement)
        elif words[:1] == ("CREATE",):
            for word in words[1:]:
                if word in _LEFT:
                    self.count(_LEFT[word])
                    break

    def count(self, what: str) -> None:
        self.left[what] = self.left.get(what, 0) + 1

    def parsed(self, text: str, dialect: str) -> Node:
        """Return the tree of one statement; None where it is not understood in this dialect."""
        with _quietly():
            try:
                found = self.sqlglot.parse_one(text, read=dialect or None)
            except (self.sqlglot.errors.ParseError, self.sqlglot.errors.TokenError):
                return None
        return None if isinstance(found, self.exp.Command) else found

    def understand(self, statement: Statement) -> None:
        text = statement.text
        for odd, plain in _ODDITIES:
            text = odd.sub(plain, text)
        if (identity := _IDENTITY.match(text)) is not None:
            table = self.table_named(identity["table"].replace('"', ""))
            if table is not None and (column := self.column(table, identity["column"].strip('"'))) is not None:
                column.identity = True
            return
        for dialect in (self.dialect, *(other for other in _OTHERS if other != self.dialect)):
            tree = self.parsed(text, dialect)
            if tree is not None and self.taken(tree, statement.line):
                return
        self.piecewise(text, statement)

    def piecewise(self, text: str, statement: Statement) -> None:
        """Read a table part by part, where it cannot be read as a whole; say what has to be left out."""
        readable, faulty = reassembled(text, lambda whole: self._makes_table(self.parsed(whole, self.dialect)))
        if readable is not None:
            self.taken(self.parsed(readable, self.dialect), statement.line)
            for part in faulty:
                self.schema.note(f"line {statement.line}", f"not read: `{part}`")
        elif "TABLE" in statement.words:
            self.schema.note(f"line {statement.line}", f"not read: `{' '.join(text.split())[:160]}`")

    def _makes_table(self, tree: Node) -> bool:
        return isinstance(tree, self.exp.Create) and isinstance(tree.this, self.exp.Schema)

    def taken(self, tree: Node, line: int) -> bool:
        """Take over a tree; return False where it is none that is understood."""
        exp = self.exp
        if isinstance(tree, exp.Create):
            kind = str(tree.args.get("kind")).upper()
            if kind == "TABLE" and isinstance(tree.this, exp.Schema):
                self.create(tree, line)
            elif kind == "INDEX":
                self.index(tree)
            elif kind == "TYPE" and isinstance(tree.expression, exp.DataType):
                self.enumeration(tree)
            elif kind == "TABLE":
                self.schema.note(f"line {line}", f"`{self.named(tree.find(exp.Table))}` is made by a query: left out")
            else:
                return kind == "TYPE"
            return True
        if isinstance(tree, exp.Alter):
            self.alter(tree)
            return True
        if isinstance(tree, exp.Comment):
            self.comment(tree)
            return True
        return False

    def name(self, node: Node) -> str:
        """Return the name that a database reads in an identifier."""
        node = node.this if isinstance(node, self.exp.Column) else node
        if isinstance(node, self.exp.Ordered):
            return self.name(node.this)
        text = str(node.name)
        quoted = isinstance(node, self.exp.Identifier) and node.args.get("quoted")
        return text.lower() if self.dialect in FOLDED and not quoted else text

    def named(self, table: Node) -> str:
        """Return the full name of a table: with its schema, where that is not the usual one."""
        own, schema = self.name(table.this), table.args.get("db")
        schema_name = self.name(schema) if schema is not None else ""
        return own if not schema_name or schema_name.lower() in _USUAL else f"{schema_name}.{own}"

    def create(self, tree: Node, line: int) -> None:
        full = self.named(tree.this.this)
        schema, _, own = full.rpartition(".")
        if self.alike(full) in self.places:
            if not tree.args.get("exists"):
                self.schema.note(f"line {line}", f"`{full}` is made a second time: the first one holds")
            return
        name = own if own not in self.schema.tables else full.replace(".", "_")
        table = SqlTable(name=name, schema=schema or None, line=line)
        self.schema.tables[name] = table
        self.places[self.alike(full)] = name
        properties = tree.args.get("properties")
        table.strict = properties is not None and "STRICT" in str(properties).upper()
        for part in tree.this.expressions:
            self.part(table, part)
        if properties is not None and (parents := properties.find(self.exp.InheritsProperty)) is not None:
            for parent in parents.expressions:
                self.inherit(table, self.table_named(self.named(parent)))

    def inherit(self, table: SqlTable, parent: SqlTable | None) -> None:
        """Take over the columns and conditions of another table."""
        if parent is not None:
            table.columns = {**{n: Column(**vars(c)) for n, c in parent.columns.items()}, **table.columns}
            table.checks = [*parent.checks, *table.checks]

    def part(self, table: SqlTable, part: Node) -> None:
        """Take over a column or a constraint of a table."""
        exp = self.exp
        if isinstance(part, exp.LikeProperty):
            self.inherit(table, self.table_named(self.named(part.this)))
        elif isinstance(part, exp.ColumnDef):
            self.define(table, part)
        elif isinstance(part, exp.Identifier):  # a column of SQLite without a type
            table.columns[self.name(part)] = Column(self.name(part), None)
        else:
            standing(self, table, part)

    def define(self, table: SqlTable, part: Node) -> None:
        column = Column(self.name(part.this), part.args.get("kind"))
        table.columns[column.name] = column
        if column.kind is not None and "SERIAL" in column.kind.sql().upper():
            column.identity = column.required = True
        for constraint in part.args.get("constraints") or ():
            inline(self, table, column, constraint)

    def alter(self, tree: Node) -> None:
        exp = self.exp
        table = self.table_named(self.named(tree.this))
        for action in tree.args.get("actions") or ():
            if isinstance(action, exp.AlterRename) and table is not None:
                continue
            if table is None:
                self.schema.note(self.named(tree.this), "a change of a table that the script does not make: left out")
                return
            if isinstance(action, exp.AddConstraint):
                for part in action.expressions:
                    self.part(table, part)
            elif isinstance(action, exp.ColumnDef):
                self.define(table, action)
            elif isinstance(action, exp.AlterColumn):
                self.change(table, action)

    def change(self, table: SqlTable, action: Node) -> None:
        """Take over a new default, type or duty of a column."""
        column = self.column(table, self.name(action.this))
        if column is None:
            return
        if (default := action.args.get("default")) is not None:
            inline(self, table, column, self.exp.DefaultColumnConstraint(this=default))
        if action.args.get("allow_null") is not None:
            column.required = not action.args["allow_null"]
        if (kind := action.args.get("dtype")) is not None:
            column.kind = kind

    def column(self, table: SqlTable, name: str) -> Column | None:
        """Return a column of a table, whatever the case of its letters."""
        exact = table.columns.get(name)
        return exact or next((c for c in table.columns.values() if c.name.lower() == name.lower()), None)

    def alike(self, name: str) -> str:
        """Return the name by which a table is found: only PostgreSQL and its kin tell `A` from `a`."""
        return name if self.dialect in FOLDED else name.lower()

    def table_named(self, full: str) -> SqlTable | None:
        """Return a table by its full name."""
        schema, _, own = full.rpartition(".")
        plain = own if schema.lower() in _USUAL else full
        found = self.places.get(self.alike(plain))
        if found is None:
            ends = [name for place, name in self.places.items() if place.endswith(f".{self.alike(own)}")]
            found = ends[0] if len(ends) == 1 and not schema else None
        return None if found is None else self.schema.tables[found]

    def index(self, tree: Node) -> None:
        """Take over a unique index; others say nothing of the data."""
        exp, index = self.exp, tree.this
        table = self.table_named(self.named(index.args["table"]))
        params = index.args.get("params")
        if not tree.args.get("unique") or table is None or params is None:
            return
        keys = [part.this if isinstance(part, exp.Ordered) else part for part in params.args.get("columns") or ()]
        where = params.args.get("where")
        plain = all(isinstance(key, exp.Column | exp.Identifier) for key in keys)
        of = () if plain else tuple(keys)
        names = keys if plain else [column for key in keys for column in key.find_all(exp.Column)]
        columns = tuple(dict.fromkeys(self.name(name) for name in names))
        table.uniques.append(Unique(columns, where.this if where is not None else None, of=of))

    def enumeration(self, tree: Node) -> None:
        values = tuple(str(value.this) for value in tree.expression.expressions if hasattr(value, "this"))
        self.schema.domains[self.name(tree.this.this).lower()] = Domain(values=values)

    def domain(self, statement: Statement) -> None:
        """Take over a domain: it is read as a table of one column, `VALUE`."""
        found = _DOMAIN.match(statement.text)
        tree = None if found is None else self.parsed(f"CREATE TABLE d (VALUE {found['rest']})", self.dialect)
        if found is None or not self._makes_table(tree):
            self.schema.note(f"line {statement.line}", f"not read: `{' '.join(statement.text.split())[:160]}`")
            return
        table = SqlTable("d")
        self.define(table, tree.this.expressions[0])
        column = next(iter(table.columns.values()))
        name = found["name"].split(".")[-1].strip('"').lower()
        self.schema.domains[name] = Domain(column.kind, (), column.required, column.default, tuple(table.checks))

    def comment(self, tree: Node) -> None:
        if str(tree.args.get("kind")).upper() != "COLUMN" or not isinstance(tree.this, self.exp.Column):
            return
        table = self.table_named(str(tree.this.table))
        column = None if table is None else self.column(table, str(tree.this.name))
        if column is not None and tree.expression is not None:
            column.comment = str(tree.expression.this)

    def check(self, table: SqlTable, condition: Node, name: str | None) -> None:
        """Take over a condition."""
        table.checks.append(Check(condition, None if name == UNNAMED else name))

    def finished(self) -> SqlSchema:
        """Return the schema, its names as they were declared. Raises SettingsError."""
        schema = self.schema
        if not schema.tables:
            raise SettingsError("settings.schema", "the script makes no table that can be read",
                                hint="it needs CREATE TABLE; say its dialect if it was not found")  # fmt: skip
        for what, count in self.left.items():
            schema.note("script", f"{count} {what} left out: only tables hold data")
        faults = [fault for table in schema.tables.values() for fault in self.settled(table)]
        if faults:
            raise SettingsError("settings.reference", "; ".join(said for said, _ in faults), hint=faults[0][1])
        return schema

    def settled(self, table: SqlTable) -> Iterator[tuple[str, str]]:
        """Give all names of a table their declared form; yield what names nothing, and a hint."""
        from dataclasses import replace

        def own(of: SqlTable, names: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(found.name if (found := self.column(of, name)) is not None else name for name in names)

        table.key = own(table, table.key)
        for name in table.key:
            if name in table.columns:
                table.columns[name].required = True
        table.uniques = [replace(unique, columns=own(table, unique.columns)) for unique in table.uniques]
        for place, reference in enumerate(table.references):
            target = self.table_named(reference.to)
            said = f"`{table.name}.{', '.join(reference.columns)}` refers to `{reference.to}`"
            if target is None:
                yield f"{said}, and there is no such table", suggest(reference.to, list(self.schema.tables), "table")
                continue
            key = own(target, reference.key) or own(target, target.key)
            unknown = [name for name in key if name not in target.columns]
            if unknown or len(key) != len(reference.columns):
                wanted = f"has no column `{unknown[0]}`" if unknown else "has another number of key columns"
                yield f"{said}, which {wanted}", suggest(unknown[0] if unknown else "", list(target.columns), "column")
                continue
            table.references[place] = replace(reference, columns=own(table, reference.columns), to=target.name, key=key)
