from __future__ import annotations

import numpy as np
import pytest

from likewise.evaluation.fidelity.corners import find_corner, needed_features

FOLD = np.arange(4_000) % 5


def scores(seed, told=0.0, synthetic=True):
    rng = np.random.default_rng(seed)
    truth = rng.permutation(np.arange(4_000) < 2_000)
    sure = (truth == synthetic) & (rng.random(4_000) < told)
    # Each fold has a model of its own, whose scores lie elsewhere.
    return truth, np.where(sure, 5.0 if synthetic else -5.0, rng.normal(size=4_000)) + FOLD, FOLD


def test_where_nothing_is_wrong_nobody_is_told():
    assert [find_corner(*scores(seed)) for seed in range(200)] == [None] * 200


@pytest.mark.parametrize("synthetic", [True, False])
def test_few_rows_that_are_plain_are_told(synthetic):
    for seed in range(10):
        corner = find_corner(*scores(seed, 0.03, synthetic))
        assert corner is not None
        assert corner.synthetic is synthetic
        assert 0.01 < corner.told < 0.045
        assert corner.chance < 1e-9


def test_many_rows_that_are_somewhat_likelier_are_not():
    rng = np.random.default_rng(0)
    truth = np.arange(4_000) % 2 == 0
    assert find_corner(truth, rng.normal(size=4_000) + 0.2 * truth, FOLD) is None


def test_equal_scores_tell_nobody():
    truth = np.arange(4_000) % 2 == 0
    assert find_corner(truth, np.zeros(4_000), FOLD) is None


def test_the_features_that_are_needed_are_named():
    class Model:
        def predict_proba(self, matrix):
            return np.column_stack([1 - matrix[:, 1], matrix[:, 1]])

    sure, others = np.ones((30, 3)), np.zeros((30, 3))
    assert needed_features(Model(), sure, others, True) == [1]
    assert needed_features(Model(), others, sure, False) == [1]
    assert needed_features(Model(), sure[:0], others[:0], True) == []
