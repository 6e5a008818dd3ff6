from __future__ import annotations

import numpy as np
import pytest
from tests.evaluation.tied import flipped, odd_tables, paired, rows_of, shuffled

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
