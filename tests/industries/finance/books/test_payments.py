"""Payments as columns keep what they are given, whichever way they are put together."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from likewise.industries.finance.books.payments import COLUMNS, chosen, collected, joined, length, payments

PARTS = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 999), st.integers(-1, 50)), max_size=8)


@given(PARTS)
def test_small_parts_are_collected_as_if_each_were_whole(parts: list[tuple[int, int, int]]) -> None:
    small = [(count, {"amount": np.arange(count) + first, "card": card}) for count, first, card in parts]
    found = collected(small)
    whole = joined([payments(0), *(payments(count, **columns) for count, columns in small)])
    for name, (kind, _) in COLUMNS.items():
        assert found[name].dtype == kind and found[name].tolist() == whole[name].tolist()


def test_some_rows_are_chosen_by_place_or_by_mask() -> None:
    rows = payments(4, amount=[5, 6, 7, 8])
    assert chosen(rows, np.array([3, 0]))["amount"].tolist() == [8, 5]
    assert chosen(rows, rows["amount"] > 6)["amount"].tolist() == [7, 8]
    assert length(chosen(rows, np.zeros(4, np.bool_))) == 0
