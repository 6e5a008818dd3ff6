from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.evaluation.privacy.twins import dealt_by_nature, find_twins, learned_more, over_and_over


def twins_of(keys, learned, held):
    return find_twins(keys[:learned], keys[learned : learned + held], keys[learned + held :])


def test_groups_are_counted_by_table():
    twins = find_twins(np.array([1, 1, 2]), np.array([2, 3]), np.array([1, 3, 4]))
    assert twins.learned.tolist() == [2, 1, 0, 0]
    assert twins.held.tolist() == [0, 1, 1, 0]
    assert twins.made.tolist() == [1, 0, 1, 1]
    assert twins.known.tolist() == [True, False, False, False]
    assert twins.unknown.tolist() == [False, False, True, False]


@pytest.mark.parametrize("held", [0, 2])
def test_the_chance_of_one_group_is_that_of_all_its_deals(held):
    found = []
    for places in itertools.combinations(range(8), 3):
        keys = np.arange(8)
        keys[list(places)] = 9
        twins = twins_of(keys, 3, held)
        found.append(int(twins.made[twins.known].sum()))
    for least in range(4):
        chance = dealt_by_nature(twins).chance(least)
        assert chance == pytest.approx(np.mean(np.array(found) >= least), abs=1e-9)


@pytest.mark.parametrize("sizes, held", [((400, 400), 200), ((400, 400), 0), ((100, 700), 300)])
def test_fresh_rows_are_rarely_far_out(sizes, held):
    rng = np.random.default_rng(0)
    share = 1 / np.arange(1, 2001)
    chances, whatever = [], []
    for _ in range(200):
        twins = twins_of(rng.choice(2000, sum(sizes) + held, p=share / share.sum()), sizes[0], held)
        chances.append(dealt_by_nature(twins).chance(int(twins.made[twins.known].sum())))
        whatever.append(learned_more(twins) if held else 1.0)
    assert np.mean(np.array(chances) < 0.05) < 0.08
    assert np.mean(np.array(whatever) < 0.05) < 0.08
    assert 0.3 < np.mean(np.array(chances) < 0.5) < 0.6


@settings(deadline=None)
@given(keys=st.lists(st.integers(0, 12), min_size=3, max_size=40), found=st.integers(0, 40))
def test_chances_fall_with_what_is_found(keys, found):
    twins = twins_of(np.array(keys), len(keys) // 3, len(keys) // 4)
    natural = dealt_by_nature(twins)
    more, less = natural.chance(found + 1), natural.chance(found)
    assert 0 <= more <= less + 1e-9 <= 1 + 1e-9
    assert 0 <= natural.expected <= len(keys)


def test_planted_pairs_are_as_pairs_that_are_there():
    learned, held = np.arange(1_000), np.arange(2_000, 2_500)
    there = dealt_by_nature(find_twins(learned, held, np.arange(995, 1_995)))
    beside = dealt_by_nature(find_twins(learned, held, np.arange(3_000, 4_000)))
    assert beside.chance(3, planted=5) == pytest.approx(there.chance(3), rel=1e-6)


def test_a_row_that_everybody_has_costs_little():
    keys = np.r_[np.zeros(300_000, dtype=np.int64), np.arange(1, 1_001)]
    keys = np.random.default_rng(0).permutation(keys)
    twins = twins_of(keys, 150_000, 0)
    assert dealt_by_nature(twins).chance(int(twins.made[twins.known].sum())) > 0.001


def test_a_generator_that_makes_few_rows_hits_held_back_ones_as_well():
    rng = np.random.default_rng(0)
    common = np.r_[rng.choice(200, 300), np.repeat(rng.choice(200, 20), 20)]
    twins = twins_of(common, 200, 100)
    assert learned_more(twins) > 0.05
    alone = find_twins(np.arange(100), np.arange(100, 150), np.arange(90, 95))
    assert learned_more(alone) == 0


def test_one_row_over_and_over_stands_out():
    fresh = np.arange(500)
    assert over_and_over(twins_of(fresh, 200, 100)) == 1
    assert over_and_over(find_twins(np.arange(200), np.arange(200, 300), np.r_[np.arange(300, 500), [5] * 20])) < 1e-6
    assert over_and_over(find_twins(np.arange(200), np.arange(200, 300), np.r_[np.arange(300, 500), 5])) > 0.1
