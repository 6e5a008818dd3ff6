"""Hold windows and long tables to the steps they were made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.core.table import Table
from likewise.errors import SchemaError, SettingsError
from likewise.modalities.sequence.long import gathered
from likewise.modalities.sequence.scattering import scattered
from likewise.modalities.sequence.windows import windows


@given(st.integers(3, 30), st.integers(1, 8), st.integers(1, 5))
def test_windows_are_all_runs_of_rows(rows, steps, stride):
    data = {"a": np.arange(rows) ** 2 / 8, "b": np.arange(rows) ** 2 / 4}
    if rows < steps:
        with pytest.raises(SettingsError):
            windows(data, steps=steps, stride=stride)
        return
    cut = windows(data, steps=steps, stride=stride, values=["a", "b"]).tensor("series")
    assert cut.shape == ((rows - steps) // stride + 1, steps, 2)
    places = np.arange(len(cut))[:, None] * stride + np.arange(steps)
    assert np.array_equal(cut, np.stack([places**2 / 8, places**2 / 4], axis=2))


def test_windows_follow_the_time_and_stay_within_an_entity():
    data = {"who": list("abab"), "at": [2, 1, 1, 2], "x": [2.0, 10.0, 1.0, 20.0], "sex": list("fmfm")}
    table = windows(data, steps=2, time="at", entity="who", values=["x"])
    assert table.names == ("sex", "series")
    assert table.column("sex").to_pylist() == ["f", "m"]
    assert table.tensor("series")[..., 0].tolist() == [[1.0, 2.0], [10.0, 20.0]]
    whole = windows({"at": [3, 1, 2], "x": [3.5, 1.5, 2.5]}, steps=2, time="at")
    assert whole.tensor("series")[..., 0].tolist() == [[1.5, 2.5], [2.5, 3.5]]


def test_windows_say_what_is_wrong():
    with pytest.raises(SchemaError, match="no column `time`"):
        windows({"at": [1, 2], "x": [1.5, 2.5]}, steps=1, time="time")
    with pytest.raises(SchemaError, match="columns of numbers"):
        windows({"a": ["x", "y"] * 9}, steps=1)
    with pytest.raises(SettingsError):
        windows({"x": [1.5, 2.5]}, steps=0)


def test_gathered_comes_back_from_scattered():
    rng = np.random.default_rng(0)
    sizes = [3, 1, 5]
    who = np.repeat([7, 3, 9], sizes)
    data = {"who": who, "at": np.concatenate([np.arange(n) for n in sizes]),
            "x": rng.normal(size=9), "y": rng.normal(size=9), "sex": np.repeat(["f", "m", "f"], sizes)}  # fmt: skip
    rows = gathered(data, entity="who", time="at", values=["x", "y"])
    back = scattered(rows, entity="who", time="at", values=["x", "y"])
    for name, own in data.items():
        assert back.column(name).to_pylist() == list(own), name


def test_scattered_numbers_rows_and_leaves_missing_series_out():
    table = Table.from_any({"s": [np.ones((2, 2)), None, np.zeros((1, 2))], "k": ["a", "b", "c"]})
    long = scattered(table)
    assert long.names == ("entity", "k", "step", "s.0", "s.1")
    assert long.column("entity").to_pylist() == [0, 0, 2]
    assert long.column("k").to_pylist() == ["a", "a", "c"]


def test_scattered_says_what_is_wrong():
    with pytest.raises(SchemaError, match="0 columns of series"):
        scattered({"x": [1.0, 2.5]})
    series = {"s": [np.ones((2, 2)), np.zeros((1, 2))]}
    with pytest.raises(SchemaError, match="3 names"):
        scattered(series, values=["a", "b", "c"])
    with pytest.raises(SchemaError, match="two columns `step`"):
        scattered(series, values=["a", "step"])
    with pytest.raises(SchemaError, match="no series column `t`"):
        scattered(series, name="t")
