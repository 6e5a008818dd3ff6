"""Draws with given chances, in one step for whole blocks of rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from likewise.core.counted import Bits

Places = npt.NDArray[np.int32]

AT_ONCE = 8192
"""Rows that are drawn at a time, few enough to stay in the processor's cache."""


class Chances:
    """Draw places of a list by their weights, perhaps within groups that follow one another in it.

    >>> Chances([1, 0, 0, 2], [2, 2]).draw(np.arange(3, dtype=np.uint64), np.array([0, 1, 0])).tolist()
    [0, 3, 0]

    Walker, 1977, ACM TOMS 3 (the alias method: one look-up a draw, however long the list).
    """

    __slots__ = ("_bar", "_even", "_owners", "_sizes", "_starts")

    def __init__(self, weights: Sequence[float] | npt.NDArray[np.float64], sizes: Sequence[int] = ()) -> None:
        """Take weights, of which each group has one above 0; `sizes` says how many make up each group."""
        weights = np.asarray(weights, float)
        self._sizes = np.array(sizes if len(sizes) else [len(weights)], np.uint64)
        self._starts = np.concatenate([[0], np.cumsum(self._sizes)]).astype(np.intp)
        bounds = zip(self._starts[:-1], self._starts[1:], strict=True)
        self._even = bool((weights == weights[0]).all())
        if self._even:  # each cell is its own
            self._bar, self._owners = np.zeros(0, np.uint32), np.zeros(0, np.int32)
            return
        parts = [(start, *_alias_table(weights[start:end])) for start, end in bounds]
        self._bar = np.concatenate([bar for _, bar, _ in parts])
        alias = np.concatenate([alias + start for start, _, alias in parts])
        self._owners = np.stack([np.arange(len(alias)), alias], axis=1).astype(np.int32).ravel()

    def draw(self, bits: Bits, group: npt.NDArray[np.integer] | int = 0) -> Places:
        """Return the place that each 64 random bits stand for, within one group or the group of each row."""
        group = 0 if len(self._sizes) == 1 else group
        places = np.empty(len(bits), np.int32)
        for first in range(0, len(bits), AT_ONCE):
            rows = slice(first, first + AT_ONCE)
            places[rows] = self._drawn(bits[rows], group if isinstance(group, int) else group[rows])
        return places

    def _drawn(self, bits: Bits, group: npt.NDArray[np.integer] | int) -> npt.NDArray[np.signedinteger]:
        scaled = bits >> np.uint64(32)
        scaled *= self._sizes.take(group)
        scaled >>= np.uint64(32)
        cell = scaled.view(np.intp)
        cell += self._starts.take(group)
        if self._even:
            return cell
        coin = bits.astype(np.uint32)
        found = cell * 2
        found += coin >= self._bar.take(cell)
        return self._owners.take(found)


def _alias_table(weights: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.intp]]:
    """Return for each place the share (of 2**32) of its cell that is its own, and whose the rest is."""
    shares: list[float] = (weights * (len(weights) / weights.sum())).tolist()
    alias = list(range(len(shares)))
    small = [place for place, share in enumerate(shares) if share < 1]
    large = [place for place, share in enumerate(shares) if share >= 1]
    while small and large:
        low, high = small.pop(), large[-1]
        alias[low] = high
        shares[high] -= 1 - shares[low]
        if shares[high] < 1:
            small.append(large.pop())
    return np.round(np.minimum(shares, 1 - 2.0**-32) * 2.0**32).astype(np.uint32), np.array(alias, np.intp)
