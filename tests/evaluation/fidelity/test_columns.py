from __future__ import annotations

import pytest

from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.evaluation.evaluate import evaluate_tables
from likewise.evaluation.fidelity.columns import columns_score
from likewise.evaluation.gates import Gates
from likewise.evaluation.pairing import pair_tables


def scored(real, synthetic, holdout=None):
    return columns_score(real.schema, synthetic.schema, pair_tables(real, synthetic, holdout))


def ignoring(table, name):
    columns = (c.model_copy(update={"role": "ignore"}) if c.name == name else c for c in table.schema.columns)
    return Table(table.columns, Schema(columns=tuple(columns)))


def test_all_columns_are_good(people):
    score = scored(people(60), people(60, 1))
    assert (score.value, score.n, score.verdict) == (1.0, 4, "good")


def test_a_column_that_the_synthetic_table_lacks_is_poor(people):
    score = scored(people(60), people(60, 1).select(["age", "pay", "job"]), people(60, 2))
    assert (score.value, score.verdict) == (0.75, "poor")
    assert score.meaning.startswith("Of 4 columns 1 is not in all tables")


def test_a_column_that_the_holdout_lacks_is_unknown(people):
    assert scored(people(60), people(60, 1), people(60, 2).select(["age", "pay"])).verdict == "unknown"


def test_an_ignored_column_is_not_missed(people):
    few = people(60, 1).select(["age", "pay", "job"])
    assert scored(ignoring(people(60), "churn"), few).verdict == "good"


@pytest.mark.parametrize("gate", ["share", "test", "augment"])
def test_no_gate_lets_a_table_pass_that_lacks_a_column(people, gate):
    few = people(300, 1).select(["age", "pay", "churn"])
    report = evaluate_tables(people(300), few, holdout=people(300, 2), target="churn", brief=True)
    said = " ".join(r.reason for r in Gates.of(gate).judge(report.scores).failed)
    assert "not in all tables" in said
