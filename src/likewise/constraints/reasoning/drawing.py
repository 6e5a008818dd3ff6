"""Draws inside bounds that keep a column's own distribution: truncated quantiles and order statistics."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from likewise.core.counted import Counted

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Curve = Callable[[Floats], Floats]


def truncated(uniforms: Floats, low: Floats, high: Floats, cdf: Curve, ppf: Curve) -> Floats:
    """Return draws of a distribution given that they lie from `low` to `high`, both included, in each row.

    The uniform number is squeezed into [F(low), F(high)] and its quantile taken, so a row without bounds gets what it
    would have got without rules. Where the distribution has (nearly) nothing between the ends, the draw is uniform
    between them, or at the finite one. NaN where `low` is above `high`.

    >>> from likewise.modalities.tabular.distributions import Normal
    >>> own = Normal(0, 1)
    >>> truncated(np.array([0.5, 0.5]), np.array([-np.inf, 2.0]), np.array([np.inf, 2.5]), own.cdf, own.ppf).round(3)
    array([0.   , 2.184])
    """
    below, above = cdf(low), cdf(high)
    step = np.where(np.isfinite(low), np.maximum(np.abs(low), 1.0) * 1e-12, 0.0)
    below = np.minimum(below, cdf(low - step))  # an atom at the lower end counts
    found = ppf(below + uniforms * (above - below))
    bare = ~(above - below > 1e-12)
    with np.errstate(invalid="ignore"):
        between = np.where(
            np.isfinite(high - low), low + uniforms * (high - low), np.where(np.isfinite(low), low, high)
        )
        drawn = np.clip(np.where(bare, between, found), low, high)
    return np.where(low <= high, drawn, np.nan)


def rising(numbers: Counted, rows: Ints, columns: Sequence[str]) -> dict[str, Floats]:
    """Return uniform numbers for a chain `a <= b <= c`: as many independent ones in each row, in order.

    Each column is then its own quantile of its number. Where all columns have one distribution, these are the order
    statistics of independent draws, that is, of draws given that they are in order.

    >>> own = rising(Counted(1), np.arange(4), ["a", "b", "c"])
    >>> bool((own["a"] <= own["b"]).all() and (own["b"] <= own["c"]).all())
    True
    """
    drawn = np.sort(np.stack([numbers.at(name).uniforms(rows) for name in columns]), axis=0)
    return dict(zip(columns, drawn))
