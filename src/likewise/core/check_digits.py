"""Check digits: Luhn's and Verhoeff's formulas, weighted sums, and the remainders of ISO 7064."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

DOUBLED = np.array([sum(divmod(2 * digit, 10)) for digit in range(10)], dtype=np.uint8)
"""What Luhn's formula makes of every other digit."""


def luhn(digits: npt.NDArray[np.integer]) -> Ints:
    """Return the digit that makes each row of digits, in front of it, pass Luhn's formula (ISO/IEC 7812-1).

    >>> luhn(np.array([[7, 9, 9, 2, 7, 3, 9, 8, 7, 1]])).tolist()
    [3]
    """
    back = digits[:, ::-1]
    found: Ints = -(DOUBLED[back[:, ::2]].sum(axis=1, dtype=np.int64) + back[:, 1::2].sum(axis=1, dtype=np.int64)) % 10
    return found


def ninety_seven(values: Ints) -> Ints:
    """Return each row of digits and letters (10 to 35, of two digits each) as one number modulo 97 (ISO/IEC 7064).

    >>> ninety_seven(np.array([[int(sign, 36) for sign in "WEST12345698765432GB82"]])).tolist()
    [1]
    """
    found: Ints = np.zeros(len(values), np.int64)
    for own in values.T:
        found = np.where(own > 9, found * 100 + own, found * 10 + own) % 97
    return found


def weighted(values: npt.NDArray[np.integer], weights: Sequence[int]) -> Ints:
    """Return the sum of each row's first values times their weights.

    >>> weighted(np.array([[1, 2, 3]]), (10, 9)).tolist()
    [28]
    """
    found: Ints = values[:, : len(weights)].astype(np.int64) @ np.array(weights, np.int64)
    return found


def hybrid_eleven(digits: npt.NDArray[np.integer]) -> Ints:
    """Return the digit that makes each row of digits, in front of it, pass ISO/IEC 7064's system MOD 11,10.

    >>> hybrid_eleven(np.array([[8, 6, 0, 9, 5, 7, 4, 2, 7, 1]])).tolist()
    [9]
    """
    rest: Ints = np.full(len(digits), 10, np.int64)
    for own in digits.T:
        total = (own + rest) % 10
        rest = np.where(total == 0, 10, total) * 2 % 11
    return (11 - rest) % 10


def verhoeff(digits: npt.NDArray[np.integer]) -> Ints:
    """Return 0 for each row of digits that passes Verhoeff's formula (1969), the last of them being its check digit.

    >>> verhoeff(np.array([[2, 3, 6, 3], [2, 3, 6, 4]])).tolist()
    [0, 1]
    """
    rest: Ints = np.zeros(len(digits), np.int64)
    for place, own in enumerate(digits.T[::-1]):
        rest = _DIHEDRAL[rest, _TURNS[place % 8, own]]
    return rest


def _dihedral() -> Ints:
    """Return the multiplication table of the symmetries of a pentagon: 0 to 4 turn it, 5 to 9 turn it over as well."""
    one, other = np.divmod(np.arange(10), 5), np.divmod(np.arange(10), 5)
    flips = one[0][:, None] ^ other[0][None, :]
    turns = np.where(one[0][:, None] == 0, one[1][:, None] + other[1][None, :], one[1][:, None] - other[1][None, :])
    found: Ints = 5 * flips + turns % 5
    return found


def _turns() -> Ints:
    """Return what each digit becomes at each place, a permutation applied once more from place to place."""
    once = np.array([1, 5, 7, 6, 2, 8, 3, 0, 9, 4])
    rows = [np.arange(10)]
    for _ in range(7):
        rows.append(once[rows[-1]])
    return np.stack(rows)


_DIHEDRAL, _TURNS = _dihedral(), _turns()
