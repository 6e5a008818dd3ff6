"""Whether two methods differ: the combined 5x2 cross-validation F test, corrected for many comparisons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]


def p_value(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the chance of differences as large as these between methods that are equal; 1 where none differs.

    Both hold ten scores: of the two halves of five splits, one split after the other. The squared differences, over
    twice the variance within splits, follow F(10, 5); of `r` splits F(2 r, r), which tells less.

    Alpaydin, 1999, Neural Computation 11; after Dietterich, 1998, Neural Computation 10.
    """
    apart = (np.asarray(first, dtype=np.float64) - np.asarray(second)).reshape(-1, 2)
    within = ((apart - apart.mean(axis=1, keepdims=True)) ** 2).sum()
    if not within:
        return 0.0 if apart.any() else 1.0
    return float(stats.f.sf((apart**2).sum() / (2 * within), apart.size, len(apart)))


def holm(chances: Sequence[float]) -> Floats:
    """Return p values corrected so that the chance of any false finding among them is kept (Holm, 1979)."""
    found = np.asarray(chances, dtype=np.float64)
    order = np.argsort(found, kind="stable")
    steps = np.maximum.accumulate(found[order] * np.arange(len(found), 0, -1))
    corrected = np.empty_like(found)
    corrected[order] = np.minimum(steps, 1.0)
    return corrected


def over_sets(apart: Floats) -> float:
    """Return the chance of differences like these over sets between methods that are equal (Wilcoxon, 1945)."""
    return float(stats.wilcoxon(apart).pvalue) if apart.any() else 1.0


def ranks(scores: Floats) -> Floats:
    """Return the average rank of each method (a row) over sets (columns); 1 is best, ties share."""
    return np.asarray(stats.rankdata(-np.round(scores, 12), axis=0).mean(axis=1), dtype=np.float64)
