from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import EvaluationError
from likewise.evaluation.pairing import pair_tables


def test_levels_are_matched_by_text_and_columns_by_name(table_of):
    real = table_of(a=("category", ["x", "y", None]), b=("integer", [1, 2, 3]))
    other = table_of(b=("integer", [3, 2, 1]), a=("category", ["y", "new", "x"]))
    paired = pair_tables(real, other, None)
    assert [c.name for c in paired.columns] == ["a", "b"]
    assert paired.columns[0].levels == ("x", "y", "new")
    assert paired.real.arrays[0].tolist() == [0, 1, -1]
    assert paired.synthetic.arrays[0].tolist() == [1, 2, 0]
    assert paired.synthetic.arrays[1].tolist() == [3, 2, 1]
    assert paired.notes == ()


def test_columns_that_one_table_lacks_are_said(table_of):
    one = ("integer", [1, 2])
    paired = pair_tables(table_of(a=one, b=one, c=one), table_of(a=one, b=one, z=one), table_of(a=one))
    assert [c.name for c in paired.columns] == ["a"]
    assert [n for n in paired.notes if "lacks `c`" in n]
    assert [n for n in paired.notes if "`z`" in n]
    assert [n for n in paired.notes if "holdout lacks `b`" in n]


def test_identifiers_texts_and_ignored_columns_are_left_out(table_of):
    table = table_of(
        a=("integer", [1, 2]), i=("id", ["p1", "p2"]), t=("text", ["hello you", "bye"]), e=("empty", pa.nulls(2)),
        k=("integer", [7, 8]), g=("integer", [7, 8]),
    )  # fmt: skip
    table = table.with_schema(table.schema.replace("k", role="key").replace("g", role="ignore"))
    paired = pair_tables(table, table, None)
    assert [c.name for c in paired.columns] == ["a"]
    assert {c.name for c, _ in paired.left_out} == {"i", "t", "e", "k", "g"}
    assert all(why.endswith(".") for _, why in paired.left_out)
    assert [n for n in paired.notes if n.endswith("ignored or empty: `i`, `e`, `k`, `g`.")]
    assert [n for n in paired.notes if n.endswith("free text: `t`.")]


def test_texts_have_one_coding_in_all_tables(table_of):
    real = table_of(a=("integer", [1, 2, 3]), t=("text", ["x", None, "y"]))
    other = table_of(a=("integer", [1, 2]), t=("category", ["y", "z"]))
    paired = pair_tables(real, other, table_of(a=("integer", [1]), t=("text", ["x"])))
    codes = [p.texts[0].tolist() for p in (paired.real, paired.synthetic, paired.holdout)]
    assert codes == [[0, -1, 1], [1, 2], [0]]
    assert paired.real.take(np.array([2])).texts[0].tolist() == [1]


def test_tables_that_cannot_be_compared_are_refused(table_of):
    some, none = table_of(a=("integer", [1])), table_of(a=("integer", pa.array([], pa.int64())))
    for real, synthetic, holdout, called in (
        (none, some, None, "real"), (some, none, None, "synthetic"), (some, some, none, "holdout"),
    ):  # fmt: skip
        with pytest.raises(EvaluationError, match=f"the {called} table has no rows") as fault:
            pair_tables(real, synthetic, holdout)
        assert fault.value.code == "evaluate.empty"
    with pytest.raises(EvaluationError) as fault:
        pair_tables(some, table_of(b=("integer", [1])), None)
    assert fault.value.code == "evaluate.no-common-columns"


def test_numbers_read_as_another_kind_are_brought_back(table_of):
    real = table_of(a=("integer", [1, 2, 3]), b=("category", ["1", "2", "1"]), c=("boolean", [True, False, None]))
    other = table_of(a=("category", ["3", "x", "2"]), b=("float", [2.0, 1.0, 7.5]), c=("category", ["Yes", "no", None]))
    paired = pair_tables(real, other, None)
    assert np.array_equal(paired.synthetic.arrays[0], [3, np.nan, 2], equal_nan=True)
    assert [paired.columns[1].levels[k] for k in paired.synthetic.arrays[1]] == ["2", "1", "7.5"]
    assert [(*paired.columns[2].levels, None)[k] for k in paired.synthetic.arrays[2]] == ["true", "false", None]
    assert len(paired.notes) == 3


def test_a_boolean_meets_the_levels_of_a_category(table_of):
    real = table_of(c=("category", ["Yes", "No"]))
    paired = pair_tables(real, table_of(c=("boolean", [False, True])), None)
    assert paired.synthetic.arrays[0].tolist() == [1, 0]


def test_dates_meet_datetimes_and_texts(table_of):
    days = [dt.date(2020, 1, 1), dt.date(2021, 6, 30)]
    moments = pa.array([dt.datetime(2020, 1, 1), dt.datetime(2021, 6, 30, 12)], pa.timestamp("us"))
    real = table_of(a=("date", days), b=("datetime", moments))
    other = table_of(a=("datetime", moments), b=("date", days))
    texts = table_of(a=("text", ["2020-01-01", "soon"]), b=("text", ["2020-01-01T00:00:00", ""]))
    paired = pair_tables(real, other, texts)
    assert paired.real.arrays[0].tolist() == paired.synthetic.arrays[0].tolist()
    assert paired.synthetic.arrays[1][0] == paired.real.arrays[1][0]
    for k in (0, 1):
        assert paired.holdout.arrays[k][0] == paired.real.arrays[k][0]
        assert np.isnan(paired.holdout.arrays[k][1])


def test_constant_empty_and_infinite_columns(table_of):
    constant = pa.array(["5", "5"]).dictionary_encode()
    real = table_of(a=("integer", [5, 6]), b=("category", ["x", "y"]), c=("float", [1.0, np.inf]))
    other = table_of(a=("constant", constant), b=("empty", pa.nulls(2)), c=("empty", pa.nulls(2)))
    paired = pair_tables(real, other, None)
    assert paired.synthetic.arrays[0].tolist() == [5, 5]
    assert paired.synthetic.arrays[1].tolist() == [-1, -1]
    assert np.isnan(paired.synthetic.arrays[2]).all()
    assert np.isnan(paired.real.arrays[2][1])
    assert paired.notes == ()


def test_a_boolean_keeps_its_place_in_a_table_with_declared_levels():
    schema = Schema(columns=(Column(name="a", kind="boolean"),))
    paired = pair_tables(Table(pa.table({"a": [True]}), schema), Table(pa.table({"a": [False]}), schema), None)
    assert (paired.real.arrays[0].tolist(), paired.synthetic.arrays[0].tolist()) == ([1], [0])
