from __future__ import annotations

import numpy as np
import pytest

from likewise.evaluation.fidelity.dealing import (
    FEWEST_DEALS,
    MOST_DEALS,
    counts,
    deal,
    largest_chance,
    largest_of,
    mean_chance,
    standardised,
)


def test_the_first_deal_is_the_one_at_hand_and_few_rows_are_dealt_more_often():
    dealt = deal(30, 80, 5, 0, "x")
    assert dealt.shape == (MOST_DEALS + 1, 30)
    assert dealt[0].tolist() == list(range(30))
    assert all(len(set(line)) == 30 and max(line) < 80 for line in dealt.tolist())
    assert len(deal(10_000, 30_000, 500, 0)) == FEWEST_DEALS + 1
    assert np.array_equal(dealt, deal(30, 80, 5, 0, "x"))


def test_counts_are_those_of_each_deal():
    rng = np.random.default_rng(0)
    code, dealt = rng.integers(0, 7, 80), deal(30, 80, 5, 0)
    mine, others = counts(code, 7, dealt)
    for line, rows in zip(range(len(dealt)), dealt, strict=True):
        assert mine[line].tolist() == np.bincount(code[rows], minlength=7).tolist()
    assert ((mine + others) == np.bincount(code, minlength=7)).all()


def test_each_deal_is_measured_against_the_others_alone():
    figures = np.random.default_rng(0).normal(size=(3, 12))
    scaled = standardised(figures, 1e-9)
    for j in range(1, 12):
        rest = np.delete(figures[1], [0, j])
        assert scaled[1, j] == pytest.approx((figures[1, j] - rest.mean()) / rest.std(ddof=1))
    assert scaled[1, 0] == pytest.approx((figures[1, 0] - figures[1, 1:].mean()) / figures[1, 1:].std(ddof=1))


def test_chances_are_about_right_far_out():
    rng = np.random.default_rng(0)
    # Means of few half-normal figures are skewed as those of few columns are.
    drawn = np.abs(rng.normal(size=(800, 201, 3))).mean(axis=2)
    found = np.array([mean_chance(line) for line in drawn])
    assert 0 < (found < 0.01).mean() < 0.018
    assert (found < 0.001).mean() < 0.004
    most = rng.normal(size=(2_000, 41, 50)).max(axis=2)
    found = np.array([largest_chance(float(line[0]), line[1:]) for line in most])
    assert 0.002 < (found < 0.01).mean() < 0.013


def test_a_figure_that_never_varies_alarms_only_where_it_does():
    assert mean_chance(np.zeros(41)) == 1
    assert mean_chance(np.array([1.0, *np.zeros(40)])) == 0
    assert largest_chance(0.0, np.zeros(40)) > 0.3
    assert largest_chance(largest_of(np.arange(40.0), 0.02), np.arange(40.0)) == pytest.approx(0.02)
