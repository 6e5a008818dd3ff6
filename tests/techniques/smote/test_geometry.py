"""Distances by hand: numbers in spreads, levels by SMOTE-NC or by what they say of classes, missing values aside."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.techniques.smote.cells import Cells
from likewise.techniques.smote.geometry import Geometry, fit_geometry
from likewise.techniques.smote.search import squared


def fitted(numbers: np.ndarray, codes: np.ndarray | None = None, classes: np.ndarray | None = None) -> Geometry:
    codes = np.empty((len(numbers), 0), np.int32) if codes is None else codes
    flags = np.ones(codes.shape[1], bool), np.ones(numbers.shape[1], bool)
    return fit_geometry(Cells(numbers, codes), *flags, classes, np.ones(len(numbers), bool))


def gap(geometry: Geometry, one: Cells, other: Cells) -> float:
    return float(squared(geometry.place(one), geometry.place(other))[0])


def row(numbers: list[float], codes: list[int] | None = None) -> Cells:
    return Cells(np.array([numbers], dtype=float).reshape(1, -1), np.array([codes or []], dtype=np.int32))


def test_numbers_count_in_spreads_whatever_their_unit() -> None:
    x = np.random.default_rng(0).normal(size=(5000, 1))
    geometry = fitted(np.hstack([x, 1e6 * x, np.full_like(x, 3.0)]))
    assert gap(geometry, row([0, 0, 3]), row([1, 0, 3])) == pytest.approx(1, rel=0.1)
    assert gap(geometry, row([0, 0, 3]), row([0, 1e6, 3])) == pytest.approx(1, rel=0.1)
    assert gap(geometry, row([0, 0, 3]), row([0, 0, 9])) == 0  # of a constant column


def test_an_outlier_does_not_flatten_a_column() -> None:
    x = np.random.default_rng(0).normal(size=(1000, 1))
    with_outlier = np.concatenate([x, [[1e9]]])
    assert fitted(with_outlier).spread[0] == pytest.approx(fitted(x).spread[0], rel=0.05)


def test_a_skewed_column_has_no_more_say_than_others() -> None:
    rng = np.random.default_rng(0)
    numbers = np.column_stack([rng.normal(size=4000), rng.lognormal(size=4000), rng.random(4000) < 0.3])
    placed = fitted(numbers).place(Cells(numbers, np.empty((4000, 0), np.int32)))
    assert placed.coordinates.std(axis=0) == pytest.approx([1, 1, 1], rel=0.1)


def test_unequal_levels_are_as_far_as_the_median_deviation() -> None:
    numbers = np.random.default_rng(0).normal(size=(4000, 3)) * [1.0, 50.0, 0.01]
    codes = np.zeros((4000, 1), np.int32)
    geometry = fitted(numbers, codes)
    same, other = row([0, 0, 0], [0]), row([0, 0, 0], [1])
    assert gap(geometry, same, other) == 1 and gap(geometry, same, same) == 0
    assert gap(geometry, same, row([0, 0, 0], [-1])) == gap(geometry, same, other)  # a missing level is a level


def test_a_missing_number_is_on_average_as_far_as_a_known_one() -> None:
    rng = np.random.default_rng(0)
    numbers = rng.normal(size=(4000, 2))
    numbers[::4, 0] = np.nan
    geometry = fitted(numbers)
    known = np.column_stack([rng.normal(size=500), np.zeros(500)])
    codes = np.empty((500, 0), np.int32)
    gone = np.column_stack([np.full(500, np.nan), np.zeros(500)])
    places = [geometry.place(Cells(n, codes)) for n in (known, gone, known[::-1].copy())]
    assert squared(places[0], places[1]).mean() == pytest.approx(squared(places[0], places[2]).mean(), rel=0.15)
    assert (squared(places[1], places[1]) == 0).all()


def test_levels_alone_are_as_far_as_their_classes_differ() -> None:
    classes = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    codes = np.array([[0], [0], [1], [2], [1], [2], [-1], [-1]], np.int32)
    geometry = fitted(np.empty((8, 0)), codes, classes)
    near = gap(geometry, row([], [1]), row([], [2]))  # both are half of each class
    assert near == 0
    assert gap(geometry, row([], [0]), row([], [-1])) == pytest.approx(2)  # (1, 0) and (0, 1)
    assert gap(geometry, row([], [0]), row([], [1])) == pytest.approx(0.5)  # (1, 0) and (1/2, 1/2)


@pytest.mark.parametrize("scale", [1e300, 1e-300])
def test_huge_and_tiny_numbers_are_placed(scale: float) -> None:
    numbers = np.random.default_rng(0).normal(size=(300, 1)) * scale
    placed = fitted(numbers).place(Cells(numbers, np.empty((300, 0), np.int32)))
    assert np.isfinite(placed.coordinates).all() and 0.5 < placed.coordinates.std() < 2


def test_it_goes_through_a_file() -> None:
    numbers = np.array([[1.0, np.nan], [2.0, 3.0], [4.0, 1.0]])
    geometry = fitted(numbers, np.array([[0], [1], [0]], np.int32))
    meta, arrays = geometry.state()
    again = Geometry.from_state(meta, arrays)
    one, other = row([1.0, np.nan], [0]), row([4.0, 1.0], [1])
    assert gap(again, one, other) == gap(geometry, one, other)
