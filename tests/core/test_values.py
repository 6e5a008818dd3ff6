from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from likewise.core.schema import Column
from likewise.core.values import as_texts, from_texts, typed_array, without_markers, written_array
from likewise.errors import SchemaError


def written(values: list[object], typed: pa.DataType, **fields: object) -> list[object]:
    column = Column(name="x", **fields)  # type: ignore[arg-type]
    return written_array(pa.array(values, typed), column).to_pylist()


def test_new_values_are_written_on_the_grid_and_in_the_format() -> None:
    assert written([1.23456, None], pa.float64(), kind="decimal", decimals=2, dtype="double") == [1.23, None]
    assert written([1.23456, None], pa.float64(), kind="decimal", decimals=2) == ["1.23", ""]
    assert written([7, None], pa.int64(), kind="integer", format="1234.0", missing=("NA", "")) == ["7.0", "NA"]
    assert written([1234.5], pa.float64(), kind="decimal", decimals=2, format="1.234,50 €") == ["1.234,50 €"]
    assert written([3.7], pa.float64(), kind="float", dtype="int32") == [4]


def test_sub_second_samples_fit_a_column_of_seconds() -> None:
    moment = dt.datetime(2024, 1, 1, 2, 3, 4, 567)
    assert written([moment], pa.timestamp("us"), kind="datetime", dtype="timestamp[s]") == [
        moment.replace(microsecond=0)
    ]
    assert written([dt.time(1, 2, 3, 9)], pa.time64("us"), kind="time", dtype="time32[s]") == [dt.time(1, 2, 3)]


def test_zones_keep_their_wall_clock() -> None:
    column = Column(name="x", kind="datetime", format="%Y-%m-%dT%H:%M:%S%:z", zone="+02:00")
    typed = typed_array(pa.array(["2024-01-01T10:00:00+02:00"]), column)
    assert typed.cast(pa.int64()).to_pylist() == [1704096000000000]
    assert written_array(typed, column).to_pylist() == ["2024-01-01T10:00:00+02:00"]


def test_more_levels_than_the_index_type_holds() -> None:
    levels = [f"v{i}" for i in range(200)]
    typed = pa.array(levels).dictionary_encode()
    column = Column(name="x", kind="category", levels=tuple(levels),
                    dtype="dictionary<values=string, indices=int8, ordered=0>")  # fmt: skip
    assert written_array(typed, column).to_pylist() == levels


@pytest.mark.parametrize(
    "values", [["a", None], [1, None], [1.5, None, 2.0], [True, None], [b"\xff", None], [[1], None]]
)
def test_texts_lead_back_to_values(values: list[object]) -> None:
    array = pa.array(values)
    assert from_texts(as_texts(array), array.type).equals(array)


def test_blanks_and_markers_are_missing() -> None:
    assert without_markers(pa.array(["", "  ", "NA", "x", None]), ("NA",)).to_pylist() == [None, None, None, "x", None]


@pytest.mark.parametrize(
    ("values", "kind"), [([1, 2], "date"), (["x"], "boolean"), ([1.5], "integer"), (["soon"], "datetime")]
)
def test_values_that_cannot_be_of_a_kind_are_refused(values: list[object], kind: str) -> None:
    if values == [1, 2]:
        assert typed_array(pa.array(["20240101"]), Column(name="x", kind="date", format="%Y%m%d")).null_count == 0
    with pytest.raises(SchemaError) as fault:
        typed_array(pa.array(values * 3), Column(name="x", kind=kind))  # type: ignore[arg-type]
    assert fault.value.code == f"schema.not-{kind}"
    assert fault.value.hint


@pytest.mark.parametrize("kind", ["integer", "decimal", "boolean", "date"])
@pytest.mark.parametrize(
    "raw",
    [pa.array([[1, 2]]), pa.array([b"1"]), pa.array([dt.time(1)]), pa.array([{"a": 1}])],
    ids=["list", "bytes", "time", "struct"],
)
def test_values_of_a_type_that_cannot_be_of_a_kind_are_refused(raw: pa.Array, kind: str) -> None:
    with pytest.raises(SchemaError) as fault:
        typed_array(raw, Column(name="x", kind=kind))  # type: ignore[arg-type]
    assert fault.value.code == f"schema.not-{kind}"


def test_of_numbers_only_0_and_1_are_truth_values() -> None:
    column = Column(name="x", kind="boolean")
    assert typed_array(pa.array([1, 0, None]), column).to_pylist() == [True, False, None]
    assert typed_array(pa.array([1.0, 0.0, None]), column).to_pylist() == [True, False, None]
    for numbers in ([0, 7], [0.5, 1.0]):
        with pytest.raises(SchemaError):
            typed_array(pa.array(numbers), column)
