from __future__ import annotations

import numpy as np
import pytest
from tests.evaluation.tied import COLUMNS, flipped, odd_tables, paired, rows_of, shuffled

from likewise.evaluation.utility.augmentation import augment, augmentation_score, precision_recall
from likewise.evaluation.utility.coefficients import coefficients_score, compare_coefficients
from likewise.evaluation.utility.global_utility import global_utility, global_utility_scores
from likewise.evaluation.utility.queries import queries_scores, random_queries
from likewise.evaluation.utility.suite import utility_scores

EVERY = tuple(c.name for c in COLUMNS)


def of(pair):
    return {
        s.name: s
        for s in (
            *global_utility_scores(global_utility(pair, seed=0)),
            *queries_scores(random_queries(pair, seed=0)),
            coefficients_score(compare_coefficients(pair, "churn", seed=0)),
            augmentation_score(augment(pair, "churn", seed=0)),
        )
    }


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_fresh_rows_are_not_found_fault_with(seed):
    assert [s.name for s in of(paired(rows_of(1_500, seed), seed=seed)).values() if s.verdict in ("fair", "poor")] == []


def test_independent_columns_are_found_by_each():
    scores = of(paired(shuffled(rows_of(1_500, 0), *EVERY)))
    for name in ("global_utility", "global_utility_worst", "query_error", "coefficient_overlap"):
        assert scores[name].verdict in ("fair", "poor"), name


def test_the_column_that_lost_its_ties_is_named():
    scores = of(paired(shuffled(rows_of(1_500, 0), "pay")))
    assert scores["global_utility_worst"].verdict == "poor"
    assert "`pay`" in scores["global_utility_worst"].meaning


def test_coefficients_see_labels_turned_round():
    made = rows_of(1_500, 0)
    score = coefficients_score(compare_coefficients(paired(flipped(made, np.ones(1_500, bool))), "churn", seed=0))
    assert score.verdict == "poor"
    assert score.value < 0.1 < score.floor


def test_rows_that_mislead_are_no_gain():
    made = rows_of(1_500, 0)
    found = augment(paired(flipped(made, np.ones(1_500, bool))), "churn", seed=0)
    assert found.both < found.alone
    assert augmentation_score(found).verdict == "poor"


def test_the_area_of_a_curve_does_not_hang_on_the_order_of_ties():
    truth, score = np.array([True, False, True, False]), np.zeros(4)
    assert precision_recall(truth, score) == precision_recall(truth[::-1], score) == 0.5


def test_without_a_target_what_needs_none_is_left():
    scores = utility_scores(paired(rows_of(400, 0), rows=400), None, seed=0)
    assert [s.name for s in scores] == ["global_utility", "global_utility_worst", "query_error", "query_error_p95"]


@pytest.mark.parametrize("held", [True, False])
def test_brief_finds_wrong_labels(held):
    made = rows_of(1_000, 0)
    wrong = flipped(made, np.random.default_rng(0).random(1_000) < 0.2)
    scores = utility_scores(paired(wrong, rows=1_000, held=held), "churn", seed=0, brief=True)
    assert {s.verdict for s in scores} & {"fair", "poor"}


def test_brief_is_boosted_trees_alone_and_fresh_rows_pass():
    scores = utility_scores(paired(rows_of(600, 0), rows=600), "churn", seed=0, brief=True)
    assert [s.name for s in scores] == ["tstr", "tstr_ratio", "trts"]
    assert {s.verdict for s in scores} == {"good"}


def test_odd_tables_get_a_sentence():
    for pair in odd_tables():
        for score in of(pair).values():
            assert score.meaning.endswith("."), score
