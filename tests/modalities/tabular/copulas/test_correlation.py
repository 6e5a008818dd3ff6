"""The nearest correlation matrix, and what rank correlations mean for normal scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.errors import SettingsError
from likewise.modalities.tabular.copulas.correlation import (
    LEAST_EIGENVALUE,
    completed_correlation,
    latent_of_rank,
    matrix_of_pairs,
    nearest_correlation,
)


def symmetric(size: int, seed: int) -> np.ndarray:
    matrix = np.random.default_rng(seed).uniform(-1, 1, (size, size))
    matrix = (matrix + matrix.T) / 2
    np.fill_diagonal(matrix, 1.0)
    return matrix


def test_it_is_that_of_the_paper() -> None:
    found, moved = nearest_correlation([[2, -1, 0, 0], [-1, 2, -1, 0], [0, -1, 2, -1], [0, 0, -1, 2]])
    np.testing.assert_allclose(found[0], [1, -0.8084, 0.1916, 0.1068], atol=1e-4)  # Higham, 2002, section 4
    assert found[1, 2] == pytest.approx(-0.6562, abs=1e-4)
    assert moved == pytest.approx(2.1337, abs=1e-3)
    found, _ = nearest_correlation([[1, 1, 0], [1, 1, 1], [0, 1, 1]])
    np.testing.assert_allclose(found[np.triu_indices(3, 1)], [0.7607, 0.1573, 0.7607], atol=1e-4)


@given(st.integers(1, 12), st.integers(0, 1000))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_it_is_a_correlation_matrix_and_stays_one(size: int, seed: int) -> None:
    found, moved = nearest_correlation(symmetric(size, seed))
    assert (np.diag(found) == 1).all()
    assert (found == found.T).all()
    assert np.linalg.eigvalsh(found)[0] > LEAST_EIGENVALUE / 2
    again, still = nearest_correlation(found, least=LEAST_EIGENVALUE / 2)
    assert still == 0
    assert (again == found).all()
    assert moved == pytest.approx(np.linalg.norm(found - symmetric(size, seed)), abs=1e-9)


@given(st.integers(2, 6), st.integers(0, 1000), st.integers(0, 1000))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_none_is_nearer(size: int, seed: int, other: int) -> None:
    asked = symmetric(size, seed)
    _, moved = nearest_correlation(asked)
    vectors = np.random.default_rng(other).standard_normal((size, size))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found, _ = nearest_correlation(asked)
    for share in (0.01, 0.3, 1.0):  # towards any other matrix
        assert np.linalg.norm((1 - share) * found + share * vectors @ vectors.T - asked) >= moved - 1e-5


def test_a_valid_matrix_is_left_as_it_is() -> None:
    asked = np.array([[1, 0.5], [0.5, 1]])
    found, moved = nearest_correlation(asked)
    assert moved == 0
    assert (found == asked).all()


@pytest.mark.parametrize("matrix", [[[1, 2, 3]], [1, 2], [[1, np.nan], [np.nan, 1]], [[1, np.inf], [np.inf, 1]]])
def test_what_is_no_matrix_is_refused(matrix: list[list[float]]) -> None:
    with pytest.raises(SettingsError, match=r"settings\.correlation"):
        nearest_correlation(matrix)


def test_rank_correlations_of_normal_scores() -> None:
    rng = np.random.default_rng(0)
    for measure, asked in (("spearman", 0.6), ("kendall", 0.4)):
        latent = latent_of_rank(asked, measure)  # type: ignore[arg-type]
        x, noise = rng.standard_normal((2, 4000))
        y = latent * x + np.sqrt(1 - latent**2) * noise
        from scipy.stats import kendalltau, spearmanr

        found = (spearmanr if measure == "spearman" else kendalltau)(x, y).statistic
        assert found == pytest.approx(asked, abs=0.03)
    assert latent_of_rank(0.3, "scores") == 0.3
    assert [latent_of_rank(end, "spearman") for end in (-1, 1)] == pytest.approx([-1, 1])


def test_pairs_fill_a_matrix() -> None:
    matrix, named = matrix_of_pairs(["a", "b", "c"], [("c", "a", 0.5)])
    assert matrix.tolist() == [[1, 0, 0.5], [0, 1, 0], [0.5, 0, 1]]
    assert named.tolist() == [[False, False, True], [False, False, False], [True, False, False]]


def valid(size: int, seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((size + 2, size))
    return np.corrcoef(rows, rowvar=False)


def some(size: int, seed: int) -> np.ndarray:
    half = np.triu(np.random.default_rng(seed).random((size, size)) < 0.5, 1)
    return half | half.T


@given(st.integers(2, 9), st.integers(0, 1000), st.integers(0, 1000))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_named_entries_stay_and_the_others_say_nothing(size: int, seed: int, other: int) -> None:
    asked, named = valid(size, seed), some(size, other)
    found, moved = completed_correlation(asked, named)
    assert moved < 1e-4
    np.testing.assert_allclose(found[named], asked[named], atol=1e-4)
    assert np.linalg.eigvalsh(found)[0] > 0
    free = ~named & ~np.eye(size, dtype=bool)
    precision = np.linalg.inv(found)
    scale = np.sqrt(np.outer(np.diag(precision), np.diag(precision)))
    assert np.abs(precision / scale)[free].max(initial=0) < 1e-3  # no partial correlation
    assert np.linalg.slogdet(found)[1] >= np.linalg.slogdet(asked)[1] - 1e-6


@given(st.integers(3, 9), st.integers(0, 1000), st.integers(0, 1000))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_named_entries_that_contradict_are_moved_no_more_than_all_would(size: int, seed: int, other: int) -> None:
    asked, named = symmetric(size, seed), some(size, other)
    found, moved = completed_correlation(asked, named)
    assert np.linalg.eigvalsh(found)[0] > LEAST_EIGENVALUE / 2
    assert (np.diag(found) == 1).all()
    whole, _ = nearest_correlation(np.where(named | np.eye(size, dtype=bool), asked, 0))
    assert moved <= np.linalg.norm((whole - asked)[named]) * 1.1 + 1e-6
    assert moved == pytest.approx(np.linalg.norm((found - asked)[named]), abs=1e-9)


def test_pairs_along_a_line_multiply() -> None:
    asked, named = matrix_of_pairs(list("abcd"), [("a", "b", 0.9), ("b", "c", 0.9), ("c", "d", -0.5)])
    found, moved = completed_correlation(asked, named)
    assert moved == 0
    assert found[0, 2] == pytest.approx(0.81)
    assert found[0, 3] == pytest.approx(-0.405)
