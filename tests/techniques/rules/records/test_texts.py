"""Texts are drawn by their chances, and joined as Arrow joins them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.counted import Counted
from likewise.techniques.rules.records.chances import Chances
from likewise.techniques.rules.records.texts import Texts, coded, digits, fixed, joined, numerals

WORDS = st.lists(st.one_of(st.none(), st.text(max_size=40)), min_size=1, max_size=12)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_texts_are_joined_as_arrow_joins_them(data: st.DataObject) -> None:
    rows = data.draw(st.integers(0, 30))
    parts: list[pa.Array] = []
    for _ in range(data.draw(st.integers(1, 4))):
        column = pa.array([data.draw(st.one_of(st.none(), st.text(max_size=40))) for _ in range(rows)], pa.string())
        parts.append(column.dictionary_encode() if data.draw(st.booleans()) else column)
    fixed_text = data.draw(st.text(max_size=20))
    made = joined(*parts, fixed_text)
    made.validate(full=True)
    plain = [part.cast(pa.string()) for part in parts]
    assert made.equals(pc.binary_join_element_wise(*plain, pa.scalar(fixed_text), ""))


def test_many_rows_are_joined_in_pieces() -> None:
    rows = np.arange(20_000)
    left, right = coded(rows % 7, pa.array([f"name{n}" * n for n in range(7)])), pa.array([str(n) for n in rows])
    expected = pc.binary_join_element_wise(left.cast(pa.string()), right, "-")
    assert joined(left, "-", right).equals(expected)
    assert joined(left.slice(5), "-", right.slice(5)).equals(expected.slice(5))


def test_one_long_text_does_not_take_the_memory_of_all_rows() -> None:
    parts = coded(np.arange(1000) % 2, pa.array(["a", "b" * 100_000]))
    assert joined(parts, "!")[1].as_py() == "b" * 100_000 + "!"


@given(st.lists(st.floats(0, 10), min_size=1, max_size=8).filter(lambda weights: sum(weights) > 0.01))
@settings(max_examples=20, deadline=None)
def test_places_are_drawn_by_their_weights(weights: list[float]) -> None:
    drawn = Chances(weights).draw(Counted(3, "chances").bits(np.arange(20_000)))
    shares = np.bincount(drawn, minlength=len(weights)) / 20_000
    assert np.abs(shares - np.array(weights) / sum(weights)).max() < 0.02


def test_groups_are_drawn_from_alone() -> None:
    chances = Chances([1, 1, 5, 1, 1], [2, 3])
    group = np.arange(9000) % 2
    drawn = chances.draw(Counted(3, "groups").bits(np.arange(9000)), group)
    assert set(drawn[group == 0]) == {0, 1} and set(drawn[group == 1]) == {2, 3, 4}
    assert np.mean(drawn[group == 1] == 2) == pytest.approx(5 / 7, abs=0.03)


def test_a_text_of_several_groups_stands_in_the_list_once() -> None:
    texts = Texts.grouped([{"Kim": 1, "Ann": 1}, {"Kim": 1, "Bob": 1}])
    assert texts.texts.to_pylist() == ["Kim", "Ann", "Bob"]
    rows = np.arange(200)
    assert set(texts.of(Counted(0, "x"), rows, rows * 0 + 1).to_pylist()) == {"Kim", "Bob"}


def test_numbers_are_written_with_leading_zeros() -> None:
    assert numerals(2).to_pylist() == [f"{n:02}" for n in range(100)]
    assert fixed(digits(np.array([7, 1234]), 3)).to_pylist() == ["007", "234"]
