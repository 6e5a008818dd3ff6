"""Classes and how many rows they lack: as imbalanced-learn counts them, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imblearn.utils import check_sampling_strategy

from likewise.errors import FitError, SettingsError
from likewise.sklearn.classes import Classes, read_classes, rows_lacking

CLASSES = st.lists(st.integers(1, 40), min_size=2, max_size=5)


def of(counts: list[int]) -> Classes:
    y = np.repeat(np.arange(len(counts)) * 3, counts)
    return read_classes(y, len(y))


@given(CLASSES, st.sampled_from(["auto", "minority", "not majority", "not minority", "all"]))
def test_names_mean_what_they_mean_to_imbalanced_learn(counts, strategy):
    classes = of(counts)
    assert rows_lacking(strategy, classes) == dict(check_sampling_strategy(strategy, classes.came, "over-sampling"))


@given(CLASSES, st.data())
def test_so_do_counts_and_callables(counts, data):
    classes = of(counts)
    wanted = {label: count + data.draw(st.integers(0, 20)) for label, count in zip(classes.labels, counts)}
    expected = dict(check_sampling_strategy(wanted, classes.came, "over-sampling"))
    assert rows_lacking(wanted, classes) == expected
    assert rows_lacking(lambda y: dict.fromkeys(np.unique(y).tolist(), 60), classes) == {
        label: 60 - count for label, count in zip(classes.labels, counts)
    }


@given(CLASSES, st.floats(0.01, 1.0))
def test_a_ratio_is_reached_by_every_class(counts, ratio):
    classes = of(counts)
    if min(counts) >= ratio * max(counts) and ratio < 1:
        with pytest.raises(SettingsError, match="below the present ratio"):
            rows_lacking(ratio, classes)
        return
    lacking = rows_lacking(ratio, classes)
    after = [count + lacking.get(label, 0) for label, count in zip(classes.labels, counts)]
    assert min(after) >= ratio * max(counts) - 1e-6 and max(after) == max(counts)
    added = [lacking.get(label, 0) for label in classes.labels]
    assert all(rows == 0 or now - 1 < ratio * max(counts) for rows, now in zip(added, after))


@pytest.mark.parametrize(
    "y",
    [
        ["a", "b", "a"],
        np.array([1, 0, 1]),
        np.array([True, False, True]),
        np.array([[1], [0], [1]]),
        np.array([[0, 1], [1, 0], [0, 1]]),
        pd.Series(["x", "y", "x"], dtype="category", index=[7, 8, 9]),
        pd.Series([1, 2, 1], dtype="Int64"),
        pd.DataFrame({"target": [2.0, 1.0, 2.0]}),
        pl.Series("y", ["b", "a", "b"]),
        pa.array(["b", "a", "b"]),
    ],
)
def test_classes_go_back_as_they_came(y):
    classes = read_classes(y, 3)
    rare = classes.codes[1]
    more = classes.followed_by(np.array([rare, rare]), np.array([0, 1, 2]))
    assert type(more) is type(y) and len(more) == 5
    assert np.array_equal(np.asarray(more)[[1, 3, 4]], np.asarray(y)[[1, 1, 1]])
    if isinstance(y, pd.Series):
        assert more.dtype == y.dtype and list(more.index) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("y", "said"),
    [
        (None, "requires y to be passed"),
        ([0, 1], "3 rows and `y` 2 values"),
        ([0, 1, np.nan], "missing values"),
        (["a", None, "b"], "missing values"),
        (pd.Series(["a", pd.NA, "b"], dtype="string"), "missing values"),
        (pd.Series([1, pd.NA, 2], dtype="Int64"), "missing values"),
        ([0.5, 1.5, 2.5], "Unknown label type"),
        ([0.0, 1.0, np.inf], "Unknown label type"),
        (np.array([0, 1, 0.5], dtype=object), "Unknown label type"),
        ([1 + 2j, 0, 0], "Complex data"),
        (np.array([1, "a", 2], dtype=object), "cannot be sorted"),
        (np.array([[1, 1], [0, 1], [1, 0]]), "Multilabel"),
        (np.zeros((3, 2, 2)), "1d array"),
    ],
)
def test_what_is_no_class_is_refused(y, said):
    for family in (FitError, ValueError):
        with pytest.raises(family, match=said):
            read_classes(y, 3)


@pytest.mark.parametrize(
    ("strategy", "said"),
    [
        ("majority", "no rows are taken away"),
        ("most", "the names are"),
        (0.2, "below the present ratio of 0.5"),
        (0.0, r"lies in \(0, 1\]"),
        (float("inf"), r"lies in \(0, 1\]"),
        (float("nan"), r"lies in \(0, 1\]"),
        (1.5, r"lies in \(0, 1\]"),
        (True, "a name, a number"),
        (None, "a name, a number"),
        ([1], "a name, a number"),
        ({5: 20}, "no class 5"),
        ({0: 9}, "10 rows, no rows are taken away"),
        ({0: 12.5}, "12.5 are asked for"),
        (lambda y: "all", "a name, a number"),
    ],
)
def test_what_cannot_be_met_is_refused(strategy, said):
    for family in (SettingsError, ValueError):
        with pytest.raises(family, match=said):
            rows_lacking(strategy, of([10, 20]))


def test_one_class_is_nothing_to_balance():
    with pytest.raises(FitError, match="more than 1 class"):
        rows_lacking("auto", of([5]))
