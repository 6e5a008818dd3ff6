"""Correlation matrices: between asked pairs and what a copula takes, and the nearest one that there can be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from likewise.errors import SettingsError

Floats = npt.NDArray[np.float64]
Measure = Literal["pearson", "spearman", "kendall", "scores"]

LEAST_EIGENVALUE = 1e-8
"""What no eigenvalue of a matrix that is drawn from falls below."""

MOST_ROUNDS = 5_000
"""Alternating projections at most: each takes one eigendecomposition."""

CLOSE = 1e-9
"""How little a round changes when the matrix is found."""

EXACT = 1e-6
"""How far a named entry may lie from what was asked by rounding."""


def nearest_correlation(matrix: npt.ArrayLike, *, least: float = LEAST_EIGENVALUE) -> tuple[Floats, float]:
    """Return the correlation matrix that is nearest to a symmetric matrix, and how far away (Frobenius norm) it is.

    Alternating projections, with Dykstra's correction, between the matrices whose eigenvalues are at least `least` and
    those with ones on their diagonal: the limit is the nearest of all, not merely a valid one. A matrix that is valid
    comes back as it is, at distance 0. Cost: one eigendecomposition a round, mostly fewer than a hundred.

    >>> found, moved = nearest_correlation([[1, 0.9, 0.1], [0.9, 1, 0.9], [0.1, 0.9, 1]])
    >>> round(float(found[0, 1]), 3), round(moved, 3)
    (0.77, 0.287)

    Higham, 2002, IMA Journal of Numerical Analysis 22.
    """
    asked = np.asarray(matrix, dtype=np.float64)
    if asked.ndim != 2 or asked.shape[0] != asked.shape[1] or not np.isfinite(asked).all():
        raise SettingsError("settings.correlation", "a correlation matrix is square, of finite numbers",
                            hint="write one row for each column, in the same order")  # fmt: skip
    asked = (asked + asked.T) / 2
    if (np.diag(asked) == 1).all() and np.linalg.eigvalsh(asked)[0] >= least:
        return asked, 0.0
    found, correction = asked.copy(), np.zeros_like(asked)
    for _ in range(MOST_ROUNDS):
        before = found
        cone = _lifted(found - correction, least)
        correction = cone - (found - correction)
        found = cone.copy()
        np.fill_diagonal(found, 1.0)
        if np.abs(found - before).max() <= CLOSE:
            break
    # The limit touches the cone; what rounding leaves below it is lifted, and the diagonal made one again by scaling.
    found = _scaled(_lifted(found, least))
    return found, float(np.linalg.norm(found - asked))


def completed_correlation(matrix: npt.ArrayLike, named: npt.NDArray[np.bool_]) -> tuple[Floats, float]:
    """Return the correlation matrix that has the `named` entries and says least beside, and how far these had to move.

    Pairs that are not named go together only as far as others tie them: their partial correlation, given all others,
    is 0, which makes the determinant, and so the entropy of a normal vector, as large as can be. Named entries that
    no matrix has together are moved, as little as can be.

    >>> named = np.eye(3, k=1) + np.eye(3, k=-1) > 0
    >>> found, moved = completed_correlation([[1, 0.6, 0], [0.6, 1, 0.5], [0, 0.5, 1]], named)
    >>> round(float(found[0, 2]), 3), moved
    (0.3, 0.0)

    Dempster, 1972, Biometrics 28; Grone and others, 1984, Linear Algebra and its Applications 58.
    """
    asked, itself = np.asarray(matrix, dtype=np.float64), np.eye(len(named), dtype=bool)
    named = named & ~itself
    if (named | itself).all():
        return nearest_correlation(asked)
    found = _completed(asked, named, np.eye(len(asked)))
    if np.abs((found - asked)[named]).max(initial=0.0) <= EXACT and np.linalg.eigvalsh(found)[0] >= LEAST_EIGENVALUE:
        return found, 0.0
    near = _nearest_named(asked, named)
    found = _scaled(_lifted(_completed(near, named, near), LEAST_EIGENVALUE))
    return found, float(np.linalg.norm((found - asked)[named]))


def _completed(asked: Floats, named: npt.NDArray[np.bool_], start: Floats) -> Floats:
    """Return the matrix of greatest determinant with the named entries, by one column after the other.

    A column's free entries follow from its named ones by regression (Speed and Kiiveri, 1986). From a `start` that has
    the named entries the determinant only grows; from another one it may end nowhere.
    """
    found = start.copy()
    for _ in range(MOST_ROUNDS):
        before = found.copy()
        for column in range(len(found)):
            partners, others = named[column], np.arange(len(found)) != column
            try:
                weights = np.linalg.solve(found[np.ix_(partners, partners)], asked[partners, column])
            except np.linalg.LinAlgError:
                return start
            found[others, column] = found[column, others] = found[np.ix_(others, partners)] @ weights
        change = np.abs(found - before).max(initial=0.0)
        if change <= CLOSE or not change < 10:
            break
    return found


def _nearest_named(asked: Floats, named: npt.NDArray[np.bool_]) -> Floats:
    """Return a correlation matrix whose named entries are nearest to those asked for, by alternating projections."""
    found, itself = np.where(named, asked, 0.0), np.eye(len(asked), dtype=bool)
    for _ in range(MOST_ROUNDS):
        before = found
        cone = _lifted(np.where(itself, 1.0, found), LEAST_EIGENVALUE)
        found = np.where(named, asked, cone)
        if np.abs(found - before)[~itself].max() <= CLOSE:
            break
    return _scaled(cone)


def latent_of_rank(value: float, measure: Measure) -> float:
    """Return the correlation of normal scores under which a rank correlation comes out.

    Spearman's by 2 sin(pi r / 6), which holds for a Gaussian copula and nearly for a Student-t one; Kendall's by
    sin(pi tau / 2), which holds for both. Of columns with ties it is that of the scores behind them.

    >>> round(latent_of_rank(0.5, "kendall"), 4)
    0.7071

    Kruskal, 1958, Journal of the American Statistical Association 53.
    """
    if measure == "spearman":
        return float(2 * np.sin(np.pi * value / 6))
    return float(np.sin(np.pi * value / 2)) if measure == "kendall" else value


def matrix_of_pairs(
    names: Sequence[str], pairs: Sequence[tuple[str, str, float]]
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the matrix of some pairs' correlations among columns, 0 where a pair is not named, and which are named."""
    place = {name: number for number, name in enumerate(names)}
    matrix, named = np.eye(len(names)), np.zeros((len(names), len(names)), dtype=bool)
    for one, other, value in pairs:
        i, j = place[one], place[other]
        matrix[i, j] = matrix[j, i] = value
        named[i, j] = named[j, i] = True
    return matrix, named


def _scaled(matrix: Floats) -> Floats:
    """Return the correlations of a covariance matrix."""
    scale = np.sqrt(np.diag(matrix))
    found = np.asarray(matrix / np.outer(scale, scale), dtype=np.float64)
    np.fill_diagonal(found, 1.0)
    return found


def _lifted(matrix: Floats, least: float) -> Floats:
    """Return the nearest matrix without an eigenvalue below `least`."""
    values, vectors = np.linalg.eigh(matrix)
    found = (vectors * np.maximum(values, least)) @ vectors.T
    return np.asarray((found + found.T) / 2, dtype=np.float64)
