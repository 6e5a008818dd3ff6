"""Check digits: Luhn's formula, and remainders by 97."""

from __future__ import annotations

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
