from __future__ import annotations

import numpy as np
import pytest

from likewise.evaluation.fidelity import marginals as module
from likewise.evaluation.fidelity.marginals import choose_subsets, marginals, marginals_score
from likewise.evaluation.fidelity.sides import take_sides


def scored(paired, k, seed=0):
    sides = take_sides(paired, seed=seed)
    return marginals_score(marginals(sides, k, seed=seed), sides, k)


def shuffle_all(arrays, rng):
    for name in arrays:
        arrays[name] = rng.permutation(arrays[name])


def shuffle_xor(arrays, rng):
    arrays["x"] = rng.permutation(arrays["x"])


def widen(arrays, rng):
    arrays["pay"] = arrays["pay"] * 1.3


@pytest.mark.parametrize("k", [1, 2, 3])
def test_fresh_rows_are_good_over_seeds(changed, k):
    scores = [scored(changed(rows=600, seed=s), k) for s in range(15)]
    assert {s.verdict for s in scores} == {"good"}
    chances = np.sort([s.chance for s in scores])
    assert chances[0] > 0.003
    assert np.median(chances) > 0.15
    assert all(s.value == pytest.approx(s.floor, rel=0.35) for s in scores)


@pytest.mark.parametrize("seed", range(3))
def test_independent_columns_show_in_pairs_and_not_alone(changed, seed):
    paired = changed(shuffle_all, seed=seed)
    assert scored(paired, 1).verdict == "good"
    assert scored(paired, 2).verdict in ("fair", "poor")


@pytest.mark.parametrize("seed", range(3))
def test_xor_shows_in_triples_only_and_is_named(changed, seed):
    paired = changed(shuffle_xor, seed=seed)
    assert scored(paired, 2).verdict == "good"
    score = scored(paired, 3)
    assert score.verdict == "poor"
    assert "Worst: `a` with `b` with `x`" in score.meaning


def test_xor_is_found_among_many_triples(paired_of, monkeypatch):
    monkeypatch.setattr(module, "MOST_SUBSETS", {1: 5_000, 2: 2_000, 3: 60})
    rng = np.random.default_rng(0)

    def draw(rows, wrong):
        table = {f"c{k}": rng.normal(size=rows) for k in range(12)}
        signs = np.sign(table["c3"] * table["c7"])
        table["c11"] = np.abs(table["c11"]) * (rng.permutation(signs) if wrong else signs)
        return table

    for wrong, verdict in ((False, "good"), (True, "poor")):
        score = scored(paired_of(draw(1_000, False), draw(1_000, wrong), draw(500, False)), 3)
        assert score.verdict == verdict
        assert ("`c3` with `c7` with `c11`" in score.meaning) is wrong
        assert "of 220 triples" in score.meaning


def test_a_changed_scale_shows_in_single_columns(changed):
    for seed in range(3):
        score = scored(changed(widen, seed=seed), 1)
        assert score.verdict in ("fair", "poor")
        assert "Worst: `pay`" in score.meaning


def test_without_a_holdout_the_evidence_is_weaker_and_few_rows_give_none(staff, paired_of):
    score = scored(paired_of(staff(400, 0), staff(400, 1), None), 2)
    assert score.verdict == "good"
    assert "weaker evidence" in score.meaning
    few = paired_of(staff(49, 0), staff(400, 1), None)
    assert scored(few, 2).verdict == "unknown"
    one = {"age": staff(100, 0)["age"]}
    assert scored(paired_of(one, one, None), 2).verdict == "unknown"


def test_many_levels_and_unequal_sides_raise_no_alarm(paired_of):
    rng = np.random.default_rng(0)

    def draw(rows):
        return {"code": rng.integers(0, 3_000, rows).astype(np.int32), "n": rng.normal(size=rows)}

    for rows, held in ((300, 2_000), (3_000, 100)):
        for k in (1, 2):
            assert scored(paired_of(draw(2_000), draw(rows), draw(held)), k).chance > 0.003


def test_subsets_are_distinct_and_seeded():
    for columns in (60, 400):
        chosen = choose_subsets(columns, 3, 100, 1)
        assert len(set(chosen)) == 100
        assert chosen == choose_subsets(columns, 3, 100, 1)
        assert all(a < b < c < columns for a, b, c in chosen)
