"""What an expression comes to row by row, in plain Python values: whole numbers, texts, True, False and None."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from likewise.constraints.language.cells import FINEST, read_moment
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
from likewise.constraints.language.patterns import compiled
from likewise.constraints.verifying.arithmetic import compare, each, once, reckon
from likewise.constraints.verifying.functions import call
from likewise.constraints.verifying.values import Values, constant_values, read_numbers
from likewise.errors import SettingsError

Columns = Callable[[str], Values]
Truths = list[bool | None]


class Exact:
    """Evaluate over some rows; `columns` gives the values of a name."""

    def __init__(self, columns: Columns, rows: int) -> None:
        self.columns, self.rows = columns, rows

    def broken(self, rule: Expression) -> list[int]:
        """Return the rows in which a rule is false."""
        return [row for row, met in enumerate(self.truths(rule)) if met is False]

    def truths(self, rule: Expression) -> Truths:
        """Return in which rows a truth holds, None where that is unknown. Raises SettingsError for what is no truth."""
        found = self.of(rule)
        if found.sort != "truth":
            raise SettingsError("settings.rule", f"a rule is true or false, and this is a {found.sort}",
                                hint="compare it with something: `a + b <= c`")  # fmt: skip
        return found.cells

    def of(self, expression: Expression) -> Values:
        """Return what an expression comes to in each row."""
        match expression:
            case Name():
                return self.columns(expression.full)
            case Computed(label):
                return self.columns(label)
            case Value(value):
                return constant_values(value, self.rows)
            case Negative(of):
                values = self.of(of)
                values = read_numbers(values) if values.sort == "text" else values
                return Values(values.sort, each(operator.neg, values.cells), values.scale)
            case Arithmetic(operation, left, right):
                return reckon(operation, *self.beside(left, right))
            case Choice(condition, then, otherwise):
                return self.chosen(condition, then, otherwise)
            case Call(function, of):
                return call(function, self.beside(*of, moments=function in _OF_MOMENTS))
            case _:
                return Values("truth", self.told(expression))

    def told(self, expression: Expression) -> Truths:
        """Return the truths of an expression that is one."""
        match expression:
            case Comparison(sign, left, right):
                first, second = self.beside(left, right)
                return compare(sign, first, second, _column(left, right, first, second))
            case Within(of, among):
                values, wanted = self.of(of), {value.value for value in among}
                if values.sort == "text" and all(isinstance(value, str) for value in wanted):
                    return each(lambda text: text in wanted, values.cells)
                equal = [self.told(Comparison("==", of, value)) for value in among]
                return [None if a is None else any(told) for a, *told in zip(values.cells, *equal, strict=True)]
            case Matches(of, pattern):
                fits = compiled(pattern).fullmatch
                return once(lambda text: fits(text) is not None, self.of(of).cells)
            case Absent(of):
                return [cell is None for cell in self.of(of).cells]
            case Not(of):
                return each(operator.not_, self.truths(of))
            case Every(of):
                return [_all(row) for row in zip(*(self.truths(part) for part in of), strict=True)]
            case Some(of):
                return [_any(row) for row in zip(*(self.truths(part) for part in of), strict=True)]
            case _:
                raise AssertionError(expression)

    def beside(self, *of: Expression, moments: bool = False) -> list[Values]:
        """Return the values of several parts, a text that stands beside a moment read as one."""
        found = [self.of(part) for part in of]
        if not moments and not any(values.sort in ("moment", "duration") for values in found):
            return found
        return [
            constant_values(read_moment(part.value), self.rows)
            if isinstance(part, Value) and isinstance(part.value, str)
            else values
            for part, values in zip(of, found, strict=True)
        ]

    def chosen(self, condition: Expression, then: Expression, otherwise: Expression) -> Values:
        """Return one value where a condition holds and another where it does not, or is unknown."""
        met, (first, second) = self.truths(condition), self.beside(then, otherwise)
        if first.scale != second.scale:
            first, second = (Values(side.sort, side.floats(), None) for side in (first, second))
        cells = [a if there is True else b for there, a, b in zip(met, first.cells, second.cells, strict=True)]
        return Values(first.sort, cells, first.scale)


_OF_MOMENTS = frozenset({"year", "quarter", "month", "week", "day", "weekday", "days_between", "age"})


def _column(left: Expression, right: Expression, first: Values, second: Values) -> int | None:
    """Return the decimals of the column that a comparison sets beside other columns, None where it sets none."""
    told = [
        values.scale
        for column, other, values in ((left, right, first), (right, left, second))
        if isinstance(column, Name) and values.sort == "number" and not isinstance(other, Value)
    ]
    return min((scale for scale in told if scale is not None and scale <= FINEST), default=None)


def _all(truths: Sequence[Any]) -> bool | None:
    return False if False in truths else None if None in truths else True


def _any(truths: Sequence[Any]) -> bool | None:
    return True if True in truths else None if None in truths else False
