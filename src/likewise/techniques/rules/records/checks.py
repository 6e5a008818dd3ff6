"""Numbers written into matrices of characters, and the check digits that go with them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from likewise.core import check_digits
from likewise.core.counted import Counted
from likewise.core.permutation import order_of
from likewise.techniques.rules.records.texts import Bytes, Ints

_HALF, _LOWER = np.uint64(32), np.uint64(2**32 - 1)

_ODD = np.array([1, 0, 5, 7, 9, 13, 15, 17, 19, 21])
"""What digits at odd places count for in Italian and Cypriot checks."""


def chance(random: Counted, rows: Ints, size: int) -> Ints:
    """Return a random number below `size`, at most 10**18, for each row.

    >>> int(chance(Counted(0, "iban"), np.arange(100), 10**15).max()) < 10**15
    True
    """
    bits = random.bits(rows)
    if size <= 2**32:
        return ((bits >> _HALF) * np.uint64(size) >> _HALF).astype(np.int64)
    low = 10**9
    high = -(-size // low)
    found: Ints = ((bits >> _HALF) * np.uint64(high) >> _HALF).astype(np.int64) * low
    found += ((bits & _LOWER) * np.uint64(low) >> _HALF).astype(np.int64)
    return found if high * low == size else rest(found, size)


def serial(random: Counted, rows: Ints, size: int) -> Ints:
    """Return a number below `size` for each row, none twice in `size` rows that follow one another.

    >>> numbers = serial(Counted(0, "card"), np.arange(1000), 1000)
    >>> len(set(numbers.tolist())), int(numbers.max())
    (1000, 999)
    """
    return order_of(size, random).at(rest(rows, size) if len(rows) and int(rows.max()) >= size else rows)


def weighted(grid: Bytes, weights: Sequence[int], letters: Sequence[int] = ()) -> Ints:
    """Return the sum of each row's digits times the weights; sums stay below 2**24.

    `letters` are columns that hold capital letters, which count 10 to 35.

    >>> weighted(np.frombuffer(b"1203", np.uint8).reshape(1, 4), [1, 10, 100, 1000]).tolist()
    [3021]
    """
    least = sum(weight * (ord("A") - 10 if column in letters else ord("0")) for column, weight in enumerate(weights))
    found: Ints = (grid.astype(np.float32) @ np.array(weights, dtype=np.float32)).astype(np.int64)
    found -= least
    return found


def rest(numbers: Ints, by: int) -> Ints:
    """Return the remainders by a number: twice as fast as `%`."""
    return numbers - numbers // by * by


def character(numbers: Ints) -> Bytes:
    """Return the digit characters of numbers from 0 to 9."""
    return (numbers + ord("0")).astype(np.uint8)


def luhn(grid: Bytes) -> Bytes:
    """Return the character that makes the digits before it pass Luhn's formula.

    >>> luhn(np.frombuffer(b"7992739871", np.uint8).reshape(1, 10)).tobytes()
    b'3'
    """
    return character(check_digits.luhn(grid - np.uint8(ord("0"))))


def iso7064(grid: Bytes, letters: Sequence[int] = ()) -> Ints:
    """Return the two check digits of ISO 7064 MOD 97-10, for characters that end in two zeros in their place.

    `letters` are the columns that hold letters: each counts for two digits.

    >>> iso7064(np.frombuffer(b"3214282912345698765432161100", np.uint8).reshape(1, 28)).tolist()
    [82]
    """
    return 98 - rest(weighted(grid, weights97(grid.shape[1], letters), letters), 97)


def weights97(columns: int, letters: Sequence[int] = (), last: int = 1) -> list[int]:
    """Return what each column of a number counts for modulo 97, the last one `last`; letters take two digits each."""
    found, weight = list[int](), last
    for column in reversed(range(columns)):
        found.append(weight)
        weight = weight * (100 if column in letters else 10) % 97
    return found[::-1]


def tens(grid: Bytes, over: tuple[int, int], at: int, weights: Sequence[int]) -> None:
    """Write what brings the weighted sum to a multiple of ten."""
    grid[:, at] = character(rest(9 * weighted(grid[:, slice(*over)], weights), 10))


def elevens(grid: Bytes, over: tuple[int, int], at: int, filler: int, weights: Sequence[int], more: int = 0) -> None:
    """Write what brings the weighted sum to a multiple of eleven (or `more` than one), the last weight being 1.

    Where that were ten, the digit at `filler`, which says nothing else, is 1 instead of 0.
    """
    grid[:, filler] = ord("0")
    grid[:, at] = ord("0")
    check = rest(more - weighted(grid[:, slice(*over)], weights), 11)
    ten = check == 10
    grid[ten, filler] = ord("1")
    grid[:, at] = character(np.where(ten, (10 - weights[filler - over[0]]) % 11, check))


def pair(grid: Bytes, at: int, numbers: Ints) -> None:
    """Write numbers of two digits."""
    grid[:, at], grid[:, at + 1] = character(numbers // 10), character(rest(numbers, 10))


def hybrid(grid: Bytes, over: tuple[int, int], at: int) -> None:
    """Write the check digit of ISO 7064 MOD 11,10 (Croatia, Germany)."""
    left = np.full(len(grid), 10, dtype=np.int64)
    for column in range(*over):
        left = rest(left + (grid[:, column].astype(np.int64) - ord("0")), 10)
        left = rest(np.where(left == 0, 10, left) * 2, 11)
    grid[:, at] = character(rest(11 - left, 10))


def lettered(grid: Bytes) -> Bytes:
    """Return the letter that Italy and Cyprus check digits by: those at odd places count by a table."""
    own = grid.astype(np.int64) - ord("0")
    total = _ODD[own[:, ::2]].sum(axis=1) + own[:, 1::2].sum(axis=1)
    return (rest(total, 26) + ord("A")).astype(np.uint8)
