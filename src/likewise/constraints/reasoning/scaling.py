"""Rules brought to one scale: moments that stand as texts are read, and numbers that count days are durations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from likewise.constraints.language.evaluating import Sort, read_moment
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

_DAY = Value(dt.timedelta(days=1))
_SAME = frozenset({"abs", "min", "max", "coalesce", "mod"})
_TEXTS = frozenset({"lower", "upper", "trim", "concat", "substring"})
_OF_MOMENTS = frozenset({"year", "quarter", "month", "week", "day", "weekday", "days_between", "age"})
_TRUTHS = frozenset({"is_integer", "starts_with", "ends_with", "contains"})


def sort_of(expression: Expression, sorts: Mapping[str, Sort]) -> Sort | None:
    """Return the sort of what an expression comes to, None where it is a missing value or of an unknown column."""
    match expression:
        case Name():
            return sorts.get(expression.full)
        case Value(value):
            return _sort_of_value(value)
        case Negative(of):
            return sort_of(of, sorts)
        case Arithmetic(operation, left, right):
            return _reckoned(operation, sort_of(left, sorts), sort_of(right, sorts))
        case Choice(_, then, otherwise):
            return sort_of(then, sorts) or sort_of(otherwise, sorts)
        case Call(function, of):
            if function in _SAME:
                return next((sort for part in of if (sort := sort_of(part, sorts))), None)
            return "text" if function in _TEXTS else "truth" if function in _TRUTHS else "number"
        case _:
            return "truth"


def _sort_of_value(value: object) -> Sort | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, str):
        return "text"
    if isinstance(value, dt.timedelta):
        return "duration"
    return "moment" if isinstance(value, dt.date) else "number"


def _reckoned(operation: str, left: Sort | None, right: Sort | None) -> Sort:
    if operation in ("+", "-"):
        if left == right == "moment":
            return "duration"
        return "moment" if "moment" in (left, right) else "duration" if "duration" in (left, right) else "number"
    return "duration" if "duration" in (left, right) and (left != right or operation == "%") else "number"


def settled(expression: Expression, sorts: Mapping[str, Sort]) -> Expression:
    """Return the same rule with both sides of everything on one scale.

    >>> from likewise.constraints.language.reading import read_expression
    >>> settled(read_expression("day <= '1970-01-02'"), {"day": "moment"}).right
    Value(value=datetime.datetime(1970, 1, 2, 0, 0))
    """
    match expression:
        case Comparison(_, left, right):
            first, second = _one_scale(settled(left, sorts), settled(right, sorts), sorts)
            return replace(expression, left=first, right=second)
        case Within(of, among):
            return settled(Some(tuple(Comparison("==", of, value) for value in among)), sorts)
        case Arithmetic(operation, left, right):
            first, second = settled(left, sorts), settled(right, sorts)
            if operation in ("+", "-"):
                first, second = _in_days(first, second, sorts), _in_days(second, first, sorts)
            return replace(expression, left=first, right=second)
        case Negative(of) | Absent(of) | Not(of) | Matches(of, _):
            return replace(expression, of=settled(of, sorts))
        case Call(function, of):
            parts = [settled(part, sorts) for part in of]
            return replace(expression, of=tuple(_read(part, "moment") for part in parts) if function in _OF_MOMENTS else tuple(parts))
        case Every(of) | Some(of):
            return replace(expression, of=tuple(settled(part, sorts) for part in of))
        case Choice(condition, then, otherwise):
            parts = (settled(part, sorts) for part in (condition, then, otherwise))
            return Choice(*parts)
        case _:
            return expression


def _one_scale(left: Expression, right: Expression, sorts: Mapping[str, Sort]) -> tuple[Expression, Expression]:
    kinds = sort_of(left, sorts), sort_of(right, sorts)
    left, right = _read(left, kinds[1]), _read(right, kinds[0])
    return _in_days(left, right, sorts, ("duration",)), _in_days(right, left, sorts, ("duration",))


def _read(side: Expression, beside: Sort | None) -> Expression:
    if isinstance(side, Value) and isinstance(side.value, str) and beside in ("moment", "duration"):
        return Value(read_moment(side.value))
    return side


def _in_days(
    side: Expression, other: Expression, sorts: Mapping[str, Sort], beside: tuple[Sort, ...] = ("moment", "duration")
) -> Expression:
    """Return a number beside a moment or a duration as so many days."""
    if sort_of(other, sorts) not in beside or sort_of(side, sorts) != "number":
        return side
    if isinstance(side, Value) and isinstance(side.value, int | float):
        return Value(dt.timedelta(days=side.value))
    return Arithmetic("*", side, _DAY)
