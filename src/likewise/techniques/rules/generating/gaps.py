"""Which cells of a column are missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from likewise.constraints.language.evaluating import evaluate
from likewise.constraints.language.expression import Expression
from likewise.techniques.rules.makers.cells import cells_of
from likewise.techniques.rules.makers.formula import needed

if TYPE_CHECKING:
    from likewise.core.counted import Counted
    from likewise.techniques.rules.maker import Rows

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Gaps:
    """Say where a column is missing: by chance in a `share` of the rows, never where one of `filled` holds, always
    where one of `emptied` does.
    """

    share: float = 0.0
    emptied: tuple[Expression, ...] = ()
    filled: tuple[Expression, ...] = ()

    def needs(self) -> tuple[str, ...]:
        """Return the columns that settle it."""
        return tuple(dict.fromkeys(name for part in (*self.emptied, *self.filled) for name in needed(part)))

    def where(self, rows: Rows, chance: Counted) -> Mask | None:
        """Return in which rows the column is missing; None for nowhere."""
        if not (self.share or self.emptied):
            return None
        gone: Mask = (chance.uniforms(rows.numbers) < self.share if self.share
                      else np.zeros(len(rows.numbers), dtype=np.bool_))  # fmt: skip
        for condition in self.filled:
            gone = gone & ~_true(condition, rows)
        for condition in self.emptied:
            gone = gone | _true(condition, rows)
        return gone


def _true(condition: Expression, rows: Rows) -> Mask:
    cells = evaluate(condition, lambda name: cells_of(rows.column(name), rows.meaning(name)), len(rows.numbers))
    return np.asarray(cells.floats == 1)
