"""Expressions of rules as the text that documents hold."""

from __future__ import annotations

import datetime as dt
import re

from likewise.constraints.language.expression import (
    Absent,
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Every,
    Expression,
    Matches,
    Name,
    Negative,
    Not,
    Some,
    Value,
    Within,
)

_WORD = re.compile(r"[^\W\d]\w*")
_TAKEN = frozenset({"if", "then", "else", "and", "or", "not", "in", "is", "missing", "null", "none", "matches", "between",
                    "true", "false", "week", "weeks", "day", "days", "hour", "hours", "minute", "minutes", "second",
                    "seconds"})  # fmt: skip
_BINDS = {"+": 5, "-": 5, "*": 6, "/": 6, "//": 6, "%": 6, "**": 8}


def written(expression: Expression) -> str:
    """Return the text that `read_expression` reads as an expression.

    >>> written(Comparison("<=", Name("start"), Arithmetic("+", Name("end"), Value(1))))
    'start <= end + 1'
    """
    return _text(expression)[0]


def _inside(expression: Expression, least: int) -> str:
    """Return the text of a part, in parentheses where it binds less than what it stands in."""
    text, binds = _text(expression)
    return text if binds >= least else f"({text})"


def _text(expression: Expression) -> tuple[str, int]:
    """Return the text, and how tightly it binds."""
    match expression:
        case Name(column, table):
            return ".".join(_name(part) for part in (table, column) if part is not None), 10
        case Value(value):
            return _constant(value), 9 if not _is_negative(value) else 7
        case Choice(condition, then, Value(True)):
            return f"if {_inside(condition, 1)} then {_inside(then, 1)}", 0
        case Choice(condition, then, otherwise):
            return f"if {_inside(condition, 1)} then {_inside(then, 1)} else {_inside(otherwise, 1)}", 0
        case Some(of):
            return " or ".join(_inside(part, 2) for part in of), 1
        case Every((Comparison(">=", a, low), Comparison("<=", b, high))) if a == b:
            return f"{_inside(a, 5)} between {_inside(low, 5)} and {_inside(high, 5)}", 4
        case Every(of):
            return " and ".join(_inside(part, 3) for part in of), 2
        case Not(Absent(of)):
            return f"{_inside(of, 5)} is not missing", 4
        case Not(Within(of, among)):
            return f"{_inside(of, 5)} not in [{', '.join(_constant(value.value) for value in among)}]", 4
        case Not(Matches(of, pattern)):
            return f"{_inside(of, 5)} not matches {_constant(pattern)}", 4
        case Not(of):
            return f"not {_inside(of, 4)}", 3
        case Comparison(sign, left, right):
            return f"{_inside(left, 5)} {sign} {_inside(right, 5)}", 4
        case Within(of, among):
            return f"{_inside(of, 5)} in [{', '.join(_constant(value.value) for value in among)}]", 4
        case Matches(of, pattern):
            return f"{_inside(of, 5)} matches {_constant(pattern)}", 4
        case Absent(of):
            return f"{_inside(of, 5)} is missing", 4
        case Negative(of):
            return f"-{_inside(of, 7)}", 7
        case Arithmetic(operation, left, right):
            own = _BINDS[operation]
            return f"{_inside(left, own)} {operation} {_inside(right, own + 1)}", own
        case Call(function, of):
            return f"{function}({', '.join(_text(part)[0] for part in of)})", 10
    raise AssertionError(expression)


def _name(name: str) -> str:
    return name if _WORD.fullmatch(name) and name.lower() not in _TAKEN else f"`{name}`"


def _is_negative(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value < 0


def _constant(value: object) -> str:
    match value:
        case None:
            return "missing"
        case bool():
            return "true" if value else "false"
        case str():
            return "'" + value.replace("'", "''") + "'"
        case dt.timedelta():
            days, rest = divmod(value, dt.timedelta(days=1))
            return f"{days} days" if not rest else f"{value.total_seconds():g} seconds"
        case dt.datetime():
            return f"'{value.date().isoformat() if value.time() == dt.time() else value.isoformat()}'"
        case dt.date() | dt.time():
            return f"'{value.isoformat()}'"
        case float():
            return f"{value!r}"
    return str(value)
