"""From an expression back to the text that means it."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise

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
from likewise.constraints.language.reading import UNITS, WORDS

_PLAIN = re.compile(r"[^\W\d]\w*")
_LOOSE, _ALL, _NOT, _COMPARED, _SUM, _TERM, _SIGNED, _ATOM = range(8)
"""How tightly the parts of a text bind, from the loosest."""


def write_expression(expression: Expression) -> str:
    """Return the text of an expression, which `read_expression` reads back to an equal one.

    >>> from likewise.constraints.language.reading import read_expression
    >>> write_expression(read_expression("total = quantity*price and not(a>1 or b is null)"))
    'total == quantity * price and not (a > 1 or b is missing)'
    """
    return _written(expression, _LOOSE)


def _written(expression: Expression, outside: int) -> str:
    """Return a part as it stands in another that binds so tightly: in brackets where it binds more loosely."""
    text, own = _text(expression)
    return f"({text})" if own < outside else text


def _text(expression: Expression) -> tuple[str, int]:
    match expression:
        case Name(column, table):
            return (f"{quoted(table)}." if table is not None else "") + quoted(column), _ATOM
        case Value(value):
            text = write_value(value)
            return text, _SIGNED if text.startswith("-") else _ATOM
        case Negative(of):
            return f"-{_written(of, _SIGNED)}", _SIGNED
        case Arithmetic("**", left, right):
            return f"{_written(left, _ATOM)} ** {_written(right, _SIGNED)}", _SIGNED
        case Arithmetic(operation, left, right):
            own = _SUM if operation in ("+", "-") else _TERM
            return f"{_written(left, own)} {operation} {_written(right, own + 1)}", own
        case Call(function, of):
            return f"{function}({', '.join(_written(part, _LOOSE) for part in of)})", _ATOM
        case Comparison(sign, left, right):
            return f"{_written(left, _SUM)} {sign} {_written(right, _SUM)}", _COMPARED
        case Within() | Matches() | Absent():
            return _told(expression, ""), _COMPARED
        case Not(Within() | Matches() | Absent() as of):
            return _told(of, "not "), _COMPARED
        case _:
            return _joined(expression)


def _told(expression: Expression, negation: str) -> str:
    """Return what a word says of a value, or that it does not."""
    match expression:
        case Within(of, among):
            listed = ", ".join(write_value(value.value) for value in among)
            return f"{_written(of, _SUM)} {negation}in [{listed}]"
        case Matches(of, pattern):
            return f"{_written(of, _SUM)} {negation}matches {write_value(pattern)}"
        case Absent(of):
            return f"{_written(of, _SUM)} is {negation}missing"
        case _:
            raise AssertionError(expression)


def _joined(expression: Expression) -> tuple[str, int]:
    match expression:
        case Not(of):
            return f"not {_written(of, _NOT)}", _NOT
        case Every((Comparison() as first, _, *_) as of) if _is_chain(of):
            links = [f"{one.sign} {_written(one.right, _SUM)}" for one in of if isinstance(one, Comparison)]
            return f"{_written(first.left, _SUM)} {' '.join(links)}", _COMPARED
        case Every(of):
            return " and ".join(_written(part, _NOT) for part in of), _ALL
        case Some(of):
            # An `if` binds most loosely of all, and so does `or`: in one another they need brackets.
            return " or ".join(_written(part, _ALL) for part in of), _LOOSE
        case Choice(condition, then, otherwise):
            found = f"if {_branch(condition)} then {_branch(then)}"
            return found + ("" if otherwise == Value(True) else f" else {_branch(otherwise)}"), _LOOSE
        case _:
            raise AssertionError(expression)


def _is_chain(parts: tuple[Expression, ...]) -> bool:
    """Return whether each comparison begins with what the one before it ends with: `0 <= age <= 120`."""
    return all(
        isinstance(one, Comparison) and isinstance(other, Comparison) and one.right == other.left
        for one, other in pairwise(parts)
    )


def _branch(expression: Expression) -> str:
    return _written(expression, _ALL if isinstance(expression, Choice) else _LOOSE)


def quoted(name: str) -> str:
    """Return the name of a column as it stands in a text: in back quotes where it is no plain word."""
    if _PLAIN.fullmatch(name) and name.lower() not in WORDS:
        return name
    return "`" + name.replace("`", "``") + "`"


def write_value(value: object) -> str:
    """Return a value as it stands in a text; dates and times are texts in ISO 8601."""
    match value:
        case None:
            return "missing"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case dt.timedelta():
            return _duration(value)
        case dt.date() | dt.time():
            return f"'{value.isoformat()}'"
        case _:
            return "'" + str(value).replace("'", "''") + "'"


def _duration(value: dt.timedelta) -> str:
    """Return a duration in the largest unit of which it is a whole number, else in seconds."""
    if value < dt.timedelta():
        return f"-{_duration(-value)}"
    seconds = value.days * 86_400 + value.seconds
    if value.microseconds:
        return f"{seconds}.{value.microseconds:06d} seconds"
    unit, size = next((unit, size) for unit, size in UNITS.items() if seconds % size == 0)
    count = seconds // size
    return f"{count} {unit}{'' if count == 1 else 's'}"
