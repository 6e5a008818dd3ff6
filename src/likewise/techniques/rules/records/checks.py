"""Numbers written into matrices of characters, and the check digits that go with them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from likewise.core.counted import Counted
from likewise.techniques.rules.records.texts import Bytes, Ints, digits

FOURS = digits(np.arange(10_000), 4).view(np.uint32).ravel()
"""The four characters of each number below 10,000."""

_GROUP = np.uint64(10_000)

DOUBLED = np.array([sum(divmod(2 * digit, 10)) for digit in range(10)], dtype=np.uint8)
"""What Luhn's formula makes of every other digit."""


def put(out: Bytes, numbers: npt.NDArray[np.integer]) -> None:
    """Write the last decimal digits of numbers, as many as there are columns."""
    rest, width = numbers.astype(np.uint64), out.shape[1]
    groups = -(-width // 4)
    written = np.empty((len(rest), groups), dtype=np.uint32)
    for group in reversed(range(groups)):
        above = rest // _GROUP
        written[:, group] = FOURS.take((rest - above * _GROUP).view(np.int64))
        rest = above
    out[:] = written.view(np.uint8)[:, 4 * groups - width :]


def serial(random: Counted, rows: Ints, size: int) -> Ints:
    """Return a number below `size` for each row, none twice in `size` rows that follow one another.

    Two rounds of a Feistel network over a rectangle: each half moves on by a hash of the other one.

    >>> numbers = serial(Counted(0, "card"), np.arange(1000), 1000)
    >>> len(set(numbers.tolist())), int(numbers.max())
    (1000, 999)
    """
    right = _side(size)
    wide = size // right
    place = rows % size if len(rows) and int(rows.max()) >= size else rows
    high = place // right
    low = place - high * right
    high = high + random.at("high").integers(low, wide)
    high -= wide * (high >= wide)
    low += random.at("low").integers(high, right)
    low -= right * (low >= right)
    found: Ints = high * right + low
    return found


@cache
def _side(size: int) -> int:
    """Return the greatest divisor of a size that is not above its root."""
    return next(side for side in range(math.isqrt(size), 0, -1) if size % side == 0)


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
    """Return the digit that makes the digits before it pass Luhn's formula (ISO/IEC 7812-1).

    >>> luhn(np.frombuffer(b"7992739871", np.uint8).reshape(1, 10)).tobytes()
    b'3'
    """
    own = grid - np.uint8(ord("0"))
    total = DOUBLED[own[:, ::-1][:, ::2]].sum(axis=1, dtype=np.int64) + own[:, ::-1][:, 1::2].sum(
        axis=1, dtype=np.int64
    )
    return character(rest(9 * total, 10))


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
