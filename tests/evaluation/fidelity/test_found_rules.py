from __future__ import annotations

import numpy as np

from likewise.evaluation.fidelity.found_rules import found_rules
from likewise.evaluation.fidelity.rules import rules_score
from likewise.evaluation.fidelity.sides import take_sides


def trips(rows, seed, wrong=0.0):
    rng = np.random.default_rng(seed)
    begin = rng.uniform(0, 100, rows)
    end = begin + rng.uniform(0, 30, rows)
    city = rng.integers(0, 6, rows).astype(np.int32)
    land = (city // 2).astype(np.int32)
    swapped = rng.random(rows) < wrong
    return {
        "begin": np.where(swapped, end + 1, begin),
        "end": end,
        "city": city,
        "land": np.where(rng.random(rows) < wrong, (land + 1) % 3, land).astype(np.int32),
        "noise": rng.normal(50, 30, rows),
    }


def scored(paired):
    sides = take_sides(paired, seed=0)
    rules, tried = found_rules(sides)
    return rules, rules_score(rules, sides, tried=tried)


def test_rules_are_found_and_breaches_named(paired_of):
    for seed in range(3):
        rules, score = scored(paired_of(trips(800, seed), trips(800, seed + 10), trips(400, seed + 20)))
        assert [r.said for r in rules] == [
            "`begin` is never more than `end`",
            "`city` tells `land`",
            "no row occurs twice",
        ]
        assert (score.verdict, score.value) == ("good", 0)
        _, score = scored(paired_of(trips(800, seed), trips(800, seed + 10, 0.05), trips(400, seed + 20)))
        assert score.verdict == "poor"
        assert "`begin` is never more than `end` (" in score.meaning
        assert "`city` tells `land` (" in score.meaning


def test_fresh_rows_break_no_rule_surely(changed):
    for seed in range(20):
        _, score = scored(changed(rows=500, seed=seed))
        assert score.verdict in ("good", "unknown")


def homes(rows, seed, wrong=0.0):
    """Return a grade that a number tells, and sexes and titles of which two never go together."""
    rng = np.random.default_rng(seed)
    grade = rng.integers(0, 8, rows)
    sex, title = rng.integers(0, 2, rows), rng.integers(0, 4, rows)
    title = np.where((sex == 0) & (title == 3) & (rng.random(rows) >= wrong), 1, title)
    return {
        "grade": grade.astype(np.int32),
        "points": np.where(rng.random(rows) < wrong, -1.0, 10.0 * grade + 0.5),
        "sex": sex.astype(np.int32),
        "title": title.astype(np.int32),
        "x": rng.normal(size=rows),
    }


def test_numbers_can_be_told_and_values_never_go_together(paired_of):
    for seed in range(3):
        rules, score = scored(paired_of(homes(1_000, seed), homes(1_000, seed + 10), homes(500, seed + 20)))
        assert [r.said for r in rules] == [
            "`grade` tells `points`",
            "`points` tells `grade`",
            "some values of `sex` never go with some of `title`",
            "no row occurs twice",
        ]
        assert (score.verdict, score.value) == ("good", 0)
        assert "None of 4 rules" in score.meaning
        _, score = scored(paired_of(homes(1_000, seed), homes(1_000, seed + 10, 0.2), homes(500, seed + 20)))
        assert score.verdict == "poor"
        assert "`grade` tells `points` (" in score.meaning
        assert "some values of `sex` never go with some of `title` (" in score.meaning


def test_rows_that_occur_twice_are_found_though_few_real_ones_do(paired_of):
    real, held = homes(1_000, 0), homes(500, 1)
    for name, values in homes(1_000, 2).items():
        real[name][:3] = real[name][0]
        held[name] = held[name].copy()
        assert len(values) == 1_000
    fresh = homes(1_000, 2)
    _, score = scored(paired_of(real, fresh, held))
    assert score.verdict == "good"
    twice = {name: np.concatenate([values[:900], values[:100]]) for name, values in fresh.items()}
    _, score = scored(paired_of(real, twice, held))
    assert score.verdict == "poor"
    assert "no row occurs twice (10 % of rows break it)" in score.meaning


def test_rows_of_few_levels_may_well_occur_twice(paired_of):
    few = {"a": np.arange(400, dtype=np.int32) % 3, "b": np.arange(400.0) % 2}
    rules, score = scored(paired_of(few, few, few))
    assert "no row occurs twice" not in [r.said for r in rules]
    assert score.verdict in ("good", "unknown")


def test_combinations_that_are_merely_rare_are_no_rule(paired_of):
    def rare(rows, seed):
        rng = np.random.default_rng(seed)
        a, b = (rng.geometric(0.08, rows).astype(np.int32) for _ in range(2))
        return {"a": a, "b": np.where((a < 6) & (b < 6) & (rng.random(rows) < 0.9), 6, b).astype(np.int32)}

    for seed in range(20):
        paired = paired_of(rare(600, 3 * seed), rare(600, 3 * seed + 1), rare(300, 3 * seed + 2))
        assert scored(paired)[1].verdict in ("good", "unknown")
