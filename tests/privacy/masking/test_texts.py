from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iban, luhn

from likewise.errors import SettingsError
from likewise.privacy.masking.alphabets import ALPHABETS
from likewise.privacy.masking.key import Key
from likewise.privacy.masking.texts import masked_numbers, masked_texts

CIPHER = Key(bytes(range(32))).cipher("format", "")
texts = st.lists(st.none() | st.text(st.characters(exclude_characters="\x00"), max_size=60), min_size=1, max_size=8)


def form(text: str) -> list[int | str]:
    """Return the alphabet of each character, or the character itself where it is in none."""
    return [next((i for i, (a, b) in enumerate(ALPHABETS) if a <= char <= b), char) for char in text]


@settings(deadline=None)
@given(texts)
def test_texts_keep_their_form_and_come_back(values: list[str | None]) -> None:
    came = pa.array(values, pa.string())
    found = masked_texts(came, CIPHER)
    assert masked_texts(found, CIPHER, backwards=True).equals(came)
    for old, new in zip(came.to_pylist(), found.to_pylist(), strict=True):
        assert (old is None) == (new is None) and (old is None or form(old) == form(new))


@settings(deadline=None)
@given(st.lists(st.integers(-(10**18) + 1, 10**18 - 1), min_size=1, max_size=8))
def test_whole_numbers_keep_their_digits_and_come_back(values: list[int]) -> None:
    came = pa.array(values, pa.int64())
    found = masked_numbers(came, CIPHER)
    assert masked_numbers(found, CIPHER, backwards=True).equals(came)
    for old, new in zip(values, found.to_pylist(), strict=True):
        assert len(str(abs(old))) == len(str(abs(new))) and (new <= 0 or old >= 0)


def test_a_form_is_permuted() -> None:
    came = pa.array([f"{a}{b}-{c}" for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for b in range(10) for c in range(10)])
    found = masked_texts(came, CIPHER)
    assert sorted(found.to_pylist()) == sorted(came.to_pylist())
    assert sum(a == b for a, b in zip(came.to_pylist(), found.to_pylist(), strict=True)) < 15


def test_every_value_is_masked_alike_whatever_stands_beside_it() -> None:
    came = pa.array(["A1", "B22", None, "A1", "x" * 80])
    found = masked_texts(came, CIPHER).to_pylist()
    assert [masked_texts(came.slice(i, 1), CIPHER).to_pylist()[0] for i in range(5)] == found
    assert found[0] == found[3]


def test_cards_and_accounts_stay_valid() -> None:
    cards = pa.array(["4111 1111 1111 1111", "5500005555555559", "371449635398431"])
    found = masked_texts(cards, CIPHER, first=6, check="luhn")
    assert all(luhn.is_valid(card.replace(" ", "")) for card in found.to_pylist())
    assert [card.replace(" ", "")[:6] for card in found.to_pylist()] == ["411111", "550000", "371449"]
    assert masked_texts(found, CIPHER, first=6, check="luhn", backwards=True).equals(cards)
    accounts = pa.array(["GB82 WEST 1234 5698 7654 32", "DE89370400440532013000"])
    masked = masked_texts(accounts, CIPHER, check="mod97")
    assert all(iban.is_valid(account, check_country=False) for account in masked.to_pylist())
    assert masked_texts(masked, CIPHER, check="mod97", backwards=True).equals(accounts)


def test_a_wrong_check_digit_is_refused_without_its_value() -> None:
    with pytest.raises(SettingsError, match="1 values have no right check digit") as fault:
        masked_texts(pa.array(["4111111111111112", "4111111111111111"]), CIPHER, check="luhn")
    assert "4111" not in str(fault.value)


def test_another_key_or_domain_masks_otherwise() -> None:
    came = pa.array(["4711-0815-ABC"])
    ciphers = [Key(bytes(32)).cipher("format", ""), Key(bytes(32)).cipher("format", "orders"), CIPHER]
    assert len({masked_texts(came, cipher).to_pylist()[0] for cipher in ciphers}) == 3


def test_numbers_out_of_reach_are_refused() -> None:
    with pytest.raises(SettingsError, match="19 digits"):
        masked_numbers(pa.array([10**18]), CIPHER)
