from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evaluation.tied import rows_of

from likewise.evaluation.score import ALARM
from likewise.evaluation.utility.contest import detectable_fall, equal_parts, so_much_worse, verdict_by


def test_figures_of_one_kind_raise_no_more_alarms_than_agreed():
    rng = np.random.default_rng(0)
    found = [so_much_worse(*rng.normal(0.8, 0.05, (2, 5))) for _ in range(2_000)]
    assert abs(np.mean(np.array(found) < 0.05) - 0.05) < 0.02
    assert sum(p < ALARM for p in found) <= 7


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=3, max_size=6), st.floats(0.01, 0.5))
def test_a_larger_fall_is_less_likely_by_chance(figures, fall):
    lower = [f - fall for f in figures]
    assert so_much_worse(lower, figures) <= so_much_worse(figures, figures)
    assert so_much_worse([f - fall for f in lower], figures) <= so_much_worse(lower, figures)


def test_a_detectable_fall_is_detected():
    rng = np.random.default_rng(1)
    first, second = rng.normal(0.8, 0.02, (2, 5))
    fall = detectable_fall(first, second)
    level = second - second.mean() + first.mean()
    assert so_much_worse(first - fall, level) < ALARM


def test_parts_are_disjoint_and_of_one_size():
    first, second = equal_parts([rows_of(500, 0), rows_of(200, 1)], 0, "x")
    assert {p.rows for p in (*first, *second)} == {40}
    assert len(np.unique(np.concatenate([p.arrays[1] for p in first]))) > 190
    assert equal_parts([rows_of(100, 0)], 0) == [[]]


def test_too_few_figures_say_nothing():
    assert so_much_worse([], [0.5]) == 1.0
    assert detectable_fall([], []) == float("inf")
    assert verdict_by(0.5, 1.0, fair=0.1, poor=0.2, blind=True) == "unknown"
