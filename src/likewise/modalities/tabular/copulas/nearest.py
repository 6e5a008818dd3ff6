"""The correlation matrix nearest to pairwise ones, where some pairs count more and some are to be zero."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

APART = 3.0
"""What a pair weighs that is to be zero, beside pairs that weigh at most 1."""

OWN = 0.02
"""Share of its variance that a latent keeps to itself where pairs contradict one another: no latent then follows from
the others exactly, which would push those of rows that the model finds odd far out."""

DESCENTS, STEPS = 4e8, (20, 200)
"""Multiplications that the descent may take, in latents cubed; and the fewest and most of its steps."""


def nearest(wanted: Floats, weights: Floats, columns: npt.NDArray[np.integer[Any]]) -> Floats:
    """Return the correlation matrix of least weighted squared distance; latents of one column stay uncorrelated.

    Where pairwise correlations make no matrix without negative eigenvalues, the matrix is written as the products of
    unit vectors, one a latent, that are moved to lessen the distance (Burer and Monteiro, 2003), beside a share of each
    latent's own; then each column's latents are made uncorrelated exactly, which keeps eigenvalues positive.
    """
    values, vectors = np.linalg.eigh(wanted)
    if values[0] >= OWN:
        return wanted
    units = _units(vectors * np.sqrt(np.maximum(values, OWN)))
    apart = columns[:, None] == columns[None, :]
    weights = np.where(apart, APART, weights)
    np.fill_diagonal(weights, 0.0)
    units = _moved(units, wanted, weights)
    return _uncorrelated((1 - OWN) * units @ units.T + OWN * np.eye(len(units)), columns)


def _units(vectors: Floats) -> Floats:
    scaled: Floats = vectors / np.sqrt((vectors**2).sum(axis=1, keepdims=True))
    return scaled


def _moved(units: Floats, wanted: Floats, weights: Floats) -> Floats:
    """Return unit vectors (latents, dimensions) moved down the slope so that their products are nearer to the wanted.

    The length of a step follows from how the slope changed over the last one (Barzilai and Borwein, 1988); the best
    place on the way is kept.
    """
    steps = int(np.clip(DESCENTS / len(units) ** 3, *STEPS))
    distance, slope = _distance(units, wanted, weights)
    best, least, length = units, distance, 0.1 / max(float(np.abs(slope).max()), 1e-12)
    for _ in range(steps):
        moved = _units(units - length * slope)
        distance, after = _distance(moved, wanted, weights)
        change, turn = moved - units, after - slope
        if distance < least:
            best, least = moved, distance
        along = float(np.abs((change * turn).sum()))
        if along < 1e-15:
            break
        length, units, slope = float((change**2).sum()) / along, moved, after
    return best


def _distance(units: Floats, wanted: Floats, weights: Floats) -> tuple[float, Floats]:
    """Return the weighted squared distance, and its slope along the sphere of each vector."""
    gap = (1 - OWN) * units @ units.T - wanted
    slope = 4 * (1 - OWN) * (weights * gap) @ units
    slope -= units * (slope * units).sum(axis=1, keepdims=True)
    return float((weights * gap**2).sum()), slope


def _uncorrelated(correlation: Floats, columns: npt.NDArray[np.integer[Any]]) -> Floats:
    """Return the matrix with the latents of each column uncorrelated: multiplied by their block's inverse root."""
    found = correlation.copy()
    for column in np.unique(columns):
        own = np.flatnonzero(columns == column)
        values, vectors = np.linalg.eigh(found[np.ix_(own, own)])
        inverse = (vectors / np.sqrt(values)) @ vectors.T
        found[own] = inverse @ found[own]
        found[:, own] = found[:, own] @ inverse
        found[np.ix_(own, own)] = np.eye(len(own))
    return found
