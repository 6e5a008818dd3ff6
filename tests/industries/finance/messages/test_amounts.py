from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.industries.finance.messages.amounts import written
from likewise.industries.finance.messages.currencies import CODES, DECIMALS, NUMBERS

PLACES = st.integers(0, len(CODES) - 1)


@given(st.lists(st.tuples(st.integers(0, 10**18 - 1), PLACES), min_size=1))
def test_a_written_amount_is_the_amount(drawn: list[tuple[int, int]]) -> None:
    amounts, places = (np.array(column, np.int64) for column in zip(*drawn, strict=True))
    for amount, place, text in zip(
        amounts.tolist(), places.tolist(), written(amounts, places).to_pylist(), strict=True
    ):
        decimals = int(DECIMALS[place])
        assert Decimal(text).scaleb(decimals) == amount
        assert len(text.partition(".")[2]) == decimals
        assert ("." in text) == (decimals > 0)


@pytest.mark.parametrize(("code", "number", "decimals"), [
    ("EUR", "978", 2), ("USD", "840", 2), ("JPY", "392", 0), ("BHD", "048", 3), ("CHF", "756", 2), ("ISK", "352", 0),
    ("CLF", "990", 4), ("ALL", "008", 2), ("HUF", "348", 2),
])  # fmt: skip
def test_currencies_are_those_of_iso_4217(code: str, number: str, decimals: int) -> None:
    place = CODES.to_pylist().index(code)
    assert (NUMBERS[place].as_py(), int(DECIMALS[place])) == (number, decimals)


def test_no_two_currencies_share_letters_or_a_number() -> None:
    assert len(set(CODES.to_pylist())) == len(set(NUMBERS.to_pylist())) == len(CODES)
