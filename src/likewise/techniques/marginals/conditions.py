"""What `given` asks of rows, as cells that are allowed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.conditions import Condition, levels_of
from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.modalities.tabular.codec import arrow_type
from likewise.modalities.tabular.numbers import typed_numbers
from likewise.privacy.contract import Domain

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

TRIES = 64
"""Values drawn in a cell that a condition cuts in two, before the nearest that is allowed is taken."""


def allowed(domain: Domain, condition: Condition) -> Mask:
    """Return which cells of a column hold a value that meets a condition, as far as a cell can tell."""
    found = np.zeros(domain.size, dtype=bool)
    if domain.has_missing:
        found[-1] = condition.missing
    if condition.column.is_number:
        for low, high in condition.ranges:
            ends = domain.codes(as_values(np.array([low, high]), condition.column))
            found[ends[0] : ends[1] + 1] = True
    elif condition.levels:
        names = [name for name in levels_of(condition.column) if name in condition.levels]
        values = pa.array([name == "true" for name in names] if condition.column.kind == "boolean" else names)
        found[domain.codes(values)] = True
    return found


def as_values(numbers: Floats, column: Column) -> pa.Array:
    """Return numbers on a column's scale as its typed values, the nearest that lie in its bounds."""
    from likewise.core.scale import reach

    ends = reach(column)
    return typed_numbers(numbers if ends is None else np.clip(numbers, *ends), column, arrow_type(column))


def kept_within(drawn: pa.Array, again: Table, condition: Condition) -> pa.Array:
    """Return drawn numbers of which those that lie beside the condition's ranges are moved to their nearest end."""
    values = again.numbers(condition.column.name)
    ends = np.array([np.clip(values, low, high) for low, high in condition.ranges])
    nearest = ends[np.argmin(np.abs(ends - values), axis=0), np.arange(len(values))]
    moved = ~condition.matches(again)
    return as_values(np.where(moved, nearest, values), condition.column) if moved.any() else drawn
