"""Draws from tables, and orders of rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from likewise.industries.finance.arrays import in_order, shares, within

KEYS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2**40)), max_size=60)


@given(KEYS)
def test_rows_come_in_the_order_of_their_keys_and_alike_ones_stay(rows: list[tuple[int, int]]) -> None:
    first, second = (np.array([row[k] for row in rows], np.int64) for k in (0, 1))
    assert in_order(first, second).tolist() == np.lexsort((second, first)).tolist()


def test_keys_that_do_not_fit_into_one_number_are_ordered_all_the_same() -> None:
    large = np.array([2**50, 3, 2**50, 1])
    assert in_order(large, large[::-1].copy()).tolist() == np.lexsort((large[::-1], large)).tolist()


@given(st.lists(st.integers(0, 50), min_size=1, max_size=20).filter(any))
def test_shares_are_as_weights_say(weights: list[int]) -> None:
    size = 256
    found = np.bincount(shares(weights, size), minlength=len(weights))
    assert np.abs(found - size * np.array(weights) / sum(weights)).max() <= 1.0


@given(st.lists(st.integers(0, 4), max_size=30))
def test_what_comes_so_often_is_counted_out(counts: list[int]) -> None:
    which, number = within(np.array(counts, np.int64))
    assert list(zip(which, number, strict=True)) == [(k, j) for k, count in enumerate(counts) for j in range(count)]
