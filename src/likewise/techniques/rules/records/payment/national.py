"""The check digits that countries have within their account numbers, written in place.

Columns are counted from the first one after the IBAN's own four.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from likewise.techniques.rules.records.checks import (
    character,
    elevens,
    hybrid,
    iso7064,
    lettered,
    luhn,
    pair,
    rest,
    tens,
    weighted,
    weights97,
)
from likewise.techniques.rules.records.texts import Bytes

Rule = Callable[[Bytes], None]


def _remainder(grid: Bytes, at: int) -> None:
    """Write the remainder by 97, and 97 for none (Belgium)."""
    found = rest(weighted(grid[:, :at], weights97(at)), 97)
    pair(grid, at, np.where(found == 0, 97, found))


def _iso(grid: Bytes, at: int, less: int = 0) -> None:
    """Write check digits of ISO 7064 MOD 97-10; `less` is 1 in the French system."""
    grid[:, at : at + 2] = ord("0")
    pair(grid, at, iso7064(grid[:, : at + 2]) - less)


def _spanish(grid: Bytes) -> None:
    weights = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)
    for at, columns, own in ((8, slice(0, 8), weights[2:]), (9, slice(10, 20), weights)):
        check = 11 - rest(weighted(grid[:, columns], own), 11)
        grid[:, at] = character(np.where(check == 11, 0, np.where(check == 10, 1, check)))


def _italian(grid: Bytes) -> None:
    grid[:, 0] = lettered(grid[:, 1:23])


def _finnish(grid: Bytes) -> None:
    grid[:, 13] = luhn(grid[:, :13])


def _in_order(rules: Sequence[Rule], grid: Bytes) -> None:
    for rule in rules:
        rule(grid)


_CZECH = partial(elevens, over=(10, 20), at=19, filler=18, weights=(6, 3, 7, 9, 10, 5, 8, 4, 2, 1))
_FRENCH = partial(_iso, at=21, less=1)

NATIONAL: dict[str, Rule] = {
    "AL": partial(tens, over=(0, 7), at=7, weights=(9, 7, 3, 1, 9, 7, 3)),
    "BA": partial(_iso, at=14),
    "BE": partial(_remainder, at=10),
    "BI": _FRENCH,
    "CZ": _CZECH,
    "DJ": _FRENCH,
    "EE": partial(tens, over=(2, 15), at=15, weights=(7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7)),
    "ES": _spanish,
    "FI": _finnish,
    "FR": _FRENCH,
    "HR": partial(_in_order, (partial(hybrid, over=(0, 6), at=6), partial(hybrid, over=(7, 16), at=16))),
    "HU": partial(
        _in_order,
        (
            partial(tens, over=(0, 7), at=7, weights=(9, 7, 3, 1, 9, 7, 3)),
            partial(tens, over=(8, 23), at=23, weights=(9, 7, 3, 1) * 3 + (9, 7, 3)),
        ),
    ),
    "IT": _italian,
    "MC": _FRENCH,
    "ME": partial(_iso, at=16),
    "MK": partial(_iso, at=13),
    "MR": _FRENCH,
    "NL": partial(elevens, over=(4, 14), at=13, filler=12, weights=(10, 9, 8, 7, 6, 5, 4, 3, 2, 1)),
    "NO": partial(elevens, over=(0, 11), at=10, filler=9, weights=(5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)),
    "PL": partial(tens, over=(0, 7), at=7, weights=(3, 9, 7, 1, 3, 9, 7)),
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
