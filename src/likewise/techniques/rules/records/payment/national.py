"""The check digits that countries have within their account numbers, written in place.

Columns are counted from the first one after the IBAN's own four.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from likewise.techniques.rules.records.checks import character, iso7064, luhn, rest, weighted, weights97
from likewise.techniques.rules.records.texts import Bytes, Ints

Rule = Callable[[Bytes], None]

_ODD = np.array([1, 0, 5, 7, 9, 13, 15, 17, 19, 21])
"""What the Italian check makes of a digit at an odd place."""


def _tens(grid: Bytes, over: tuple[int, int], at: int, weights: Sequence[int]) -> None:
    """Write what brings the weighted sum to a multiple of ten."""
    grid[:, at] = character(rest(9 * weighted(grid[:, slice(*over)], weights), 10))


def _elevens(grid: Bytes, over: tuple[int, int], at: int, filler: int, weights: Sequence[int]) -> None:
    """Write what brings the weighted sum to a multiple of eleven, the last weight being 1.

    Where that were ten, the digit at `filler`, which says nothing else, is 1 instead of 0.
    """
    grid[:, filler] = ord("0")
    check = rest(10 * weighted(grid[:, slice(*over)], weights), 11)
    ten = check == 10
    grid[ten, filler] = ord("1")
    grid[:, at] = character(np.where(ten, (10 - weights[filler - over[0]]) % 11, check))


def _pair(grid: Bytes, at: int, numbers: Ints) -> None:
    grid[:, at], grid[:, at + 1] = character(numbers // 10), character(rest(numbers, 10))


def _remainder(grid: Bytes, at: int) -> None:
    """Write the remainder by 97, and 97 for none (Belgium)."""
    found = rest(weighted(grid[:, :at], weights97(at)), 97)
    _pair(grid, at, np.where(found == 0, 97, found))


def _iso(grid: Bytes, at: int, less: int = 0) -> None:
    """Write check digits of ISO 7064 MOD 97-10; `less` is 1 in the French system."""
    grid[:, at : at + 2] = ord("0")
    _pair(grid, at, iso7064(grid[:, : at + 2]) - less)


def _spanish(grid: Bytes) -> None:
    weights = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)
    for at, columns, own in ((8, slice(0, 8), weights[2:]), (9, slice(10, 20), weights)):
        check = 11 - rest(weighted(grid[:, columns], own), 11)
        grid[:, at] = character(np.where(check == 11, 0, np.where(check == 10, 1, check)))


def _italian(grid: Bytes) -> None:
    own = grid[:, 1:23].astype(np.int64) - ord("0")
    total = _ODD[own[:, ::2]].sum(axis=1) + own[:, 1::2].sum(axis=1)
    grid[:, 0] = (total % 26 + ord("A")).astype(np.uint8)


def _finnish(grid: Bytes) -> None:
    grid[:, 13] = luhn(grid[:, :13])


def _hybrid(grid: Bytes, over: tuple[int, int], at: int) -> None:
    """Write the check digit of ISO 7064 MOD 11,10 (Croatia)."""
    left = np.full(len(grid), 10, dtype=np.int64)
    for column in range(*over):
        left = rest(left + (grid[:, column].astype(np.int64) - ord("0")), 10)
        left = rest(np.where(left == 0, 10, left) * 2, 11)
    grid[:, at] = character(rest(11 - left, 10))


def _in_order(rules: Sequence[Rule], grid: Bytes) -> None:
    for rule in rules:
        rule(grid)


_CZECH = partial(_elevens, over=(10, 20), at=19, filler=18, weights=(6, 3, 7, 9, 10, 5, 8, 4, 2, 1))
_FRENCH = partial(_iso, at=21, less=1)

NATIONAL: dict[str, Rule] = {
    "AL": partial(_tens, over=(0, 7), at=7, weights=(9, 7, 3, 1, 9, 7, 3)),
    "BA": partial(_iso, at=14),
    "BE": partial(_remainder, at=10),
    "BI": _FRENCH,
    "CZ": _CZECH,
    "DJ": _FRENCH,
    "EE": partial(_tens, over=(2, 15), at=15, weights=(7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7)),
    "ES": _spanish,
    "FI": _finnish,
    "FR": _FRENCH,
    "HR": partial(_in_order, (partial(_hybrid, over=(0, 6), at=6), partial(_hybrid, over=(7, 16), at=16))),
    "HU": partial(
        _in_order,
        (
            partial(_tens, over=(0, 7), at=7, weights=(9, 7, 3, 1, 9, 7, 3)),
            partial(_tens, over=(8, 23), at=23, weights=(9, 7, 3, 1) * 3 + (9, 7, 3)),
        ),
    ),
    "IT": _italian,
    "MC": _FRENCH,
    "ME": partial(_iso, at=16),
    "MK": partial(_iso, at=13),
    "MR": _FRENCH,
    "NL": partial(_elevens, over=(4, 14), at=13, filler=12, weights=(10, 9, 8, 7, 6, 5, 4, 3, 2, 1)),
    "NO": partial(_elevens, over=(0, 11), at=10, filler=9, weights=(5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)),
    "PL": partial(_tens, over=(0, 7), at=7, weights=(3, 9, 7, 1, 3, 9, 7)),
    "PT": partial(_iso, at=19),
    "RS": partial(_iso, at=16),
    "SI": partial(_iso, at=13),
    "SK": _CZECH,
    "SM": _italian,
    "ST": partial(_iso, at=19),
    "TL": partial(_iso, at=17),
    "TN": partial(_iso, at=18, less=1),
    "XK": partial(_iso, at=14),
}
"""What writes the check digits of a country; others have none that holds for all their banks."""
