"""Numbers by which accounts, cards and banks are known: IBANs, card numbers and BICs, with their check digits."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.industries.finance.arrays import Draw, Ints
from likewise.industries.finance.world.countries import COUNTRIES

LETTERS = "BCDFGHJKLMNPRSTVWZ"
FIRST_SIX = 900_000
"""Card numbers begin with a digit that no issuer has (9 is for national use), so that none is a real card's."""


def bics(country: Ints, rng: Draw) -> list[str]:
    """Return a code for each bank: four letters, its country, and its place."""
    found = []
    for k, land in enumerate(country):
        letters = "".join(LETTERS[int(j)] for j in rng.integers(len(LETTERS), size=2))
        found.append(f"{letters}{LETTERS[k % len(LETTERS)]}X{COUNTRIES[int(land)].code}{'2L' if k % 2 else 'FF'}")
    return found


def prefixes(country: Ints, rng: Draw) -> list[str]:
    """Return how the accounts of each bank begin, after the country and the check digits."""
    found = []
    for land in country:
        shape = COUNTRIES[int(land)].bank
        found.append("".join(str(int(rng.integers(1, 10))) if c == "9" else LETTERS[int(rng.integers(len(LETTERS)))]
                             for c in shape))  # fmt: skip
    return found


def ibans(bank: Ints, country: Ints, begin: list[str], numbers: Ints) -> pa.Array:
    """Return IBANs of accounts of banks, which begin as told: 98 less the remainder of 97 are their check digits.

    Those of the USA, which has none, are made alike.
    """
    land = country[bank]
    width = np.array([one.account for one in COUNTRIES])[land]
    shift = np.array([pow(10, one.account, 97) for one in COUNTRIES])[land]
    of_bank = np.array([_digits(text) % 97 for text in begin])[bank]
    of_land = np.array([_digits(one.code + "00") for one in COUNTRIES])[land]
    rest = ((of_bank * shift + numbers % 97) % 97 * (10**6 % 97) + of_land) % 97
    check = pc.utf8_lpad(pa.array(98 - rest).cast(pa.string()), 2, "0")
    own = pa.array(numbers).cast(pa.string())
    parts = [
        pa.array([one.code for one in COUNTRIES]).take(pa.array(land)),
        check,
        pa.array(begin).take(pa.array(bank)),
    ]
    filled = pa.nulls(len(bank), pa.string())
    for size in sorted(set(width.tolist())):
        filled = pc.if_else(pa.array(width == size), pc.utf8_lpad(own, size, "0"), filled)
    return pc.binary_join_element_wise(*parts, filled, "")


def _digits(text: str) -> int:
    """Return a text as a number, A as 10 and so on."""
    return int("".join(str(int(letter, 36)) for letter in text))


def card_numbers(bank: Ints, numbers: Ints) -> pa.Array:
    """Return card numbers of sixteen digits, of which the last is a check digit (Luhn)."""
    body = (FIRST_SIX + bank) * 10**9 + numbers
    total = np.zeros(len(body), np.int64)
    left = body.copy()
    for place in range(15):
        digit = left % 10
        doubled = digit * 2
        total += np.where(place % 2 == 0, doubled // 10 + doubled % 10, digit)
        left //= 10
    return pa.array(body * 10 + -total % 10).cast(pa.string())
