"""Check digits of masked numbers: put right again after the rest was replaced."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from likewise.core.check_digits import Ints, luhn, ninety_seven
from likewise.privacy.masking.alphabets import Codes

Check = Literal["luhn", "mod97"]
Mask = npt.NDArray[np.bool_]

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
        digit = _luhn(codes)
        found[places] = (digit[:, None] + ZERO + np.zeros(codes.shape, np.int64))[places].astype(np.uint32)
        return found
    number: Ints = np.cumsum(_value(codes) >= 0, axis=1, dtype=np.int64)
    tens, ones = places & (number == 3), places & (number == 4)
    rest: Ints = 98 - _mod97(np.where(tens | ones, ZERO, codes), number)
    for where, digit in ((tens, rest // 10), (ones, rest % 10)):
        found[where] = (digit[:, None] + ZERO + np.zeros(codes.shape, np.int64))[where].astype(np.uint32)
    return found


def _luhn(codes: Codes) -> Ints:
    """Return the check digit of numbers, whatever stands in its place, which is the last."""
    value = _value(codes)
    return luhn(np.clip(_sorted(value, value >= 0), 0, 9)[:, :-1])


def _mod97(codes: Codes, number: Ints) -> Ints:
    """Return account numbers modulo 97, the first four characters taken last."""
    value = _value(codes)
    return ninety_seven(np.maximum(_sorted(value, np.where(value < 0, 0, np.where(number > 4, 1, 2))), 0))


def _sorted(values: Ints, by: npt.NDArray[np.integer | np.bool_]) -> Ints:
    """Return rows in the order of something, what has no value first: zeros in front change no number."""
    found: Ints = np.take_along_axis(values, np.argsort(by, axis=1, kind="stable"), axis=1)
    return found


def _value(codes: Codes) -> Ints:
    """Return digits as themselves, letters as 10 to 35, -1 for the rest."""
    found = np.full(codes.shape, -1, np.int64)
    for first, last, start in (("0", "9", 0), ("A", "Z", 10), ("a", "z", 10)):
        inside = (codes >= ord(first)) & (codes <= ord(last))
        found[inside] = codes[inside].astype(np.int64) - ord(first) + start
    return found
