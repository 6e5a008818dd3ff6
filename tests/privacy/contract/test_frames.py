"""Data in memory: one odd cell changes no other, whatever library holds it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.privacy.contract.test_law import CONTRACT, _code

from likewise.privacy.contract import cells_of

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")

CELLS: list[Any] = [
    *[
        None,
        float("nan"),
        1,
        30,
        2.5,
        30.0,
        -0.0,
        1e300,
        float("inf"),
        True,
        False,
        10**400,
        10**5000,
        2**63,
        "30",
        " 30 ",
    ],
    *["1.0", "true", "x", "007", "2020-01-01", "half \ud800", "x" * 5000, "", b"30", b"1", b"\xff", Decimal("1.50")],
    *[dt.date(2020, 1, 1), dt.datetime(2020, 1, 1, 10), dt.time(12, 30), dt.timedelta(1), [1], {"a": 1}, {1}, (1, 2)],
    *[
        np.float32(0.1),
        np.int8(3),
        np.str_("30"),
        np.datetime64("2020-01-01"),
        np.arange(3),
        np.zeros((2, 2)),
        object(),
    ],
    *[pd.Timestamp("2020-01-01 10:00:00.123456789"), pd.Timestamp("2020-01-01", tz="Europe/Berlin"), pd.NaT, pd.NA],
]


def _frames(cells: list[Any]) -> list[Any]:
    series = pd.Series(np.empty(len(cells), dtype=object))
    for place, cell in enumerate(cells):
        series.iat[place] = cell
    return [{"c": cells}, [{"c": cell} for cell in cells], pd.DataFrame({"c": series})]


@given(st.lists(st.integers(0, len(CELLS) - 1), min_size=1, max_size=5))
@settings(max_examples=40)
def test_a_cell_among_others_is_the_cell_alone(picked: list[int]) -> None:
    cells = [CELLS[i] for i in picked]
    alone = [cells_of({"c": [cell]})[0].column(0)[0].as_py() for cell in cells]
    for frame in _frames(cells):
        assert cells_of(frame, ["c"])[0].column(0).to_pylist() == alone


def test_objects_mean_what_typed_columns_do() -> None:
    for values in ([1, 30], [2.5, 1e300], [True, False], ["30", "x"], [b"30", b"1"],
                   [Decimal("1.50"), Decimal("30.00")],
                   [dt.date(2020, 1, 1)], [dt.datetime(2020, 1, 1, 10)], [dt.time(12, 30)]):  # fmt: skip
        for domain in CONTRACT.coded:
            mixed = cells_of({"c": values})[0].column(0).combine_chunks()
            assert _code(mixed, domain) == _code(pa.array(values), domain), (domain.name, values)


def test_typed_columns_keep_their_types() -> None:
    frame = pd.DataFrame(
        {"n": [1, 2], "f": [1.5, None], "c": pd.Categorical(["a", None]), "d": pd.to_datetime(["2020-01-01"] * 2)}
    )
    raw, container = cells_of(frame)
    assert container == "pandas" and [str(t) for t in raw.schema.types][:2] == ["int64", "double"]
    assert raw["c"].to_pylist() == ["a", None]
    raw, container = cells_of(pl.DataFrame({"n": [1, None], "s": ["a", "b"]}))
    assert container == "polars" and raw["n"].to_pylist() == [1, None]
    assert cells_of(pa.table({"n": [1]})) == (pa.table({"n": [1]}), "arrow")
    assert cells_of({"n": np.array([1, 2], dtype=np.int8)})[0].schema.types == [pa.int8()]
