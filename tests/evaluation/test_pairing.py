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
    assert paired.notes == ("`c` holds infinite values, which count as missing.",)


def test_a_boolean_keeps_its_place_in_a_table_with_declared_levels():
    schema = Schema(columns=(Column(name="a", kind="boolean"),))
    paired = pair_tables(Table(pa.table({"a": [True]}), schema), Table(pa.table({"a": [False]}), schema), None)
    assert (paired.real.arrays[0].tolist(), paired.synthetic.arrays[0].tolist()) == ([1], [0])


def test_truth_is_matched_by_meaning_where_no_level_is_in_common(table_of):
    real = table_of(c=("category", ["yes", "no"]))
    for words in (["1", "0"], ["TRUE", "FALSE"], [" Yes", "No "], ["1.0", "0.0"], ["t", "f"]):
        paired = pair_tables(real, table_of(c=("category", words)), None)
        assert paired.synthetic.arrays[0].tolist() == [0, 1], words
        assert "matched by meaning" in paired.notes[0]
    for words, codes in ((["yes", "0"], [0, 2]), (["A", "B"], [2, 3]), (["1", "2"], [0, 2])):
        paired = pair_tables(real, table_of(c=("category", words)), None)
        assert paired.synthetic.arrays[0].tolist() == codes, words
    three = table_of(c=("category", ["yes", "no", "maybe"]))
    assert pair_tables(three, table_of(c=("category", ["1", "0"])), None).synthetic.arrays[0].min() == 3


def test_levels_that_differ_in_case_beside_real_ones_are_levels_of_their_own(table_of):
    paired = pair_tables(table_of(c=("category", ["yes", "no"])), table_of(c=("category", ["yes", "Yes"])), None)
    assert paired.synthetic.arrays[0].tolist() == [0, 2]


def test_what_is_no_truth_value_is_not_taken_for_false(table_of):
    paired = pair_tables(table_of(c=("boolean", [True, False])), table_of(c=("category", ["yes", "perhaps"])), None)
    assert paired.synthetic.arrays[0].tolist() == [1, 2]


def test_numbers_of_whole_columns_meet_levels_however_many(table_of):
    many = [str(i) for i in range(20_000)]
    paired = pair_tables(table_of(c=("category", many)), table_of(c=("category", [f"{t}.0" for t in many])), None)
    assert np.array_equal(paired.synthetic.arrays[0], paired.real.arrays[0])


def test_commas_between_thousands_are_read_and_what_is_no_number_is_told(table_of):
    real = table_of(a=("integer", [1, 2, 3, 4]))
    paired = pair_tables(real, table_of(a=("text", ["1,234", " 7 ", "about 40", "1,2"])), None)
    assert np.array_equal(paired.synthetic.arrays[0], [1234, 7, np.nan, np.nan], equal_nan=True)
    assert "50 % of its values cannot be read so" in paired.notes[0]


def test_numbers_that_cannot_be_squared_and_infinite_ones_are_told(table_of):
    real = table_of(a=("float", [1e300, -1e308, 2.0]), b=("float", [np.inf, 1.0, 2.0]))
    paired = pair_tables(real, real, None)
    assert paired.real.arrays[0].tolist() == [1e150, -1e150, 2.0]
    assert np.isnan(paired.real.arrays[1][0])
    assert paired.notes[0].startswith("`a` holds numbers of over 150 digits")
    assert paired.notes[1].startswith("`b` holds infinite values")


def test_names_that_differ_in_case_or_blanks_only_are_hinted_at(table_of):
    with pytest.raises(EvaluationError) as fault:
        pair_tables(table_of(age=("integer", [1])), table_of(**{" Age": ("integer", [1])}), None)
    assert "case or blanks only" in fault.value.hint


def test_a_holdout_of_another_kind_is_told_as_well(table_of):
    real = table_of(a=("integer", [1, 2]))
    paired = pair_tables(real, real, table_of(a=("category", ["1", "x"])))
    assert [n for n in paired.notes if "in the holdout" in n and "50 %" in n]


def test_columns_can_be_left_out_of_all_parts(table_of):
    table = table_of(a=("integer", [1, 2]), b=("integer", [3, 4]), t=("text", ["x y", "z"]))
    less = pair_tables(table, table, table).without({0})
    assert [c.name for c in less.columns] == ["b"]
    assert [p.arrays[0].tolist() for p in (less.real, less.synthetic, less.holdout)] == [[3, 4]] * 3
    assert len(less.real.texts) == 1
