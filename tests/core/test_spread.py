"""Numbers spread evenly within groups: uniform alone, nearly without noise together, and independent of each other."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from likewise.core.spread import spread


@given(seed=st.integers(0, 1000), sizes=st.lists(st.integers(1, 200), min_size=1, max_size=5), share=st.floats(0, 1))
def test_shares_are_kept_in_every_group(seed, sizes, share):
    rng = np.random.default_rng(seed)
    groups = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    numbers = spread(groups, rng)
    assert numbers.min() >= 0 and numbers.max() < 1
    for group, size in enumerate(sizes):
        hit = (numbers[groups == group] < share).sum()
        assert abs(hit - share * size) < 1 + np.log2(size + 1)


def test_each_member_is_uniform_over_seeds():
    drawn = np.array([spread(np.array([0, 0, 1]), np.random.default_rng(s)) for s in range(2000)])
    assert np.abs(np.quantile(drawn, [0.1, 0.5, 0.9], axis=0) - np.array([[0.1], [0.5], [0.9]])).max() < 0.04


def test_two_draws_over_the_same_groups_are_independent():
    rng = np.random.default_rng(1)
    groups = np.repeat(np.arange(50), 100)
    assert abs(np.corrcoef(spread(groups, rng), spread(groups, rng))[0, 1]) < 0.05
    assert abs(np.corrcoef(spread(groups, rng)[:-1], spread(groups, rng)[1:])[0, 1]) < 0.05


def test_neighbouring_members_are_not_in_step():
    numbers = spread(np.zeros(5000, dtype=np.int32), np.random.default_rng(2))
    assert abs(np.corrcoef(numbers[:-1], numbers[1:])[0, 1]) < 0.05
    steps = np.diff(numbers) % 1.0
    assert np.histogram(steps, 10)[0].min() > 300


def test_nothing_is_spread_over_nothing():
    assert len(spread(np.zeros(0, dtype=np.int64), np.random.default_rng(0))) == 0
