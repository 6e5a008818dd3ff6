"""Rows picked from draws by what each of them weighs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]


def picked(mass: Floats, n: int, rng: np.random.Generator) -> Longs:
    """Return `n` positions by their weight: each at most once where that can be (rejection), else by weighted draws.

    Weighted draws are those of sampling importance resampling (Rubin, 1988): positions may come more than once.
    """
    chosen = np.flatnonzero(rng.random(len(mass)) * mass.max(initial=0.0) < mass)
    if len(chosen) >= n:
        return rng.permutation(chosen)[:n]
    places = (rng.random() + np.arange(n)) / n * mass.sum()
    drawn = np.minimum(np.searchsorted(np.cumsum(mass), places, side="right"), len(mass) - 1)
    return rng.permutation(drawn)
