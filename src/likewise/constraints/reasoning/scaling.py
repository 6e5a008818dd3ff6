"""Rules brought to one scale: moments that stand as texts are read, and numbers that count days are durations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from likewise.constraints.language.cells import FINEST, Sort, constant, decimals_of, read_moment, sort_of_result
from likewise.constraints.language.expression import (
    Absent,
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Computed,
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
from likewise.constraints.language.functions import FUNCTIONS
from likewise.constraints.language.sorts import sort_of_value
from likewise.constraints.reasoning.domain import exact

_DAY = Value(dt.timedelta(days=1))


def sort_of(expression: Expression, sorts: Mapping[str, Sort]) -> Sort | None:
    """Return the sort of what an expression comes to, None where it is a missing value or of an unknown column."""
    match expression:
        case Name():
            return sorts.get(expression.full)
        case Value(value):
            return sort_of_value(value)
        case Negative(of):
            return sort_of(of, sorts)
        case Arithmetic(operation, left, right):
            first, second = sort_of(left, sorts) or "number", sort_of(right, sorts) or "number"
            return sort_of_result(operation, first, second)
        case Choice(_, then, otherwise):
            return sort_of(then, sorts) or sort_of(otherwise, sorts)
        case Call(function, of):
            given = FUNCTIONS[function].gives
            return next((sort for part in of if (sort := sort_of(part, sorts))), None) if given == "same" else given
        case Computed():
            return None
        case _:
            return "truth"


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
            return replace(expression, of=_arguments(function, [settled(part, sorts) for part in of], sorts))
        case Every(of) | Some(of):
            return replace(expression, of=tuple(settled(part, sorts) for part in of))
        case Choice(condition, then, otherwise):
            first, second = settled(then, sorts), settled(otherwise, sorts)
            kinds = sort_of(first, sorts), sort_of(second, sorts)
            return Choice(settled(condition, sorts), _read(first, kinds[1]), _read(second, kinds[0]))
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


def _arguments(function: str, of: list[Expression], sorts: Mapping[str, Sort]) -> tuple[Expression, ...]:
    """Return the arguments of a function, texts that stand for moments read."""
    beside = next((sort for part in of if (sort := sort_of(part, sorts)) in ("moment", "duration")), None)
    wanted = [FUNCTIONS[function].taken(place) for place in range(len(of))]
    return tuple(
        _read(part, beside or ("moment" if "moment" in takes and "text" not in takes else None))
        for part, takes in zip(of, wanted)
    )


def _in_days(
    side: Expression, other: Expression, sorts: Mapping[str, Sort], beside: tuple[Sort, ...] = ("moment", "duration")
) -> Expression:
    """Return a number beside a moment or a duration as so many days."""
    if sort_of(other, sorts) not in beside or sort_of(side, sorts) != "number":
        return side
    if isinstance(side, Value) and isinstance(side.value, int | float):
        return Value(dt.timedelta(days=side.value))
    return Arithmetic("*", side, _DAY)


def decimals_in(expression: Expression, decimals: Mapping[str, int | None]) -> int | None:
    """Return how many decimals an expression has at most, as it is evaluated; None where that is not known."""
    match expression:
        case Name():
            return decimals.get(expression.full)
        case Value(value):
            return decimals_of(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0
        case Negative(of):
            return decimals_in(of, decimals)
        case Arithmetic("//", _, _):
            return 0
        case Arithmetic("+" | "-" | "*" | "%" as operation, left, right):
            first, second = decimals_in(left, decimals), decimals_in(right, decimals)
            if first is None or second is None:
                return None
            found = first + second if operation == "*" else max(first, second)
            return found if found <= FINEST else None
        case _:
            return None


def half_unit(
    left: Expression, right: Expression, decimals: Mapping[str, int | None], sorts: Mapping[str, Sort]
) -> Fraction:
    """Return by how much two sides may differ and be equal: half a unit of the last decimal that a column can hold."""
    told = [
        own
        for side, beside in ((left, right), (right, left))
        if isinstance(side, Name) and not isinstance(beside, Value) and sorts[side.full] == "number"
        and (own := decimals[side.full]) is not None
    ]  # fmt: skip
    if not told:
        return Fraction(0)
    finest = [decimals_in(side, decimals) for side in (left, right)]
    exact = all(own is not None and own <= min(told) for own in finest)
    return Fraction(0) if exact else Fraction(1, 2 * 10 ** min(told))


def step_of(value: Any) -> Fraction:
    """Return the greatest step of which a value is a multiple: its own size."""
    if isinstance(value, int | float):
        return abs(Fraction(value) if isinstance(value, int) else exact(value))
    return abs(exact(float(constant(value, 1).floats[0])))
