from __future__ import annotations

import numpy as np

from likewise.evaluation.fidelity.found_rules import found_rules
from likewise.evaluation.fidelity.rules import Rule, reference_rule, rules_score, unique_rule
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


def test_keys_and_references_are_rules_too(changed):
    sides = take_sides(changed(), seed=0)
    keys = unique_rule("`id` is unique", [k // 2 for k in range(100)], list(range(100)))
    assert keys.broken.sum() == 50
    names = reference_rule("`owner` is among owners", [9, 1, None] * 50, [1, 2], [1, 2], [1, 2])
    assert names.broken.sum() == 50
    for rule, verdict in (
        (keys, "poor"),
        (names, "poor"),
        (Rule("", np.zeros(100, bool), np.zeros(100, bool)), "good"),
    ):
        assert rules_score([rule], sides).verdict == verdict
    assert rules_score([keys, names], sides).verdict == "poor"
    assert rules_score([], sides).verdict == "unknown"
