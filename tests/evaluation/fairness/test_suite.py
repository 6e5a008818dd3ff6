from __future__ import annotations

import numpy as np
import pytest
from tests.evaluation.tied import flipped, odd_tables, paired, rows_of, shuffled, swapped

from likewise.evaluation.fairness.detection import detect_in_groups, subgroup_detection_score
from likewise.evaluation.fairness.subgroups import gather, scan_subgroups, subgroup_score
from likewise.evaluation.fairness.suite import judge_fairness


def scored(pair, target="churn", **options):
    return {s.name: s for s in judge_fairness(pair, target, [], seed=0, **options).scores}


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_fresh_rows_are_not_found_fault_with(seed):
    scores = scored(paired(rows_of(1_500, seed), seed=seed))
    assert [s.name for s in scores.values() if s.verdict in ("fair", "poor")] == []
    assert len(scores) == 10


@pytest.mark.parametrize("fault", ["flipped", "shuffled"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_broken_subgroup_is_found(fault, seed):
    made = rows_of(1_500, seed)
    group = made.arrays[2] == 1
    made = flipped(made, group) if fault == "flipped" else shuffled(made, "age", "pay", "sex", "churn", within=group)
    gathered = gather(paired(made, seed=seed), [3], "churn", seed=0)
    score = subgroup_score(scan_subgroups(gathered, seed=0))
    assert score.verdict in ("fair", "poor")
    assert score.chance < 1e-3
    assert subgroup_detection_score(detect_in_groups(gathered, seed=0)).value > 0.55


def test_bias_that_is_added_is_found_in_data_and_in_models():
    made = rows_of(3_000, 0)
    sex, rng = made.arrays[3], np.random.default_rng(0)
    biased = np.where(sex == 1, rng.random(3_000) < 0.9, rng.random(3_000) < 0.1).astype(np.int32)
    scores = scored(paired(swapped(made, churn=biased), rows=3_000))
    for name in ("bias_in_data", "bias_amplification", "fair_parity"):
        assert scores[name].verdict in ("fair", "poor"), name
        assert scores[name].value > scores[name].floor


def test_models_of_shuffled_labels_fail_the_worst_group():
    assert scored(paired(shuffled(rows_of(1_500, 0), "churn")))["fair_group_auc"].verdict == "poor"


def test_a_group_that_is_made_rare_is_found_and_named():
    made = rows_of(1_500, 0)
    rare = np.where(np.random.default_rng(0).random(1_500) < 0.6, 0, made.arrays[3]).astype(np.int32)
    score = scored(paired(swapped(made, sex=rare)), brief=True)["representation"]
    assert score.verdict == "poor"
    assert score.value < 0.6
    assert "`sex` = m" in score.meaning


def test_a_level_of_few_rows_is_not_named():
    real = rows_of(1_500, 2_000)
    sex = real.arrays[3].copy()
    sex[:] = 0
    sex[:20] = 1
    pair = paired(rows_of(1_500, 0))
    pair = type(pair)(pair.columns, swapped(real, sex=sex), pair.synthetic, pair.holdout, (), ())
    for score in scored(pair).values():
        assert "`sex` = m" not in score.meaning


def test_without_a_sensitive_column_the_worst_subgroup_is_left():
    pair = paired(rows_of(400, 0), rows=400)
    plain = tuple(type(c)(c.column.model_copy(update={"role": "feature"}), c.numeric, c.levels) for c in pair.columns)
    assert list(scored(type(pair)(plain, pair.real, pair.synthetic, pair.holdout, (), ()), None)) == [
        "worst_subgroup",
        "worst_subgroup_c2st",
    ]


def test_the_same_seed_gives_the_same_figures():
    pair = paired(rows_of(400, 0), rows=400)
    assert scored(pair) == scored(pair)


def test_odd_tables_get_a_sentence():
    for pair in odd_tables():
        for score in scored(pair).values():
            assert score.meaning.endswith("."), score
