"""Symbols as one digit or two: nothing is lost, and no digit is larger than it must be."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from likewise.techniques.autoregressive.network.layout import GROUPS, MEMBERS, SINGLE, Layout


@given(count=st.integers(2, 700), seed=st.integers(0, 99), skew=st.floats(0, 3))
def test_each_symbol_has_its_own_digits(count, seed, skew):
    rng = np.random.default_rng(seed)
    share = np.arange(1, count + 1.0) ** -skew
    symbols = rng.choice(count, 2000, p=share / share.sum()).astype(np.int32)[None]
    layout = Layout.of(symbols, [count], [True])
    pairs = set(zip(layout.group[0, :count].tolist(), layout.member[0, :count].tolist()))
    assert len(pairs) == count
    assert np.flatnonzero(layout.seen[0]).tolist() == np.unique(symbols).tolist()
    assert layout.members <= max(MEMBERS, 1) and (np.diff(layout.group[0, :count]) >= 0).all()
    assert (layout.group[0, :-1] != layout.group[0, -1]).all()
    if count <= SINGLE:
        assert layout.groups == count and layout.members == 1
    else:
        assert layout.groups <= 2 * GROUPS + count // MEMBERS + 2


def test_only_numbers_have_a_place():
    symbols = np.array([[0, 1, 2] * 10, [2, 1, 0] * 10], dtype=np.int32)
    layout = Layout.of(symbols, [4, 4], [True, False])
    assert (np.diff(layout.place[0, :3]) > 0).all() and not layout.place[1].any()
    assert layout.features[0].any() and not layout.features[1].any()
