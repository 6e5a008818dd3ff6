from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from sklearn.metrics import roc_auc_score

from likewise.core.table import Table
from likewise.evaluation.boosting import MOST_LEVELS, auc, features
from likewise.evaluation.fidelity.detection import Detection, detect, detection_score
from likewise.evaluation.pairing import pair_tables


def test_auc_is_that_of_sklearn_and_its_error_shrinks_with_rows():
    rng = np.random.default_rng(0)
    for rows in (20, 2_000):
        truth = np.arange(rows) % 3 == 0
        score = np.round(truth + rng.normal(size=rows), 1)
        value, error = auc(truth, score)
        assert value == pytest.approx(roc_auc_score(truth, score))
        assert 0 < error < 1.5 / np.sqrt(rows)


def test_fresh_rows_are_not_told_from_real_ones(people):
    paired = pair_tables(people(1_000), people(1_000, 1), None)
    found = detect(paired.columns, paired.real, paired.synthetic, seed=0)
    assert found is not None
    assert 0.44 < found.auc < 0.56
    assert detection_score(found, None, against="real").verdict == "good"


def test_a_broken_column_is_found_and_named(people):
    real, other = people(1_000), people(1_000, 1)
    halved = other.columns.set_column(1, "pay", pa.array(other.numbers("pay") / 2))
    paired = pair_tables(real, Table(halved, other.schema), None)
    found = detect(paired.columns, paired.real, paired.synthetic, seed=0)
    assert found.auc > 0.75
    assert found.telling[0] == "pay"
    score = detection_score(found, None, against="real")
    assert score.verdict == "poor"
    assert "`pay`" in score.meaning


@pytest.mark.parametrize(
    ("value", "error", "floor", "named"),
    [(0.505, 0.004, 0.5, False), (0.53, 0.03, None, False), (0.6, 0.01, 0.59, False), (0.6, 0.01, 0.5, True)],
    ids=["guessing", "wide-interval", "as-real-rows", "clearly-told"],
)
def test_no_column_is_named_where_nothing_gives_rows_away(value, error, floor, named):
    real = None if floor is None else Detection(floor, 0.01, 5_000)
    score = detection_score(Detection(value, error, 5_000, ("pay",)), real, against="holdout")
    assert ("`pay`" in score.meaning) is named


def test_a_fault_must_be_large_and_no_accident():
    def verdict(value, rows, floor=None):
        real = None if floor is None else Detection(floor, 0.01, rows)
        return detection_score(Detection(value, 0.2 / np.sqrt(rows), rows), real, against="holdout").verdict

    assert [verdict(v, 100) for v in (0.62, 0.64, 0.75)] == ["good", "good", "poor"]
    assert [verdict(v, 20_000) for v in (0.55, 0.57, 0.66)] == ["good", "fair", "poor"]
    assert [verdict(0.62, 20_000, floor) for floor in (0.6, 0.4)] == ["good", "fair"]


def test_few_rows_that_are_plainly_wrong_are_told_and_their_column_named(people):
    real, other = people(2_000), people(2_000, 1)
    pay = other.numbers("pay").copy()
    pay[:80] = 3.0
    broken = other.columns.set_column(1, "pay", pa.array(pay))
    paired = pair_tables(real, Table(broken, other.schema), None)
    found = detect(paired.columns, paired.real, paired.synthetic, seed=0)
    assert found.auc < 0.56
    score = detection_score(found, None, against="real")
    assert score.verdict == "fair"
    assert "% of the synthetic rows are surely told, by `pay`." in score.meaning


def test_rows_of_a_kind_that_is_missing_are_told(people):
    real, other = people(2_000), people(2_400, 1)
    other = other.take(np.flatnonzero((other.codes("job") != 2) | (other.numbers("age") < 45)))
    paired = pair_tables(real, other, None)
    score = detection_score(detect(paired.columns, paired.real, paired.synthetic, seed=0), None, against="real")
    assert score.verdict in ("fair", "poor")
    assert "% of the real rows are of a kind that is missing, by `" in score.meaning


def test_it_depends_on_the_seed_alone_and_needs_rows(people):
    paired = pair_tables(people(300), people(200, 1), None)
    first, second = (detect(paired.columns, paired.real, paired.synthetic, seed=3) for _ in range(2))
    assert first == second
    assert first.rows == 200
    few = pair_tables(people(49), people(200, 1), None)
    assert detect(few.columns, few.real, few.synthetic, seed=0) is None
    assert detection_score(None, None, against="real").verdict == "unknown"


def test_features_keep_the_commonest_levels_and_drop_what_never_varies(table_of):
    texts = [f"v{i % 400}" for i in range(800)] + ["v7"] * 50
    table = table_of(a=("category", texts), b=("constant", pa.array(["x"] * 850).dictionary_encode()))
    paired = pair_tables(table, table, None)
    coded = features(paired.columns, [paired.real, paired.synthetic])
    assert coded.positions == (0,)
    assert coded.matrices[0].max() == MOST_LEVELS
    assert len(np.unique(coded.matrices[0])) == MOST_LEVELS + 1
    assert coded.matrices[0][-1] == 0


def test_lost_decimals_are_told(people):
    real, other = people(600), people(600, 1)
    rounded = other.columns.set_column(1, "pay", pa.array(np.round(other.numbers("pay"), 1)))
    paired = pair_tables(real, Table(rounded, other.schema), None)
    found = detect(paired.columns, paired.real, paired.synthetic, seed=0)
    assert found.auc > 0.8
    assert found.telling[0] == "pay"


def test_a_lost_tie_to_the_day_of_the_week_is_told(table_of):
    def visits(seed):
        rng = np.random.default_rng(seed)
        days = rng.integers(18_000, 19_000, 1_500)
        return days, np.where(days % 7 < 2, 1.0, 0.0) * 3 + rng.normal(size=1_500)

    def table(days, spent):
        return table_of(day=("date", pa.array(days.astype(np.int32)).cast(pa.date32())), spent=("float", spent))

    days, spent = visits(1)
    paired = pair_tables(table(*visits(0)), table(days + np.arange(1_500) % 7, spent), None)
    found = detect(paired.columns, paired.real, paired.synthetic, seed=0)
    assert found.auc > 0.65
    assert "day" in found.telling
