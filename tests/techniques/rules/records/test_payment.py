"""Cards and accounts, as outside judges see them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from stdnum import bic, iban, luhn
from stdnum.us import rtn
from tests.techniques.rules.records.made import record, texts

from likewise.core.counted import Counted
from likewise.errors import SettingsError
from likewise.techniques.rules.records.payment.banks import banks
from likewise.techniques.rules.records.payment.cards import NETWORKS
from likewise.techniques.rules.records.payment.currencies import CURRENCIES
from likewise.techniques.rules.records.payment.ibans import iban_grid
from likewise.techniques.rules.records.payment.layouts import LAYOUTS, layout
from likewise.techniques.rules.records.payment.national import NATIONAL
from likewise.techniques.rules.records.payment.payment import Payment
from likewise.techniques.rules.records.person import Person
from likewise.techniques.rules.records.texts import fixed

PUBLISHED = [
    "BE68539007547034",
    "HR1210010051863000160",
    "IT60X0542811101000000123456",
    "PT50000201231234567890154",
    "PL61109010140000071219812874",
    "HU42117730161111101800000000",
    "FI2112345600000785",
    "EE382200221020145685",
    "SI56263300012039086",
    "ES9121000418450200051332",
    "RS35260005601001611379",
    "ME25505000012345678951",
    "MK07250120000058984",
    "BA391290079401028494",
    "AL47212110090000000235698741",
    "SM86U0322509800000000270100",
    "TN5910006035183598478831",
    "MC5811222000010123456789030",
    "XK051212012345678906",
    "TL380080012345678910157",
    "NL91ABNA0417164300",
]
"""Examples of the register of IBANs, with the check digits that the countries have within."""


@pytest.mark.parametrize("number", PUBLISHED)
def test_published_numbers_have_the_check_digits_that_are_written(number: str) -> None:
    grid = np.frombuffer(number[4:].encode(), np.uint8).reshape(1, -1).copy()
    NATIONAL[number[:2]](grid)
    assert grid.tobytes().decode() == number[4:]


@pytest.mark.parametrize("country", sorted(LAYOUTS))
@pytest.mark.parametrize("safe", [True, False])
def test_ibans_of_every_country_are_valid_and_differ(country: str, safe: bool) -> None:
    known, rows = banks(country, safe=safe), np.arange(300)
    found = texts(fixed(iban_grid(country, known, rows % len(known), Counted(2, "iban"), rows, unique=True)))
    assert [number for number in found if not iban.is_valid(number)] == []
    assert len(set(found)) == len(found)


def eleven(digits: str, weights: tuple[int, ...]) -> bool:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 == 0


@pytest.mark.parametrize(
    ("country", "start", "weights"),
    [
        ("CZ", 14, (6, 3, 7, 9, 10, 5, 8, 4, 2, 1)),
        ("SK", 14, (6, 3, 7, 9, 10, 5, 8, 4, 2, 1)),
        ("NL", 8, (10, 9, 8, 7, 6, 5, 4, 3, 2, 1)),
        ("NO", 4, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)),
    ],
)
def test_accounts_by_eleven_pass(country: str, start: int, weights: tuple[int, ...]) -> None:
    found = texts(record(Payment, f"xx_{country}").of("iban"))
    assert all(eleven(number[start : start + len(weights)], weights) for number in found)


@pytest.mark.parametrize("safe", [True, False])
def test_cards_are_those_of_their_networks(safe: bool) -> None:
    made = record(Payment, safe=safe)
    numbers, names, codes = (texts(made.of(f"card {part}")) for part in ("number", "network", "code"))
    known = {network.name: network for network in NETWORKS}
    assert len(set(texts(made.of("unique card number")))) == len(numbers)
    assert all(luhn.is_valid(number) for number in texts(made.of("unique card number")))
    for number, name, code in zip(numbers, names, codes, strict=True):
        network = known[name]
        assert luhn.is_valid(number)
        assert (len(number), len(code)) == (network.length, network.code)
        begins = int(number[:6])
        assert begins in network.tests if safe else any(low <= begins <= high for low, high in network.issued)
    shares = np.array([names.count(network.name) for network in NETWORKS]) / len(names)
    assert np.abs(shares - [network.share for network in NETWORKS]).max() < 0.05


def test_a_network_that_the_document_made_settles_the_number() -> None:
    made = record(Payment, known={"card network": pa.array(["American Express", "visa"] * 20)}, rows=40)
    assert {number[:1] for number in texts(made.of("card number"))[::2]} == {"3"}
    assert {number[:1] for number in texts(made.of("card number"))[1::2]} == {"4"}


def test_cards_expire_within_five_years() -> None:
    months = {int(text[3:]) * 12 + int(text[:2]) for text in texts(record(Payment).of("card expiry"))}
    assert (min(months), max(months)) == (26 * 12 + 2, 31 * 12 + 1)


def test_the_bank_is_that_of_the_account() -> None:
    for safe in (True, False):
        made = record(Payment, "de_DE", safe=safe)
        known = {bank.code: bank for bank in banks("DE", safe=safe)}
        rows = zip(*(texts(made.of(name)) for name in ("iban", "bank code", "bank", "bic")), strict=True)
        for number, code, bank, bank_bic in rows:
            assert (number[4:12], known[code].name, known[code].bic) == (code, bank, bank_bic)
            assert bic.is_valid(bank_bic) and bank_bic[4:6] == "DE"
            assert not safe or bank_bic[7] == "0"


def test_american_accounts_have_routing_numbers() -> None:
    for safe in (True, False):
        found = texts(record(Payment, safe=safe).of("routing number"))
        assert all(rtn.is_valid(number) for number in found)
        assert {number[:2] for number in found} == {"80"} or not safe


def test_sort_codes_are_those_of_the_iban() -> None:
    made = record(Payment, "en_GB")
    assert texts(made.of("sort code"))[7].replace("-", "") == texts(made.of("iban"))[7][8:14]
    assert texts(made.of("account number"))[7] == texts(made.of("iban"))[7][-8:]
    assert texts(made.of("printed iban"))[7].replace(" ", "") == texts(made.of("iban"))[7]


def test_what_a_country_does_not_have_is_refused() -> None:
    with pytest.raises(SettingsError, match="United States") as fault:
        record(Payment, "de_DE").of("routing number")
    assert fault.value.code == "settings.locale"
    with pytest.raises(SettingsError, match="Ireland"):
        record(Payment, "de_DE").of("sort code")


def test_the_cardholder_is_the_person_of_the_row() -> None:
    made = record(Payment, rows=50, others={"person": Person})
    assert texts(made.of("cardholder")) == texts(record(Person, rows=50).of("full name"))


def test_a_row_is_made_alone_as_among_others() -> None:
    whole, alone = record(Payment, "fr_FR"), record(Payment, "fr_FR", numbers=[1234, 5])
    for name in ("card number", "card network", "card code", "iban", "bic", "account number"):
        assert texts(alone.of(name)) == [texts(whole.of(name))[1234], texts(whole.of(name))[5]], name


def test_hidden_numbers_keep_their_end() -> None:
    made = record(Payment, rows=20)
    assert [text[-4:] for text in texts(made.of("masked card number"))] == [
        t[-4:] for t in texts(made.of("card number"))
    ]


def test_money_is_that_of_the_country() -> None:
    assert set(texts(record(Payment, "pl_PL", rows=5).of("currency"))) == {"PLN"}
    assert all(len(money) == 3 and money.isupper() for money in CURRENCIES.values())


def test_layouts_are_whole() -> None:
    for country in LAYOUTS:
        parts = layout(country)
        assert [part.start for part in parts[1:]] == [part.end for part in parts[:-1]]
        assert all(len({len(bank.code) for bank in banks(country, safe=safe)}) == 1 for safe in (True, False))
