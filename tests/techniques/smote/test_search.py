"""Neighbours are exactly those of a naive search, by tree and by blocks, whatever else is asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.techniques.smote import search
from likewise.techniques.smote.search import Index, Points, squared, without

ENGINES = pytest.mark.parametrize("narrow", [True, False], ids=["tree", "blocks"])


def points(rows: int, numbers: int, columns: int, seed: int = 0, *, lattice: bool = False) -> Points:
    rng = np.random.default_rng(seed)
    where = rng.normal(size=(rows, numbers)) * 10.0 ** rng.integers(-2, 3, size=numbers)
    where = np.round(where) if lattice else where
    return Points(where, rng.integers(4, size=(rows, columns)).astype(np.int32), 0.7)


def index(own: Points, narrow: bool) -> Index:
    made = Index(own)
    made.narrow = narrow
    return made


def naive(own: Points, wanted: Points, k: int, skip: np.ndarray | None = None) -> np.ndarray:
    """The squared distances of the k nearest, by looking at all."""
    rows, others = np.meshgrid(np.arange(len(wanted)), np.arange(len(own)), indexing="ij")
    far = squared(wanted.take(rows.ravel()), own.take(others.ravel())).reshape(rows.shape)
    if skip is not None:
        far[np.arange(len(wanted)), skip] = np.inf
    return np.sort(far, axis=1)[:, :k]


@ENGINES
@pytest.mark.parametrize(("numbers", "columns"), [(1, 0), (3, 0), (0, 3), (2, 2), (0, 0), (12, 1)])
@pytest.mark.parametrize("lattice", [False, True])
def test_neighbours_are_the_nearest(narrow: bool, numbers: int, columns: int, lattice: bool) -> None:
    own = points(300, numbers, columns, lattice=lattice)
    wanted = points(40, numbers, columns, seed=1, lattice=lattice)
    found = index(own, narrow).nearest(wanted, 5)
    far = squared(wanted.take(np.repeat(np.arange(40), 5)), own.take(found.ravel())).reshape(40, 5)
    assert np.allclose(far, naive(own, wanted, 5), rtol=1e-9, atol=1e-9)
    assert all(len(set(row)) == 5 for row in found.tolist())


@ENGINES
def test_a_row_is_not_its_own_neighbour(narrow: bool) -> None:
    own = points(200, 2, 1, lattice=True)
    rows = np.arange(200)
    found = index(own, narrow).nearest(own, 4, own=rows)
    assert not (found == rows[:, None]).any()
    far = squared(own.take(np.repeat(rows, 4)), own.take(found.ravel())).reshape(200, 4)
    assert np.allclose(far, naive(own, own, 4, rows), atol=1e-9)


@ENGINES
def test_what_else_is_asked_for_changes_nothing(narrow: bool) -> None:
    own = points(3000, 3, 2, lattice=True)
    rows = np.random.default_rng(3).permutation(3000)[:700]
    together = index(own, narrow).nearest(own.take(rows), 5, own=rows)
    alone = np.concatenate([index(own, narrow).nearest(own.take(r), 5, own=r) for r in np.array_split(rows, 9)])
    assert np.array_equal(together, alone)


@ENGINES
def test_few_points_have_few_neighbours(narrow: bool) -> None:
    own = points(3, 2, 1)
    assert index(own, narrow).nearest(own, 9, own=np.arange(3)).shape == (3, 2)
    assert index(own, narrow).nearest(own, 9).shape == (3, 3)
    assert index(own.take(slice(0, 1)), narrow).nearest(own.take(slice(0, 1)), 5, own=np.zeros(1, int)).shape == (1, 0)
    assert index(own, narrow).nearest(own.take(slice(0, 0)), 2).shape == (0, 2)


def test_among_rows_equally_far_none_is_everyones_neighbour() -> None:
    own = Points(np.zeros((2000, 0)), np.arange(2000, dtype=np.int32)[:, None], 1.0)
    found = index(own, False).nearest(own, 5, own=np.arange(2000))
    assert np.bincount(found.ravel(), minlength=2000).max() < 60


def test_outliers_cost_no_neighbours() -> None:
    own = points(500, 3, 0)
    own.coordinates[::50] *= 1e5
    wanted = own.take(slice(0, 60))
    found = index(own, False).nearest(wanted, 3, own=np.arange(60))
    far = squared(wanted.take(np.repeat(np.arange(60), 3)), own.take(found.ravel())).reshape(60, 3)
    assert np.allclose(far, naive(own, wanted, 3, np.arange(60)), rtol=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 60), st.integers(0, 3), st.integers(0, 2), st.integers(1, 7), st.integers(0, 10**6))
def test_both_engines_agree(rows: int, numbers: int, columns: int, k: int, seed: int) -> None:
    own = points(rows, numbers, columns, seed, lattice=seed % 2 == 0)
    every = np.repeat(np.arange(rows), min(k, rows - 1))
    one, other = (index(own, narrow).nearest(own, k, own=np.arange(rows)) for narrow in (True, False))
    far, same = (squared(own.take(every), own.take(found.ravel())) for found in (one, other))
    assert np.allclose(far, same, atol=1e-9)


def test_wide_points_are_scanned_and_narrow_ones_are_not() -> None:
    assert Index(points(2000, 3, 0)).narrow and not Index(points(2000, 30, 0)).narrow
    assert not Index(points(100, search.WIDEST, 1)).narrow
    line = points(2000, 1, 0).coordinates
    assert Index(Points(np.repeat(line, 20, axis=1), np.empty((2000, 0), np.int32), 1.0)).narrow  # one direction


def test_without_drops_the_row_or_the_farthest() -> None:
    assert without(np.array([[4, 1, 2], [5, 6, 7]]), np.array([4, 0])).tolist() == [[1, 2], [5, 6]]
