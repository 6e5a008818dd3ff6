"""What an expression comes to in every row at once; what is missing makes unknown what depends on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

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
from likewise.core.moments import DAY
from likewise.errors import SettingsError

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Sort = Literal["number", "moment", "duration", "text", "truth"]

SLACK = 1e-9
"""By how much of their size two computed numbers may differ and still be equal."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Hold a value for each row: floats (moments and durations in microseconds, truth as 1 and 0), NaN where missing;
    or texts, null where missing.
    """

    sort: Sort
    values: Floats | pa.Array

    def known(self) -> Mask:
        """Return where a value is there."""
        if isinstance(self.values, np.ndarray):
            return ~np.isnan(self.values)
        return np.asarray(self.values.is_valid())


Columns = Callable[[str], Cells]


def evaluate(expression: Expression, columns: Columns, rows: int) -> Cells:
    """Return what an expression comes to in each of `rows` rows; `columns` gives the cells of a name.

    Raises SettingsError where values of different sorts are compared or reckoned with.
    """
    return _Rows(columns, rows).of(expression)


def holds(expression: Expression, columns: Columns, rows: int) -> Mask:
    """Return which rows do not break a rule: those in which it is true or, as in SQL, unknown."""
    truth = evaluate(expression, columns, rows)
    if truth.sort != "truth":
        raise SettingsError("settings.rule", f"a rule is true or false, and this is a {truth.sort}",
                            hint="compare it with something: `a + b <= c`")  # fmt: skip
    return np.asarray(truth.values != 0)


class _Rows:
    """Evaluate over a number of rows."""

    def __init__(self, columns: Columns, rows: int) -> None:
        self.columns, self.rows = columns, rows

    def of(self, expression: Expression) -> Cells:
        match expression:
            case Name():
                return self.columns(expression.full)
            case Value(value):
                return self.constant(value)
            case Negative(of):
                cells = self.of(of)
                return Cells(cells.sort, -_floats(cells))
            case Arithmetic(operation, left, right):
                return reckoned(operation, *self.alike(left, right))
            case Comparison(sign, left, right):
                return compared(sign, *self.alike(left, right))
            case Within(of, among):
                return self.of(Some(tuple(Comparison("==", of, value) for value in among)))
            case Matches(of, pattern):
                return self.matched(of, pattern)
            case Absent(of):
                return Cells("truth", (~self.of(of).known()).astype(np.float64))
            case Not(of):
                return Cells("truth", 1.0 - _floats(self.of(of)))
            case Every(of):
                return Cells("truth", reduce(_both, (_floats(self.of(part)) for part in of)))
            case Some(of):
                return Cells("truth", 1.0 - reduce(_both, (1.0 - _floats(self.of(part)) for part in of)))
            case Choice(condition, then, otherwise):
                return self.chosen(condition, then, otherwise)
            case Call(function, of):
                return called(function, [self.of(part) for part in of])
            case _:
                raise AssertionError(expression)

    def constant(self, value: Any) -> Cells:
        """Return a value in every row."""
        if isinstance(value, str):
            return Cells("text", pa.repeat(pa.scalar(value), self.rows))
        sort, number = _scaled(value)
        return Cells(sort, np.full(self.rows, number))

    def alike(self, left: Expression, right: Expression) -> tuple[Cells, Cells]:
        """Return two sides, a text that stands beside a moment read as one."""
        first, second = self.of(left), self.of(right)
        if isinstance(left, Value) and isinstance(left.value, str) and second.sort in ("moment", "duration"):
            first = self.constant(read_moment(left.value))
        if isinstance(right, Value) and isinstance(right.value, str) and first.sort in ("moment", "duration"):
            second = self.constant(read_moment(right.value))
        return first, second

    def matched(self, of: Expression, pattern: str) -> Cells:
        cells = self.of(of)
        if cells.sort != "text":
            raise SettingsError("settings.rule", "`matches` is for texts", hint="compare numbers with < and >")
        found = pc.match_substring_regex(cells.values, f"^(?:{pattern})$")
        return Cells("truth", np.asarray(pc.fill_null(found.cast(pa.float64()), np.nan)))

    def chosen(self, condition: Expression, then: Expression, otherwise: Expression) -> Cells:
        met = _floats(self.of(condition)) == 1
        first, second = self.of(then), self.of(otherwise)
        if first.sort == "text":
            return Cells("text", pc.if_else(pa.array(met), first.values, second.values))
        return Cells(first.sort, np.where(met, _floats(first), _floats(second)))


def read_moment(text: str) -> dt.datetime | dt.timedelta | None:
    """Return the moment, or the time of day as a duration since midnight, that a text in ISO 8601 means."""
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        time = dt.time.fromisoformat(text)
    except ValueError:
        raise SettingsError("settings.rule", f"`{text}` is neither a date nor a time",
                            hint="write 2024-05-31, 2024-05-31T13:45 or 13:45") from None  # fmt: skip
    return dt.timedelta(hours=time.hour, minutes=time.minute, seconds=time.second, microseconds=time.microsecond)


def _scaled(value: Any) -> tuple[Sort, float]:
    """Return the sort and the number of a value that is no text."""
    if isinstance(value, bool):
        return "truth", float(value)
    if isinstance(value, dt.timedelta):
        return "duration", value / dt.timedelta(microseconds=1)
    if isinstance(value, dt.date):
        moment = value if isinstance(value, dt.datetime) else dt.datetime(value.year, value.month, value.day)
        if moment.tzinfo is not None:
            moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
        return "moment", (moment - dt.datetime(1970, 1, 1)) / dt.timedelta(microseconds=1)
    return "number", float("nan") if value is None else float(value)


def _floats(cells: Cells) -> Floats:
    if not isinstance(cells.values, np.ndarray):
        raise SettingsError("settings.rule", "a text is used where a number or a truth is wanted",
                            hint="write len(name) for its length, or compare it with a text in quotes")  # fmt: skip
    return cells.values


def _both(first: Floats, second: Floats) -> Floats:
    """Return where two truths both hold: false where one is false, else unknown where one is."""
    return np.where((first == 0) | (second == 0), 0.0, first * second)


def compared(sign: str, left: Cells, right: Cells) -> Cells:
    """Return the truth of a comparison."""
    if (left.sort == "text") != (right.sort == "text"):
        raise SettingsError("settings.rule", f"a {left.sort} is compared with a {right.sort}",
                            hint="quote texts and only texts")  # fmt: skip
    if left.sort == "text":
        function = {"==": pc.equal, "!=": pc.not_equal, "<": pc.less, "<=": pc.less_equal, ">": pc.greater,
                    ">=": pc.greater_equal}[sign]  # fmt: skip
        found = function(left.values, right.values)
        return Cells("truth", np.asarray(pc.fill_null(found.cast(pa.float64()), np.nan)))
    first, second = _on_one_scale(left, right)
    with np.errstate(invalid="ignore"):
        slack = SLACK * np.maximum(np.abs(first), np.abs(second))
        gap = first - second
    gap = np.where(first == second, 0.0, gap)  # also of infinities
    found = {"==": np.abs(gap) <= slack, "!=": np.abs(gap) > slack, "<": gap < -slack, "<=": gap <= slack,
             ">": gap > slack, ">=": gap >= -slack}[sign]  # fmt: skip
    return Cells("truth", np.where(np.isnan(gap), np.nan, found))


def _on_one_scale(left: Cells, right: Cells) -> tuple[Floats, Floats]:
    """Return two sides as numbers; a plain number beside a duration counts days."""
    first, second = _floats(left), _floats(right)
    if left.sort == "duration" and right.sort == "number":
        return first, second * DAY
    if right.sort == "duration" and left.sort == "number":
        return first * DAY, second
    if (left.sort == "moment") != (right.sort == "moment") and not _empty(first) and not _empty(second):
        raise SettingsError("settings.rule", f"a {left.sort} is compared with a {right.sort}",
                            hint="write a moment as '2024-05-31'")  # fmt: skip
    return first, second


def _empty(values: Floats) -> bool:
    return bool(np.isnan(values).all())


def reckoned(operation: str, left: Cells, right: Cells) -> Cells:
    """Return the result of an operation on two columns; a division by zero is missing."""
    first, second = _floats(left), _floats(right)
    sorts = (left.sort, right.sort)
    if operation in ("+", "-") and "number" in sorts and sorts != ("number", "number"):  # a number counts days
        first, second = (first * DAY, second) if left.sort == "number" else (first, second * DAY)
    sort: Sort = "number"
    if operation in ("+", "-"):
        sort = "duration" if sorts == ("moment", "moment") else "moment" if "moment" in sorts else sort
        sort = "duration" if "moment" not in sorts and "duration" in sorts else sort
    elif "duration" in sorts and sorts != ("duration", "duration"):
        sort = "duration"
    with np.errstate(all="ignore"):
        found = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "//": np.floor_divide,
                 "%": np.mod, "**": np.power}[operation](first, second)  # fmt: skip
    return Cells(sort, np.where(np.isinf(found) & np.isfinite(first), np.nan, found))


def called(function: str, of: list[Cells]) -> Cells:
    """Return what a function makes of its arguments."""
    known: dict[str, Callable[..., Cells]] = {
        "abs": lambda x: Cells(x.sort, np.abs(_floats(x))),
        "len": lambda x: Cells("number", np.asarray(pc.fill_null(pc.utf8_length(x.values).cast(pa.float64()), np.nan))),
    }
    if function not in known:
        raise SettingsError("settings.rule", f"there is no function `{function}`",
                            hint=f"known are {', '.join(sorted(known))}")  # fmt: skip
    return known[function](*of)
