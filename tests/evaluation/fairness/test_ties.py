from __future__ import annotations

import numpy as np

from likewise.evaluation.fairness.ties import MOST_LOOSE, fit_rows, standardised


def tied(rows: int, seed: int = 0) -> np.ndarray:
    """Return three columns of which the first two hang together."""
    rng = np.random.default_rng(seed)
    one, two, free = rng.normal(size=(3, rows))
    return np.column_stack([one, 0.6 * one + 0.8 * two, free]).astype(np.float32)


def test_rows_without_the_ties_fit_worse_and_their_column_is_told():
    rows = tied(2_000)
    rows[:500, 1] = rows[np.random.default_rng(1).permutation(500), 1]
    fit = fit_rows(standardised(rows), np.arange(3), np.zeros(3), 3, seed=0)
    assert fit.whole[:500].mean() < fit.whole[500:].mean() - 0.2
    gaps = fit.columns[500:].mean(axis=0) - fit.columns[:500].mean(axis=0)
    assert gaps[0] > 0.1 and gaps[1] > 0.1 > abs(gaps[2])
    assert np.allclose(fit.columns.sum(axis=1), fit.whole)


def test_loose_rows_fit_as_rows_without_ties_do():
    rows = tied(4_000)
    rows[:1_000, 1] = rows[np.random.default_rng(1).permutation(1_000), 1]
    fit = fit_rows(standardised(rows), np.arange(3), np.zeros(3), 3, seed=0)
    assert abs(fit.whole[:1_000].mean() - fit.loose.mean()) < 0.05
    assert fit.whole[1_000:].mean() > fit.loose.mean() + 0.2
    assert len(fit.loose) == MOST_LOOSE


def test_rows_like_those_of_other_groups_are_less_apart():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(1_000, 3))
    rows[:200] -= (1.0, 0.0, 0.0)
    fit = fit_rows(standardised(rows.astype(np.float32)), np.arange(3), np.array([-1.0, 0.0, 0.0]), 3, seed=0)
    assert fit.apart[:200].mean() < fit.apart[200:].mean() - 0.5


def test_features_of_one_column_are_no_tie():
    rows = tied(500)
    fit = fit_rows(standardised(rows), np.zeros(3, int), np.zeros(3), 1, seed=0)
    assert np.abs(fit.whole).max() < 1e-9


def test_a_constant_feature_is_none():
    assert (standardised(np.ones((10, 1), np.float32)) == 0).all()
