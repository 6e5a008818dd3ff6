from __future__ import annotations

import numpy as np

from likewise.evaluation.foreign import foreign_columns
from likewise.evaluation.pairing import pair_tables


def said(table_of, real, other) -> list[str]:
    paired = pair_tables(table_of(a=real), table_of(a=other), None)
    return [f.said for f in foreign_columns(paired, paired.synthetic)]


def test_renamed_levels_are_told_from_other_writing_of_them(table_of):
    real = ("category", ["Rome", "Oslo"] * 20)
    assert said(table_of, real, ("category", ["A", "B"] * 20))[0].endswith("renamed?")
    assert said(table_of, real, ("category", [" ROME", "oslo"] * 20))[0].endswith("in case or blanks only.")
    assert said(table_of, real, ("category", ["Rome"] + ["B"] * 40)) == []


def test_another_unit_is_seen_in_numbers_that_recur(table_of):
    ages = np.arange(40) % 20
    assert "unit" in said(table_of, ("integer", ages), ("integer", ages + 100))[0]
    assert said(table_of, ("float", np.arange(40.0)), ("float", np.arange(40) + 0.5)) == []


def test_a_column_without_a_value_is_foreign_and_a_few_other_values_are_not(table_of):
    real = ("category", ["Rome", "Oslo"] * 20)
    assert said(table_of, real, ("category", [None] * 40)) == ["`a` has no value in the synthetic table."]
    mixed = ("category", [*(f"only {i}" for i in range(30)), *["often"] * 10])
    assert said(table_of, mixed, ("category", ["new"] * 5)) == []
    assert said(table_of, ("category", [None] * 40), real) == []
