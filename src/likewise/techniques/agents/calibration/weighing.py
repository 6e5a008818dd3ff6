"""What weighted draws tell."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def effective_size(weights: Floats) -> float:
    """Return how many equal weights tell as much (Kish, 1965).

    >>> effective_size(np.array([1.0, 1.0, 0.0]))
    2.0
    """
    return float(weights.sum() ** 2 / (weights**2).sum()) if weights.any() else 0.0


def weighted_quantiles(values: Floats, weights: Floats, at: list[float]) -> Floats:
    """Return quantiles of weighted values: between the middles of their steps, in a straight line.

    >>> weighted_quantiles(np.array([3.0, 1.0]), np.array([1.0, 1.0]), [0.5]).tolist()
    [2.0]
    """
    order = np.argsort(values, kind="stable")
    steps = np.cumsum(weights[order])
    middles = (steps - weights[order] / 2) / steps[-1]
    return np.interp(at, middles, values[order])
