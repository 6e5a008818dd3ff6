from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from likewise.core.table import Table
from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.utility.models import train_models
from likewise.evaluation.utility.prediction import predict_target, prediction_scores


def predicted(real, synthetic, holdout, target):
    paired = pair_tables(real, synthetic, holdout)
    found = predict_target(paired, target, seed=0)
    small = train_models(paired, target, seed=0, models=("boosted",)).family("boosted")
    return found, *prediction_scores(found, small)


def test_fresh_rows_train_as_well_as_real_ones(people):
    found, tstr, ratio = predicted(people(1_500), people(1_500, 1), people(1_000, 2), "churn")
    assert (found.unit, found.seen, tstr.unit) == ("AUC", False, "AUC")
    assert tstr.value > 0.6
    assert tstr.floor == found.real
    assert ratio.value == pytest.approx(tstr.value / tstr.floor)
    assert ratio.value > 0.93


def test_many_classes_are_averaged_and_numbers_get_r2(people):
    parts = people(800), people(800, 1), people(400, 2)
    assert 0.6 < predicted(*parts, "job")[1].value <= 1
    _, tstr, ratio = predicted(*parts, "pay")
    assert tstr.unit == "R2"
    assert tstr.value > 0.5
    assert ratio.value > 0.9


@pytest.mark.parametrize("target", ["churn", "pay"])
def test_the_error_shrinks_with_the_rows_of_the_test(people, target):
    few, many = (predicted(people(600), people(600, 1), people(rows, 2), target)[0] for rows in (200, 1_800))
    assert 0 < many.error < few.error / 2 < 0.2


def test_a_shuffled_target_is_worth_little(people):
    other = people(1_500, 1)
    order = np.random.default_rng(0).permutation(1_500)
    shuffled = Table(other.columns.set_column(3, "churn", other.columns.column("churn").take(order)), other.schema)
    assert predicted(people(1_500), shuffled, people(1_000, 2), "churn")[2].verdict == "poor"


def flat(table):
    """Return the table with one class of the target."""
    return Table(table.columns.set_column(3, "churn", pa.array([False] * table.rows)), table.schema)


@pytest.mark.parametrize("held", [True, False])
def test_one_class_teaches_nothing_and_is_poor_however_few_the_rows(people, held):
    _, tstr, ratio = predicted(people(300), flat(people(300, 1)), people(300, 2) if held else None, "churn")
    assert (tstr.value, tstr.verdict, ratio.verdict) == (0.5, "poor", "poor")
    assert "one class only" in tstr.meaning


def test_one_class_of_a_target_that_is_hardly_ever_another_is_no_fault(table_of):
    rng = np.random.default_rng(0)
    parts = []
    for rows, rare in ((2_000, 12), (60, 0), (2_000, 12)):
        y = np.arange(rows) < rare
        parts.append(table_of(x=("float", rng.normal(size=rows) + 3 * y), y=("boolean", y)))
    _, tstr, _ = predicted(*parts, "y")
    assert tstr.value == 0.5
    assert tstr.verdict in ("good", "unknown")


def test_too_few_rows_are_called_underpowered(people):
    _, tstr, ratio = predicted(people(120), people(120, 1), people(120, 2), "churn")
    assert (tstr.verdict, ratio.verdict) == ("unknown", "unknown")
    assert "underpowered" in tstr.meaning


def test_rows_with_a_missing_target_are_left_out(people):
    found, tstr, _ = predicted(people(600, gaps=0.2), people(600, 1, gaps=0.2), people(400, 2, gaps=0.2), "churn")
    assert 250 < found.rows < 380
    assert tstr.value is not None


def test_without_a_holdout_a_part_of_the_real_rows_is_the_test(people):
    found, tstr, _ = predicted(people(600), people(600, 1), None, "churn")
    assert found.seen
    assert found.rows == 120
    assert "saw the rows" in tstr.meaning


def test_what_cannot_be_predicted_is_said(people, table_of):
    whole = people(300)
    empty = Table(whole.columns.set_column(3, "churn", pa.nulls(300, pa.bool_())), whole.schema)
    alone = table_of(churn=("boolean", [True, False] * 150))
    numbers = table_of(x=("float", [1.5] * 300), y=("float", np.arange(300.0)))
    for real, synthetic, holdout, target in (
        (flat(whole), flat(whole), flat(whole), "churn"),
        (whole, empty, whole, "churn"),
        (whole, people(20), whole, "churn"),
        (alone, alone, alone, "churn"),
        (numbers, numbers, numbers, "x"),
        (whole.select(["age", "pay"]), whole.select(["age", "pay"]), None, "churn"),
    ):
        _, tstr, ratio = predicted(real, synthetic, holdout, target)
        assert (tstr.value, tstr.verdict, ratio.value, ratio.verdict) == (None, "unknown", None, "unknown")
        assert tstr.meaning.endswith(".")


def test_a_hopeless_target_has_no_ratio(table_of):
    rng = np.random.default_rng(0)
    parts = [table_of(x=("float", rng.normal(size=300)), y=("float", rng.normal(size=300))) for _ in range(3)]
    _, tstr, ratio = predicted(*parts, "y")
    assert tstr.value is not None
    assert (ratio.value, ratio.verdict) == (None, "unknown")
