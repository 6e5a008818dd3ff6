"""Columns that a shared value tells: what a product is called, in which city a shop is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator

Ints = npt.NDArray[np.int64]

TOLD = 0.95
"""Share of the errors of who always guesses the most frequent value that must be spared by who guesses the one most
frequent beside a shared value, for that to tell it."""

MOST = 64
"""Rows that are kept for each shared value, at most."""


@dataclass(frozen=True, eq=False)
class Telling:
    """Hold what stood beside each shared value: of value k the numbers `held[ends[k - 1]:ends[k]]`."""

    held: Ints
    ends: Ints

    @classmethod
    def of(cls, shared: Ints, told: Ints, *, seed: int) -> Telling:
        """Learn it from the numbers of shared values, and those of what stands beside them.

        >>> telling = Telling.of(np.array([0, 1, 1]), np.array([5, 7, 7]), seed=0)
        >>> telling.drawn(np.array([1, 0]), np.random.default_rng(0)).tolist()
        [7, 5]
        """
        order = generator(seed, "telling").permutation(len(shared))
        order = order[np.argsort(shared[order], kind="stable")]
        count = np.bincount(shared)
        place = np.arange(len(order)) - (np.cumsum(count) - count)[shared[order]]
        return cls(told[order[place < MOST]], np.cumsum(np.minimum(count, MOST)))

    def drawn(self, shared: Ints, rng: np.random.Generator) -> Ints:
        """Return what stands beside shared values: one of what did, at random."""
        first = np.append(0, self.ends)[shared]
        return np.asarray(self.held[first + (rng.random(len(shared)) * (self.ends[shared] - first)).astype(np.int64)])


def tells(shared: Ints, told: Ints) -> bool:
    """Return whether shared values nearly always tell what stands beside them (lambda; Goodman and Kruskal, 1954).

    >>> tells(np.array([0, 0, 1, 1]), np.array([3, 3, 4, 4])), tells(np.array([0, 1, 2]), np.array([7, 7, 7]))
    (True, False)
    """
    many = int(told.max(initial=0)) + 1
    pairs, count = np.unique(shared * many + told, return_counts=True)
    most = np.zeros(int(shared.max(initial=0)) + 1, np.int64)
    np.maximum.at(most, pairs // many, count)
    guessed = int(np.bincount(told).max(initial=0))
    return guessed < len(shared) and bool(most.sum() - guessed >= TOLD * (len(shared) - guessed))
