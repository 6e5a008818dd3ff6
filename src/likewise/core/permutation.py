"""Orders without repeats: where a keyed shuffle of the numbers below a size sends each of them, found alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from likewise.core.counted import Bits, Counted, Ints
from likewise.errors import SettingsError

LISTED = 65_536
"""Sizes up to which the whole order is listed, and is one of all orders alike."""

LARGEST = 2**62
"""Sizes beyond this do not fit whole numbers."""

ROUNDS = 4

Step = Callable[[Bits], Bits]

_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


class Permutation:
    """Send each whole number from 0 up to `size` to another one, no two to the same, in an order that random bits settle.

    Any place of the order is found without the others, and `back` finds it again. So values can be made that differ in
    billions of rows, each row alone: no list of what was used, and no second try. Small orders are listed; others are a
    Feistel network (Luby and Rackoff, 1988) over the next power of two, walked on until it is inside (cycle walking;
    Black and Rogaway, 2002). This hides nothing from somebody who means to find out. Cost: about 30 ns a number.

    >>> order = Permutation(1_000_000, Counted(7, "tickets"))
    >>> places = order.at(np.arange(1_000_000))
    >>> len(np.unique(places)), bool((order.back(places) == np.arange(1_000_000)).all())
    (1000000, True)
    """

    __slots__ = ("_keys", "_left", "_order", "_place", "_right", "_shift", "size")

    def __init__(self, size: int, random: Counted) -> None:
        if not 0 < size <= LARGEST:
            raise SettingsError("settings.permutation", f"{size:,} numbers cannot be put in an order",
                                hint="ask for at least 1 and at most 2**62")  # fmt: skip
        self.size = size
        self._order: Ints | None = None
        self._place: Ints | None = None
        if size <= LISTED:
            self._order = np.argsort(random.bits(np.arange(size)), kind="stable")
            return
        bits = (size - 1).bit_length()
        self._shift = np.uint64(bits // 2)
        self._right = np.uint64(2 ** (bits // 2) - 1)
        self._left = np.uint64(2 ** (bits - bits // 2) - 1)
        self._keys = random.at("rounds").bits(np.arange(ROUNDS))

    def at(self, numbers: Ints) -> Ints:
        """Return where each number is sent; all are from 0 up to `size`."""
        if self._order is not None:
            return self._order[numbers]
        return self._walked(numbers, self._forward)

    def back(self, places: Ints) -> Ints:
        """Return which number is sent to each place."""
        if self._order is not None:
            if self._place is None:
                self._place = np.argsort(self._order)
            return self._place[places]
        return self._walked(places, self._backward)

    def _walked(self, numbers: Ints, step: Step) -> Ints:
        found = step(numbers.astype(np.uint64))
        over = np.flatnonzero(found >= np.uint64(self.size))
        while len(over):
            found[over] = step(found[over])
            over = over[found[over] >= np.uint64(self.size)]
        return found.astype(np.int64)

    def _forward(self, numbers: Bits) -> Bits:
        left, right = numbers >> self._shift, numbers & self._right
        for place, key in enumerate(self._keys):
            if place % 2:
                right ^= _mixed(left, key) & self._right
            else:
                left ^= _mixed(right, key) & self._left
        return (left << self._shift) | right

    def _backward(self, numbers: Bits) -> Bits:
        left, right = numbers >> self._shift, numbers & self._right
        for place in range(ROUNDS - 1, -1, -1):
            if place % 2:
                right ^= _mixed(left, self._keys[place]) & self._right
            else:
                left ^= _mixed(right, self._keys[place]) & self._left
        return (left << self._shift) | right


def _mixed(numbers: Bits, key: npt.NDArray[np.uint64] | np.uint64) -> Bits:
    mixed = numbers + key
    mixed ^= mixed >> np.uint64(30)
    mixed *= _FIRST
    mixed ^= mixed >> np.uint64(27)
    mixed *= _SECOND
    mixed ^= mixed >> np.uint64(31)
    return mixed


@lru_cache(maxsize=128)
def order_of(size: int, random: Counted) -> Permutation:
    """Return the order that a stream settles; the last ones are kept for when they are wanted again."""
    return Permutation(size, random)
