"""Conditions on the attributes of a case: comparisons that lead to one another, as rules follow them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.constraints.language.expression import (
    TURNED,
    Comparison,
    Every,
    Expression,
    Name,
    Not,
    Sign,
    Some,
    Value,
    Within,
)
from likewise.constraints.language.reading import read_expression
from likewise.errors import SettingsError, suggest
from likewise.modalities.tabular.distributions import Distribution
from likewise.techniques.agents.language.term import term

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SIGNS: tuple[Sign, ...] = ("==", "!=", "<", "<=", ">", ">=")


def condition(text: Any) -> Expression:
    """Return the condition that a text means: `age > 60 and urgency in ['high', 'middle']`. Raises SettingsError.

    It is made of comparisons of attributes with values, joined by `and`, `or` and `not`.
    """
    if not isinstance(text, str):
        raise SettingsError("process.condition", "a condition is a text", hint="write e.g. `age > 60`")
    expression = read_expression(text)
    for part in expression.walk():
        if not isinstance(part, Comparison | Every | Some | Not | Within | Name | Value):
            raise SettingsError("process.condition", "conditions compare attributes with values, and nothing else",
                                hint="write e.g. `age > 60 and urgency == 'high'`")  # fmt: skip
    return expression


class Test(NamedTuple):
    """Hold one comparison of an attribute with a value, and where it leads."""

    attribute: int
    sign: int
    value: float
    yes: int
    no: int


@dataclass
class Tests:
    """Hold the comparisons of conditions; what a condition ends in is a number below 0: -1 - its outcome."""

    attributes: Mapping[str, Distribution]
    rows: list[Test] = field(default_factory=list)

    def chain(self, conditions: Sequence[Expression]) -> int:
        """Return where to begin to find the first condition that holds; the outcome is its number, or their count."""
        begin = -1 - len(conditions)
        for number in range(len(conditions) - 1, -1, -1):
            begin = self._add(conditions[number], -1 - number, begin)
        return begin

    def _add(self, part: Expression, yes: int, no: int) -> int:
        """Return where to begin to go `yes` where an expression holds, and `no` where it does not."""
        if isinstance(part, Not):
            return self._add(part.of, no, yes)
        if isinstance(part, Every):
            for inner in reversed(part.of):
                yes = self._add(inner, yes, no)
            return yes
        if isinstance(part, Some):
            for inner in reversed(part.of):
                no = self._add(inner, yes, no)
            return no
        if isinstance(part, Within):
            for value in reversed(part.among):
                no = self._add(Comparison("==", part.of, value), yes, no)
            return no
        if isinstance(part, Comparison):
            return self._compare(part, yes, no)
        raise SettingsError("process.condition", "a condition compares an attribute with a value",
                            hint="write e.g. `age > 60`")  # fmt: skip

    def _compare(self, part: Comparison, yes: int, no: int) -> int:
        sign, name, value = part.sign, part.left, part.right
        if isinstance(name, Value):
            sign, name, value = TURNED[sign], value, name
        if not (isinstance(name, Name) and isinstance(value, Value)):
            raise SettingsError("process.condition", "one side is an attribute, the other a value",
                                hint="write e.g. `age > 60`")  # fmt: skip
        if name.full not in self.attributes:
            raise SettingsError("process.condition", f"there is no attribute `{name.full}`",
                                hint=suggest(name.full, list(self.attributes), "attribute"))  # fmt: skip
        number = self._number(name.full, sign, value.value)
        self.rows.append(Test(list(self.attributes).index(name.full), SIGNS.index(sign), number, yes, no))
        return len(self.rows) - 1

    def _number(self, name: str, sign: Sign, value: Any) -> float:
        levels = self.attributes[name].categories
        if levels is None:
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise SettingsError("process.condition", f"`{name}` is a number, and is compared with none",
                                    hint="write e.g. `age > 60`")  # fmt: skip
            return float(value)
        if str(value) not in levels:
            raise SettingsError("process.condition", f"`{name}` has no level `{value}`",
                                hint=suggest(str(value), levels, "level"))  # fmt: skip
        if sign not in ("==", "!="):
            raise SettingsError("process.condition", f"levels of `{name}` have no order", hint="compare with == or in")
        return float(levels.index(str(value)))


def arrays(tests: Tests) -> TestArrays:
    """Return comparisons as rules read them."""
    rows = [(test.attribute, test.sign, test.yes, test.no) for test in tests.rows]
    return TestArrays(
        np.array(rows, np.int64).reshape(-1, 4), np.array([test.value for test in tests.rows], np.float64)
    )


class TestArrays(NamedTuple):
    """Hold comparisons: of which attribute, by which sign, where they lead if so and if not; and with what value."""

    rows: Ints
    value: Floats


@term()
def outcome(tests: Any, attributes: Any, i: Any, begin: Any) -> Any:
    """Return the number of the first condition that a case meets, of a chain that begins with a comparison."""
    n = begin
    while n >= 0:
        own, value, sign = attributes[i, tests.rows[n, 0]], tests.value[n], tests.rows[n, 1]
        is_equal, is_less = own == value, own < value
        holds = ((sign == 0 and is_equal) or (sign == 1 and not is_equal) or (sign == 2 and is_less)
                 or (sign == 3 and (is_less or is_equal)) or (sign == 4 and not (is_less or is_equal))
                 or (sign == 5 and not is_less))  # fmt: skip
        n = tests.rows[n, 2] if holds else tests.rows[n, 3]
    return -1 - n


def holds(part: Expression, cases: Mapping[str, Floats], attributes: Mapping[str, Distribution]) -> Bools:
    """Return for which of many cases a condition holds."""
    tests = Tests(attributes)
    begin = tests.chain([part])
    table, columns = arrays(tests), np.stack([*cases.values()], axis=1)
    return np.array([outcome(table, columns, i, begin) == 0 for i in range(len(columns))])
