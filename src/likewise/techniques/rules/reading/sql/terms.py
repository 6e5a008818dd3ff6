"""The values inside conditions of SQL, as rules know them: columns, constants, arithmetic, functions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from likewise.constraints.language.expression import (
    Absent,
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Expression,
    Name,
    Negative,
    Operation,
    Value,
)
from likewise.core.extras import require
from likewise.techniques.rules.reading.sql.meanings import Meaning
from likewise.techniques.rules.reading.sql.schema import Node

Lean = Literal[-1, 0, 1]
"""Which way a value may be off where it cannot be told exactly: below, not at all, above."""

PAST, FUTURE = dt.date(2025, 1, 1), dt.date(2050, 1, 1)
"""The moments that stand for now: one that is over, for what is to lie before it, and one to come for the rest."""

_OPERATIONS: dict[str, Operation] = {"Add": "+", "Sub": "-", "Mul": "*", "Pow": "**", "Mod": "%"}
_CALLS = {"Length": "len", "Lower": "lower", "Upper": "upper", "Abs": "abs", "Floor": "floor", "Ceil": "ceil",
          "Sqrt": "sqrt", "Exp": "exp", "Ln": "log", "Sign": "sign", "Year": "year", "Month": "month", "Day": "day",
          "DayOfMonth": "day", "Quarter": "quarter", "Week": "week", "Hour": "hour", "Minute": "minute",
          "Second": "second", "StartsWith": "starts_with", "EndsWith": "ends_with", "Contains": "contains"}  # fmt: skip
_PARTS = {"YEAR": "year", "MONTH": "month", "DAY": "day", "HOUR": "hour", "MINUTE": "minute", "SECOND": "second",
          "QUARTER": "quarter", "WEEK": "week", "ISODOW": "weekday", "DOW": "weekday"}  # fmt: skip
_FORMATS = {"%Y": "year", "%m": "month", "%d": "day", "%H": "hour", "%M": "minute", "%S": "second"}
_NOW = frozenset({"CurrentDate", "CurrentTimestamp", "CurrentDatetime", "CurrentTime", "Localtimestamp", "Now"})
_NOW_WORDS = frozenset({"now", "today", "sysdate", "getdate", "sysdatetime", "utc_timestamp", "localtimestamp",
                        "clock_timestamp", "statement_timestamp", "transaction_timestamp"})  # fmt: skip
_DAYS = {"YEAR": (365, 366), "MONTH": (28, 31), "QUARTER": (90, 92), "WEEK": (7, 7), "DAY": (1, 1)}
_SECONDS = {"HOUR": 3600, "MINUTE": 60, "SECOND": 1}
_TRUNCATING = frozenset({"sqlite", "postgres", "redshift", "tsql", "presto", "trino", "materialize"})
"""Dialects in which a whole number divided by a whole number is one."""


class Unread(Exception):
    """Carry what in a condition cannot be read."""


@dataclass
class Terms:
    """Turn values of SQL into those of rules.

    `meanings` are those of the table's columns. `notes` collects what was taken to mean something that has to be said.
    """

    dialect: str
    names: Mapping[str, str]
    meanings: Mapping[str, Meaning]
    value: str | None = None
    notes: list[str] = field(default_factory=list)
    exp: Any = field(default_factory=lambda: require("sqlglot", extra="rules").exp)
    condition: Callable[[Node, Lean], Expression] | None = None

    def column(self, node: Node) -> str:
        """Return the column that a name means. Raises Unread."""
        name = str(node.name)
        if name.upper() == "VALUE" and self.value is not None:
            return self.value
        found = self.names.get(name.lower())
        if found is None:
            raise Unread(f"there is no column `{name}`")
        return found

    def sort(self, node: Node) -> str:
        """Return the sort of a value: that of the column, `number`, `text`, or `` where it is not plain."""
        node = bare(self.exp, node)
        exp = self.exp
        if isinstance(node, exp.Column):
            return self.meanings[self.column(node)].sort
        if isinstance(node, exp.Literal):
            return "text" if node.is_string else "integer" if str(node.this).isdigit() else "decimal"
        if isinstance(node, exp.Cast):
            name = node.to.this.name if hasattr(node.to.this, "name") else ""
            return {"INT": "integer", "BIGINT": "integer", "SMALLINT": "integer"}.get(name, "")
        if isinstance(node, exp.Neg | exp.Abs):
            return self.sort(node.this)
        if isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Mod):
            sides = {self.sort(node.this), self.sort(node.expression)}
            return "integer" if sides == {"integer"} else ""
        return "integer" if isinstance(node, exp.Length | exp.Extract) else ""

    def of(self, node: Node, lean: Lean = 0) -> Expression:
        """Return a value. Raises Unread, with what of it is not understood."""
        exp, kind = self.exp, type(node).__name__
        if isinstance(node, exp.Paren | exp.Collate):
            return self.of(node.this, lean)
        if isinstance(node, exp.Column | exp.Identifier):
            return Name(self.column(node))
        if isinstance(node, exp.Literal | exp.Boolean | exp.Null | exp.ByteString):
            return Value(constant(self.exp, node))
        if isinstance(node, exp.Cast | exp.TryCast):
            return self.cast(node, lean)
        if kind in _NOW or (kind == "Anonymous" and str(node.this).lower() in _NOW_WORDS):
            return self.now(lean)
        if isinstance(node, exp.Neg):
            inner = self.of(node.this, -lean)
            number = inner.value if isinstance(inner, Value) else None
            plain = isinstance(number, int | float) and not isinstance(number, bool)
            return Value(-number) if plain else Negative(inner)  # type: ignore[operator]
        if kind in _OPERATIONS:
            return self.reckoned(node, _OPERATIONS[kind], lean)
        if isinstance(node, exp.Div | exp.IntDiv):
            return self.divided(node)
        if isinstance(node, exp.Interval):
            return Value(self.span(node, lean))
        if isinstance(node, exp.Case | exp.If):
            return self.case(node)
        return self.called(node, kind)

    def now(self, lean: Lean) -> Value:
        """Return the moment that stands for now, on the safe side of what is asked."""
        chosen = FUTURE if lean > 0 else PAST
        self.notes.append(f"the current moment is taken to be {chosen.isoformat()}")
        return Value(chosen.isoformat())

    def cast(self, node: Node, lean: Lean) -> Expression:
        """Return a value whose cast does not change it. Raises Unread for others."""
        target = str(node.to.this.name if hasattr(node.to.this, "name") else node.to.sql()).upper()
        inner = bare(self.exp, node.this)
        if isinstance(inner, self.exp.Literal) and inner.is_string and ("DATE" in target or "TIME" in target):
            if str(inner.this).lower() in ("now", "today"):
                return self.now(lean)
            return Value(str(inner.this))
        if target == "INTERVAL" and isinstance(inner, self.exp.Literal):
            return Value(self.span(self.exp.Interval(this=inner), lean))
        if isinstance(inner, self.exp.Literal) and inner.is_string and _is_number(str(inner.this)) and (
            target.startswith(("INT", "BIGINT", "SMALLINT", "DECIMAL", "DOUBLE", "FLOAT"))
        ):  # fmt: skip
            return Value(_number(str(inner.this)))
        found, sort = self.of(inner, lean), self.sort(inner)
        if target in ("INT", "BIGINT", "SMALLINT", "SIGNED") and sort in ("decimal", "float", ""):
            if isinstance(found, Call) and found.function in _PARTS.values():
                return found
            return Call("floor", (found,)) if self.dialect in ("sqlite", "duckdb") else Call("round", (found,))
        if target in ("TEXT", "VARCHAR", "CHAR", "NVARCHAR", "BPCHAR") and sort not in ("text", "enum", "uuid", ""):
            raise Unread(f"a {sort} as a text")
        return found

    def reckoned(self, node: Node, operation: Operation, lean: Lean) -> Expression:
        """Return what two values come to; of durations that may be off each side errs so that the result does."""
        exp = self.exp
        other: Lean = -lean if operation == "-" else lean
        sides = (node.this, node.expression)
        if not any(isinstance(bare(exp, side), exp.Interval | exp.Cast) or _is_now(side) for side in sides):
            other = lean = 0
        left, right = self.of(node.this, lean), self.of(node.expression, other)
        if operation == "+" and any(self.sort(side) == "text" for side in sides) and self.dialect == "tsql":
            return Call("concat", (left, right))
        if isinstance(left, Value) and isinstance(right, Value) and isinstance(right.value, dt.timedelta):
            return Value(_moved(str(left.value), right.value if operation == "+" else -right.value))
        return Arithmetic(operation, left, right)

    def divided(self, node: Node) -> Expression:
        """Return a quotient; that of whole numbers is cut to a whole one in most databases."""
        left, right = self.of(node.this), self.of(node.expression)
        whole = self.sort(node.this) == self.sort(node.expression) == "integer" and self.dialect in _TRUNCATING
        if whole or isinstance(node, self.exp.IntDiv):
            return Arithmetic("//", left, right)
        return Arithmetic("/", left, right)

    def span(self, node: Node, lean: Lean) -> dt.timedelta:
        """Return a duration; months and years have no fixed length, so they are the longest or shortest they can be."""
        text = str(getattr(node.this, "this", node.this))
        unit = node.args.get("unit")
        pieces = re.findall(r"([-+]?\d+(?:\.\d+)?)\s*([A-Za-z]+)", text) or [(text, str(unit.name) if unit else "DAY")]
        total = dt.timedelta()
        for number, word in pieces:
            name = word.upper().removesuffix("S")
            name = {"MON": "MONTH", "MIN": "MINUTE", "SEC": "SECOND", "HR": "HOUR", "YR": "YEAR"}.get(name, name)
            count = float(number)
            if name in _SECONDS:
                total += dt.timedelta(seconds=count * _SECONDS[name])
                continue
            if name not in _DAYS:
                raise Unread(f"an interval of {word.lower()}")
            short, long = _DAYS[name]
            if short != long and lean == 0:
                raise Unread(f"an interval of {word.lower()} that has to be exact")
            total += dt.timedelta(days=count * (long if (lean > 0) == (count > 0) else short))
        return total

    def case(self, node: Node) -> Expression:
        """Return a choice; without ELSE it is missing where nothing is met."""
        exp = self.exp
        if isinstance(node, exp.If):
            branches, default = [node], node.args.get("false")
            subject = None
        else:
            branches, default, subject = node.args["ifs"], node.args.get("default"), node.this
        found: Expression = Value(None) if default is None else self.either(default)
        for branch in reversed(branches):
            met = self.truth(branch.this) if subject is None else (
                Comparison("==", self.of(subject), self.of(branch.this)))  # fmt: skip
            found = Choice(met, self.either(branch.args["true"]), found)
        return found

    def truth(self, node: Node) -> Expression:
        """Return a condition that stands inside a value."""
        assert self.condition is not None
        return self.condition(node, 0)

    def either(self, node: Node) -> Expression:
        """Return a value or a condition, whichever it is."""
        try:
            return self.of(node)
        except Unread:
            return self.truth(node)

    def called(self, node: Node, kind: str) -> Expression:
        """Return a function. Raises Unread for those that rules do not have."""
        exp = self.exp
        if kind in _CALLS:
            found = [self.of(node.this)]
            if kind in ("StartsWith", "EndsWith", "Contains"):
                found.append(self.of(node.expression))
            return Call(_CALLS[kind], tuple(found))
        if isinstance(node, exp.TsOrDsToDate | exp.TsOrDsToTimestamp | exp.Date | exp.Timestamp):
            inner = bare(exp, node.this)
            if isinstance(inner, exp.Literal) and str(inner.this).lower() == "now":
                return self.now(0)
            return self.of(inner)
        if isinstance(node, exp.Extract):
            return self.part(str(node.this.name).upper(), node.expression)
        if isinstance(node, exp.TimeToStr):
            form = str(node.args["format"].this)
            if form not in _FORMATS:
                raise Unread(f"a date written as {form}")
            return Call(_FORMATS[form], (self.of(node.this),))
        if isinstance(node, exp.Round):
            digits = node.args.get("decimals")
            return Call("round", (self.of(node.this), *(() if digits is None else (self.of(digits),))))
        if isinstance(node, exp.Coalesce | exp.Greatest | exp.Least | exp.Max | exp.Min):
            name = {"Coalesce": "coalesce", "Greatest": "max", "Max": "max"}.get(kind, "min")
            return Call(name, (self.of(node.this), *(self.of(other) for other in node.expressions)))
        if isinstance(node, exp.Nullif):
            value = self.of(node.this)
            return Choice(Comparison("==", value, self.of(node.expression)), Value(None), value)
        if isinstance(node, exp.Concat | exp.DPipe):
            parts = node.expressions if isinstance(node, exp.Concat) else [node.this, node.expression]
            return Call("concat", tuple(self.of(part) for part in parts))
        if isinstance(node, exp.Trim) and node.expression is None:
            return Call("trim", (self.of(node.this),))
        if isinstance(node, exp.Substring | exp.Left):
            start = Value(1) if isinstance(node, exp.Left) else self.of(node.args["start"])
            length = node.expression if isinstance(node, exp.Left) else node.args.get("length")
            return Call("substring", (self.of(node.this), start, *(() if length is None else (self.of(length),))))
        if isinstance(node, exp.DateDiff):
            return Call("days_between", (self.of(node.expression), self.of(node.this)))
        if isinstance(node, exp.Anonymous):
            return self.unnamed(node)
        raise Unread(f"`{node.sql(dialect=self.dialect or None)[:60]}`")

    def part(self, name: str, of: Node) -> Expression:
        """Return a part of a moment; PostgreSQL counts days of the week from Sunday or, as ISO does, from 1."""
        if name not in _PARTS:
            raise Unread(f"the {name.lower()} of a moment")
        found = Call(_PARTS[name], (self.of(of),))
        if name == "ISODOW":
            return Arithmetic("+", found, Value(1))
        return Arithmetic("%", Arithmetic("+", found, Value(1)), Value(7)) if name == "DOW" else found

    def unnamed(self, node: Node) -> Expression:
        """Return a function that sqlglot has no tree for."""
        name, arguments = str(node.this).lower(), list(node.expressions)
        if name == "julianday" and len(arguments) == 1:  # the difference of two is that of the moments, in days
            return self.of(arguments[0])
        if name == "age" and len(arguments) == 2:
            return Arithmetic("-", self.of(arguments[0]), self.of(arguments[1]))
        if name in ("num_nonnulls", "num_nulls"):
            ends = (Value(0), Value(1)) if name == "num_nonnulls" else (Value(1), Value(0))
            found: Expression = Choice(Absent(self.of(arguments[0])), *ends)
            for argument in arguments[1:]:
                found = Arithmetic("+", found, Choice(Absent(self.of(argument)), *ends))
            return found
        if name == "octet_length" and len(arguments) == 1 and self.sort(arguments[0]) == "bytes":
            return Call("len", (self.of(arguments[0]),))
        raise Unread(f"the function {name}()")


def bare(exp: Any, node: Node) -> Node:
    """Return what stands inside parentheses."""
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def constant(exp: Any, node: Node) -> Any:
    """Return the value of a literal."""
    if isinstance(node, exp.Null):
        return None
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.ByteString):  # E'...' of PostgreSQL, its backslashes read already
        return str(node.this)
    return str(node.this) if node.is_string else _number(str(node.this))


def _moved(moment: str, by: dt.timedelta) -> str:
    """Return a moment that lies a duration from another, as a date where it is one."""
    try:
        found = dt.datetime.fromisoformat(moment) + by
    except ValueError:
        raise Unread(f"the moment `{moment}`") from None
    return found.date().isoformat() if found.time() == dt.time() else found.isoformat()


def _number(text: str) -> int | float:
    return int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?", text) is not None


def _is_now(node: Node) -> bool:
    return type(node).__name__ in _NOW or (type(node).__name__ == "Anonymous" and str(node.this).lower() in _NOW_WORDS)
