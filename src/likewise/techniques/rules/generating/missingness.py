"""Cells that are missing, as the document says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.constraints.language.evaluating import evaluate
from likewise.core.schema import Column
from likewise.errors import suggest
from likewise.techniques.rules.document.missing import Missing
from likewise.techniques.rules.maker import told
from likewise.techniques.rules.makers.cells import cells_of

if TYPE_CHECKING:
    from likewise.techniques.rules.generating.plan import TablePlan
    from likewise.techniques.rules.generating.rows import Block

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

PROBE = 4096
"""Rows by which it is found out how a chance has to rise so that a share of all rows is missing."""


def gone(block: Block, name: str) -> Mask:
    """Return which cells of a column are missing."""
    missing = block.plan.settings(name).settings.missing
    if missing.together is not None:
        return gone(block, missing.together)
    chance = block.tables.random(block.plan.name, name, "missing").uniforms(block.numbers)
    return chance < _shares(block, name, missing)


def _shares(block: Block, name: str, missing: Missing) -> Floats | float:
    """Return the chance of each cell to be missing."""
    if missing.rule is not None:
        met = evaluate(missing.rule, lambda other: cells_of(block.complete(other)), len(block.numbers)).values == 1
        return np.where(np.asarray(met), missing.share, missing.otherwise)
    if missing.by is not None:
        middle, spread, level = block.tables.kept((block.plan.name, name, "missing"), lambda: _fitted(block, missing))
        return _logistic(level + _slope(missing) * (_numbers(block.complete(missing.by)) - middle) / spread)
    return missing.share


def _fitted(block: Block, missing: Missing) -> tuple[float, float, float]:
    """Return the middle and the spread of a column, and the level at which a share of all rows is missing."""
    from likewise.techniques.rules.generating.rows import Block

    assert missing.by is not None
    rows = np.arange(min(PROBE, block.tables.rows(block.plan.name)))
    values = _numbers(Block(block.tables, block.plan, rows).complete(missing.by))
    middle, spread = float(values.mean()), float(values.std()) or 1.0
    rising = _slope(missing) * (values - middle) / spread
    low, high = -1000.0, 1000.0
    for _ in range(60):
        level = (low + high) / 2
        low, high = (level, high) if _logistic(level + rising).mean() < missing.share else (low, level)
    return middle, spread, level


def _slope(missing: Missing) -> float:
    return missing.strength if missing.rises is not None else -missing.strength


def _logistic(values: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(values, -500, 500)))


def _numbers(array: pa.Array) -> Floats:
    """Return a column of numbers or moments as numbers; a cell without a value counts as the mean."""
    values = cells_of(array).values
    assert isinstance(values, np.ndarray)
    known = ~np.isnan(values)
    found: Floats = np.where(known, values, values[known].mean() if known.any() else 0.0)
    return found


def _counts(column: Column) -> bool:
    return column.is_number or column.kind == "boolean"


def check_missing(table: TablePlan) -> None:
    """Refuse ways in which nothing can go missing. Raises SettingsError with the path."""
    for name in table.rules.columns:
        missing, path = table.settings(name).settings.missing, f"{table.path}.columns.{name}.missing"
        for other in missing.names():
            if "." not in other and other not in table.schema:
                raise told(path, f"there is no column `{other}`", suggest(other, table.schema.names, "column"))
        if missing.by is not None and not _counts(table.schema[missing.by]):
            raise told(path, f"a chance rises with numbers, and `{missing.by}` holds none", "use `where` for levels")
        seen = [name]
        while (beside := table.settings(seen[-1]).settings.missing.together) is not None:
            if beside in seen:
                raise told(path, "columns are missing together in a circle", "give one of them a `share`")
            seen.append(beside)
