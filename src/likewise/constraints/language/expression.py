"""What an expression is made of: names, values, and what is done with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Literal

Constant = bool | int | float | str | dt.date | dt.datetime | dt.time | dt.timedelta | None
Sign = Literal["==", "!=", "<", "<=", ">", ">="]
Operation = Literal["+", "-", "*", "/", "//", "%", "**"]

OPPOSITE: dict[Sign, Sign] = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", "<=": ">", ">": "<="}
TURNED: dict[Sign, Sign] = {"==": "==", "!=": "!=", "<": ">", ">=": "<=", "<=": ">=", ">": "<"}


@dataclass(frozen=True)
class Expression:
    """Hold one part of a rule; what it is made of are its fields."""

    def parts(self) -> Iterator[Expression]:
        """Yield the expressions that it is made of directly."""
        for field in fields(self):
            value = getattr(self, field.name)
            for part in value if isinstance(value, tuple) else (value,):
                if isinstance(part, Expression):
                    yield part

    def walk(self) -> Iterator[Expression]:
        """Yield itself and all expressions below it."""
        yield self
        for part in self.parts():
            yield from part.walk()

    def names(self) -> tuple[str, ...]:
        """Return the columns that it mentions, in the order of the text; of other tables as `table.column`."""
        return tuple(dict.fromkeys(part.full for part in self.walk() if isinstance(part, Name)))

    def replaced(self, changes: Mapping[Expression, Expression]) -> Expression:
        """Return the expression with others in the place of some of its parts."""
        if self in changes:
            return changes[self]
        made: dict[str, object] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Expression):
                made[field.name] = value.replaced(changes)
            elif isinstance(value, tuple):
                made[field.name] = tuple(part.replaced(changes) for part in value)
        return replace(self, **made)

    def tables(self) -> frozenset[str]:
        """Return the tables that it names."""
        return frozenset(part.table for part in self.walk() if isinstance(part, Name) and part.table is not None)

    def calls(self, functions: Collection[str]) -> tuple[Call, ...]:
        """Return the calls of some functions in it."""
        return tuple(part for part in self.walk() if isinstance(part, Call) and part.function in functions)


@dataclass(frozen=True)
class Name(Expression):
    """Stand for the value of a column, of the table itself or of another one."""

    column: str
    table: str | None = None

    @property
    def full(self) -> str:
        """The name as `Table` and documents know it."""
        return self.column if self.table is None else f"{self.table}.{self.column}"


@dataclass(frozen=True)
class Value(Expression):
    """Stand for itself; None is a missing value."""

    value: Constant


@dataclass(frozen=True)
class Computed(Expression):
    """Stand for what was computed beforehand, such as a sum of other rows; known by its label, and never in a text."""

    label: str


@dataclass(frozen=True)
class Arithmetic(Expression):
    """Reckon with two numbers; moments and durations may be added and taken away."""

    operation: Operation
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Negative(Expression):
    """Turn the sign of a number."""

    of: Expression


@dataclass(frozen=True)
class Comparison(Expression):
    """Compare two values; unknown where one of them is missing."""

    sign: Sign
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Within(Expression):
    """Say that a value is one of a list."""

    of: Expression
    among: tuple[Value, ...]


@dataclass(frozen=True)
class Matches(Expression):
    """Say that the whole of a text is one that a regular expression describes."""

    of: Expression
    pattern: str


@dataclass(frozen=True)
class Absent(Expression):
    """Say that a value is missing; never unknown."""

    of: Expression


@dataclass(frozen=True)
class Not(Expression):
    """Say the opposite."""

    of: Expression


@dataclass(frozen=True)
class Every(Expression):
    """Say that all of some things hold."""

    of: tuple[Expression, ...]


@dataclass(frozen=True)
class Some(Expression):
    """Say that at least one of some things holds."""

    of: tuple[Expression, ...]


@dataclass(frozen=True)
class Choice(Expression):
    """Take one value where a condition holds and another where it does not, or is unknown.

    As a rule, `if a then b` is `Choice(a, b, Value(True))`.
    """

    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True)
class Call(Expression):
    """Apply a function that is known by its name."""

    function: str
    of: tuple[Expression, ...]
