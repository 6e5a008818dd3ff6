"""Which of two groups fills the far end of a ranking: the exact test behind near copies and membership."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.evaluation.chance import more_often

Values = npt.NDArray[Any]


@dataclass(frozen=True)
class Tail:
    """Hold what lies at the far end: `found` of `of` rows of interest, `beside` of `beside_of` others.

    `chance` is that of so many rows of interest there if both groups are alike.
    """

    found: int
    of: int
    beside: int
    beside_of: int
    chance: float

    @property
    def share(self) -> float:
        """The share of the rows of interest at the far end."""
        return self.found / max(1, self.of)

    @property
    def floor(self) -> float:
        """The share of the other rows there."""
        return self.beside / max(1, self.beside_of)


def far_end(values: Values, others: Values, level: float) -> Tail:
    """Count both groups among the highest `level` (a share) of all their values together, at least four.

    The threshold is set by both groups together and ranks alone count, so that the chance is exact (Fisher, 1935) under
    the one assumption that the groups are exchangeable. Where all values tie there is no far end.

    >>> far_end(np.r_[np.zeros(990), np.ones(10)], np.zeros(1000), 0.005).found
    10
    """
    if not len(values) or not len(others):
        return Tail(0, len(values), 0, len(others), 1.0)
    pooled = np.sort(np.concatenate([values, others]))[::-1]
    threshold = pooled[min(len(pooled), max(4, round(level * len(pooled)))) - 1]
    if threshold <= pooled[-1]:
        return Tail(0, len(values), 0, len(others), 1.0)
    found, beside = int((values >= threshold).sum()), int((others >= threshold).sum())
    return Tail(found, len(values), beside, len(others), more_often(found, len(values), beside, len(others)))


def fewest_found(of: int, beside: int, beside_of: int, *, chance: float) -> int:
    """Return how many of `of` rows must be found, where `beside` of `beside_of` others are, to be no accident.

    >>> fewest_found(5000, 0, 5000, chance=0.001)
    10
    """
    low, high = 1, of + 1
    while low < high:
        middle = (low + high) // 2
        if more_often(middle, of, beside, beside_of) < chance:
            high = middle
        else:
            low = middle + 1
    return low
