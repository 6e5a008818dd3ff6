"""The checks of numbers that states, banks and makers issue, on rows of digits and letters (as 0 to 35)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from likewise.core.check_digits import hybrid_eleven, luhn, ninety_seven, verhoeff, weighted
from likewise.core.identifiers.recogniser import Grid, Mask

IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18,
    "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24,
    "XK": 20,
}  # fmt: skip
"""How long the IBANs of each country are (ISO 13616)."""

CHECK_LETTERS = np.array([int(sign, 36) for sign in "TRWAGMYFPDXBNJZSQVHLCKE"])
_VIN = np.array([*range(10), 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 0, 7, 0, 9, 2, 3, 4, 5, 6, 7, 8, 9])
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_ODD = np.array([1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23])
"""What the letters A to Z, and the digits 0 to 9 like A to J, count at odd places of an Italian tax code."""


def _mask(found: object) -> Mask:
    return np.asarray(found, dtype=bool)


def luhn_holds(grid: Grid) -> Mask:
    """Return which rows pass Luhn's formula."""
    return _mask(_digits(grid) & (luhn(np.minimum(grid[:, :-1], 9)) == grid[:, -1]))


def is_iban(grid: Grid) -> Mask:
    """Return which rows are IBANs: of the length of their country, and with the remainder 1 by 97."""
    moved = np.concatenate([grid[:, 4:], grid[:, :4]], axis=1)
    return _mask(_of_country(grid) & (ninety_seven(moved) == 1))


def _of_country(grid: Grid) -> Mask:
    width = grid.shape[1]
    known = {int(c[0], 36) * 36 + int(c[1], 36) for c, length in IBAN_LENGTHS.items() if length == width}
    found: Mask = np.isin(grid[:, 0] * 36 + grid[:, 1], list(known))
    return found


def weighs(weights: tuple[int, ...], by: int, *, rest: int = 0) -> Callable[[Grid], Mask]:
    """Return the check that weighted digits leave one remainder.

    >>> weighs((9, 8, 7, 6, 5, 4, 3, 2, -1), 11)(np.array([[1, 1, 1, 2, 2, 2, 3, 3, 3]])).tolist()
    [True]
    """
    return lambda grid: _mask(_digits(grid) & (weighted(grid, weights) % by == rest))


def is_nhs(grid: Grid) -> Mask:
    """Return which rows are NHS numbers: a digit makes the weighted sum a multiple of 11."""
    return weighs((10, 9, 8, 7, 6, 5, 4, 3, 2, 1), 11)(grid)


def is_steuer_id(grid: Grid) -> Mask:
    """Return which rows are German tax ids: one digit of ten twice or three times, and a check digit."""
    counts = (grid[:, :10, None] == np.arange(10)).sum(axis=1)
    twice, thrice = (counts == 2).sum(axis=1), (counts == 3).sum(axis=1)
    once = (twice + thrice == 1) & (counts.max(axis=1) <= 3)
    return _mask(_digits(grid) & (grid[:, 0] > 0) & once & (hybrid_eleven(grid[:, :10]) == grid[:, 10]))


def is_nir(grid: Grid) -> Mask:
    """Return which rows are French social security numbers: a key of two digits, Corsica's 2A and 2B as 19 and 18."""
    if grid.shape[1] != 15:
        return np.zeros(len(grid), bool)
    letter = grid[:, 6] - 9  # 1 for A, 2 for B
    plain = grid.copy()
    corsican = (letter == 1) | (letter == 2)
    plain[corsican, 5], plain[corsican, 6] = 1, 10 - letter[corsican]
    number = _number(plain[:, :13])
    return _mask(_digits(plain) & (97 - number % 97 == _number(plain[:, 13:])))


def is_dni(grid: Grid) -> Mask:
    """Return which rows are Spanish DNI or NIE: a letter tells the number's remainder by 23, X, Y, Z count 0, 1, 2."""
    plain = grid.copy()
    foreign = plain[:, 0] >= 33
    plain[foreign, 0] -= 33
    body = plain[:, :8]
    return _mask((body <= 9).all(axis=1) & (CHECK_LETTERS[_number(np.minimum(body, 9)) % 23] == grid[:, 8]))


def is_codice_fiscale(grid: Grid) -> Mask:
    """Return which rows are Italian tax codes: a letter tells the sum of what odd and even places count."""
    own = np.where(grid >= 10, grid - 10, grid)
    total = _ODD[own[:, 0:15:2]].sum(axis=1) + own[:, 1:15:2].sum(axis=1)
    found: Mask = (grid[:, 15] >= 10) & (total % 26 == own[:, 15])
    return found


def is_pesel(grid: Grid) -> Mask:
    """Return which rows are PESEL: a date of birth, the century added to its month, and a check digit."""
    month, day = grid[:, 2] % 2 * 10 + grid[:, 3], grid[:, 4] * 10 + grid[:, 5]
    return _mask(weighs((1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1), 10)(grid) & _dated(month, day))


def is_personnummer(grid: Grid) -> Mask:
    """Return which rows are Swedish personal numbers: a date, 60 added to days of coordination numbers, and Luhn."""
    if grid.shape[1] not in (10, 12):
        return np.zeros(len(grid), bool)
    short = grid[:, -10:]
    month, day = short[:, 2] * 10 + short[:, 3], short[:, 4] * 10 + short[:, 5]
    return luhn_holds(short) & _dated(month, np.where(day > 60, day - 60, day))


def is_cpf(grid: Grid) -> Mask:
    """Return which rows are Brazilian CPF: two check digits, and not all digits alike."""
    first, second = tuple(range(10, 1, -1)), tuple(range(11, 1, -1))
    return _mask(_digits(grid) & ~_alike(grid) & _brazilian(grid, first, 9) & _brazilian(grid, second, 10))


def is_cnpj(grid: Grid) -> Mask:
    """Return which rows are Brazilian CNPJ: two check digits, and not all digits alike."""
    second = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    return _mask(_digits(grid) & ~_alike(grid) & _brazilian(grid, second[1:], 12) & _brazilian(grid, second, 13))


def _brazilian(grid: Grid, weights: tuple[int, ...], place: int) -> Mask:
    rest = weighted(grid, weights) % 11
    found: Mask = np.where(rest < 2, 0, 11 - rest) == grid[:, place]
    return found


def is_aadhaar(grid: Grid) -> Mask:
    """Return which rows are Aadhaar numbers: Verhoeff's formula holds."""
    return _mask(_digits(grid) & (verhoeff(np.minimum(grid, 9)) == 0))


def is_medicare(grid: Grid) -> Mask:
    """Return which rows are Australian Medicare numbers: the ninth digit checks the first eight."""
    return _mask(_digits(grid) & (weighted(grid, (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == grid[:, 8]))


def is_vin(grid: Grid) -> Mask:
    """Return which rows are vehicle numbers with a check sign at the ninth place (ISO 3779, North America)."""
    rest = weighted(_VIN[grid], _VIN_WEIGHTS) % 11
    found: Mask = grid[:, 8] == np.where(rest == 10, 33, rest)
    return found


def is_npi(grid: Grid) -> Mask:
    """Return which rows are US provider numbers: Luhn's formula with 80840 in front."""
    front = np.broadcast_to(np.array([8, 0, 8, 4, 0]), (len(grid), 5))
    return luhn_holds(np.concatenate([front, grid], axis=1))


def is_dea(grid: Grid) -> Mask:
    """Return which rows are DEA numbers: two letters, and a last digit that checks six."""
    body = grid[:, 2:]
    return _mask(_digits(body) & (weighted(body, (1, 2, 1, 2, 1, 2)) % 10 == body[:, 6]))


def _digits(grid: Grid) -> Mask:
    return _mask((grid <= 9).all(axis=1))


def _alike(grid: Grid) -> Mask:
    return _mask((grid == grid[:, :1]).all(axis=1))


def _number(grid: Grid) -> Grid:
    found: Grid = grid @ (10 ** np.arange(grid.shape[1] - 1, -1, -1, dtype=np.int64))
    return found


def _dated(month: Grid, day: Grid) -> Mask:
    return _mask((month >= 1) & (month <= 12) & (day >= 1) & (day <= 31))
