from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pcsv
import pytest

from likewise.core.public import CROWD, public_schema
from likewise.core.schema import Pattern
from likewise.core.table import Table

ADULT = Path(__file__).parents[3] / "shared" / "data" / "adult" / "train.csv.gz"


@pytest.mark.skipif(not ADULT.exists(), reason="the shared data sets are not here")
def test_no_real_extreme_and_no_rare_level_of_adult_is_told() -> None:
    table = Table.from_any(pcsv.read_csv(ADULT))
    schema = public_schema(table)
    for column in table.schema.columns:
        words = set(re.findall(r"[\w.<>=-]+", schema.select([column.name]).to_yaml()))
        if column.is_number:
            assert column.bounds is not None
            assert not {str(b) for b in column.bounds if b != 0} & words, column.name
        elif column.levels is not None:
            counts = dict(
                zip(*[c.to_pylist() for c in table.column(column.name).value_counts().flatten()], strict=True)
            )
            rare = {level for level in column.levels if counts.get(level, 0) < CROWD}
            assert not rare & words, column.name
    assert "Holand-Netherlands" in str(table.schema["native_country"].levels)
    assert schema["native_country"].other == "keep"


def test_bounds_lie_within_a_few_digits_and_keep_zero() -> None:
    table = Table.from_any({"spent": [0] * 50 + [17 * i for i in range(1, 200)], "x": [i * 0.01 for i in range(249)]})
    schema = public_schema(table)
    assert schema["spent"].bounds == (0, 4000)
    assert schema["x"].bounds is not None
    assert schema["x"].bounds[1] not in (2.48, 2.49)


def test_dates_are_rounded_to_whole_units() -> None:
    days = [dt.date(2001, 3, 7) + dt.timedelta(days=11 * i) for i in range(400)]
    stamps = pa.array([dt.datetime(2020, 1, 1, 3, 17) + dt.timedelta(minutes=97 * i) for i in range(400)])
    schema = public_schema(Table.from_any({"day": days, "at": stamps}))
    for name in ("day", "at"):
        bounds, real = schema[name].bounds, Table.from_any({"day": days, "at": stamps}).schema[name].bounds
        assert bounds is not None
        assert real is not None
        assert not set(bounds) & set(real)


def test_small_tables_tell_no_bounds() -> None:
    assert public_schema(Table.from_any({"age": [31, 45, 27]}))["age"].bounds is None


def test_ids_start_anew() -> None:
    table = Table.from_any({"id": [f"DE7{i:05d}" for i in range(4000, 4100)]})
    assert public_schema(table)["id"].pattern == Pattern(form="sequence", prefix="DE", start=1)


def test_reasons_tell_no_values() -> None:
    table = Table.from_any({"age": list(range(17, 91)), "sex": ["F", "M"] * 37})
    assert all(not re.search("[0-9]", c.reason) for c in public_schema(table).columns)
