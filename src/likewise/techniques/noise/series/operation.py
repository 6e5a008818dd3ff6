"""What every operation on series is: many series of one shape at a time, each with random numbers of its own."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np

from likewise.core.schema import Kind
from likewise.core.table import Table
from likewise.modalities.sequence.warping import Floats
from likewise.techniques.noise.cells import batches, cells_of, column_of
from likewise.techniques.noise.operation import Changed, Dice, Learned, Operation


class SeriesOperation(Operation):
    """Change series: an author names how many numbers each series draws (`uniforms`), and writes `alter`.

    Series are float64, steps x channels, NaN where a value is missing; what is missing stays so, and moves with its
    step where steps move. Their length stays. `share` is the share of series that are changed. The label stays too.
    """

    kinds: ClassVar[frozenset[Kind]] = frozenset({"series"})
    uniforms: ClassVar[int] = 0

    @abstractmethod
    def alter(self, series: Floats, uniform: Floats, rng: np.random.Generator) -> Floats:
        """Return changed series (n x steps x channels).

        `uniform` are numbers from 0 to 1 for each series; `rng` is for what is drawn series by series, in order.
        """

    def learn(self, table: Table, names: tuple[str, ...]) -> Learned:
        """Learn nothing."""
        return Learned()

    def change(self, rows: Table, names: tuple[str, ...], learned: Learned, dice: Dice) -> Changed:
        """Change the series of every column."""
        made = {}
        for name, own in zip(names, dice.split(len(names)), strict=True):
            cells = cells_of(rows.column(name))
            for batch in batches(list(cells), self.share, self.uniforms, own):
                for row, cell in zip(
                    batch.rows.tolist(), self.alter(batch.cells, batch.uniform, batch.rng), strict=True
                ):
                    cells[row] = cell
            made[name] = column_of(cells, rows.schema[name], rows.column(name))
        return made


def deviations(series: Floats) -> Floats:
    """Return the standard deviation of each channel of each series (n x 1 x channels), 0 where it is constant."""
    known = ~np.isnan(series)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    means = np.where(known, series, 0).sum(axis=1, keepdims=True) / count
    return np.asarray(np.sqrt((np.where(known, series - means, 0) ** 2).sum(axis=1, keepdims=True) / count))


def means(series: Floats) -> Floats:
    """Return the mean of each channel of each series (n x 1 x channels), 0 where nothing is known."""
    known = ~np.isnan(series)
    return np.asarray(
        np.where(known, series, 0).sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), 1)
    )
