"""How numbers vary together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def root(covariance: Floats, spread: Floats) -> Floats:
    """Return a matrix L with L @ L.T the nearest covariance without negative parts, its diagonal `spread` squared.

    >>> found = root(np.array([[4.0, 2.0], [2.0, 1.0]]), np.array([2.0, 1.0]))
    >>> np.allclose(found @ found.T, [[4, 2], [2, 1]])
    True
    """
    unit = np.where(spread > 0, spread, 1.0)
    values, vectors = np.linalg.eigh(covariance / unit[:, None] / unit)
    factor = vectors * np.sqrt(np.maximum(values, 0))
    size = np.sqrt((factor**2).sum(axis=1))
    found: Floats = np.ascontiguousarray(factor / np.where(size > 0, size, 1)[:, None] * spread[:, None])
    return found
