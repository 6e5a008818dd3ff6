"""Check digits, judged by python-stdnum."""

from __future__ import annotations

import numpy as np
from stdnum import luhn as judge
from stdnum.iso7064 import mod_97_10

from likewise.core.check_digits import luhn, ninety_seven


def test_the_digit_passes_luhns_formula() -> None:
    digits = np.random.default_rng(0).integers(0, 10, (200, 9))
    numbers = np.concatenate([digits, luhn(digits)[:, None]], axis=1)
    assert all(judge.is_valid("".join(map(str, number))) for number in numbers.tolist())


def test_remainders_by_97_are_those_of_iso_7064() -> None:
    values = np.random.default_rng(1).integers(0, 36, (200, 12))
    texts = ["".join("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[value] for value in row) for row in values.tolist()]
    assert ninety_seven(values).tolist() == [mod_97_10.checksum(text) for text in texts]
