"""What an expression comes to in every row at once; what is missing makes unknown what depends on it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.constraints.language.cells import (
    Cells,
    Columns,
    Floats,
    Mask,
    compared,
    constant,
    numbered,
    read_moment,
    reckoned,
    truth,
)
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
from likewise.constraints.language.functions import FUNCTIONS, check_call
from likewise.errors import SettingsError


def evaluate(expression: Expression, columns: Columns, rows: int) -> Cells:
    """Return what an expression comes to in each of `rows` rows; `columns` gives the cells of a name.

    Raises SettingsError where values of different sorts are compared or reckoned with.
    """
    return _Rows(columns, rows).of(expression)


def holds(expression: Expression, columns: Columns, rows: int) -> Mask:
    """Return which rows do not break a rule: those in which it is true or, as in SQL, unknown.

    Raises SettingsError for what is no truth.
    """
    found = evaluate(expression, columns, rows)
    if found.sort != "truth":
        raise SettingsError("settings.rule", f"a rule is true or false, and this is a {found.sort}",
                            hint="compare it with something: `a + b <= c`")  # fmt: skip
    return np.asarray(found.floats != 0)


class _Rows:
    """Evaluate over a number of rows."""

    def __init__(self, columns: Columns, rows: int) -> None:
        self.columns, self.rows = columns, rows

    def of(self, expression: Expression) -> Cells:
        match expression:
            case Name():
                return self.columns(expression.full)
            case Value(value):
                return constant(value, self.rows)
            case Computed(label):
                return self.columns(label)
            case Negative(of):
                cells = numbered(self.of(of))
                return Cells(cells.sort, -cells.floats, cells.decimals)
            case Arithmetic(operation, left, right):
                return reckoned(operation, *self.alike(left, right))
            case Comparison(sign, left, right):
                first, second = self.alike(left, right)
                return compared(sign, first, second, computed_column(left, right, first, second))
            case Within(of, among):
                return self.among(of, among)
            case Matches(of, pattern):
                cells = self.of(of)
                return truth(cells.mapped(lambda texts: pc.match_substring_regex(texts, f"^(?:{pattern})$")))
            case Absent(of):
                return Cells("truth", (~self.of(of).known()).astype(np.float64))
            case _:
                return self.joined(expression)

    def joined(self, expression: Expression) -> Cells:
        """Return what joins truths, chooses between values, or calls a function."""
        match expression:
            case Not(of):
                return Cells("truth", 1.0 - self.truth_of(of))
            case Every(of):
                return Cells("truth", reduce(_both, (self.truth_of(part) for part in of)))
            case Some(of):
                return Cells("truth", 1.0 - reduce(_both, (1.0 - self.truth_of(part) for part in of)))
            case Choice(condition, then, otherwise):
                return self.chosen(condition, then, otherwise)
            case Call(function, of):
                check_call(function, len(of))
                if function not in FUNCTIONS or (function in ("min", "max") and len(of) == 1):
                    raise SettingsError("settings.rule", f"`{function}` is of many rows, and this is of one row",
                                        hint="declare it with `total:`, `share:` or `running:`")  # fmt: skip
                return FUNCTIONS[function].of(function, self.alike(*of))
            case _:
                raise AssertionError(expression)

    def truth_of(self, expression: Expression) -> Floats:
        cells = self.of(expression)
        if cells.sort != "truth":
            raise SettingsError("settings.rule", f"a {cells.sort} is used where a truth is wanted",
                                hint="compare it with something: `a > 0 and b > 0`")  # fmt: skip
        return cells.floats

    def alike(self, *of: Expression) -> list[Cells]:
        """Return the cells of several parts, a text that stands beside a moment or a time of day read as one."""
        found = [self.of(part) for part in of]
        if not any(cells.sort in ("moment", "duration") for cells in found):
            return found
        return [
            constant(read_moment(part.value), self.rows)
            if isinstance(part, Value) and isinstance(part.value, str)
            else cells
            for part, cells in zip(of, found, strict=True)
        ]

    def among(self, of: Expression, among: Sequence[Value]) -> Cells:
        """Return whether a value is one of a list, unknown where it is missing."""
        cells = self.of(of)
        if cells.sort == "text" and all(isinstance(value.value, str) for value in among):
            listed = pa.array([value.value for value in among], pa.string())
            found = pa.array(np.asarray(cells.mapped(lambda texts: pc.is_in(texts, listed)).fill_null(False)))
            return truth(pc.if_else(pa.array(cells.known()), found, None))
        held = [compared("==", *_beside(cells, value, self.rows)).floats for value in among]
        no = np.where(cells.known(), 0.0, np.nan)
        return Cells("truth", 1.0 - reduce(_both, (1.0 - one for one in held), 1.0 - no))

    def chosen(self, condition: Expression, then: Expression, otherwise: Expression) -> Cells:
        met = self.truth_of(condition) == 1
        first, second = self.alike(then, otherwise)
        if "text" in (first.sort, second.sort):
            return Cells("text", pc.if_else(pa.array(met), first.texts, second.texts))
        decimals = None if first.decimals is None or second.decimals is None else max(first.decimals, second.decimals)
        return Cells(first.sort, np.where(met, first.floats, second.floats), decimals)


def _beside(cells: Cells, value: Value, rows: int) -> tuple[Cells, Cells]:
    given = value.value
    moment = isinstance(given, str) and cells.sort in ("moment", "duration")
    return cells, constant(read_moment(str(given)) if moment else given, rows)


def computed_column(left: Expression, right: Expression, first: Cells, second: Cells) -> int | None:
    """Return the decimals of the column that a comparison sets beside other columns, None where it sets none.

    A column can hold no more than its decimals, so what it equals need only agree to half a unit of the last.
    """
    told = [
        cells.decimals
        for column, other, cells in ((left, right, first), (right, left, second))
        if isinstance(column, Name) and cells.sort == "number" and not isinstance(other, Value)
    ]
    return min((decimals for decimals in told if decimals is not None), default=None)


def _both(first: Floats, second: Floats) -> Floats:
    """Return where two truths both hold: false where one is false, else unknown where one is."""
    return np.where((first == 0) | (second == 0), 0.0, first * second)
