"""Points that lie more evenly than chance would have them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.techniques.sampling.spreading import correlations_reduced, halton, latin_hypercube, maximin, sobol


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def nearest_pair(points: np.ndarray) -> float:
    square = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    return float(square[np.triu_indices(len(points), 1)].min())


def strata(points: np.ndarray) -> np.ndarray:
    return np.sort(np.floor(points * len(points)), axis=0)


@given(st.integers(1, 200), st.integers(1, 8), st.integers(0, 100))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_latin_hypercube_has_one_point_in_each_stratum(n: int, size: int, seed: int) -> None:
    points = latin_hypercube(n, size, rng(seed))
    assert points.shape == (n, size)
    assert (strata(points) == np.arange(n)[:, None]).all()


def test_points_are_moved_apart() -> None:
    points = latin_hypercube(60, 3, rng())
    moved = maximin(points, rng())
    assert nearest_pair(moved) > 4 * nearest_pair(points)
    assert (strata(moved) == strata(points)).all()


@pytest.mark.parametrize(("n", "size"), [(0, 2), (1, 2), (2, 2), (5, 1)])
def test_few_points_are_left_where_they_are(n: int, size: int) -> None:
    points = latin_hypercube(n, size, rng())
    assert (maximin(points, rng()) == points).all()


def test_chance_correlations_are_taken_out() -> None:
    points = latin_hypercube(100, 6, rng())
    reduced = correlations_reduced(points)
    before, after = (np.abs(np.corrcoef(found, rowvar=False) - np.eye(6)).max() for found in (points, reduced))
    assert after < 0.1 * before
    assert (np.sort(reduced, axis=0) == np.sort(points, axis=0)).all()


@pytest.mark.parametrize("sequence", [sobol, halton])
@pytest.mark.parametrize("n", [0, 1, 100, 256])
def test_sequences_are_even_and_repeat_by_their_seed(sequence: type, n: int) -> None:
    points = sequence(n, 3, rng(1))
    assert points.shape == (n, 3)
    assert (points == sequence(n, 3, rng(1))).all()
    if n > 1:
        assert not (points == sequence(n, 3, rng(2))).all()
        assert np.abs(points.mean(axis=0) - 0.5).max() < 2 / n  # chance would leave 0.3 / sqrt(n)
