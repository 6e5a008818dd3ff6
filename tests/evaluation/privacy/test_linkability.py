from __future__ import annotations

import pytest

from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.privacy.linkability import linkability, linkability_score


def linked(real, synthetic, holdout, seed=0, quasi=()):
    pair = pair_tables(real, synthetic, holdout)
    return linkability(pair.columns, pair.real, pair.synthetic, pair.holdout, seed=seed, quasi=quasi)


@pytest.mark.parametrize("seed", range(3))
def test_fresh_rows_join_members_no_more_often_than_others(patients, seed):
    found = linked(patients(800, seed), patients(800, seed + 50), patients(800, seed + 100), seed)
    assert linkability_score(found).verdict == "good"


@pytest.mark.parametrize("quasi", [(), ("n0", "n1", "n2")])
def test_a_memoriser_joins_its_members(patients, quasi):
    real = patients(600)
    score = linkability_score(linked(real, real, patients(600, 1), quasi=quasi))
    assert score.verdict == "poor"
    assert score.value > 90


def test_one_column_has_no_halves(table_of):
    lone = table_of(x=("integer", range(100)))
    assert linked(lone, lone, lone) is None
    assert linkability_score(None).verdict == "unknown"
