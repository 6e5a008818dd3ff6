from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from likewise.core.table import Table
from likewise.errors import SchemaError

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
N = 30


def times(values: list[Any]) -> list[Any]:
    return values * (N // len(values))


PANDAS = {
    "int64": np.arange(N) % 7,
    "Int64": pd.array(times([1, None, 3, 4, 5]), dtype="Int64"),
    "Int32": pd.array(range(100, 100 + N), dtype="Int32"),
    "uint8": (np.arange(N) % 5).astype("uint8"),
    "float64": times([1.5, np.nan, 2.25]),
    "float32": np.linspace(0, 1, N).astype("float32"),
    "whole": np.arange(N) % 4 * 1.0,
    "object": pd.Series(times(["a", "b", None]), dtype=object),
    "object_nan": pd.Series(times(["a", "b", np.nan]), dtype=object),
    "str": times(["x", "y", "z"]),
    "string": pd.array(times(["x", "y", None]), dtype="string"),
    "category": pd.Categorical(times(["lo", "hi", None]), categories=["lo", "mid", "hi"], ordered=True),
    "int_category": pd.Categorical(times([3, 1, 2])),
    "bool": times([True, False, True]),
    "boolean": pd.array(times([True, None, False]), dtype="boolean"),
    "ns": pd.Series(pd.date_range("2020-01-01 05:00", periods=N, freq="h")).astype("datetime64[ns]"),
    "us": pd.Series(pd.date_range("2020-01-01 05:00", periods=N, freq="h")).astype("datetime64[us]"),
    "zone": pd.Series(pd.date_range("2020-01-01", periods=N, tz="Europe/Berlin")),
    "timedelta": pd.to_timedelta(np.arange(N) * 3, unit="min"),
    "date": [dt.date(2020, 1, 1 + i % 20) for i in range(N)],
    "decimal": times([Decimal("1.50"), Decimal("2.25"), None]),
    "period": pd.period_range("2020-01", periods=N, freq="M"),
    "arrow": pd.array(times([1, 2, None]), dtype="int64[pyarrow]"),
    "lists": times([[1, 2], [3], []]),
    "constant": [5] * N,
    "none": [None] * N,
}
POLARS = {
    "i8": pl.Series(times([1, 2, 3]), dtype=pl.Int8),
    "text": pl.Series(times(["a", "b", None])),
    "categorical": pl.Series(times(["a", "b", None]), dtype=pl.Categorical),
    "enum": pl.Series(times(["a", "b", None]), dtype=pl.Enum(["b", "a", "z"])),
    "date": pl.Series(times([dt.date(2020, 1, 1), None, dt.date(2021, 5, 5)])),
    "datetime": pl.Series(times([dt.datetime(2020, 1, 1, 4), None, dt.datetime(2021, 5, 5)])),
    "zone": pl.Series(times([dt.datetime(2020, 1, 1, 4), None])).dt.replace_time_zone("Europe/Berlin"),
    "time": pl.Series(times([dt.time(1, 2), None, dt.time(4, 5)])),
    "duration": pl.Series(times([dt.timedelta(1), None, dt.timedelta(2)])),
    "f32": pl.Series(times([1.5, 2, None]), dtype=pl.Float32),
    "decimal": pl.Series(times([Decimal("1.50"), Decimal("2.25"), None])),
    "bool": pl.Series(times([True, None, False])),
    "list": pl.Series(times([[1], [2, 3], None])),
    "struct": pl.Series(times([{"a": 1, "b": "x"}, {"a": 2, "b": "y"}, {"a": 3, "b": None}])),
    "null": pl.Series([None] * N),
}


@pytest.mark.parametrize("name", PANDAS)
def test_pandas_columns_come_back_as_they_were(name: str) -> None:
    frame = pd.DataFrame({name: PANDAS[name]})
    pd.testing.assert_frame_equal(Table.from_any(frame).to_native(), frame)


@pytest.mark.parametrize("name", POLARS)
def test_polars_columns_come_back_as_they_were(name: str) -> None:
    frame = pl.DataFrame({name: POLARS[name]})
    back = Table.from_any(frame).to_native()
    assert back.schema == frame.schema
    assert back.equals(frame)


def test_pandas_objects_of_mixed_types_become_texts() -> None:
    table = Table.from_any(pd.DataFrame({"x": pd.Series(times([1, "b", 2.5]), dtype=object)}))
    assert "mixed types" in table.schema["x"].reason
    assert set(table.to_pandas()["x"]) == {"1", "b", "2.5"}


def test_the_native_type_survives_a_given_schema() -> None:
    frame = pd.DataFrame({"x": PANDAS["Int64"]})
    schema = Table.from_any(frame).schema
    assert Table.from_any(frame, schema).to_pandas()["x"].dtype == "Int64"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({}, "schema.empty"),
        ({"a": [1], "b": [1, 2]}, "schema.ragged"),
        ({"a": 5}, "schema.not-a-column"),
        (3, "schema.not-a-table"),
        ("text", "schema.not-a-table"),
    ],
)
def test_what_is_no_table_is_refused(data: Any, code: str) -> None:
    with pytest.raises(SchemaError) as fault:
        Table.from_any(data)
    assert fault.value.code == code


def test_duplicate_pandas_columns_are_refused() -> None:
    with pytest.raises(SchemaError, match="twice"):
        Table.from_any(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_rows_batches_and_streams_are_taken() -> None:
    assert Table.from_any([{"a": 1}, {"b": "x", "a": 2}]).to_dict() == {"a": [1, 2], "b": [None, "x"]}
    batch = pa.record_batch({"a": [1, 2]})
    assert Table.from_any(batch).to_native().equals(pa.table({"a": [1, 2]}))
    reader = pa.RecordBatchReader.from_batches(batch.schema, [batch])
    assert Table.from_any(reader).rows == 2
    assert Table.from_any(pl.LazyFrame({"a": [1, 2]})).rows == 2
