from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from likewise.evaluation.privacy.tails import far_end, fewest_found

numbers = st.lists(st.integers(0, 5).map(float), max_size=30).map(np.array)


@given(values=numbers, others=numbers, level=st.sampled_from([0.01, 0.1, 0.5]))
def test_the_far_end_counts_what_is_there(values, others, level):
    tail = far_end(values, others, level)
    assert 0 <= tail.found <= tail.of == len(values)
    assert 0 <= tail.beside <= tail.beside_of == len(others)
    assert 0 < tail.chance <= 1


def test_alike_groups_give_alarms_no_more_often_than_said():
    rng = np.random.default_rng(0)
    chances = [far_end(rng.normal(size=400), rng.normal(size=200), 0.05).chance for _ in range(300)]
    assert np.mean(np.array(chances) < 0.05) < 0.08


def test_ties_everywhere_have_no_far_end():
    assert far_end(np.zeros(50), np.zeros(50), 0.01).chance == 1


def test_the_fewest_that_are_no_accident_are_just_that():
    least = fewest_found(1000, 3, 1000, chance=0.001)
    tail = far_end(np.r_[np.ones(least), np.zeros(1000 - least)], np.r_[np.ones(3), np.zeros(997)], least / 2000)
    assert tail.chance < 0.001
