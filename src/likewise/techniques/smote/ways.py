"""The ways of a variant from a base and its neighbours to a new row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from likewise.techniques.smote.between import between, voted
from likewise.techniques.smote.cells import Cells, Space
from likewise.techniques.smote.geometry import Geometry
from likewise.techniques.smote.pools import Floats, Ints, Pool


@dataclass(frozen=True, eq=False)
class Place:
    """Hold where new rows are made: a pool among its cells."""

    space: Space
    geometry: Geometry
    cells: Cells
    pool: Pool


class Way(Protocol):
    """Move from bases to new rows."""

    def moved(self, place: Place, base: Ints, near: Ints, rng: np.random.Generator) -> Cells:
        """Return a new row for each base, given the (bases, k) nearest others; both are positions in the pool."""


class Line:
    """Move along the line to one of the neighbours, any part of the way alike (Chawla et al., 2002)."""

    def moved(self, place: Place, base: Ints, near: Ints, rng: np.random.Generator) -> Cells:
        """Return a new row for each base."""
        other = near[np.arange(len(near)), rng.integers(near.shape[1], size=len(near))]
        share = self.share(place.pool.marks[base], place.pool.marks[other], rng)
        return on_line(place, base, other, near, share, rng)

    def share(self, mark: Floats, other: Floats, rng: np.random.Generator) -> Floats:
        """Return which part of the way each new row goes."""
        return rng.random(len(mark))


def on_line(place: Place, base: Ints, other: Ints, near: Ints, share: Floats, rng: np.random.Generator) -> Cells:
    """Return rows between bases and others, whose levels the neighbours vote on; free texts are the base's."""
    rows, cells = place.pool.rows, place.cells
    start, end = cells.take(rows[base]), cells.take(rows[other])
    codes = voted(start.codes, end.codes, cells.codes[rows[near]], share, rng)
    codes = np.where(place.space.silent, start.codes, codes)
    return Cells(between(start, end, share), codes)
