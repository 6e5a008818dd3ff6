"""Where the values of a number column may lie: within its bounds, on its grid, in its decimals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.scale import reach
from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.modalities.tabular.codec import arrow_type, rounded
from likewise.modalities.tabular.numbers import grid_step, typed_numbers
from likewise.modalities.tabular.precision import Precision, precision_of

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """Hold the grid of a number column, `start` plus multiples of `step` (0 for none), its bounds and its precision."""

    column: Column
    step: float
    start: float
    low: float
    high: float
    precision: Precision | None = None

    def typed(self, values: Floats, own: Floats) -> pa.Array:
        """Return new values in the column's typed form, on its grid and within its bounds; missing where `own` is.

        What would leave the bounds is reflected at them, so that no heap of values rises there. A value that lay
        outside from the beginning may stay as far outside.
        """
        low, high = np.fmin(self.low, own), np.fmax(self.high, own)
        values = reflected(values, low, high)
        if self.step:
            with np.errstate(invalid="ignore", over="ignore"):
                places = np.round((values - self.start) / self.step)
                first = np.ceil((low - self.start) / self.step - 1e-6)
                last = np.floor((high - self.start) / self.step + 1e-6)
                values = self.start + np.minimum(np.maximum(places, first), last) * self.step
        if self.precision is not None:
            values = np.where(values == own, own, np.clip(self.precision.of(values), low, high))
        values = np.where(np.isfinite(values) & ~np.isnan(own), values, own)
        return typed_numbers(rounded(values, self.column), self.column, arrow_type(self.column))

    def to_meta(self) -> dict[str, Any]:
        """Return the line as JSON values."""
        precision = None if self.precision is None else [self.precision.decimals, self.precision.digits]
        return {"step": self.step, "start": self.start, "low": self.low, "high": self.high, "precision": precision}

    @classmethod
    def from_meta(cls, column: Column, meta: dict[str, Any]) -> Line:
        """Rebuild the line."""
        precision = None if meta["precision"] is None else Precision(*meta["precision"])
        step, start, low, high = (float(meta[name]) for name in ("step", "start", "low", "high"))
        return cls(column, step, start, low, high, precision)


def line_of(table: Table, column: Column) -> Line:
    """Learn the line of a number column; its bounds are those of the schema, else of the values."""
    values = table.numbers(column.name)
    known = values[~np.isnan(values)]
    if not len(known):
        return Line(column, 0.0, 0.0, 0.0, 0.0)
    low, high = reach(column) or (float(known.min()), float(known.max()))
    precision = precision_of(known) if column.kind == "float" else None
    return Line(column, grid_step(known, column), float(known[0]), low, high, precision)


def reflected(values: Floats, low: Floats | float, high: Floats | float) -> Floats:
    """Return values folded into [low, high] at its ends.

    >>> reflected(np.array([-1.0, 4.0, 11.0]), 0.0, 10.0).tolist()
    [1.0, 4.0, 9.0]
    """
    outside = np.flatnonzero((values < low) | (values > high))
    if not len(outside):
        return values
    least, most = (np.broadcast_to(end, values.shape)[outside] for end in (low, high))
    far = values[outside]
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        width = most - least
        away = np.mod(far - least, 2 * width)
        folded = least + np.where(away > width, 2 * width - away, away)
    clipped = np.minimum(np.maximum(far, least), most)
    found = values.copy()
    found[outside] = np.where(np.isfinite(folded) & (width > 0), folded, clipped)
    return found
