from __future__ import annotations

import numpy as np
import pytest

from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.privacy.attribute import attribute_inference, attribute_score


def guessed(real, synthetic, holdout, seed=0, **names):
    pair = pair_tables(real, synthetic, holdout)
    return attribute_inference(pair.columns, pair.real, pair.synthetic, pair.holdout, seed=seed, **names)


@pytest.mark.parametrize("seed", range(3))
def test_fresh_rows_tell_no_more_of_members_than_of_others(patients, seed):
    found = guessed(patients(600, seed), patients(600, seed + 50), patients(600, seed + 100), sensitive=("ill", "ward"))
    assert [g.name for g in found] != []
    assert attribute_score(found).verdict in ("good", "unknown")


def test_a_memoriser_gives_secrets_away(patients):
    real = patients(600)
    found = guessed(real, real, patients(600, 1), sensitive=("ill", "ward"), quasi=("n0", "n1", "sex", "ill"))
    assert {g.name for g in found} == {"ill", "ward"}
    score = attribute_score(found)
    assert score.verdict == "poor"
    assert score.interval[0] > 0.1


def test_what_the_population_tells_is_no_leak(table_of):
    rng = np.random.default_rng(0)

    def table(rows):
        x = rng.normal(size=rows)
        return table_of(x=("float", x), y=("category", np.where(x > 0, "yes", "no")))

    found = guessed(table(800), table(800), table(800), sensitive=("y",))
    assert found[0].members / found[0].of > 0.95
    assert found[0].by_real > 0.95
    assert attribute_score(found).verdict == "good"


def test_too_little_gives_no_verdict(table_of, patients):
    lone = table_of(x=("integer", range(100)))
    assert guessed(lone, lone, lone) == ()
    assert guessed(patients(20), patients(100), patients(100)) == ()
    assert attribute_score(()).verdict == "unknown"
