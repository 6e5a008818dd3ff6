"""Check digits of masked numbers: put right again after the rest was replaced."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from likewise.privacy.masking.alphabets import Codes

Check = Literal["luhn", "mod97"]
Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

ZERO = ord("0")


def checking(codes: Codes, check: Check) -> Mask:
    """Return where the check digits stand, and for `mod97` (IBAN) the country before them."""
    alphanumeric: Mask = _value(codes) >= 0
    if check == "luhn":
        found: Mask = alphanumeric & (np.cumsum(alphanumeric[:, ::-1], axis=1)[:, ::-1] == 1)
    else:
        found = alphanumeric & (np.cumsum(alphanumeric, axis=1) <= 4)
    return found


def valid(codes: Codes, check: Check) -> Mask:
    """Return which strings have right check digits."""
    found: Mask = (checked(codes, check) == codes).all(axis=1) & checking(codes, check).any(axis=1)
    return found


def checked(codes: Codes, check: Check) -> Codes:
    """Return the strings with their check digits put right."""
    places, found = checking(codes, check), codes.copy()
    if check == "luhn":
        digit = _luhn(np.where(places, ZERO, codes))
        found[places] = (digit[:, None] + ZERO + np.zeros(codes.shape, np.int64))[places].astype(np.uint32)
        return found
    number: Ints = np.cumsum(_value(codes) >= 0, axis=1, dtype=np.int64)
    tens, ones = places & (number == 3), places & (number == 4)
    rest: Ints = 98 - _mod97(np.where(tens | ones, ZERO, codes), number)
    for where, digit in ((tens, rest // 10), (ones, rest % 10)):
        found[where] = (digit[:, None] + ZERO + np.zeros(codes.shape, np.int64))[where].astype(np.uint32)
    return found


def _luhn(codes: Codes) -> Ints:
    """Return the check digit of numbers that have 0 in its place (ISO/IEC 7812)."""
    value = np.clip(_value(codes), 0, 9)
    place = np.cumsum((_value(codes) >= 0)[:, ::-1], axis=1)[:, ::-1]
    doubled = np.where(place % 2 == 0, 2 * value, value)
    total = np.where(_value(codes) >= 0, doubled // 10 + doubled % 10, 0).sum(axis=1)
    found: Ints = -total % 10
    return found


def _mod97(codes: Codes, number: Ints) -> Ints:
    """Return account numbers modulo 97, the first four characters taken last (ISO 7064)."""
    value, rest = _value(codes), np.zeros(len(codes), np.int64)
    for head in (False, True):
        for place in range(codes.shape[1]):
            inside = (value[:, place] >= 0) & ((number[:, place] <= 4) == head)
            own = value[:, place]
            rest = np.where(inside, np.where(own > 9, rest * 100 + own, rest * 10 + own) % 97, rest)
    return rest


def _value(codes: Codes) -> Ints:
    """Return digits as themselves, letters as 10 to 35, -1 for the rest."""
    found = np.full(codes.shape, -1, np.int64)
    for first, last, start in (("0", "9", 0), ("A", "Z", 10), ("a", "z", 10)):
        inside = (codes >= ord(first)) & (codes <= ord(last))
        found[inside] = codes[inside].astype(np.int64) - ord(first) + start
    return found
