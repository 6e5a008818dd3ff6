"""The smoothed bootstrap: rows with replacement, their numbers moved a little."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.scale import reach
from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.modalities.tabular.covariance import root
from likewise.techniques.bootstrap.drawing import Arrays, Floats, plain_columns, renumbered, rewritten
from likewise.techniques.bootstrap.rows import Rows, by_weight
from likewise.techniques.bootstrap.runs import Indices
from likewise.techniques.bootstrap.settings import Settings

SHARED = 0.05
"""Share of a column's known cells that hold one value from which on this value is an atom, and stays as it is."""


class Smoothed(Rows):
    """Move numbers by a kernel with the covariance of the data, and shrink them so that this covariance stays.

    A value that many rows share is an atom and does not move; nor does a missing cell. What the kernel carries beyond
    the bounds of its column is mirrored back at them.
    """

    def __init__(self, settings: Settings, rows: Table, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        super().__init__(settings, rows, arrays)
        self.names = [c.name for c in plain_columns(rows)]
        self.levels = [c for c in rows.schema.columns if c.kind in ("category", "boolean")] if settings.flip else []

    @classmethod
    def learn(cls, settings: Settings, table: Table, *, seed: int) -> tuple[Table, Arrays, tuple[str, ...]]:
        """Find the atoms, the middle and the covariance of what is beside them."""
        values = [_loose(table.numbers(c.name)) for c in plain_columns(table)]
        if not values:
            return table, {}, ("no column of numbers to be smoothed",)
        loose = np.stack(values, axis=1)
        middle, scale, factor = _normal(loose)
        width = silverman(table.rows) if settings.bandwidth is None else settings.bandwidth
        learned = {"loose": ~np.isnan(loose), "middle": middle, "scale": scale, "factor": factor, "width": [width]}
        return table, {k: np.asarray(v) for k, v in learned.items()}, (f"kernel width {width:.3g} deviations",)

    @property
    def changed(self) -> tuple[str, ...]:
        """The columns that are smoothed, and those whose levels are redrawn."""
        return (*self.names, *(c.name for c in self.levels))

    def change(self, rows: Table, picked: Indices, rng: np.random.Generator) -> Table:
        """Smooth the numbers, then redraw some levels."""
        if self.names:
            rows = self._smooth(rows, picked, rng)
        redrawn = {c.name: self._redrawn(rows, c, rng) for c in self.levels}
        return rewritten(rows, redrawn) if redrawn else rows

    def _smooth(self, rows: Table, picked: Indices, rng: np.random.Generator) -> Table:
        middle, scale, width = self.arrays["middle"], self.arrays["scale"], float(self.arrays["width"].item())
        noise = rng.standard_normal((rows.rows, len(self.names))) @ self.arrays["factor"].T
        loose, shrink = self.arrays["loose"][picked], 1 / np.sqrt(1 + width**2)
        new, ends = {}, {}
        for place, name in enumerate(self.names):
            values = rows.numbers(name)
            within = values / scale[place] - middle[place]
            moved = (middle[place] + (within + width * noise[:, place]) * shrink) * scale[place]
            ends[name] = reach(rows.schema[name]) or (-np.inf, np.inf)
            new[name] = np.where(loose[:, place], mirrored(moved, *ends[name]), values)
        return renumbered(rows, new, ends)

    def _redrawn(self, rows: Table, column: Column, rng: np.random.Generator) -> pa.Array:
        """Return levels of which some are drawn anew as often as they occur (invariant PRAM), missing ones kept."""
        codes = self.rows.codes(column.name)
        counts = np.bincount(codes[codes >= 0]).astype(np.float64)
        own = rows.codes(column.name)
        anew = (rng.random(rows.rows) < self.settings.flip) & (own >= 0)
        if anew.any():
            own = own.copy()
            own[anew] = by_weight(counts, int(anew.sum()), rng)
        if column.kind == "boolean":
            return pa.array(own == 1, mask=own < 0)
        levels = self.rows.column(column.name).dictionary
        return pa.DictionaryArray.from_arrays(pa.array(own, mask=own < 0), levels, ordered=column.ordered)


def silverman(rows: int) -> float:
    """Return the kernel width, in deviations, that suits one normal column (Silverman, 1986)."""
    return float((4 / (3 * rows)) ** 0.2)


def mirrored(values: Floats, low: float, high: float) -> Floats:
    """Return values with those beyond an end mirrored at it, once."""
    values = np.where(values < low, 2 * low - values, values)
    return np.where(values > high, 2 * high - values, values)


def _loose(values: Floats) -> Floats:
    """Return the values with atoms as NaN."""
    known = values[~np.isnan(values)]
    distinct, places, counts = np.unique(known, return_inverse=True, return_counts=True)
    loose = values.copy()
    loose[~np.isnan(values)] = np.where(counts[places] > max(SHARED * len(known), 1), np.nan, known)
    return loose if len(distinct) > 1 else np.full(len(values), np.nan)


def _normal(loose: Floats) -> tuple[Floats, Floats, Floats]:
    """Return middle and scale of each column, and a factor of the covariance on that scale; gaps left out pairwise."""
    gone = np.isnan(loose)
    scale = np.where(gone, 0, np.abs(loose)).max(axis=0)
    scale[scale == 0] = 1.0
    counts = np.maximum((~gone).sum(axis=0), 1)
    scaled = np.where(gone, 0, loose / scale)
    middle = scaled.sum(axis=0) / counts
    centred = np.where(gone, 0, scaled - middle)
    pairs = np.maximum((~gone).T.astype(float) @ (~gone), 1)
    spread = np.sqrt((centred**2).sum(axis=0) / counts)
    return middle, scale, root(centred.T @ centred / pairs, spread)
