"""The kinds of rows that new ones are made among, and how many each of them lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MOST_STEPS = 100
"""Times that a number of rows is raised until it is enough: more classes than a block can serve never are."""


@dataclass(frozen=True, eq=False)
class Pool:
    """Hold rows of one kind, all different: each a base with its chance, and the others its possible neighbours.

    `group` is the class that the rows are of, `rows` where they stand, `held` how many equal rows each stands for;
    `chances` sum to 1. `marks` is a number that the
    variant knows of each row, and `beside` (rows, any) are rows of other classes that it wants to know.
    """

    group: int
    rows: Ints
    held: Ints
    chances: Floats
    marks: Floats
    beside: Ints

    @classmethod
    def of(cls, group: int, rows: Ints, held: Ints) -> Pool:
        """Return a pool of rows that are bases as often as they are held."""
        none = np.empty((len(rows), 0), dtype=np.int64)
        return cls(group, rows, held, held / held.sum(), np.zeros(len(rows)), none)

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, places: Ints) -> Pool:
        """Return some rows of the pool, which keep their chances among one another; all alike where none has any."""
        held, chances = self.held[places], self.chances[places]
        if not chances.any():
            chances = held.astype(np.float64)
        marks, beside = self.marks[places], self.beside[places]
        return Pool(self.group, self.rows[places], held, chances / chances.sum(), marks, beside)


def lacking(counts: Ints, ratio: float | None) -> Ints:
    """Return how many rows each class lacks to have `ratio` times as many as the largest.

    >>> lacking(np.array([90, 10, 45]), 0.5).tolist()
    [0, 35, 0]
    """
    if ratio is None:
        return np.zeros(len(counts), dtype=np.int64)
    wanted = int(np.ceil(ratio * counts.max(initial=0) - 1e-9))
    return np.maximum(wanted - counts, 0)


def dealt(n: int, shares: Sequence[float] | Floats) -> Ints:
    """Return how many of `n` rows fall to each share: whole numbers as near as can be, summing to `n`.

    Of many rows none gets less than its share but the largest, so that what is dealt block by block comes to enough.

    >>> dealt(5, [3, 3, 1]).tolist(), dealt(1000, [3, 1, 0.01]).tolist()
    ([2, 2, 1], [747, 250, 3])
    """
    exact = n * np.asarray(shares, dtype=np.float64) / max(float(np.sum(shares)), 1e-300)
    largest = int(np.argmax(exact))
    if exact[largest] >= 10 * len(exact):
        counts = np.ceil(exact - 1e-9).astype(np.int64)
        counts[largest] += n - int(counts.sum())
        return counts
    counts = np.floor(exact + 1e-9).astype(np.int64)
    order = np.argsort(counts - exact, kind="stable")
    counts[order[: n - int(counts.sum())]] += 1
    return counts


def enough(wanted: Ints, block: int) -> int:
    """Return how many rows, dealt block by block in proportion to what is wanted, bring each class all it lacks."""
    n = int(wanted.sum())
    shares = wanted.astype(np.float64)
    for _ in range(MOST_STEPS if n else 0):
        short = int((wanted - dealt(block, shares) * (n // block) - dealt(n % block, shares)).max())
        if short <= 0:
            break
        n += short
    return n
