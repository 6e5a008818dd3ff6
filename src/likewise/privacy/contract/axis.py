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

STEPS = 2**48
"""Steps between 0 and a bound, at most: up to here rounding errors of doubles are well below half a step."""


POWERS, PARTS = 100, 256
"""Powers of two below the largest bound that have cells on a log scale, and the cells of each."""


def log_edges(low: float, high: float) -> Floats:
    """Return edges that part each power of two into `PARTS` equal cells, on both sides of 0."""
    top = int(np.frexp(max(abs(low), abs(high)))[1])
    inside = 1 + np.arange(PARTS) / PARTS
    edges = np.concatenate([np.ldexp(inside, power) for power in range(top - POWERS, top)])
    return np.concatenate([-edges[::-1], edges])


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
    def of_reals(cls, low: float, high: float, edges: Floats | None = None) -> Axis:
        """Return equal cells from `low` to `high`, or those between `edges`; both ends and 0 have their own."""
        edges = np.linspace(low, high, MOST - 8) if edges is None else edges
        ends = [low, high, *([0.0] if low < 0 < high else [])]
        alone = np.array([edge for end in ends for edge in (end, np.nextafter(end, np.inf))])
        edges = np.unique(np.concatenate([edges, alone]))
        return cls(edges[(edges >= low) & (edges <= np.nextafter(high, np.inf))], False)

    @classmethod
    def of_edges(cls, edges: Sequence[float], whole: bool) -> Axis:
        """Return declared cells: each from an edge up to the next; the last edge is the last position."""
        last = edges[-1] + 1 if whole else np.nextafter(edges[-1], np.inf)
        return cls(np.array([*edges[:-1], last], dtype=np.float64), whole)

    @classmethod
    def of_places(cls, edges: Floats, values: int, own: Iterable[int] = ()) -> Axis:
        """Return the cells between edges that lie anywhere among so many values on a grid."""
        alone = [place + side for place in (0, values - 1, *own) for side in (0, 1)]
        whole = np.clip(np.ceil(edges - 1e-9), 0, values)
        return cls(np.unique(np.concatenate([whole, np.array(alone, dtype=np.float64)])), True)

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

    @property
    def ends(self) -> tuple[Floats, Floats]:
        """The first and the last position of each cell."""
        return self.edges[:-1], self.edges[1:] - 1 if self.whole else np.nextafter(self.edges[1:], -np.inf)

    def draw(self, codes: Codes, rng: np.random.Generator) -> Floats:
        """Return a position in each cell, every one in it as likely as another."""
        low, high = self.edges[codes], self.edges[codes + 1]
        if self.whole:
            return low if self.edges[-1] == self.cells else np.floor(low + rng.random(len(codes)) * (high - low))
        return np.minimum(low + rng.random(len(codes)) * (high - low), np.nextafter(high, -np.inf))
