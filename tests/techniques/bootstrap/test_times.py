"""Times: how they go on after the last row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from likewise.core.table import Table
from likewise.errors import SettingsError
from likewise.techniques.bootstrap import Bootstrap
from likewise.techniques.bootstrap.times import Times


def at(times: Any, start: int, size: int) -> list[Any]:
    table = Table.from_any(pd.DataFrame({"t": times}))
    column = table.schema["t"]
    found = Times.of(table.numbers("t"), column).at(start, size, column)
    unit = {"date": "D", "datetime": "us"}.get(column.kind)
    return [str(np.datetime64(int(v), unit))[:10] for v in found] if unit else found.tolist()


@pytest.mark.parametrize(
    ("times", "after"),
    [
        (pd.date_range("2024-01-01", periods=10, freq="D"), ["2024-01-11", "2024-01-12", "2024-01-13"]),
        (pd.bdate_range("2024-01-01", periods=10), ["2024-01-15", "2024-01-16", "2024-01-17"]),
        (pd.bdate_range("2024-01-03", periods=8), ["2024-01-17", "2024-01-18", "2024-01-19"]),
        (pd.date_range("2024-01-01", periods=12, freq="MS"), ["2025-01-01", "2025-02-01", "2025-03-01"]),
        (pd.date_range("2024-01-31", periods=12, freq="ME"), ["2025-01-31", "2025-02-28", "2025-03-31"]),
        (pd.date_range("2023-03-31", periods=4, freq="QE"), ["2024-03-31", "2024-06-30", "2024-09-30"]),
        (pd.date_range("2000-02-29", periods=5, freq="YE"), ["2005-12-31", "2006-12-31", "2007-12-31"]),
        (pd.date_range("2024-01-15", periods=5, freq="7D"), ["2024-02-19", "2024-02-26", "2024-03-04"]),
    ],
    ids=str,
)
def test_days_go_on_as_they_did(times: Any, after: list[str]) -> None:
    assert at(times, len(times), 3) == after
    assert at(times, 0, len(times)) == [str(t)[:10] for t in times]


def test_numbers_go_on_as_they_did() -> None:
    assert at([1.5, 2.0, 2.5, 3.0], 3, 3) == [3.0, 3.5, 4.0]
    assert at([1, 2, 4, 5, 7, 8], 6, 4) == [9, 10, 12, 13]
    assert at([5], 0, 3) == [5, 6, 7]


def test_weekends_stay_free_for_ever() -> None:
    days = pd.bdate_range("2023-01-02", periods=237)
    frame = pd.DataFrame({"day": days, "x": np.arange(237) % 9 + 0.5})
    new = Bootstrap(method="stationary", block=4).fit(frame).sample(3000)
    assert new["day"].dt.day_of_week.max() == 4 and new["day"].is_monotonic_increasing and new["day"].is_unique


def test_no_time_is_past_the_year_9999() -> None:
    frame = pd.DataFrame({"month": pd.date_range("2000-01-01", periods=50, freq="YS"), "x": np.arange(50) % 9 + 0.5})
    model = Bootstrap(method="moving", block=4).fit(frame)
    assert model.sample(8000)["month"].iloc[-1].year == 9999
    with pytest.raises(SettingsError, match="9999"):
        model.sample(8001)
