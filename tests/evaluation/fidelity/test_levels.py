from __future__ import annotations

import numpy as np

from likewise.evaluation.fidelity.levels import levels, levels_score
from likewise.evaluation.fidelity.sides import take_sides


def scored(paired):
    sides = take_sides(paired, seed=0)
    return levels_score(levels(sides, paired, seed=0), sides)


def lose(arrays, rng):
    arrays["job"] = np.where(arrays["job"] >= 6, arrays["job"] - 6, arrays["job"]).astype(np.int32)


def invent(arrays, rng):
    arrays["job"] = np.where(rng.random(len(arrays["job"])) < 0.03, 12, arrays["job"]).astype(np.int32)


def test_lost_and_invented_levels_are_found(changed):
    for seed in range(5):
        score = scored(changed(lose, seed=seed))
        assert score.verdict == "poor"
        assert "`job`: " in score.meaning
        assert "lost" in score.meaning
        score = scored(changed(invent, seed=seed))
        assert score.verdict in ("fair", "poor")
        assert "levels invented" in score.meaning


def swell(arrays, rng):
    rare = np.argmin(np.abs(np.bincount(arrays["job"]) / len(arrays["job"]) - 0.06))
    arrays["job"] = np.where(rng.random(len(arrays["job"])) < 0.12, rare, arrays["job"]).astype(np.int32)


def test_levels_that_too_many_rows_hold_are_found(changed):
    for seed in range(5):
        score = scored(changed(swell, seed=seed))
        assert score.verdict in ("fair", "poor")
        assert "`job`: too many rows hold one level" in score.meaning


def zipf(rng, rows, size):
    return {"code": np.minimum(rng.zipf(1.6, rows) - 1, size - 1).astype(np.int32)}


def test_rare_levels_come_and_go_by_nature_but_not_all_of_them(paired_of):
    for seed in range(15):
        rng = np.random.default_rng(seed)
        real, fresh, held = (zipf(rng, n, 10**5) for n in (2_000, 2_000, 700))
        assert scored(paired_of(real, fresh, held, 10**5)).verdict == "good"
        assert scored(paired_of(real, fresh, None, 10**5)).verdict == "good"
    common = np.bincount(real["code"], minlength=10**5) >= 10
    fresh["code"] = np.where(common[fresh["code"]], fresh["code"], 0).astype(np.int32)
    score = scored(paired_of(real, fresh, held, 10**5))
    assert score.verdict == "poor"
    assert "too few different levels" in score.meaning


def test_fresh_rows_are_good_over_seeds(changed):
    assert {scored(changed(rows=500, seed=s)).verdict for s in range(40)} == {"good"}


def test_empty_columns_do_no_harm(paired_of):
    empty = {"a": np.full(80, -1, dtype=np.int32), "b": np.zeros(80, dtype=np.int32)}
    full = {"a": np.zeros(80, dtype=np.int32), "b": np.zeros(80, dtype=np.int32)}
    for real, other in ((empty, full), (full, empty), (empty, empty)):
        scored(paired_of(real, other, real))
