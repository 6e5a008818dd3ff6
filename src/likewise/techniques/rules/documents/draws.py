"""The random numbers of one document, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from likewise.core.counted import Counted

Item = TypeVar("Item")

BLOCK, PART = 64, 22
"""Numbers that are made at once; bits that count the numbers of one document."""


class Draws:
    """Give the numbers of one document in turn, from its own part of a stream.

    >>> Draws(Counted(7, "document"), 3).below(10) == Draws(Counted(7, "document"), 3).below(10)
    True
    """

    __slots__ = ("_at", "_block", "_numbers", "_start")

    def __init__(self, numbers: Counted, document: int) -> None:
        self._numbers, self._at, self._start = numbers, 0, document << PART
        self._block: list[int] = []

    def bits(self) -> int:
        """Return 64 random bits."""
        place = self._at % BLOCK
        if not place:
            self._block = self._numbers.bits(np.arange(BLOCK) + (self._start + self._at)).tolist()
        self._at += 1
        return self._block[place]

    def uniform(self) -> float:
        """Return a number of at least 0 and below 1."""
        return (self.bits() >> 11) * 2.0**-53

    def chance(self, share: float) -> bool:
        """Return true in a share of the calls."""
        return self.uniform() < share

    def below(self, high: int) -> int:
        """Return a whole number from 0 up to, but not, `high`, however large."""
        if high <= 1 << 32:
            return ((self.bits() >> 32) * high) >> 32
        number, room = 0, 1
        while room < high << 32:
            number, room = (number << 64) | self.bits(), room << 64
        return number % high

    def between(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def pick(self, items: Sequence[Item]) -> Item:
        """Return one of the items, each with the same chance."""
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[Item], weights: Sequence[float] | None = None) -> list[Item]:
        """Return all items in random order; those of greater weight tend to come first."""
        if len(items) < 2:
            return list(items)
        shares = weights or [1.0] * len(items)
        keys = [self.uniform() ** (1 / share) if share > 0 else -1.0 for share in shares]
        return [items[place] for place in sorted(range(len(items)), key=lambda at: -keys[at])]
