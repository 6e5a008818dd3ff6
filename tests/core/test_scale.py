from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.core.scale import from_scale, grid_of, on_scale, reach
from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.errors import ConditionError

MICROS = st.integers(-(2**50), 2**50)


@pytest.mark.parametrize(
    ("kind", "zone", "values"),
    [
        ("integer", None, st.integers(-(2**53), 2**53)),
        ("float", None, st.floats(allow_nan=False, allow_infinity=False)),
        ("date", None, st.integers(-700_000, 2_900_000)),
        ("time", None, st.integers(0, 86_399_999_999)),
        ("datetime", None, MICROS),
        ("datetime", "Europe/Berlin", MICROS),
        ("datetime", "+05:30", MICROS),
        ("duration", None, st.integers(-(2**46), 2**46)),
    ],
)
def test_what_is_written_is_read_again(kind: Any, zone: str | None, values: Any) -> None:
    column = Column(name="x", kind=kind, zone=zone)

    @given(values)
    def there_and_back(value: float) -> None:
        assert on_scale(column, from_scale(column, float(value))) == float(value)

    there_and_back()


@given(st.decimals(-100_000, 100_000, places=2))
def test_decimals_are_read_as_written(value: Any) -> None:
    column = Column(name="x", kind="decimal", decimals=2)
    assert on_scale(column, str(value)) == on_scale(column, value) == float(value)


def test_scale_is_that_of_the_table() -> None:
    table = Table.from_any(
        pa.table(
            {
                "day": [dt.date(2020, 1, 1), dt.date(2021, 1, 1)],
                "at": pa.array([dt.datetime(2020, 1, 1, 5, tzinfo=dt.UTC)] * 2, pa.timestamp("ns", "America/Lima")),
                "clock": [dt.time(3, 4, 5, 6), dt.time(4)],
                "long": [dt.timedelta(days=3, microseconds=7), dt.timedelta(1)],
                "n": [2**40 + 1, 3],
            }
        )
    )
    for column in table.schema.columns:
        if column.is_number:
            raw = table.to_arrow()[column.name][0].as_py()
            assert on_scale(column, raw) == table.numbers(column.name)[0], column.name
            ends = reach(column)
            assert ends is not None and ends[0] <= table.numbers(column.name).min() <= ends[1]


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        ("date", pd.Timestamp("1970-01-03 12:00"), 2),
        ("date", np.datetime64("1970-01-03"), 2),
        ("date", dt.datetime(1970, 1, 3, 23, 59), 2),
        ("date", dt.date(1969, 12, 31), -1),
        ("datetime", np.datetime64("1970-01-01T00:00:01", "ns"), 1e6),
        ("datetime", dt.date(1970, 1, 2), 86_400e6),
        ("datetime", dt.datetime(1970, 1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1))), 0),
        ("time", "13:45", 49_500e6),
        ("duration", "90", 90e6),
        ("duration", 1.5, 1.5e6),
        ("duration", "1:30:00", 5400e6),
        ("duration", "-0:10", -600e6),
        ("duration", "2 days, 1:00:00", 176_400e6),
        ("duration", np.timedelta64(2, "s"), 2e6),
        ("duration", pd.Timedelta("3s"), 3e6),
    ],
)
def test_values_of_many_libraries(kind: Any, value: Any, wanted: float) -> None:
    assert on_scale(Column(name="x", kind=kind), value) == wanted


@pytest.mark.parametrize("kind", ["integer", "decimal", "float", "date", "time", "datetime", "duration"])
@pytest.mark.parametrize("value", ["", "x", "1970-13-01", "25:61", [], {}, object(), "inf", float("inf"), b"3", True])
def test_what_is_no_value_is_refused(kind: Any, value: Any) -> None:
    with pytest.raises(ConditionError) as caught:
        on_scale(Column(name="x", kind=kind), value)
    assert caught.value.code == "given.value" and caught.value.hint and caught.value.where == "x"


def test_years_that_python_has_not() -> None:
    assert from_scale(Column(name="x", kind="date"), 1e7) == "10000000"
    assert from_scale(Column(name="x", kind="datetime"), 1e18) == "1000000000000000000"
    assert from_scale(Column(name="x", kind="integer"), float("inf")) == ""


def test_grid() -> None:
    assert grid_of(Column(name="x", kind="decimal", decimals=2)) == 0.01
    assert grid_of(Column(name="x", kind="date")) == 1
    assert grid_of(Column(name="x", kind="float")) == 0
    assert reach(Column(name="x", kind="float")) is None
