"""Shape error: how far each column's own distribution is off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.evaluation.fidelity.noise import error_score
from likewise.evaluation.pairing import Compared, Part
from likewise.evaluation.score import Score

Floats = npt.NDArray[np.float64]


def shape_errors(columns: Sequence[Compared], real: Part, other: Part) -> Floats:
    """Return each column's shape error in [0, 1]: Kolmogorov-Smirnov for numbers, total variation for levels.

    A missing value is a level of its own; among numbers it sorts below every number, so that the share of missing
    values counts as well. This is 1 minus the Column Shapes score of SDMetrics where nothing is missing.
    """
    errors = (
        kolmogorov_smirnov(a, b) if c.numeric else total_variation(a, b, len(c.levels))
        for c, a, b in zip(columns, real.arrays, other.arrays, strict=True)
    )
    return np.fromiter(errors, dtype=np.float64, count=len(columns))


def kolmogorov_smirnov(first: Floats, second: Floats) -> float:
    """Return the largest gap between two empirical distribution functions; NaN sorts below every number.

    >>> kolmogorov_smirnov(np.array([1.0, 2.0]), np.array([2.0, 3.0]))
    0.5

    Cost: O(n log n).
    """
    a, b = (np.sort(np.where(np.isnan(v), -np.inf, v)) for v in (first, second))
    grid = np.concatenate([a, b])
    gaps = np.searchsorted(a, grid, "right") / len(a) - np.searchsorted(b, grid, "right") / len(b)
    return float(np.abs(gaps).max())


def total_variation(first: npt.NDArray[Any], second: npt.NDArray[Any], levels: int) -> float:
    """Return half the summed difference of level shares; code -1, missing, is a level.

    >>> total_variation(np.array([0, 0, 1, -1]), np.array([0, 1, 1, -1]), 2)
    0.25
    """
    p = np.bincount(first + 1, minlength=levels + 1) / len(first)
    q = np.bincount(second + 1, minlength=levels + 1) / len(second)
    return float(np.abs(p - q).sum() / 2)


def shape_score(errors: Floats, floors: Floats | None, rows: int, noise: float = 0.0) -> Score:
    """Sum the errors of all columns up: their mean in percent, beside the mean of a fresh real sample."""
    floor = None if floors is None else float(100 * floors.mean())
    return error_score("shape_error", "Shape error", "Taken alone, the columns differ from the real ones",
                       value=float(100 * errors.mean()), floor=floor, noise=noise, rows=rows, good=1.0)  # fmt: skip
