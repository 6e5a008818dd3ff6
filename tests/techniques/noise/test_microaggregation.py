"""Groups hold k to 2k - 1 rows, and rows come out as their group's mean."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.seeds import generator
from likewise.techniques.noise import Noise
from likewise.techniques.noise.microaggregation import CELL, grouped


@given(st.integers(1, 400), st.integers(2, 12), st.integers(1, 4), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_groups_hold_k_to_2k_minus_1_rows(rows: int, k: int, columns: int, seed: int) -> None:
    points = generator(seed).normal(size=(rows, columns))
    sizes = np.bincount(grouped(points, np.ones(rows, dtype=np.int64), k))
    assert sizes.min() >= min(k, rows) and sizes.max() <= max(2 * k - 1, rows if rows < k else 0)


@given(st.integers(1, 200), st.integers(2, 9), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_groups_of_weighted_points_weigh_k(rows: int, k: int, seed: int) -> None:
    rng = generator(seed)
    points, weights = rng.normal(size=(rows, 2)), rng.integers(1, 2 * k, size=rows)
    heavy = np.bincount(grouped(points, weights, k), weights=weights)
    assert heavy.min() >= min(k, weights.sum())


def test_large_tables_are_cut_and_still_hold_k() -> None:
    points = generator(0).normal(size=(3 * CELL + 17, 3))
    sizes = np.bincount(grouped(points, np.ones(len(points), dtype=np.int64), 5))
    assert sizes.min() >= 5 and sizes.max() <= 9


def test_the_cut_costs_little() -> None:
    points = generator(0).normal(size=(CELL + 600, 2))
    lost = {}
    for name, group in (
        ("cut", grouped(points, np.ones(len(points), dtype=np.int64), 4)),
        ("rank", np.argsort(np.argsort(points[:, 0])) // 4),
    ):
        means = np.column_stack([np.bincount(group, weights=c) / np.bincount(group) for c in points.T])
        lost[name] = ((points - means[group]) ** 2).sum() / (points**2).sum()
    assert lost["cut"] < 0.01 < 0.3 < lost["rank"]


def test_each_combination_is_shared_by_k_rows_and_means_hold() -> None:
    rng = generator(1)
    frame = pd.DataFrame({"a": rng.normal(size=500), "b": rng.integers(0, 1000, 500), "c": rng.exponential(size=500)})
    new = Noise(steps=[{"microaggregate": {"k": 7}}]).fit(frame).perturb(frame)
    sizes = new.groupby(list(frame)).size()
    assert sizes.min() >= 7 and sizes.max() <= 13
    assert new.b.dtype == frame.b.dtype and np.allclose(new.mean(), frame.mean(), atol=0.1)


def test_equal_rows_stay_together_and_missing_cells_missing() -> None:
    frame = pd.DataFrame({"a": [1.0, 1.0, 1.0, 2.0, 2.5, np.nan] * 20, "b": [5, 5, 5, 6, 7, 8] * 20})
    new = Noise(steps=[{"microaggregate": {"k": 3}}]).fit(frame).perturb(frame)
    assert new.a.isna().equals(frame.a.isna()) and (new.groupby(list(frame), dropna=False).size() >= 3).all()
    assert (new[frame.a == 1] == frame[frame.a == 1]).all(axis=None)


def test_points_that_weigh_enough_alone_are_groups_of_their_own() -> None:
    assert len(np.unique(grouped(np.arange(977.0)[:, None], np.full(977, 20), 5))) == 977


@pytest.mark.parametrize("rows", [1, 2, 4])
def test_fewer_rows_than_k_are_one_group(rows: int) -> None:
    frame = pd.DataFrame({"a": [1.5, 2.5, 9.0, 4.0][:rows]})
    new = Noise(steps=[{"microaggregate": {"k": 5, "columns": ["a"]}}]).fit(frame).perturb(frame)
    assert new.a.nunique() == 1
