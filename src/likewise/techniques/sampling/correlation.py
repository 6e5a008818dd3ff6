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
"""How little a round changes when the nearest matrix is found."""


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
    lifted = _lifted(found, least)
    scale = np.sqrt(np.diag(lifted))
    found = lifted / np.outer(scale, scale)
    np.fill_diagonal(found, 1.0)
    return found, float(np.linalg.norm(found - asked))


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


def matrix_of_pairs(names: Sequence[str], pairs: Sequence[tuple[str, str, float]]) -> Floats:
    """Return the matrix of some pairs' correlations among columns; pairs that are not named get 0."""
    place = {name: number for number, name in enumerate(names)}
    matrix = np.eye(len(names))
    for one, other, value in pairs:
        matrix[place[one], place[other]] = matrix[place[other], place[one]] = value
    return matrix


def _lifted(matrix: Floats, least: float) -> Floats:
    """Return the nearest matrix without an eigenvalue below `least`."""
    values, vectors = np.linalg.eigh(matrix)
    found = (vectors * np.maximum(values, least)) @ vectors.T
    return np.asarray((found + found.T) / 2, dtype=np.float64)
