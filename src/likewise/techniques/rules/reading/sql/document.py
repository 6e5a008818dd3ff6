"""From a script of SQL to the document of what is generated, with the reason of each guess and what was not read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from likewise.constraints.language.expression import Comparison, Expression, Name, Value
from likewise.constraints.language.writing import write_expression
from likewise.core.extras import require
from likewise.techniques.rules.reading.sql.asking import Asked, Making
from likewise.techniques.rules.reading.sql.checks import conditions_of, read_check
from likewise.techniques.rules.reading.sql.dialects import dialect_of
from likewise.techniques.rules.reading.sql.exclusion import exclusion_of, implied
from likewise.techniques.rules.reading.sql.facts import Facts, facts_of
from likewise.techniques.rules.reading.sql.making import making_of
from likewise.techniques.rules.reading.sql.meanings import Meaning, meaning_of
from likewise.techniques.rules.reading.sql.names import order_of, words_of
from likewise.techniques.rules.reading.sql.schema import (
    Column,
    Node,
    Note,
    Reference,
    SqlSchema,
    SqlTable,
    Unique,
    named_type,
)
from likewise.techniques.rules.reading.sql.statements import read_schema
from likewise.techniques.rules.reading.sql.terms import Unread, constant

MISSING = 0.05
"""The share of cells left empty in columns that may be."""

ROWS = 1000
"""Rows of each table, where nothing says otherwise."""


@dataclass(frozen=True)
class Reading:
    """Hold the document that a script comes to, why columns are made as they are, and what was not read.

    `reasons` are by `table.column`, `rules` the conditions of each table, `formulas` those of generated columns by
    `table.column`. `read` and `unread` count the conditions of tables and types.
    """

    document: dict[str, Any]
    reasons: Mapping[str, str]
    notes: tuple[Note, ...]
    schema: SqlSchema
    rules: Mapping[str, tuple[Expression, ...]]
    formulas: Mapping[str, Expression]
    read: int
    unread: int


def read_sql(script: str, *, dialect: str | None = None, rows: int = ROWS) -> Reading:
    """Return the document of a script that makes tables, in the dialect told or the likeliest one.

    `rows` is how many rows tables are to have; those that have no room for so many say how many they get.

    Raises SettingsError where no table can be read, and for references to tables and columns that are not there.

    >>> shop = read_sql("CREATE TABLE t (id int PRIMARY KEY, email varchar(60) NOT NULL)")
    >>> shop.document["tables"]["t"]["columns"]
    {'id': {'sequence': {'start': 1}}, 'email': {'person': 'email'}}
    """
    schema = read_schema(script, dialect_of(script, dialect))
    builder = _Builder(schema, rows)
    tables = {name: builder.table(table) for name, table in schema.tables.items()}
    return Reading({"likewise": 1, "tables": tables}, builder.reasons, tuple(schema.notes), schema, builder.held,
                   builder.formulas, builder.read, builder.unread)  # fmt: skip


class _Builder:
    """Build the tables of a document."""

    def __init__(self, schema: SqlSchema, rows: int) -> None:
        self.schema, self.default_rows = schema, rows
        self.exp = require("sqlglot", extra="rules").exp
        self.reasons: dict[str, str] = {}
        self.held: dict[str, tuple[Expression, ...]] = {}
        self.formulas: dict[str, Expression] = {}
        self.read = self.unread = 0
        self.rows: dict[str, int] = {}

    def table(self, table: SqlTable) -> dict[str, Any]:
        """Return one table of the document."""
        meanings = {name: self.meaning(column) for name, column in table.columns.items()}
        rules = self.rules(table, meanings)
        self.held[table.name] = tuple(rule for rule, _ in rules)
        facts = facts_of([rule for rule, _ in rules], table.columns)
        drafts = _Table(self, table, meanings, facts)
        columns = drafts.columns()
        limited = {"rows": drafts.rows} if drafts.rows != self.default_rows else {}
        found: dict[str, Any] = {**limited, "columns": columns}
        key = [name for name in table.key if name in columns]
        if key:
            found["key"] = key[0] if len(key) == 1 else key
        if composite := drafts.composite(columns):
            found["refers"] = composite
        if groups := drafts.groups(columns):
            found["unique"] = groups
        known = set(columns) | {name for one in composite for name in one["columns"]}
        held = [text for rule, text in rules if set(rule.names()) <= known and rule != Value(True)]
        for rule, text in rules:
            exclusion = exclusion_of(rule)
            if exclusion is None and text in held and (follows := implied(rule)) is not None:
                held[held.index(text)] = write_expression(follows)
            if exclusion is not None and set(exclusion.columns) <= set(columns) and text in held:
                held[held.index(text) : held.index(text) + 1] = [write_expression(part) for part in exclusion.rules()]
                for name in exclusion.columns:
                    columns[name].pop("missing", None)
                    if share := exclusion.missing(name):
                        columns[name]["missing"] = share
        if constraints := [*held, *drafts.lengths, *drafts.orders(columns, rules)]:
            found["constraints"] = list(dict.fromkeys(constraints))
        return found

    def meaning(self, column: Column) -> Meaning:
        """Return what a column's type means; SQLite's texts of dates are told by their names."""
        found = meaning_of(self.schema, column)
        if self.schema.dialect == "sqlite" and found.sort in ("text", "unknown") and found.length is None:
            last = words_of(column.name).split()[-1:]
            if last in (["at"], ["timestamp"], ["datetime"]):
                return Meaning("datetime")
            if last in (["date"], ["on"], ["dob"], ["birthday"], ["birthdate"]):
                return Meaning("date")
        return found

    def rules(self, table: SqlTable, meanings: Mapping[str, Meaning]) -> list[tuple[Expression, str]]:
        """Return the conditions of a table and of the types of its columns, as rules and their texts."""
        checks: list[tuple[Node, str | None, str | None]] = [
            (condition, check.name, None)
            for check in table.checks
            for condition in conditions_of(check.condition, self.exp)
        ]
        for column in table.columns.values():
            domain = self.schema.domain(column.kind) if column.kind is not None else None
            if domain is not None:
                column.required = column.required or domain.required
                checks += [(condition, check.name, column.name) for check in domain.checks
                           for condition in conditions_of(check.condition, self.exp)]  # fmt: skip
        found: list[tuple[Expression, str]] = []
        for condition, name, of in checks:
            place = f"{table.name}.{of}" if of is not None else f"{table.name}{f', constraint {name}' if name else ''}"
            try:
                rule, assumed = read_check(condition, self.schema.dialect, meanings, value=of)
            except Unread as fault:
                self.unread += 1
                text = " ".join(condition.sql(dialect=self.schema.dialect or None).split())
                self.schema.note(place, f"CHECK ({text}) is not read: {fault}; say in a spec what makes these columns")
                continue
            self.read += 1
            for said in assumed:
                self.schema.note(place, said)
            found.append((rule, write_expression(rule)))
        return found

    def default(self, column: Column, meaning: Meaning) -> Any:
        """Return the constant that a column takes by default; None where it is none."""
        node = column.default
        if node is None and (domain := self.schema.domain(column.kind)) is not None:
            node = domain.default
        exp = self.exp
        while isinstance(node, exp.Paren | exp.Cast):
            node = node.this
        negative = isinstance(node, exp.Neg)
        node = node.this if negative else node
        if not isinstance(node, exp.Literal | exp.Boolean):
            return None
        value = constant(exp, node)
        if meaning.sort == "boolean" and not isinstance(value, bool):
            return str(value).lower() in ("1", "t", "true", "y", "yes")
        return -value if negative and isinstance(value, int | float) else value


class _Table:
    """Draft the columns of one table."""

    def __init__(
        self, builder: _Builder, table: SqlTable, meanings: Mapping[str, Meaning], facts: Mapping[str, Facts]
    ) -> None:
        self.builder, self.table, self.meanings, self.facts = builder, table, meanings, facts
        self.rows = builder.default_rows
        self.lengths: list[str] = []
        self.values: dict[str, float] = {}
        self.single = {reference.columns[0]: reference for reference in table.references if len(reference.columns) == 1}
        self.alone = self.unique_columns()

    def unique_columns(self) -> set[str]:
        """Return the columns that alone hold nothing twice; a condition on which rows is left out, on the safe side."""
        found = {unique.columns[0] for unique in self.table.uniques if len(unique.columns) == 1}
        return found | (set(self.table.key) if len(self.table.key) == 1 else set())

    def note(self, column: str, said: str) -> None:
        self.builder.schema.note(f"{self.table.name}.{column}", said)

    def columns(self) -> dict[str, dict[str, Any]]:
        """Return what makes each column; those that nothing can be made for are left out, with a note."""
        taken = {name for reference in self.composites() for name in reference.columns}
        found: dict[str, dict[str, Any]] = {}
        for name, column in self.table.columns.items():
            if "." in name or not name.strip():
                self.note(name, "its name holds a dot: left out")
                continue
            if name in taken:
                found[name] = {}
                continue
            made = self.column(name, column)
            if made is not None:
                found[name] = made
        self.spread(found)
        self.limit()
        return found

    def spread(self, found: dict[str, dict[str, Any]]) -> None:
        """Give each group of columns that are unique together what keeps its rows apart."""
        for unique in self.uniques():
            for name in unique.columns:
                if "refers" in found.get(name, {}):  # a missing key is none to tell rows by
                    found[name].pop("missing", None)
            free = [name for name in unique.columns if name in found and name not in self.single and found[name]]
            if any("sequence" in found[name] or name in self.alone for name in free):
                continue
            if any(self.values.get(name, 0) >= 4 * self.rows and name in free for name in unique.columns):
                continue
            listable = {"categorical", "mixture", "bernoulli", "discrete-uniform", "constant", "date-range"}
            room = math.prod(self.values.get(name, 1) for name in unique.columns)
            if all(listable & set(found[name]) for name in free) and room >= 2 * self.rows:
                continue
            for name in free:
                making = making_of(self.asked(name, unique=True))
                if self.meanings[name].sort in ("text", "integer", "unknown") and self.facts[name].values is None and (
                    making is not None and making.values >= self.rows):  # fmt: skip
                    beside = {key: value for key, value in found[name].items() if key == "missing"}
                    found[name] = self.taken(name, making, self.meanings[name], beside)
                    break

    def asked(self, name: str, *, unique: bool) -> Asked:
        """Return what a column is asked to be."""
        column, meaning = self.table.columns[name], self.meanings[name]
        return Asked(self.table.name, name, meaning, self.facts[name], self.builder.default(column, meaning), unique,
                     self.rows, named_type(column.kind))  # fmt: skip

    def column(self, name: str, column: Column) -> dict[str, Any] | None:
        """Return what makes one column."""
        if column.generated is not None:
            return self.generated(name, column)
        if name in self.single:
            return self.referring(name, column, self.single[name])
        beside: dict[str, Any] = {}
        if not column.required and name not in self.table.key:
            beside["missing"] = MISSING
        meaning, facts = self.meanings[name], self.facts[name]
        whole = meaning.sort == "integer"
        if whole and (column.identity or (name in self.alone and name in self.table.key)) and facts.high is None:
            low = max(
                [facts.low[0] + facts.low[1] if facts.low is not None else 1, *(one + 1 for one in facts.special)]
            )
            self.because(name, "it counts the rows")
            return {"sequence": {"start": int(max(low, 1))}}
        if whole and name in self.table.key and len(self.table.key) > 1 and facts.high is None and facts.low is None:
            others = math.prod(self.values.get(other, 1) for other in self.table.key if other in self.single)
            most = min(max(20, math.ceil(4 * self.rows / others)), meaning.most or 10**9)
            self.because(name, "it counts within the rest of the key")
            self.values[name] = most
            return {"discrete-uniform": [1, most]}
        making = making_of(self.asked(name, unique=name in self.alone))
        if making is None:
            return self.unmade(name, column)
        return self.taken(name, making, meaning, beside)

    def taken(self, name: str, making: Making, meaning: Meaning, beside: dict[str, Any]) -> dict[str, Any]:
        """Return a column as the document holds it, remembering what it can hold."""
        self.because(name, making.reason)
        self.values[name] = making.values
        longest = meaning.length
        if longest is not None and meaning.sort == "text" and making.length > longest:
            self.lengths.append(write_expression(_shorter(name, longest)))
        made = deepcopy(making.made)
        if meaning.sort in ("decimal", "float") and "mixture" in made:
            made.setdefault("decimals", meaning.decimals if meaning.decimals is not None else 2)
        if name in self.alone:
            beside = {**beside, "unique": True}
        return {**made, **beside}

    def unmade(self, name: str, column: Column) -> dict[str, Any] | None:
        """Leave a column of an unknown type empty, or to its default, where it may be."""
        if column.required and column.default is None:
            self.note(name, f"its type `{column.kind.sql()}` is not known: made as words; say in a spec what makes it")
            return {"pattern": "(alpha|beta|gamma)"}
        self.note(name, f"its type `{column.kind.sql() if column.kind is not None else ''}` is not known: left out")
        return None

    def because(self, name: str, reason: str) -> None:
        self.builder.reasons[f"{self.table.name}.{name}"] = reason

    def generated(self, name: str, column: Column) -> dict[str, Any] | None:
        """Return the formula of a column that the database reckons itself."""
        try:
            rule, _ = read_check(column.generated, self.builder.schema.dialect, self.meanings)
        except Unread as fault:
            self.note(name, f"it is generated by what is not read ({fault}): left to the database")
            return None
        self.because(name, "the database generates it")
        self.builder.formulas[f"{self.table.name}.{name}"] = rule
        meaning = self.meanings[name]
        decimals = {"decimals": meaning.decimals} if meaning.sort == "decimal" and meaning.decimals is not None else {}
        return {"formula": write_expression(rule), **decimals}

    def referring(self, name: str, column: Column, reference: Reference) -> dict[str, Any]:
        """Return a column that holds the key of another table."""
        self.because(name, f"it refers to {reference.to}.{reference.key[0]}")
        found: dict[str, Any] = {"refers": f"{reference.to}.{reference.key[0]}"}
        if not column.required and name not in self.table.key:
            found["missing"] = MISSING
        elif reference.to == self.table.name:
            found["tree"] = False
        if name in self.alone:
            found["unique"] = True
        parents = self.builder.rows.get(reference.to, self.builder.default_rows)
        self.values[name] = parents
        if name in self.alone:
            self.rows = min(self.rows, parents)
        return found

    def limit(self) -> None:
        """Let the table have no more rows than there are different values for what is unique."""
        groups: list[tuple[str, ...]] = [(name,) for name in self.alone]
        groups += [unique.columns for unique in self.table.uniques if len(unique.columns) > 1]
        groups += [self.table.key] if len(self.table.key) > 1 else []
        for group in groups:
            room = math.prod(self.values.get(name, math.inf) for name in group)
            room = room if len(group) == 1 else room * 0.5
            if room < self.rows:
                self.rows = max(int(room), 1)
                self.note(", ".join(group), f"only {self.rows:,} rows: there are no more different values")
        self.builder.rows[self.table.name] = self.rows

    def composites(self) -> list[Reference]:
        """Return the references of several columns that share no column with another reference."""
        taken: set[str] = set(self.single)
        found: list[Reference] = []
        for reference in self.table.references:
            if len(reference.columns) == 1:
                continue
            if taken & set(reference.columns):
                said = f"refers to `{reference.to}` by columns that refer elsewhere too: not read"
                self.note(", ".join(reference.columns), said)
                continue
            taken |= set(reference.columns)
            found.append(reference)
        return found

    def composite(self, columns: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the references of several columns as the document holds them."""
        found = []
        for reference in self.composites():
            one: dict[str, Any] = {"columns": list(reference.columns), "to": reference.to, "key": list(reference.key)}
            required = any(self.table.columns[name].required for name in reference.columns)
            if not required:
                one["missing"] = MISSING
            elif reference.to == self.table.name:
                one["tree"] = False
            if any(set(unique.columns) == set(reference.columns) for unique in self.uniques()):
                one["unique"] = True
            found.append(one)
        return found

    def uniques(self) -> list[Unique]:
        """Return the groups of columns that hold no combination twice, the key among them."""
        key = [Unique(self.table.key)] if len(self.table.key) > 1 else []
        return [*key, *(unique for unique in self.table.uniques if len(unique.columns) > 1)]

    def groups(self, columns: Mapping[str, Any]) -> list[list[str]]:
        """Return the groups beside the key."""
        for unique in self.table.uniques:
            if unique.where is not None:
                self.note(", ".join(unique.columns), "unique where a condition holds: taken to be unique everywhere")
            elif unique.of:
                self.note(", ".join(unique.columns), "unique by an expression: taken to be unique as it is")
        wanted = [list(unique.columns) for unique in self.table.uniques if len(unique.columns) > 1]
        found: list[list[str]] = []
        for group in wanted:
            if set(group) <= set(columns) and group not in found and tuple(group) != self.table.key:
                found.append(group)
        return found

    def orders(self, columns: Mapping[str, Any], rules: list[tuple[Expression, str]]) -> list[str]:
        """Return which dates are not after which, by their names, where no condition orders them."""
        dates = [
            name for name in columns if self.meanings[name].sort in ("date", "datetime") and name not in self.single
        ]
        settled = {frozenset(rule.names()) for rule, _ in rules}
        found = []
        for one in dates:
            for other in dates:
                if one != other and order_of(one, other) and not any({one, other} <= pair for pair in settled):
                    found.append(write_expression(Comparison("<=", Name(one), Name(other))))
                    self.because(
                        other, self.builder.reasons.get(f"{self.table.name}.{other}", "") + f"; not before `{one}`"
                    )
        return found


def _shorter(name: str, longest: int) -> Expression:
    from likewise.constraints.language.expression import Call

    return Comparison("<=", Call("len", (Name(name),)), Value(longest))
