"""Cells on a line: which cell a value of a number or a moment falls into, and values drawn from a cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]

MOST = 2**16
"""Cells of a column, at most."""

LARGEST = float(2**53)
"""Whole numbers up to here are told apart by a double."""


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """Part positions on a line into cells; `edges` are their first positions, and one past the last.

    Positions are whole numbers from 0 where values lie on a grid, else the values themselves.
    """

    edges: Floats
    whole: bool

    @classmethod
    def of_steps(cls, values: int, own: Iterable[int] = ()) -> Axis:
        """Return the cells of so many values on a grid: one each, or equal runs where that were too many.

        The first, the last and `own` positions keep a cell to themselves, for that is where values pile up.
        """
        if values <= MOST:
            return cls(np.arange(values + 1, dtype=np.float64), True)
        run = -(-values // (MOST - 8))
        alone = np.array([place + side for place in (0, values - 1, *own) for side in (0, 1)], dtype=np.float64)
        edges = np.arange(0, values, run, dtype=np.float64)
        return cls(np.unique(np.concatenate([edges, alone, [float(values)]])), True)

    @classmethod
    def of_reals(cls, low: float, high: float) -> Axis:
        """Return equal cells from `low` to `high`; both ends and 0 keep a cell to themselves."""
        ends = [low, high, *([0.0] if low < 0 < high else [])]
        alone = np.array([edge for end in ends for edge in (end, np.nextafter(end, np.inf))])
        edges = np.unique(np.concatenate([np.linspace(low, high, MOST - 8), alone]))
        return cls(edges[(edges >= low) & (edges <= np.nextafter(high, np.inf))], False)

    @classmethod
    def of_edges(cls, edges: Sequence[float], whole: bool) -> Axis:
        """Return declared cells: each from an edge up to the next; the last edge is the last position."""
        last = edges[-1] + 1 if whole else np.nextafter(edges[-1], np.inf)
        return cls(np.array([*edges[:-1], last], dtype=np.float64), whole)

    @property
    def cells(self) -> int:
        """The number of cells."""
        return len(self.edges) - 1

    def codes(self, positions: Floats) -> Codes:
        """Return the cell of each position, the first or the last for those outside."""
        if self.whole:
            positions = np.floor(positions + 0.5)
        if self.whole and self.edges[-1] == self.cells:  # a cell is one value
            return np.clip(positions, 0, self.cells - 1).astype(np.int32)
        found = np.searchsorted(self.edges, positions, side="right") - 1
        return np.clip(found, 0, self.cells - 1).astype(np.int32)

    def draw(self, codes: Codes, rng: np.random.Generator) -> Floats:
        """Return a position in each cell, every one in it as likely as another."""
        low, high = self.edges[codes], self.edges[codes + 1]
        if self.whole:
            return low if self.edges[-1] == self.cells else np.floor(low + rng.random(len(codes)) * (high - low))
        return np.minimum(low + rng.random(len(codes)) * (high - low), np.nextafter(high, -np.inf))
