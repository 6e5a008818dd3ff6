from __future__ import annotations

import numpy as np
import pytest
from tests.evaluation.privacy.conftest import moved

from likewise.core.table import concat
from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.privacy.membership import membership, membership_scores
from likewise.evaluation.privacy.shadow import isolated_rows


def attacked(real, synthetic, holdout, seed=0):
    pair = pair_tables(real, synthetic, holdout)
    return membership_scores(membership(pair.columns, pair.real, pair.synthetic, pair.holdout, seed=seed))


@pytest.mark.parametrize("seed", range(3))
def test_members_are_not_told_from_fresh_rows(patients, seed):
    scores = attacked(patients(1_200, seed), patients(1_200, seed + 50), patients(1_000, seed + 100), seed)
    assert {s.verdict for s in scores} <= {"good", "unknown"}
    assert scores[0].verdict == "good"


def test_a_jittered_memoriser_gives_its_members_away(patients):
    real = patients(1_000)
    scores = {s.name: s for s in attacked(real, moved(real), patients(800, 1))}
    assert scores["membership"].verdict == scores["membership_subgroup"].verdict == "poor"
    assert scores["membership"].value > 0.8


def test_copies_of_the_isolated_show_among_the_isolated(patients):
    real, fresh, holdout = patients(3_000), patients(2_960, 1), patients(3_000, 2)
    pair = pair_tables(real, fresh, holdout)
    lone = isolated_rows(pair.columns, pair.real, 40, 0)
    scores = {s.name: s for s in attacked(real, concat([fresh, real.take(lone)]), holdout)}
    assert scores["membership_isolated"].verdict in ("fair", "poor")
    assert scores["membership"].value < 0.55


def test_a_small_holdout_is_underpowered(patients):
    assert "Underpowered" in attacked(patients(500), patients(500, 1), patients(60, 2))[0].meaning
    score = attacked(patients(500), patients(500, 1), patients(120, 2))[0]
    assert score.verdict == "unknown"
    assert "Underpowered" in score.meaning


@pytest.mark.parametrize("held, said", [
    (4_000, "0.1 % false accusations"), (1_000, "0.1 % cannot be measured with 1,000 others"), (120, "Underpowered"),
])  # fmt: skip
def test_members_found_at_few_false_accusations_are_told_where_the_others_allow(patients, held, said):
    real = patients(4_000)
    score = attacked(real, concat([patients(1_000, 3), real.slice(0, 1_000)]), patients(held, 1))[0]
    assert said in score.meaning


def test_odd_columns_do_no_harm(table_of):
    def table(rows):
        return table_of(gone=("float", np.full(rows, np.nan)), one=("category", ["x"] * rows))

    assert attacked(table(200), table(200), table(200))[0].verdict in ("good", "unknown")
