"""Ensembles tell what scikit-learn's boosting tells, from tables instead of walks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier

from likewise.techniques.autoregressive.boosted.ensemble import Ensemble, Ensembles, ensemble_of


def boosted(seed: int, symbols: int, leaves: int, rounds: int = 12) -> tuple[np.ndarray, np.ndarray, Ensemble]:
    """Return features, scikit-learn's log odds of them, and the ensemble."""
    rng = np.random.default_rng(seed)
    features = rng.integers(0, symbols, (4, 1500)).astype(np.int32)
    yes = (features[0] + features[1] > symbols) ^ (rng.random(1500) < 0.2)
    learner = HistGradientBoostingClassifier(max_iter=rounds, max_leaf_nodes=leaves, early_stopping=False)
    learner.fit(features.T, yes)
    trees = [predictors[0].nodes for predictors in learner._predictors]
    ensemble = ensemble_of(trees, float(learner._baseline_prediction[0, 0]), leaves)
    return features, learner.decision_function(features.T), ensemble


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([2, 3, 17, 254, 700]), st.sampled_from([2, 8, 31, 32]))
def test_it_agrees_with_scikit_learn_row_by_row(seed: int, symbols: int, leaves: int) -> None:
    features, told, ensemble = boosted(seed, symbols, leaves)
    np.testing.assert_allclose(ensemble.log_odds(features), told, atol=1e-5)


def test_symbols_that_no_row_held_are_told_too() -> None:
    features, _, ensemble = boosted(0, 20, 8)
    beyond = np.full((4, 3), 500, dtype=np.int32)
    highest = np.full((4, 3), 19, dtype=np.int32)
    np.testing.assert_array_equal(ensemble.log_odds(beyond), ensemble.log_odds(highest))
    assert len(ensemble.log_odds(features[:, :0])) == 0


@pytest.mark.parametrize("count", [1, 3])
def test_arrays_give_the_same_ensembles_back(count: int) -> None:
    made = [boosted(seed, 30, 8, rounds=2 + seed) for seed in range(count)]
    again = Ensembles.from_arrays(Ensembles(tuple(m[2] for m in made)).arrays())
    assert len(again.all) == count
    for (features, _, ensemble), copy in zip(made, again.all, strict=True):
        np.testing.assert_array_equal(copy.log_odds(features), ensemble.log_odds(features))
