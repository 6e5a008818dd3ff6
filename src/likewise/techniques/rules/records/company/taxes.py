"""The numbers that tax offices and registers give to companies, with their check digits, by country."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from likewise.core.check_digits import DOUBLED
from likewise.core.counted import Counted
from likewise.techniques.rules.records.checks import (
    character,
    elevens,
    hybrid,
    lettered,
    luhn,
    pair,
    rest,
    serial,
    tens,
    weighted,
    weights97,
)
from likewise.techniques.rules.records.texts import Bytes, Ints, put

Rule = Callable[[Bytes], None]

_SEPARATORS = " -./"
_IRISH = np.frombuffer(b"WABCDEFGHIJKLMNOPQRSTUV", np.uint8)
_CHINESE = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRTUWXY", np.uint8)
_ALL = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MEXICAN = b"0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ"
_CAMPUSES = np.array([10, 12, 20, 26, 27, 30, 32, 35, 40, 45, 46, 47, 50, 60, 81, 82, 83, 84, 94, 95])


def _luhn(grid: Bytes, over: tuple[int, int], at: int) -> None:
    grid[:, at] = luhn(grid[:, slice(*over)])


def _eleven_or_zero(grid: Bytes, over: tuple[int, int], at: int, weights: Sequence[int]) -> None:
    """Write what brings the sum to a multiple of eleven, and 0 where that were ten."""
    check = rest(-weighted(grid[:, slice(*over)], weights), 11)
    grid[:, at] = character(np.where(check == 10, 0, check))


def _two_weights(grid: Bytes, over: tuple[int, int], at: int, first: Sequence[int], second: Sequence[int]) -> None:
    """Write the rest by eleven, and with other weights where that is ten."""
    own = grid[:, slice(*over)]
    check = rest(weighted(own, first), 11)
    check = np.where(check == 10, rest(weighted(own, second), 11), check)
    grid[:, at] = character(np.where(check == 10, 0, check))


def _modulo(grid: Bytes, over: tuple[int, int], at: int, weights: Sequence[int], by: int, from_: int = 0) -> None:
    """Write in two digits the sum's rest, or what `from_` exceeds it by."""
    left = rest(weighted(grid[:, slice(*over)], weights), by)
    pair(grid, at, from_ - left if from_ else left)


def _austrian(grid: Bytes) -> None:
    own = grid[:, 3:10] - np.uint8(ord("0"))
    total = own[:, ::2].sum(axis=1, dtype=np.int64) + DOUBLED[own[:, 1::2]].sum(axis=1, dtype=np.int64)
    grid[:, 10] = character(rest(6 - total, 10))


def _czech(grid: Bytes) -> None:
    check = rest(-weighted(grid[:, 2:9], range(8, 1, -1)), 11)
    grid[:, 9] = character(np.where(check == 0, 1, np.where(check == 10, 0, check)))


def _french(grid: Bytes) -> None:
    grid[:, 12] = luhn(grid[:, 4:12])
    left = rest(weighted(grid[:, 4:13], weights97(9)), 97)
    pair(grid, 2, rest(12 + 3 * left, 97))


def _cypriot(grid: Bytes) -> None:
    grid[:, 10] = lettered(grid[:, 2:10])


def _irish(grid: Bytes) -> None:
    grid[:, 9] = _IRISH[rest(weighted(grid[:, 2:9], range(8, 1, -1)), 23)]


def _slovenian(grid: Bytes) -> None:
    grid[:, 8] = ord("0")
    left = rest(weighted(grid[:, 2:9], range(8, 1, -1)), 11)
    grid[left == 0, 8] = ord("1")
    check = 11 - np.where(left == 0, 2, left)
    grid[:, 9] = character(np.where(check == 10, 0, check))


def _australian(grid: Bytes) -> None:
    pair(grid, 0, 11 + rest(-weighted(grid[:, 2:], range(3, 21, 2)) - 1, 89))


def _indian(grid: Bytes) -> None:
    counts = np.zeros(256, dtype=np.int64)
    counts[np.frombuffer(_ALL, np.uint8)] = np.arange(36)
    own = counts[grid[:, 2:]]
    own = np.hstack([counts[grid[:, :2]], own])
    doubled = 2 * own[:, 13::-2]
    total = (doubled // 36 + rest(doubled, 36)).sum(axis=1) + own[:, 12::-2].sum(axis=1)
    grid[:, 14] = np.frombuffer(_ALL, np.uint8)[rest(-total, 36)]


def _american(grid: Bytes) -> None:
    """Write a beginning that is given out, which the number behind it chooses."""
    pair(grid, 0, _CAMPUSES[rest(weighted(grid[:, 2:], (3, 7, 1, 9, 11, 13, 17)), len(_CAMPUSES))])


def _japanese(grid: Bytes) -> None:
    grid[:, 0] = character(9 - rest(weighted(grid[:, 1:], (2, 1) * 6), 9))


def _brazilian(grid: Bytes) -> None:
    weights = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    _eleven_or_zero(grid, (0, 12), 12, weights[1:])
    _eleven_or_zero(grid, (0, 13), 13, weights)


def _turkish(grid: Bytes) -> None:
    total = np.zeros(len(grid), dtype=np.int64)
    for place in range(9):
        found = rest(grid[:, 8 - place].astype(np.int64) - ord("0") + place + 1, 10)
        power = rest(found * 2 ** (place + 1), 9)
        total += np.where((found > 0) & (power == 0), 9, power)
    grid[:, 9] = character(rest(-total, 10))


def _korean(grid: Bytes) -> None:
    total = weighted(grid[:, :9], (1, 3, 7, 1, 3, 7, 1, 3, 5)) + 5 * (grid[:, 8].astype(np.int64) - ord("0")) // 10
    grid[:, 9] = character(rest(-total, 10))


def _chinese(grid: Bytes) -> None:
    total = weighted(grid[:, :17], [pow(3, place, 31) for place in range(17)])
    grid[:, 17] = _CHINESE[rest(-total, 31)]


def _mexican(grid: Bytes) -> None:
    counts = np.zeros(256, dtype=np.int64)
    counts[np.frombuffer(_MEXICAN, np.uint8)] = np.arange(len(_MEXICAN))
    total = 37 * 13 + (counts[grid[:, :11]] * np.arange(12, 1, -1)).sum(axis=1)
    check = rest(-total, 11)
    grid[:, 11] = np.where(check == 10, ord("A"), ord("0") + check)


_FALLING = tuple(range(8, 1, -1))

TAXES: dict[str, tuple[str, Rule]] = {
    "AT": ("ATU*******?", _austrian),
    "AU": ("?? *** *** ***", _australian),
    "BE": ("BE0*******??", partial(_modulo, over=(2, 10), at=10, weights=weights97(8), by=97, from_=97)),
    "BG": ("BG1*******?", partial(_two_weights, over=(2, 10), at=10, first=range(1, 9), second=range(3, 11))),
    "BR": ("**.***.***/0001-??", _brazilian),
    "CA": ("********?RC0001", partial(_luhn, over=(0, 8), at=8)),
    "CH": ("CHE-1**.***.*?? MWST",
           partial(elevens, over=(3, 12), at=11, filler=10, weights=(5, 4, 3, 2, 7, 6, 5, 4, 1))),
    "CN": ("91110108*********?", _chinese),
    "CY": ("CY10******?", _cypriot),
    "CZ": ("CZ2******?", _czech),
    "DE": ("DE1*******?", partial(hybrid, over=(2, 10), at=10)),
    "DK": ("DK2*****??", partial(elevens, over=(2, 10), at=9, filler=8, weights=(2, 7, 6, 5, 4, 3, 2, 1))),
    "EE": ("EE10******?", partial(tens, over=(2, 10), at=10, weights=(3, 7, 1, 3, 7, 1, 3, 7))),
    "ES": ("ESB*******?", partial(_luhn, over=(3, 10), at=10)),
    "FI": ("FI1*****??", partial(elevens, over=(2, 10), at=9, filler=8, weights=(7, 9, 10, 5, 8, 4, 2, 1))),
    "FR": ("FR??********?", _french),
    "GB": ("GB1******??", partial(_modulo, over=(2, 9), at=9, weights=_FALLING, by=97, from_=97)),
    "GR": ("EL09******?",
           partial(_two_weights, over=(2, 10), at=10, first=[2**n for n in range(8, 0, -1)], second=[0] * 8)),
    "HR": ("HR1*********?", partial(hybrid, over=(2, 12), at=12)),
    "HU": ("HU1******?", partial(tens, over=(2, 9), at=9, weights=(9, 7, 3, 1, 9, 7, 3))),
    "IE": ("IE1******?", _irish),
    "IN": ("27@@@C@1***@1Z?", _indian),
    "IT": ("IT*******015?", partial(_luhn, over=(2, 12), at=12)),
    "JP": ("?1***********", _japanese),
    "KR": ("2**-81-1***?", _korean),
    "LT": ("LT1******1?",
           partial(_two_weights, over=(2, 10), at=10, first=range(1, 9), second=(3, 4, 5, 6, 7, 8, 9, 1))),
    "LU": ("LU1*****??",
           partial(_modulo, over=(2, 8), at=8, weights=[pow(10, n, 89) for n in range(5, -1, -1)], by=89)),
    "LV": ("LV4********??",
           partial(elevens, over=(2, 13), at=12, filler=11, weights=(9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1), more=3)),
    "MT": ("MT1*****??", partial(_modulo, over=(2, 8), at=8, weights=(3, 4, 6, 7, 8, 9), by=37, from_=37)),
    "MX": ("@@@150611***", _mexican),
    "NL": ("NL*******??B01",
           partial(elevens, over=(2, 11), at=10, filler=9, weights=(-9, -8, -7, -6, -5, -4, -3, -2, 1))),
    "NO": ("NO9******??MVA", partial(elevens, over=(2, 11), at=10, filler=9, weights=(3, 2, 7, 6, 5, 4, 3, 2, 1))),
    "NZ": ("10*****??", partial(elevens, over=(0, 9), at=8, filler=7, weights=(3, 2, 7, 6, 5, 4, 3, 2, 1))),
    "PL": ("PL1*******??",
           partial(elevens, over=(2, 12), at=11, filler=10, weights=(-6, -5, -7, -2, -3, -4, -5, -6, -7, 1))),
    "PT": ("PT5*******?", partial(_eleven_or_zero, over=(2, 10), at=10, weights=range(9, 1, -1))),
    "RO": ("RO1*******?", partial(_eleven_or_zero, over=(2, 10), at=10, weights=(5, 3, 2, 1, 7, 5, 3, 2))),
    "RU": ("77*******?", partial(_two_weights, over=(0, 9), at=9, first=(2, 4, 10, 3, 5, 9, 4, 6, 8), second=[0] * 9)),
    "SE": ("SE556******?01", partial(_luhn, over=(2, 11), at=11)),
    "SI": ("SI1*****??", _slovenian),
    "SK": ("SK202*****??", partial(elevens, over=(2, 12), at=11, filler=10, weights=(-1, 1) * 5)),
    "TR": ("1********?", _turkish),
    "UA": ("1******?", partial(_two_weights, over=(0, 7), at=7, first=range(1, 8), second=range(3, 10))),
    "US": ("??-*******", _american),
}  # fmt: skip
"""How a country's numbers look, and what writes their check digits.

`*` is a free digit, `@` a letter, `?` is written last. What stands between the digits (blanks, points) is put in
afterwards; columns are counted without it.
"""


def tax_numbers(country: str, random: Counted, rows: Ints) -> Bytes:
    """Return the characters of a number for each row; numbers differ while the free digits allow it."""
    shape, rule = TAXES[country]
    template = "".join(sign for sign in shape if sign not in _SEPARATORS)
    grid = np.empty((len(rows), len(template)), dtype=np.uint8)
    grid[:] = np.frombuffer(template.replace("*", "0").replace("?", "0").replace("@", "A").encode(), np.uint8)
    free = [column for column, sign in enumerate(template) if sign == "*"]
    written = np.empty((len(rows), len(free)), dtype=np.uint8)
    put(written, serial(random, rows, 10 ** len(free)))
    grid[:, free] = written
    for column in (column for column, sign in enumerate(template) if sign == "@"):
        grid[:, column] += random.at(column).integers(rows, 26).astype(np.uint8)
    rule(grid)
    if template == shape:
        return grid
    out = np.empty((len(rows), len(shape)), dtype=np.uint8)
    out[:] = np.frombuffer(shape.encode(), np.uint8)
    out[:, [column for column, sign in enumerate(shape) if sign not in _SEPARATORS]] = grid
    return out
