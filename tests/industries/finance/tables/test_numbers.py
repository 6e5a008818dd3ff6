"""Numbers of accounts and cards pass the checks of others, and no two are the same."""

from __future__ import annotations

import numpy as np
from stdnum import iban, luhn
from tests.industries.finance.made import bank

from likewise.industries.finance.world.countries import COUNTRIES


def test_ibans_are_of_their_countries() -> None:
    numbers = bank()["accounts"].texts("iban").to_pylist()
    assert len(set(numbers)) == len(numbers)
    assert {number[:2] for number in numbers} == {country.code for country in COUNTRIES}
    for number in numbers:
        if number.startswith("US"):
            assert int("".join(str(int(letter, 36)) for letter in number[4:] + number[:4])) % 97 == 1
        else:
            assert iban.is_valid(number, check_country=False), number


def test_card_numbers_have_check_digits_and_are_no_issuers() -> None:
    numbers = bank()["cards"].texts("number").to_pylist()
    assert len(set(numbers)) == len(numbers)
    assert all(luhn.is_valid(number) and len(number) == 16 and number.startswith("9") for number in numbers)


def test_addresses_are_nobodys() -> None:
    texts = bank()["transactions"].texts("ip").drop_null().unique().to_pylist()
    first = {tuple(map(int, text.split(".")[:2])) for text in texts}
    assert all(a == 10 or (a == 100 and 64 <= b < 128) or (a == 198 and b in (18, 19)) for a, b in first)


def test_cards_are_good_until_after_the_last_day() -> None:
    made = bank()
    assert np.asarray(made["cards"].column("expires")).min() > np.datetime64("2026-02-14")
