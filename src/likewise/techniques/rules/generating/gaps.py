"""Which cells of a column are missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.constraints.language.evaluating import evaluate
from likewise.constraints.language.expression import Expression
from likewise.core.schema import Column
from likewise.errors import suggest
from likewise.techniques.rules.document.missing import Missing
from likewise.techniques.rules.maker import Floats, told
from likewise.techniques.rules.makers.cells import cells_of
from likewise.techniques.rules.makers.formula import needed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from likewise.core.counted import Counted
    from likewise.techniques.rules.maker import Rows

Mask = npt.NDArray[np.bool_]

PROBE = 4096
"""Rows by which it is found out how a chance has to rise so that a share of all rows is missing."""


@dataclass(frozen=True)
class Gaps:
    """Say where a column is missing: as `missing` says, never where one of `filled` holds, always where one of
    `emptied` does.
    """

    column: str
    missing: Missing
    emptied: tuple[Expression, ...] = ()
    filled: tuple[Expression, ...] = ()

    @property
    def some(self) -> bool:
        """Whether any cell may be missing."""
        return self.missing.some or bool(self.emptied)

    def needs(self) -> tuple[str, ...]:
        """Return the columns that settle it, other than itself."""
        rules = (*self.emptied, *self.filled, *(() if self.missing.rule is None else (self.missing.rule,)))
        names = [name for part in rules for name in needed(part)]
        names += [name for name in (self.missing.by, self.missing.together) if name is not None]
        return tuple(name for name in dict.fromkeys(names) if name != self.column)

    def check(self, columns: Mapping[str, Column], path: str) -> None:
        """Refuse chances that rise with what has no order. Raises SettingsError with the path."""
        by = self.missing.by
        if by is None:
            return
        if by not in columns:
            raise told(f"{path}.missing", f"there is no column `{by}`", suggest(by, tuple(columns), "column"))
        if not (columns[by].is_number or columns[by].kind == "boolean"):
            raise told(f"{path}.missing", f"chances rise with numbers, and `{by}` holds none", "use `where` for levels")

    def where(self, rows: Rows, chance: Counted, own: Callable[[Rows], pa.Array]) -> Mask | None:
        """Return in which rows the column is missing, None for nowhere; `own` makes what would stand there."""
        if not self.some:
            return None
        gone = self._by_chance(rows, chance, own)
        for condition in self.filled:
            gone = gone & ~self._true(condition, rows, own)
        for condition in self.emptied:
            gone = gone | self._true(condition, rows, own)
        return gone

    def _by_chance(self, rows: Rows, chance: Counted, own: Callable[[Rows], pa.Array]) -> Mask:
        missing = self.missing
        if not missing.some:
            return np.zeros(len(rows.numbers), dtype=np.bool_)
        if missing.together is not None:
            return np.asarray(rows.column(missing.together).is_null())
        shares: Floats | float = missing.share
        if missing.rule is not None:
            shares = np.where(self._true(missing.rule, rows, own), missing.share, missing.otherwise)
        elif missing.by is not None:
            middle, spread, level = rows.kept("missing", lambda: self._fitted(rows, own))
            shares = _logistic(level + missing.slope * (self._numbers(rows, own) - middle) / spread)
        return chance.uniforms(rows.numbers) < shares

    def _fitted(self, rows: Rows, own: Callable[[Rows], pa.Array]) -> tuple[float, float, float]:
        """Return the middle and the spread of a column, and the level at which a share of all rows is missing."""
        values = self._numbers(rows.probed(np.arange(min(PROBE, rows.count))), own)
        middle, spread = (float(values.mean()), float(values.std()) or 1.0) if len(values) else (0.0, 1.0)
        rising = self.missing.slope * (values - middle) / spread
        low, high = -1000.0, 1000.0
        for _ in range(60):
            level = (low + high) / 2
            too_few = len(rising) > 0 and _logistic(level + rising).mean() < self.missing.share
            low, high = (level, high) if too_few else (low, level)
        return middle, spread, level

    def _numbers(self, rows: Rows, own: Callable[[Rows], pa.Array]) -> Floats:
        """Return the column that a chance rises with as numbers; a cell without a value counts as the mean."""
        by = self.missing.by
        assert by is not None
        array = own(rows) if by == self.column else rows.column(by)
        values = cells_of(array, rows.meaning(by)).floats
        known = ~np.isnan(values)
        found: Floats = np.where(known, values, values[known].mean() if known.any() else 0.0)
        return found

    def _true(self, condition: Expression, rows: Rows, own: Callable[[Rows], pa.Array]) -> Mask:
        def column(name: str) -> pa.Array:
            return own(rows) if name == self.column else rows.column(name)

        cells = evaluate(condition, lambda name: cells_of(column(name), rows.meaning(name)), len(rows.numbers))
        return np.asarray(cells.floats == 1)


def _logistic(values: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(values, -500, 500)))
