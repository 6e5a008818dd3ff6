"""What a rule asks for, taken apart: this equation, that gap, and under which conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.constraints.language.cells import Columns
from likewise.constraints.language.evaluating import evaluate
from likewise.constraints.language.expression import Choice, Every, Expression, Value

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Demand:
    """Hold one thing that has to hold where all conditions are as they are said to be: true, or anything else."""

    what: Expression
    conditions: tuple[tuple[Expression, bool], ...] = ()

    def asked(self, columns: Columns, rows: int) -> Mask:
        """Return the rows in which it has to hold."""
        found = np.ones(rows, dtype=bool)
        for condition, wanted in self.conditions:
            found &= (evaluate(condition, columns, rows).floats == 1) == wanted
        return found

    def names(self) -> tuple[str, ...]:
        """Return the columns that its conditions mention."""
        return tuple(dict.fromkeys(name for condition, _ in self.conditions for name in condition.names()))


def demands(rule: Expression, conditions: tuple[tuple[Expression, bool], ...] = ()) -> Iterator[Demand]:
    """Yield what a rule asks for, each with its conditions.

    >>> from likewise.constraints.language.reading import read_expression
    >>> [len(found.conditions) for found in demands(read_expression("(a == b) and (if c > 0 then d is missing)"))]
    [0, 1]
    """
    match rule:
        case Every(of):
            for part in of:
                yield from demands(part, conditions)
        case Choice(condition, then, otherwise):
            yield from demands(then, (*conditions, (condition, True)))
            yield from demands(otherwise, (*conditions, (condition, False)))
        case Value(True):
            return
        case _:
            yield Demand(rule, conditions)
