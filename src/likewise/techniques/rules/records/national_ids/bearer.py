"""Who bears a national number, and the digits that numbers are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.counted import Counted
from likewise.techniques.rules.records.texts import digits, fixed

Ints = npt.NDArray[np.int64]
Digits = npt.NDArray[np.int64]
"""Whole numbers from 0 to 9, of shape (people, digits)."""

ATTEMPTS = 12
"""How often a serial number is counted on where its check digit would be a 10."""


@dataclass(frozen=True, eq=False)
class Bearer:
    """Hold what numbers say of people: the date of birth, the sex, the name in Latin letters, and the region.

    `safe` asks for a number that is never issued, where the country has such.
    """

    year: Ints
    month: Ints
    day: Ints
    male: npt.NDArray[np.bool_]
    safe: bool
    rows: Ints
    random: Counted
    said: Callable[[str], pa.Array]

    def serial(self, low: int, high: int, name: str = "serial") -> Ints:
        """Return a number from `low` to `high`, both included, for each."""
        return self.random.at(name).integers(self.rows, high - low + 1) + low

    def parted(self, low: int, high: int) -> Ints:
        """Return a number from an even `low` to an odd `high`, odd for men and even for women."""
        return self.serial(low // 2, high // 2) * 2 + self.male

    def picked(self, letters: str, name: str) -> npt.NDArray[np.uint8]:
        """Return one of some letters for each, as a column of characters."""
        return characters(letters)[self.serial(0, len(letters) - 1, name)][:, None]


def spread(numbers: Ints, width: int) -> Digits:
    """Return the last digits of numbers.

    >>> spread(np.array([7, 123]), 2).tolist()
    [[0, 7], [2, 3]]
    """
    return digits(numbers, width).astype(np.int64) - ord("0")


def beside(*parts: Digits | Ints) -> Digits:
    """Return digits, or single digits, one after the other."""
    return np.concatenate([part if part.ndim == 2 else part[:, None] for part in parts], axis=1)


def total(numbers: Digits, weights: Sequence[int]) -> Ints:
    """Return the sum of digits, each times its weight."""
    return numbers[:, : len(weights)] @ np.array(weights, np.int64)


def value(numbers: Digits) -> Ints:
    """Return the number that digits write."""
    return total(numbers, [10**place for place in range(numbers.shape[1] - 1, -1, -1)])


def characters(text: str) -> npt.NDArray[np.uint8]:
    """Return the characters of a text."""
    return np.frombuffer(text.encode(), np.uint8)


def written(*parts: Digits | Ints | npt.NDArray[np.uint8] | str) -> pa.Array:
    """Return numbers as texts: digits, characters, and what stands between them in every number."""
    rows = next(len(part) for part in parts if not isinstance(part, str))
    columns: list[npt.NDArray[np.uint8]] = []
    for part in parts:
        if isinstance(part, str):
            columns.append(np.broadcast_to(characters(part), (rows, len(part))))
        else:
            column = part if part.ndim == 2 else part[:, None]
            columns.append(column.astype(np.uint8) + np.uint8(0 if part.dtype == np.uint8 else ord("0")))
    return fixed(np.concatenate(columns, axis=1))


def counted_on(
    who: Bearer, low: int, high: int, make: Callable[[Ints], tuple[Digits, npt.NDArray[np.bool_]]]
) -> Digits:
    """Return numbers made of serial numbers, each counted on until its check digit is one digit."""
    serial = who.serial(low, high)
    made, fits = make(serial)
    for _ in range(ATTEMPTS):
        if fits.all():
            break
        serial = np.where(fits, serial, (serial - low + 1) % (high - low + 1) + low)
        made, fits = make(serial)
    return made
