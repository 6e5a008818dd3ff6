"""Make new rows of a pool: choose bases, find their neighbours once, move, and avoid what is a real row already."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from likewise.techniques.smote.cells import Cells, Hashes
from likewise.techniques.smote.geometry import Geometry
from likewise.techniques.smote.pools import Floats, Ints, Pool
from likewise.techniques.smote.search import Index
from likewise.techniques.smote.spaces import Space
from likewise.techniques.smote.ways import Place, Way

TRIES = 3
"""Times that a new row which happens to be a real one, held once, is moved anew from the same base."""

SIEVE = 2**20
"""Last bits by which new rows are parted from real ones at once."""


class Maker:
    """Make rows of pools. What it finds of neighbours it keeps: a memory of what the rows settle, no state."""

    def __init__(
        self, space: Space, geometry: Geometry, cells: Cells, pools: tuple[Pool, ...], way: Way, k: int
    ) -> None:
        self.space, self.geometry, self.cells, self.pools, self.way = space, geometry, cells, pools, way
        self._places = tuple(Neighbourhood(geometry, cells, pool, k) for pool in pools)

    @cached_property
    def groups(self) -> Ints:
        """The group of each pool."""
        return np.array([pool.group for pool in self.pools], dtype=np.int64)

    def made(self, counts: Ints, rng: np.random.Generator) -> tuple[Cells, Ints]:
        """Return so many new rows of each pool in a drawn order, and which pool each is of."""
        parts = [self._of(place, count, rng) for place, count in zip(self._places, counts.tolist(), strict=True)]
        if len(parts) == 1:
            return parts[0], np.zeros(len(parts[0]), dtype=np.int64)
        order = rng.permutation(int(counts.sum()))
        pool = np.repeat(np.arange(len(self.pools)), counts)
        numbers, codes = (np.concatenate([getattr(p, name) for p in parts]) for name in ("numbers", "codes"))
        return Cells(numbers[order], codes[order]), pool[order]

    def _of(self, place: Neighbourhood, count: int, rng: np.random.Generator) -> Cells:
        base = place.bases(count, rng)
        made = self._moved(place, base, rng)
        for _ in range(TRIES if len(place.pool) > 1 else 0):
            equal = place.equal(made)
            again = np.flatnonzero((equal >= 0) & (place.pool.held[equal] == 1))
            if not len(again):
                break
            moved = self._moved(place, base[again], rng)
            made.numbers[again], made.codes[again] = moved.numbers, moved.codes
        return made

    def _moved(self, place: Neighbourhood, base: Ints, rng: np.random.Generator) -> Cells:
        if len(place.pool) == 1 or not len(base):
            return self.cells.take(place.pool.rows[base])
        moved = self.way.moved(Place(self.space, self.geometry, self.cells, place.pool), base, place.near(base), rng)
        return Cells(self.space.settled(moved.numbers), moved.codes)

    def index(self, pool: int) -> Index:
        """Return the index of the rows of a pool."""
        return self._places[pool].index

    def copies(self, made: Cells, pool: int) -> Ints:
        """Return which new rows of a pool are real ones."""
        return np.flatnonzero(self._places[pool].equal(made) >= 0)


class Neighbourhood:
    """Know one pool: who is near whom, found when it is first asked for."""

    def __init__(self, geometry: Geometry, cells: Cells, pool: Pool, k: int) -> None:
        self.pool, self._geometry, self._cells = pool, geometry, cells
        self._near = np.full((len(pool), min(k, int(pool.held.sum()) - 1)), -1, dtype=np.int64)

    @cached_property
    def index(self) -> Index:
        """The pool's rows, to be searched."""
        return Index(self._geometry.place(self._cells.take(self.pool.rows)))

    @cached_property
    def _ends(self) -> Floats:
        return np.cumsum(self.pool.chances)

    @cached_property
    def _alike(self) -> bool:
        return bool((self.pool.chances == self.pool.chances[0]).all())

    @cached_property
    def _hashes(self) -> tuple[Hashes, Ints]:
        hashes = self._cells.take(self.pool.rows).hashes()
        order = np.argsort(hashes, kind="stable")
        return hashes[order], order

    @cached_property
    def _sieve(self) -> npt.NDArray[np.bool_]:
        """Which last bits the pool's hashes have: nearly all new rows fall through."""
        sieve = np.zeros(SIEVE, dtype=bool)
        sieve[self._hashes[0] % np.uint64(SIEVE)] = True
        return sieve

    def equal(self, made: Cells) -> Ints:
        """Return for each new row the row of the pool that it equals, -1 where there is none."""
        known, order = self._hashes
        hashes = made.hashes()
        found = np.full(len(made), -1, dtype=np.int64)
        some = np.flatnonzero(self._sieve[hashes % np.uint64(SIEVE)])
        place = np.minimum(np.searchsorted(known, hashes[some]), len(known) - 1)
        found[some] = np.where(known[place] == hashes[some], order[place], -1)
        return found

    def bases(self, count: int, rng: np.random.Generator) -> Ints:
        """Return so many rows of the pool, each by its chance."""
        if self._alike:
            return rng.integers(len(self.pool), size=count)
        drawn = np.searchsorted(self._ends, rng.random(count) * self._ends[-1], side="right")
        return np.asarray(np.minimum(drawn, np.flatnonzero(self.pool.chances)[-1]), dtype=np.int64)

    def near(self, base: Ints) -> Ints:
        """Return the (bases, k) nearest others of the pool, a row as often as it is held.

        A row that is held several times is its own neighbour, as its equals would be: what stands alone in many copies,
        be it a mistake, is drawn as often as it is there and not strewn over the way to far others.
        """
        asked = np.zeros(len(self.pool), dtype=bool)
        asked[base] = True
        unknown = np.flatnonzero(asked & (self._near[:, -1] < 0))
        if len(unknown):
            nearest = self.index.nearest(self.index.points.take(unknown), self._near.shape[1], own=unknown)
            self._near[unknown] = _repeated(np.column_stack([unknown, nearest]), self.pool.held, self._near.shape[1])
        return self._near[base]


def _repeated(rows: Ints, held: Ints, k: int) -> Ints:
    """Return the first k rows of each line of (bases, any), each as often as it is held, the first once less.

    >>> _repeated(np.array([[0, 1, 2], [2, 1, 0]]), np.array([3, 1, 1]), 2).tolist()
    [[0, 0], [1, 0]]
    """
    counts = held[rows]
    counts[:, 0] -= 1
    ends = np.cumsum(counts, axis=1)
    found = np.empty((len(rows), k), dtype=np.int64)
    for place in range(k):
        found[:, place] = rows[np.arange(len(rows)), (ends <= place).sum(axis=1)]
    return found
