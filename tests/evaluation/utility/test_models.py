from __future__ import annotations

import numpy as np
import pytest
from tests.evaluation.tied import flipped, odd_tables, paired, rows_of, shuffled, swapped

from likewise.evaluation.utility.importance import importance_score
from likewise.evaluation.utility.model_scores import model_scores
from likewise.evaluation.utility.models import train_models


def scored(pair, target="churn"):
    found = train_models(pair, target, seed=0)
    return {s.name: s for s in (*model_scores(found), importance_score(found.importances, target))}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_fresh_rows_are_not_found_fault_with(seed):
    scores = scored(paired(rows_of(1_500, seed), seed=seed))
    assert [s.name for s in scores.values() if s.verdict in ("fair", "poor")] == []
    assert scores["tstr_linear"].floor > 0.8
    low, high = scores["tstr_linear"].interval
    assert low < scores["tstr_linear"].value < high


def test_shuffled_labels_are_found_by_all():
    scores = scored(paired(shuffled(rows_of(1_500, 0), "churn")))
    for name in ("tstr_linear", "tstr_neighbours", "trts", "tstr_loss"):
        assert scores[name].verdict == "poor", name


def test_flipped_labels_move_the_losses_more_than_the_auc():
    made = rows_of(1_500, 0)
    scores = scored(paired(flipped(made, np.random.default_rng(0).random(1_500) < 0.2)))
    assert scores["tstr_linear"].value > 0.75
    assert scores["trts"].verdict == "poor"
    assert scores["tstr_loss"].verdict in ("fair", "poor")


def test_labels_that_follow_too_closely_are_found():
    made = rows_of(1_500, 0)
    likely = 0.1 * made.arrays[0] + 1.5 * made.arrays[2] + 1.5 * made.arrays[3] > 6
    score = scored(paired(swapped(made, churn=likely.astype(np.int32))))["trts"]
    assert (score.verdict, score.value > score.floor + 0.05) == ("poor", True)
    assert "easier" in score.meaning


@pytest.mark.parametrize("held", [True, False])
def test_copies_are_no_easier_to_predict(held):
    pair = paired(rows_of(1_500, 2_000), held=held)
    assert (pair.synthetic.arrays[1] == pair.real.arrays[1]).all()
    assert scored(pair)["trts"].verdict == "good"


@pytest.mark.parametrize("seed", [0, 1])
def test_without_a_holdout_labels_are_judged_by_folds(seed):
    made = rows_of(1_500, seed)
    wrong = flipped(made, np.random.default_rng(0).random(1_500) < 0.2)
    assert scored(paired(made, seed=seed, held=False))["trts"].verdict == "good"
    assert scored(paired(wrong, seed=seed, held=False))["trts"].verdict in ("fair", "poor")


def test_a_number_is_predicted_as_its_rank():
    fresh = scored(paired(rows_of(1_200, 0), rows=1_200), "pay")
    assert fresh["tstr_linear"].unit == "R2"
    assert fresh["trts"].verdict == "good"
    assert scored(paired(shuffled(rows_of(1_200, 0), "pay"), rows=1_200), "pay")["trts"].verdict == "poor"


def test_the_same_seed_gives_the_same_figures():
    pair = paired(rows_of(300, 0), rows=300)
    assert scored(pair) == scored(pair)


def test_few_rows_are_called_underpowered_and_not_good():
    score = scored(paired(rows_of(120, 0), rows=120))["tstr_linear"]
    assert score.verdict == "unknown"
    assert "underpowered" in score.meaning


def test_odd_tables_get_a_sentence():
    for pair in odd_tables():
        for score in scored(pair).values():
            assert score.meaning.endswith(".")
