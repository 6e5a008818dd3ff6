"""Codecs that follow: old symbols keep their meaning, and what enough new rows bring becomes a symbol."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.table import Table
from likewise.modalities.tabular.codec import encode, fit_codec
from likewise.modalities.tabular.following import Followed, follow
from likewise.modalities.tabular.levels import LevelsCodec
from likewise.modalities.tabular.numbers import NumberCodec


def followed(old: list[Any], new: list[Any], k: int = 5) -> tuple[Any, Followed]:
    before = Table.from_any({"x": old})
    codec = fit_codec(before, before.schema["x"], k=k, rng=np.random.default_rng(0))
    after = Table.from_any({"x": new}, before.schema)
    return codec, follow(codec, after, before.schema["x"], k=k, rng=np.random.default_rng(1))


def test_levels_are_appended_before_rare_and_missing() -> None:
    _, found = followed(["a", "b", None] * 20, ["b"] * 9 + ["c"] * 6 + ["d"] * 2)
    assert isinstance(found.codec, LevelsCodec)
    assert found.codec.levels == ("a", "b", "c")
    assert found.like.tolist() == [0, 1, 2, 2, 3] and found.share.tolist() == [1, 1, 0, 1, 1]
    moved = found.moved(np.array([0, 1, 2, 3], dtype=np.int32), np.random.default_rng(0))
    assert moved.tolist() == [0, 1, found.codec.symbols - 1, found.codec.symbols]
    assert found.renamed(np.array([0, 1, 2, 3])).tolist() == moved.tolist()


def test_an_invented_level_that_comes_true_is_invented_no_more() -> None:
    old = ["A10", "A11"] * 50 + [f"B{i:02d}" for i in range(30)]
    codec, _ = followed(old, ["A10"])
    assert codec.made
    _, found = followed(old, ["A10"] * 9 + [codec.made[0]] * 9 + [codec.made[1]])
    assert isinstance(found.codec, LevelsCodec)
    assert codec.made[0] in found.codec.levels
    assert not {*codec.made[:2]} & {*found.codec.made}


def test_values_beyond_the_bounds_come_through_when_enough_rows_hold_them() -> None:
    codec, found = followed([float(i % 100) / 3 for i in range(900)], [40.5 + i / 7 for i in range(60)] + [-99.5] * 3)
    assert isinstance(found.codec, NumberCodec) and isinstance(codec, NumberCodec)
    assert found.codec.low[0] == codec.low[0]
    assert 40 < found.codec.high[-1] < 50
    assert found.like[0] == 0 and found.like[-1] == codec.symbols and found.like[-2] == codec.symbols - 1
    assert (np.diff(found.codec.edges) > 0).all()
    values = np.random.default_rng(0).uniform(0, 33, 500)
    np.testing.assert_array_equal(found.like[found.codec.encode(values)], codec.encode(values))


def test_values_between_atoms_become_atoms() -> None:
    _, found = followed([5, 9, 14] * 40, [5] * 10 + [10] * 12 + [11] * 2)
    assert isinstance(found.codec, NumberCodec)
    assert found.codec.low.tolist()[:3] == [5, 9, 10] and found.like.tolist() == [0, 1, 1, 2, 3]
    assert found.codec.encode(np.array([5.0, 9, 10, 14])).tolist() == [0, 1, 2, 3]


def test_crowded_intervals_are_cut_and_old_rows_dealt_to_the_pieces() -> None:
    rng = np.random.default_rng(3)
    codec, found = followed(rng.uniform(0, 1, 400).tolist(), rng.uniform(0.5, 0.6, 2000).tolist(), k=20)
    assert found.codec.symbols > codec.symbols + 5
    old = rng.integers(codec.symbols, size=4000).astype(np.int32)
    moved = found.moved(old, rng)
    np.testing.assert_array_equal(found.like[moved], old)
    drawn = found.codec.decode(moved, rng)  # type: ignore[union-attr]
    assert abs(drawn.mean() - codec.decode(old, rng).mean()) < 0.02


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.integers(-50, 50)), min_size=20, max_size=80),
    st.lists(st.one_of(st.none(), st.integers(-99, 99)), min_size=1, max_size=200),
)
def test_following_is_lawful(old: list[int | None], new: list[int | None]) -> None:
    codec, found = followed([*old, 1, 2], new, k=3)
    if not isinstance(codec, NumberCodec):
        return
    grown = found.codec
    assert isinstance(grown, NumberCodec) and len(found.like) == len(found.share) == grown.symbols + 1
    assert (np.diff(found.like) >= 0).all() and (grown.low <= grown.high).all()
    sums = np.bincount(found.like, weights=found.share)
    np.testing.assert_allclose(sums, 1)
    table = Table.from_any({"x": new}, Table.from_any({"x": [*old, 1, 2]}).schema)
    symbols = encode(grown, table, "x")
    assert ((symbols == grown.symbols) == table.missing("x")).all()
    drawn = grown.decode(symbols, np.random.default_rng(0))
    known = drawn[~np.isnan(drawn)]
    np.testing.assert_array_equal(known, np.round(known))


@pytest.mark.parametrize("new", [[None] * 5, [1, 2, 3]])
def test_little_news_changes_nothing(new: list[Any]) -> None:
    codec, found = followed([*range(60), None], new)
    assert not found.changed and found.codec.symbols == codec.symbols
