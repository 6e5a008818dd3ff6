"""What a script of SQL says of a database, as far as data depend on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Node = Any
"""A tree of sqlglot's; the package is optional, so its types are not named here."""


@dataclass
class Column:
    """Hold what is said of one column.

    `kind` is its type as a tree. `default` and `generated` are expressions; `identity` says that the database counts.
    """

    name: str
    kind: Node
    required: bool = False
    default: Node = None
    generated: Node = None
    stored: bool = False
    identity: bool = False
    comment: str | None = None


@dataclass(frozen=True)
class Unique:
    """Say that columns hold no combination twice, where a condition holds if there is one.

    `nulls` says that missing values are equal to one another. `of` are the expressions of an index on other things
    than columns.
    """

    columns: tuple[str, ...]
    where: Node = None
    nulls: bool = False
    of: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Reference:
    """Say that columns hold a key of a table; `key` is empty where the primary key is meant."""

    columns: tuple[str, ...]
    to: str
    key: tuple[str, ...] = ()
    deferrable: bool = False


@dataclass(frozen=True)
class Check:
    """Hold a condition that every row of a table meets, and the name that the script gives it."""

    condition: Node
    name: str | None = None


@dataclass
class SqlTable:
    """Hold what is said of one table; `schema` is the one it lies in where it is not the usual one."""

    name: str
    schema: str | None = None
    line: int = 0
    columns: dict[str, Column] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    uniques: list[Unique] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    strict: bool = False


@dataclass(frozen=True)
class Domain:
    """Hold a named type: what it is made of, the values of an enumeration, and its conditions on `VALUE`."""

    kind: Node = None
    values: tuple[str, ...] = ()
    required: bool = False
    default: Node = None
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True)
class Note:
    """Say what was not read, or was taken to mean something; `place` is a table, a column or a line."""

    place: str
    said: str


@dataclass
class SqlSchema:
    """Hold the tables and named types of a script, in the order in which it makes them."""

    dialect: str
    tables: dict[str, SqlTable] = field(default_factory=dict)
    domains: dict[str, Domain] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def note(self, place: str, said: str) -> None:
        """Add a note, once."""
        if (found := Note(place, said)) not in self.notes:
            self.notes.append(found)

    def domain(self, kind: Node) -> Domain | None:
        """Return the named type that the type of a column is, if it is one."""
        return self.domains.get(named_type(kind))

    def columns_of(self, table: str) -> Mapping[str, Column]:
        """Return the columns of a table."""
        return self.tables[table].columns


def named_type(kind: Node) -> str:
    """Return the name of a type that a script made itself, in lower case and without its schema; else ''."""
    if kind is None or not kind.args.get("kind"):
        return ""
    return str(kind.args["kind"]).split(".")[-1].strip('"').lower()
