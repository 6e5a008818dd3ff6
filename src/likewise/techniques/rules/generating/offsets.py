"""Which rows belong to which row of another table, where so many belong to each as chance says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from likewise.core.counted import Ints

CHUNK = 8192
"""Parents whose numbers of children are summed at a time; only these sums are kept."""

KEPT = 64
"""Chunks whose running sums are remembered."""


class Offsets:
    """Number the children of many parents in a row, and find for each its parent, or for each parent its children.

    `counts` says how many children some parents have. Memory: 8 bytes for 8,192 parents, so that billions of rows can
    be found without a list of them.

    >>> offsets = Offsets(lambda parents: parents % 3, 9)
    >>> offsets.total, offsets.parents(np.array([0, 1, 2, 8]))[0].tolist()
    (9, [1, 2, 2, 8])
    """

    def __init__(self, counts: Callable[[Ints], Ints], parents: int) -> None:
        self._counts, self._size = counts, parents
        sums = [int(counts(np.arange(at, min(at + CHUNK, parents))).sum()) for at in range(0, parents, CHUNK)]
        self._starts = np.concatenate([[0], np.cumsum(np.array(sums, dtype=np.int64))]).astype(np.int64)
        self._ends: dict[int, Ints] = {}

    @property
    def total(self) -> int:
        """The number of children."""
        return int(self._starts[-1])

    def parents(self, numbers: Ints) -> tuple[Ints, Ints]:
        """Return the parent of each child, and its place among that parent's children, from 0."""
        chunks = np.searchsorted(self._starts, numbers, side="right") - 1
        found, place = np.empty_like(numbers), np.empty_like(numbers)
        for chunk, rows in _groups(chunks):
            ends = self._running(chunk)
            inside = numbers[rows] - self._starts[chunk]
            own = np.searchsorted(ends, inside, side="right")
            found[rows] = own + chunk * CHUNK
            place[rows] = inside - np.where(own > 0, ends[np.maximum(own - 1, 0)], 0)
        return found, place

    def children(self, parents: Ints) -> tuple[Ints, Ints]:
        """Return the number of the first child of each parent, and how many it has."""
        first, count = np.empty_like(parents), np.empty_like(parents)
        for chunk, rows in _groups(parents // CHUNK):
            ends = np.concatenate([[0], self._running(chunk)])
            own = parents[rows] - chunk * CHUNK
            first[rows] = self._starts[chunk] + ends[own]
            count[rows] = ends[own + 1] - ends[own]
        return first, count

    def _running(self, chunk: int) -> Ints:
        found = self._ends.get(chunk)
        if found is None:
            found = np.cumsum(self._counts(np.arange(chunk * CHUNK, min((chunk + 1) * CHUNK, self._size))))
            while len(self._ends) >= KEPT:
                self._ends.pop(next(iter(self._ends)), None)
            self._ends[chunk] = found
        return found


def _groups(chunks: Ints) -> list[tuple[int, slice | Ints]]:
    """Return each chunk with the rows that fall into it; rising rows as runs."""
    if not len(chunks):
        return []
    if (np.diff(chunks) >= 0).all():
        starts = np.flatnonzero(np.diff(chunks, prepend=chunks[0] - 1))
        return [(int(chunks[at]), slice(int(at), int(to)))
                for at, to in zip(starts, np.append(starts[1:], len(chunks)), strict=True)]  # fmt: skip
    order = np.argsort(chunks, kind="stable")
    starts = np.flatnonzero(np.diff(chunks[order], prepend=-1))
    return [(int(chunks[part[0]]), part) for part in np.split(order, starts[1:])]
