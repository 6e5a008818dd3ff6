"""Rows of a block that go into one message together: where each message begins, and what it adds up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.industries.finance.messages.blocks import Ints, Mask
from likewise.industries.finance.messages.pieces import joined, shown

SUMS_BELOW = 10**18
"""A sum has at most eighteen digits."""


@dataclass(frozen=True, eq=False)
class Groups:
    """Hold where each group of rows that stand together begins, and how many rows there are."""

    starts: Ints
    rows: int

    @property
    def sizes(self) -> Ints:
        """How many rows each group has."""
        return np.diff(self.starts, append=self.rows)

    @property
    def ends(self) -> Ints:
        """The last row of each group."""
        return self.starts + self.sizes - 1

    @property
    def within(self) -> Ints:
        """The place of each row in its group, from 0."""
        return np.arange(self.rows) - np.repeat(self.starts, self.sizes)

    def sizes_shown(self) -> pa.Array:
        """Return how many rows each group has, as digits."""
        return shown(self.sizes)

    def sums(self, values: Ints) -> Ints:
        """Return the sum of each group's values; they must fit 64 bits: `too_large` tells."""
        found: Ints = np.add.reduceat(values, self.starts)
        return found

    def too_large(self, values: Ints) -> Mask:
        """Return the rows that begin a group whose values add up to more than a message can say, signs aside."""
        totals = np.add.reduceat(np.abs(values).astype(np.float64), self.starts)
        found = np.zeros(self.rows, bool)
        found[self.starts[totals > 0.999 * SUMS_BELOW]] = True
        return found

    def framed(self, heads: pa.Array, texts: pa.Array, feet: pa.Array | str) -> pa.Array:
        """Return the text of each row, its group's head before the first and its foot behind the last.

        >>> Groups(np.array([0, 2]), 3).framed(pa.array(["(", "["]), pa.array(["a", "b", "c"]), ".").to_pylist()
        ['(a', 'b.', '[c.']
        """
        if isinstance(feet, str):
            feet = pa.array([feet]).take(pa.array(np.zeros(len(self.starts), np.int64)))
        return joined(self._at(self.starts, heads), texts, self._at(self.ends, feet))

    def _at(self, rows: Ints, texts: pa.Array) -> pa.Array:
        if len(self.starts) == self.rows:
            return texts
        places, absent = np.zeros(self.rows, np.int64), np.ones(self.rows, bool)
        places[rows], absent[rows] = np.arange(len(rows)), False
        return texts.take(pa.array(places, mask=absent))


def each(rows: int) -> Groups:
    """Return groups of one row each."""
    return Groups(np.arange(rows), rows)


def changing(keys: Sequence[npt.NDArray[Any]], most: int) -> Groups:
    """Return groups of rows that follow one another and have the same keys, of at most `most` rows.

    >>> changing([np.array([1, 1, 1, 2])], most=2).starts.tolist()
    [0, 2, 3]
    """
    rows = len(keys[0])
    new = np.zeros(rows, bool)
    new[:1] = True
    for key in keys:
        new[1:] |= key[1:] != key[:-1]
    groups = Groups(np.flatnonzero(new), rows)
    return Groups(np.flatnonzero(groups.within % most == 0), rows)


def ordered(keys: Sequence[npt.NDArray[Any]]) -> Ints:
    """Return the order in which rows of the same keys stand together, otherwise as they came."""
    return np.lexsort(keys[::-1])
