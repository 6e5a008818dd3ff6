"""Reckoning with and comparing plain values, exactly where they lie on a grid."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

from likewise.constraints.language.cells import FINEST, ROUNDING, SLACK, sort_of_result
from likewise.constraints.verifying.values import DAY, Values, read_numbers
from likewise.errors import SettingsError

_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def each(function: Callable[..., Any], *of: Sequence[Any]) -> list[Any]:
    """Return what a function makes of the values of each row, None where one of them is missing."""
    if len(of) == 1:
        return [None if a is None else function(a) for a in of[0]]
    if len(of) == 2:
        return [None if a is None or b is None else function(a, b) for a, b in zip(*of, strict=True)]
    return [None if None in row else function(*row) for row in zip(*of, strict=True)]


def once(function: Callable[[Any], Any], cells: Sequence[Any]) -> list[Any]:
    """Return what a function makes of the value of each row, asked once for equal values; None where missing."""
    made = {cell: function(cell) for cell in {*cells} if cell is not None}
    return [made.get(cell) for cell in cells]


def reckon(operation: str, left: Values, right: Values) -> Values:
    """Return the result of an operation; what has none, such as a division by zero, is missing."""
    left, right = (read_numbers(side) if side.sort == "text" else side for side in (left, right))
    sort = sort_of_result(operation, left.sort, right.sort)
    if operation in ("+", "-") and {left.sort, right.sort} & {"moment", "duration"}:
        left, right = _in_days(left, right), _in_days(right, left)
    if left.scale is None or right.scale is None or operation in ("/", "**"):
        return _in_floats(operation, sort, left, right)
    if operation == "*":
        scale = left.scale + right.scale
        return _bounded(sort, each(operator.mul, left.cells, right.cells), scale)
    first, second, scale = _aligned(left, right)
    if operation == "//":
        return Values(sort, each(lambda a, b: a // b if b else None, first, second), 0)
    exact = {"+": operator.add, "-": operator.sub, "%": lambda a, b: a % b if b else None}[operation]
    return _bounded(sort, each(exact, first, second), scale)


def _bounded(sort: Any, cells: list[Any], scale: int) -> Values:
    """Return numbers on a grid, as floats where it is too fine to be one."""
    found = Values(sort, cells, scale)
    return found if scale <= FINEST else Values(sort, found.floats(), None)


def _in_days(side: Values, other: Values) -> Values:
    """Return a plain number beside a moment or a duration as the days that it counts."""
    if side.sort != "number" or other.sort == "number":
        return side
    return Values("duration", each(lambda a: a * DAY, side.cells), side.scale)


def _aligned(left: Values, right: Values) -> tuple[list[Any], list[Any], int]:
    """Return two sides as counts of the finer of their two steps."""
    assert left.scale is not None and right.scale is not None
    scale = max(left.scale, right.scale)
    sides = []
    for side in (left, right):
        times = 10 ** (scale - (side.scale or 0))
        sides.append(side.cells if times == 1 else [None if cell is None else cell * times for cell in side.cells])
    return sides[0], sides[1], scale


def _in_floats(operation: str, sort: Any, left: Values, right: Values) -> Values:
    def reckoned(a: float, b: float) -> float | None:
        try:
            found = _FLOATS[operation](a, b)
        except (ZeroDivisionError, OverflowError, ValueError):
            return None
        return (
            None if isinstance(found, complex) or found != found or (math.isinf(found) and math.isfinite(a)) else found
        )

    if operation == "/" and left.scale is not None and right.scale is not None:
        first, second, _ = _aligned(left, right)  # whole numbers are divided with a single rounding
        return Values(sort, each(reckoned, first, second), None)
    return Values(sort, each(reckoned, left.floats(), right.floats()), None)


def whole_times(a: float, b: float) -> float:
    """Return how often b goes into a; what lies a rounding error below a whole number is one."""
    times = a / b
    return math.floor(times + ROUNDING * max(abs(times), 1.0))


_FLOATS: dict[str, Callable[[float, float], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": operator.pow,
    "//": whole_times, "%": lambda a, b: a - b * whole_times(a, b),
}  # fmt: skip


def compare(sign: str, left: Values, right: Values, column: int | None = None) -> list[bool | None]:
    """Return the truth of a comparison in each row.

    `column` is the number of decimals of a column that is said to equal other columns: half a unit is near enough.
    """
    if left.sort != right.sort and ({*left.cells} == {None} or {*right.cells} == {None}):
        return [None] * len(left.cells)
    left, right = _of_one_sort(left, right)
    if left.sort == "text":
        return each(_COMPARED[sign], left.cells, right.cells)
    left, right = _in_days(left, right), _in_days(right, left)
    loose = column is not None and sign in ("==", "!=")
    if left.scale is not None and right.scale is not None:
        first, second, scale = _aligned(left, right)
        if not loose or column is None or column >= scale:
            return each(_COMPARED[sign], first, second)
        half = 10 ** (scale - column)
        near = each(lambda a, b: 2 * abs(a - b) <= half, first, second)
        return near if sign == "==" else each(operator.not_, near)
    wide = 0.5000001 * 10.0**-column if loose and column is not None else 0.0

    def same(a: float, b: float) -> bool:
        return a == b or abs(a - b) <= max(SLACK * max(abs(a), abs(b)), wide)

    told: dict[str, Callable[[float, float], bool]] = {
        "==": same, "!=": lambda a, b: not same(a, b),
        "<": lambda a, b: a < b and not same(a, b), "<=": lambda a, b: a < b or same(a, b),
        ">": lambda a, b: a > b and not same(a, b), ">=": lambda a, b: a > b or same(a, b),
    }  # fmt: skip
    return each(told[sign], left.floats(), right.floats())


def _of_one_sort(left: Values, right: Values) -> tuple[Values, Values]:
    """Return two sides that can be compared: texts as numbers beside numbers, or as the truths that they say."""
    if left.sort == right.sort or "text" not in (left.sort, right.sort):
        return left, right
    if right.sort == "text":
        second, first = _of_one_sort(right, left)
        return first, second
    if right.sort == "number":
        return read_numbers(left), right
    if right.sort != "truth" or right.spoken is None:
        raise SettingsError("settings.rule", f"a {left.sort} is compared with a {right.sort}",
                            hint="quote texts and only texts")  # fmt: skip
    yes, no = right.spoken.casefold().split("/", 1)
    words = {yes: True, "true": True, no: False, "false": False}
    if {text.casefold() for text in left.cells if text is not None} - {*words}:
        raise SettingsError("settings.rule", "a truth is compared with a text that is not one of its words",
                            hint="write true or false")  # fmt: skip
    return Values("truth", each(lambda text: words[text.casefold()], left.cells)), right
