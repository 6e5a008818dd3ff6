"""The correlation matrix nearest to pairwise ones, where some pairs count more and some are to be zero."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

APART = 3.0
"""What a pair weighs that is to be zero, beside pairs that weigh at most 1."""

LEAST = 1e-7
"""The smallest eigenvalue of the matrix."""

DESCENTS = 4e8
"""Multiplications that the descent may take, in latents cubed; from 20 to 150 of its steps."""


def nearest(wanted: Floats, weights: Floats, columns: npt.NDArray[np.integer[Any]]) -> Floats:
    """Return the correlation matrix of least weighted squared distance; latents of one column stay uncorrelated.

    Where pairwise correlations make no matrix without negative eigenvalues, the matrix is written as the products of
    unit vectors, one a latent, that are moved to lessen the distance (Burer and Monteiro, 2003); then each column's
    latents are made uncorrelated exactly, which keeps eigenvalues positive.
    """
    values, vectors = np.linalg.eigh(wanted)
    if values[0] >= LEAST:
        return wanted
    units = _units(vectors * np.sqrt(np.maximum(values, LEAST)))
    apart = columns[:, None] == columns[None, :]
    weights = np.where(apart, APART, weights)
    np.fill_diagonal(weights, 0.0)
    units = _moved(units, wanted, weights)
    return _uncorrelated(units @ units.T, columns)


def _units(vectors: Floats) -> Floats:
    scaled: Floats = vectors / np.sqrt((vectors**2).sum(axis=1, keepdims=True))
    return scaled


def _moved(units: Floats, wanted: Floats, weights: Floats) -> Floats:
    """Return unit vectors (latents, dimensions) moved so that their products are nearer to what is wanted."""
    from scipy.optimize import minimize

    shape = units.shape

    def distance(flat: Floats) -> tuple[float, Floats]:
        free = flat.reshape(shape)
        length = np.sqrt((free**2).sum(axis=1, keepdims=True))
        unit = free / length
        gap = unit @ unit.T - wanted
        slope = 4 * (weights * gap) @ unit
        slope = (slope - unit * (slope * unit).sum(axis=1, keepdims=True)) / length
        return float((weights * gap**2).sum()), slope.ravel()

    steps = int(np.clip(DESCENTS / shape[0] ** 3, 20, 150))
    found = minimize(distance, units.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": steps})
    return _units(np.asarray(found.x).reshape(shape))


def _uncorrelated(correlation: Floats, columns: npt.NDArray[np.integer[Any]]) -> Floats:
    """Return the matrix with the latents of each column uncorrelated: multiplied by their block's inverse root."""
    found = correlation + LEAST * np.eye(len(correlation))
    for column in np.unique(columns):
        own = np.flatnonzero(columns == column)
        values, vectors = np.linalg.eigh(found[np.ix_(own, own)])
        inverse = (vectors / np.sqrt(np.maximum(values, LEAST))) @ vectors.T
        found[own] = inverse @ found[own]
        found[:, own] = found[:, own] @ inverse
        found[np.ix_(own, own)] = np.eye(len(own))
    return found
