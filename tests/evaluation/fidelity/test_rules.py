from __future__ import annotations

import numpy as np

from likewise.core.table import Table
from likewise.evaluation.fidelity.rules import Rule, key_rules, reference_rule, rules_score, unique_rule
from likewise.evaluation.fidelity.sides import take_sides


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


def test_a_rule_that_fresh_rows_may_break_is_not_counted(changed):
    sides = take_sides(changed(), seed=0)
    one, many = np.arange(500) < 1, np.arange(500) >= 460
    none = np.zeros(500, bool)
    score = rules_score([Rule("odd", one, none), Rule("sure", many, none)], sides, tried=10)
    assert score.value == 8
    assert "`" not in score.meaning and "sure (8 %" in score.meaning and "odd" not in score.meaning


def test_keys_that_are_real_ones_only_once_never_repeat(table_of):
    def with_keys(keys):
        table = table_of(key=("integer", keys), other=("id", [f"k{k}" for k in keys]), x=("integer", keys))
        columns = tuple(c.model_copy(update={"role": "key"}) if c.name == "key" else c for c in table.schema.columns)
        return Table(table.columns, table.schema.model_copy(update={"columns": columns}))

    real, twice = with_keys(list(range(100))), with_keys([k // 2 for k in range(100)])
    assert [(r.said, int(r.broken.sum())) for r in key_rules(real, twice)] == [
        ("`key` never repeats", 50),
        ("`other` never repeats", 50),
    ]
    assert key_rules(twice, real) == []
    gaps = with_keys([None if k < 50 else k for k in range(100)])
    assert not any(r.broken.any() for r in key_rules(gaps, gaps))
