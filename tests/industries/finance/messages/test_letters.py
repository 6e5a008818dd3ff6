from __future__ import annotations

import string
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.industries.finance.messages.letters import PLAIN, plain


def made(*texts: str | None) -> list[Any]:
    found: list[Any] = plain(pa.array(texts, pa.string())).to_pylist()
    return found


@pytest.mark.parametrize(("text", "said"), [
    ("Straße", "Strasse"), ("ÆØÅ æøå", "AeOA aeoa"), ("Łódź", "Lodz"), ("Ελλάδα", "Ellada"), ("Żółć", "Zolc"),
    ("Щербакова", "Shterbakova"), ("김서연", "gimseoyeon"),
    ("ヤマダ", "yamada"), ("A & B", "A + B"), ("a_b@c;d", "a-b.c,d"), ("{[x]}", "((x))"), ("a\tb\nc", "a b c"),
    ("5 €", "5 EUR"), ("e\u0301", "e"), ("  x  ", "x"), ("田", "."), ("½", "1.2"), ("I\u2019m", "I'm"),
])  # fmt: skip
def test_spells_what_set_x_lacks(text: str, said: str) -> None:
    assert made(text) == [said]


@given(st.lists(st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]))), max_size=8))
def test_leaves_nothing_but_set_x_and_no_blanks_around(texts: list[str | None]) -> None:
    found = made(*texts)
    assert len(found) == len(texts)
    for text in found:
        assert text is None or (text and set(text) <= set(PLAIN) and text == text.strip(" "))


@given(st.lists(st.text(PLAIN)))
def test_leaves_texts_in_set_x_alone(texts: list[str]) -> None:
    assert made(*texts) == [text.strip(" ") or None for text in texts]


@given(st.text(string.printable + "äßΩ", min_size=1), st.text())
def test_a_text_is_spelled_the_same_in_any_company(text: str, other: str) -> None:
    whole = pa.array([other.encode("utf-8", "ignore").decode(), None, text], pa.string())
    assert plain(whole.slice(2)).to_pylist() == plain(whole).to_pylist()[2:] == made(text)
