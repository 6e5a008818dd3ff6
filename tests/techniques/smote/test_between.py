"""One new row between two: numbers on the line, levels by vote, gaps by the nearer end."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from likewise.techniques.smote.between import between, ranked, voted
from likewise.techniques.smote.cells import Cells

NUMBERS = st.floats(-1e300, 1e300)
NONE = np.empty((4, 0), np.int32)


@given(arrays(float, (4, 3), elements=NUMBERS), arrays(float, (4, 3), elements=NUMBERS), st.floats(0, 1))
def test_a_number_lies_between_its_ends(one: np.ndarray, other: np.ndarray, share: float) -> None:
    moved = between(Cells(one, NONE), Cells(other, NONE), np.full(4, share))
    low, high = np.minimum(one, other), np.maximum(one, other)
    slack = 1e-12 * np.maximum(np.abs(low), np.abs(high))
    assert ((moved >= low - slack) & (moved <= high + slack)).all()


def test_a_gap_is_that_of_the_nearer_end() -> None:
    one, other = np.array([[1.0], [np.nan], [1.0], [np.nan]]), np.array([[np.nan], [3.0], [np.nan], [np.nan]])
    moved = between(Cells(one, NONE), Cells(other, NONE), np.array([0.2, 0.2, 0.9, 0.5]))
    assert np.array_equal(moved[:, 0], [1.0, np.nan, np.nan, np.nan], equal_nan=True)


def test_the_level_of_most_neighbours_wins() -> None:
    near = np.array([[[2], [2], [1], [0], [2]], [[1], [1], [-1], [-1], [-1]]], np.int32)
    base = np.array([[0], [0]], np.int32)
    won = voted(base, base, near, np.zeros(2), np.random.default_rng(0))
    assert won[:, 0].tolist() == [2, 1]


def test_ties_are_broken_by_lot_and_all_alike() -> None:
    rows = 6000
    near = np.tile(np.array([[0], [1], [2], [0], [1], [2]], np.int32), (rows, 1, 1))
    base = np.zeros((rows, 1), np.int32)
    counts = np.bincount(voted(base, base, near, np.zeros(rows), np.random.default_rng(1))[:, 0])
    assert len(counts) == 3 and (abs(counts - rows / 3) < 200).all()


def test_a_missing_level_is_that_of_the_nearer_end() -> None:
    near = np.array([[[1], [1]]] * 3, np.int32)
    base, other = np.array([[-1], [-1], [0]], np.int32), np.array([[1], [1], [-1]], np.int32)
    won = voted(base, other, near, np.array([0.1, 0.9, 0.9]), np.random.default_rng(0))
    assert won[:, 0].tolist() == [-1, 1, -1]


def test_without_a_vote_the_level_is_that_of_the_nearer_end() -> None:
    near = np.full((1, 2, 1), -1, np.int32)
    assert voted(np.array([[3]]), np.array([[4]]), near, np.array([0.8]), np.random.default_rng(0)).tolist() == [[4]]


def test_labels_are_those_of_more_than_half() -> None:
    near = np.array([[[1, 1], [1, 0], [0, 0]]], np.int32)
    assert ranked(np.array([[1, 0]], np.int32), near).tolist() == [[1, 0]]
    assert ranked(np.array([[0, 1]], np.int32), near).tolist() == [[0, 0]]  # half is not more than half
