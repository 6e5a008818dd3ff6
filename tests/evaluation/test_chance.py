"""Tests and intervals that metrics share keep what they promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.evaluation.chance import more_often, share_interval, so_far_out


@given(st.integers(0, 200), st.integers(1, 200), st.integers(0, 200), st.integers(1, 200))
def test_more_often_is_a_chance_that_falls_with_hits(found, of, beside, beside_of):
    found, beside = min(found, of), min(beside, beside_of)
    chance = more_often(found, of, beside, beside_of)
    assert 0 <= chance <= 1
    if found < of:
        assert more_often(found + 1, of, beside, beside_of) <= chance + 1e-12


def test_more_often_says_nothing_of_empty_sides():
    assert more_often(0, 0, 3, 10) == 1


@given(st.integers(0, 500), st.integers(1, 500))
def test_an_interval_holds_the_share(found, of):
    found = min(found, of)
    low, high = share_interval(found, of)
    assert 0 <= low <= found / of <= high <= 1


def test_intervals_cover_as_often_as_they_say():
    rng = np.random.default_rng(0)
    hits = rng.binomial(200, 0.03, size=2000)
    covered = [low <= 0.03 <= high for low, high in (share_interval(int(k), 200) for k in hits)]
    assert np.mean(covered) >= 0.95


def test_false_alarms_come_as_often_as_the_chance_says():
    rng = np.random.default_rng(1)
    chances = [so_far_out(float(row[0]), row[1:].tolist()) for row in rng.normal(size=(4000, 9))]
    assert np.mean(np.array(chances) < 0.01) == pytest.approx(0.01, abs=0.005)


def test_a_tail_needs_figures():
    with pytest.raises(ValueError, match="five"):
        so_far_out(1.0, [1.0] * 4)
    assert so_far_out(2.0, [1.0] * 5) == 0
    assert so_far_out(1.0, [1.0] * 5) == 1
