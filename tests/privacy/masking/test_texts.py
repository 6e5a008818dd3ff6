from __future__ import annotations

import re
import string
import uuid

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iban, luhn

from likewise.errors import SettingsError
from likewise.privacy.masking.alphabets import ALPHABETS
from likewise.privacy.masking.key import Key
from likewise.privacy.masking.methods import Format
from likewise.privacy.masking.texts import masked_numbers, masked_texts

CIPHER = Key(bytes(range(32))).cipher("format", "")
PLAIN = Format()
texts = st.lists(st.none() | st.text(max_size=60) | st.text("aB0é文-\0", max_size=200), min_size=1, max_size=8)


def form(text: str) -> list[int | str]:
    """Return the alphabet of each character, or the character itself where it is in none."""
    return [next((i for i, (a, b) in enumerate(ALPHABETS) if a <= char <= b), char) for char in text]


@settings(deadline=None)
@given(texts)
def test_texts_keep_their_form_and_come_back(values: list[str | None]) -> None:
    came = pa.array(values, pa.string())
    found = masked_texts(came, CIPHER, PLAIN)
    assert masked_texts(found, CIPHER, PLAIN, backwards=True).equals(came)
    for old, new in zip(came.to_pylist(), found.to_pylist(), strict=True):
        assert (old is None) == (new is None) and (old is None or form(old) == form(new))


@settings(deadline=None)
@given(st.lists(st.integers(-(10**18) + 1, 10**18 - 1), min_size=1, max_size=8))
def test_whole_numbers_keep_their_digits_and_come_back(values: list[int]) -> None:
    came = pa.array(values, pa.int64())
    found = masked_numbers(came, CIPHER, PLAIN)
    assert masked_numbers(found, CIPHER, PLAIN, backwards=True).equals(came)
    for old, new in zip(values, found.to_pylist(), strict=True):
        assert len(str(abs(old))) == len(str(abs(new))) and (new <= 0 or old >= 0)


def test_a_form_is_permuted() -> None:
    came = pa.array([f"{a}{b}-{c}" for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for b in range(10) for c in range(10)])
    found = masked_texts(came, CIPHER, PLAIN)
    assert sorted(found.to_pylist()) == sorted(came.to_pylist())
    assert sum(a == b for a, b in zip(came.to_pylist(), found.to_pylist(), strict=True)) < 15


def test_every_value_is_masked_alike_whatever_stands_beside_it() -> None:
    came = pa.array(["A1", "B22", None, "A1", "x" * 80])
    found = masked_texts(came, CIPHER, PLAIN).to_pylist()
    assert [masked_texts(came.slice(i, 1), CIPHER, PLAIN).to_pylist()[0] for i in range(5)] == found
    assert found[0] == found[3]


def test_cards_and_accounts_stay_valid() -> None:
    cards = pa.array(["4111 1111 1111 1111", "5500005555555559", "371449635398431"])
    found = masked_texts(cards, CIPHER, Format(first=6, check="luhn"))
    assert all(luhn.is_valid(card.replace(" ", "")) for card in found.to_pylist())
    assert [card.replace(" ", "")[:6] for card in found.to_pylist()] == ["411111", "550000", "371449"]
    assert masked_texts(found, CIPHER, Format(first=6, check="luhn"), backwards=True).equals(cards)
    accounts = pa.array(["GB82 WEST 1234 5698 7654 32", "DE89370400440532013000"])
    masked = masked_texts(accounts, CIPHER, Format(check="mod97"))
    assert all(iban.is_valid(account, check_country=False) for account in masked.to_pylist())
    assert masked_texts(masked, CIPHER, Format(check="mod97"), backwards=True).equals(accounts)


def test_a_wrong_check_digit_is_refused_without_its_value() -> None:
    with pytest.raises(SettingsError, match="1 values have no right check digit") as fault:
        masked_texts(pa.array(["4111111111111112", "4111111111111111"]), CIPHER, Format(check="luhn"))
    assert "4111" not in str(fault.value)


def test_another_key_or_domain_masks_otherwise() -> None:
    came = pa.array(["4711-0815-ABC"])
    ciphers = [Key(bytes(32)).cipher("format", ""), Key(bytes(32)).cipher("format", "orders"), CIPHER]
    assert len({masked_texts(came, cipher, PLAIN).to_pylist()[0] for cipher in ciphers}) == 3


def test_numbers_whose_type_is_too_narrow_are_refused() -> None:
    with pytest.raises(SettingsError, match="do not all fit int8"):
        masked_numbers(pa.array(range(100, 128), pa.int8()), CIPHER, PLAIN)
    with pytest.raises(SettingsError, match="do not all fit int64"):
        masked_numbers(pa.array([-(2**63), *range(2**63 - 50, 2**63)]), CIPHER, PLAIN)


def test_small_numbers_are_permuted() -> None:
    came = pa.array(range(-999, 1000))
    found = masked_numbers(came, CIPHER, PLAIN)
    assert sorted(found.to_pylist()) == came.to_pylist()
    assert masked_numbers(found, CIPHER, PLAIN, backwards=True).equals(came)
    assert masked_texts(came.cast(pa.string()), CIPHER, PLAIN).equals(found.cast(pa.string()))


@pytest.mark.parametrize("way", [PLAIN, Format(whole=False), Format(first=1), Format(last=2)])
def test_texts_of_digits_are_permuted_and_each_is_masked_by_itself(way: Format) -> None:
    came = pa.array([f"{sign}{n:0{width}}" for width in (1, 2, 3) for n in range(10**width) for sign in ("", "-")])
    found = masked_texts(came, CIPHER, way)
    assert sorted(found.to_pylist()) == sorted(came.to_pylist())
    assert masked_texts(found, CIPHER, way, backwards=True).equals(came)
    zeros = [a[-3:][:1] == "0" and len(a) > 1 for a in found.to_pylist()]
    if way.whole:
        assert zeros == [a[-3:][:1] == "0" and len(a) > 1 for a in came.to_pylist()]
    for place in range(0, len(came), 97):
        alone = came.slice(place, 1)
        assert masked_texts(masked_texts(alone, CIPHER, way), CIPHER, way, backwards=True).equals(alone)


def test_cards_that_are_whole_numbers_keep_what_is_asked_for() -> None:
    way = Format(first=6, last=4)
    cards = pa.array([4111_1111_1111_1111, 5500_0055_5555_5559])
    found = masked_numbers(cards, CIPHER, way)
    assert [(str(own)[:6], str(own)[-4:]) for own in found.to_pylist()] == [("411111", "1111"), ("550000", "5559")]
    assert not set(found.to_pylist()) & set(cards.to_pylist())
    assert masked_numbers(found, CIPHER, way, backwards=True).equals(cards)


def test_uuids_stay_such_and_what_is_none_does_not_become_one() -> None:
    came = pa.array([str(uuid.UUID(int=n * 0x9E3779B97F4A7C15 << 40, version=4)) for n in range(50)]
                    + ["0f1c3c2e-3a43-4c25-9a52-5a4a3f1c9b1" + end for end in ("g", "0A", "A", "0")]
                    + [f"00000000-0000-4000-8000-00000000000{end}" for end in string.ascii_lowercase])  # fmt: skip
    found = masked_texts(came, CIPHER, PLAIN)
    assert masked_texts(found, CIPHER, PLAIN, backwards=True).equals(came) and len(set(found.to_pylist())) == len(came)
    shape = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    both = [
        (bool(shape.fullmatch(a)), bool(shape.fullmatch(b))) for a, b in zip(*(x.to_pylist() for x in (came, found)))
    ]
    assert all(a == b for a, b in both) and sum(a for a, _ in both) == 57
