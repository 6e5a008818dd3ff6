from __future__ import annotations

import numpy as np
import pytest
from scipy.stats.contingency import association

from likewise.evaluation.fidelity.dependence import dependence, dependence_scores, strength
from likewise.evaluation.fidelity.sides import take_sides


def scored(paired):
    sides = take_sides(paired, seed=0)
    return dependence_scores(dependence(sides, seed=0), sides)


def shuffle_age(arrays, rng):
    arrays["age"] = rng.permutation(arrays["age"])


def tie(arrays, rng):
    arrays["b"] = np.where(rng.random(len(arrays["b"])) < 0.5, arrays["a"], arrays["b"])


def test_strength_is_cramers_v_but_for_its_bias():
    rng = np.random.default_rng(0)
    tables = rng.integers(2_000, 9_000, (5, 4, 6))
    plain = [association(t, method="cramer") for t in tables]
    assert strength(tables) == pytest.approx(plain, abs=0.002)
    unrelated = [np.histogram2d(rng.random(300), rng.random(300), 8)[0].astype(np.int64) for _ in range(40)]
    assert strength(np.array(unrelated)).mean() < 0.06
    assert strength(np.zeros((1, 2, 2), dtype=np.int64)).tolist() == [0]
    assert strength(np.array([[[7, 0], [0, 0]]])).tolist() == [0]


@pytest.mark.parametrize("seed", range(4))
def test_lost_and_invented_dependence_are_counted_apart(changed, seed):
    lost, made = scored(changed(shuffle_age, seed=seed))
    assert (lost.verdict, made.verdict) == ("poor", "good")
    assert "`age`" in lost.meaning
    lost, made = scored(changed(tie, seed=seed))
    assert (lost.verdict, made.verdict) == ("good", "poor")
    assert "`a` with `b`" in made.meaning


def test_fresh_rows_are_good_over_seeds(changed):
    scores = [s for seed in range(20) for s in scored(changed(rows=500, seed=seed))]
    assert {s.verdict for s in scores} == {"good"}
    assert min(s.chance for s in scores) > 0.001


def test_too_little_is_unknown(paired_of, staff):
    one = {"age": staff(100, 0)["age"]}
    assert {s.verdict for s in scored(paired_of(one, one, None))} == {"unknown"}
