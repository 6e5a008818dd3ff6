"""Counts: what classes lack, and how rows are dealt."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.techniques.smote.pools import dealt, enough, lacking


@given(st.integers(0, 10_000), st.lists(st.floats(0, 1e6), min_size=1, max_size=8).filter(lambda s: sum(s) > 1e-3))
def test_rows_are_dealt_by_share_to_the_row(n: int, shares: list[float]) -> None:
    counts = dealt(n, shares)
    exact = n * np.array(shares) / sum(shares)
    assert counts.sum() == n and (counts >= 0).all() and (abs(counts - exact) < len(shares) + 1e-6).all()


@settings(deadline=None)
@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=6), st.integers(1000, 4000))
def test_enough_is_enough_and_hardly_more(wanted: list[int], block: int) -> None:
    lacks = np.array(wanted)
    n = enough(lacks, block)
    shares = lacks.astype(float)
    got = dealt(block, shares) * (n // block) + dealt(n % block, shares) if n else lacks * 0
    assert (got >= lacks).all() and n <= 1.1 * lacks.sum() + 100


@given(st.lists(st.integers(1, 500), min_size=2, max_size=6), st.floats(0.01, 1))
def test_what_is_lacking_brings_each_class_there(counts: list[int], ratio: float) -> None:
    now = np.array(counts)
    after = now + lacking(now, ratio)
    assert (after >= ratio * now.max() - 1e-6).all() and now.max() == after.max()
    assert lacking(now, None).sum() == 0
