"""How likely a figure is where synthetic rows are as fresh real ones: tests and intervals that all metrics share.

One idea carries them: where nothing is wrong, synthetic rows and rows held back are exchangeable, whatever is measured.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def more_often(found: int, of: int, beside: int, beside_of: int) -> float:
    """Return the chance of `found` hits or more among `of` rows, where `beside` of `beside_of` rows hit as often.

    One-sided exact test (Fisher, 1935); 1 where either side has no rows.

    >>> more_often(25, 5000, 0, 5000) < 1e-7, more_often(5, 5000, 5, 5000) > 0.5
    (True, True)
    """
    from scipy.stats import hypergeom

    if not of or not beside_of:
        return 1.0
    return float(hypergeom.sf(found - 1, of + beside_of, found + beside, of))


def share_interval(found: int, of: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact two-sided interval of a share (Clopper and Pearson, 1934).

    >>> share_interval(0, 100)[1].__round__(3)
    0.036
    """
    from scipy.stats import beta

    if not of:
        return 0.0, 1.0
    tail = (1 - confidence) / 2
    low = 0.0 if found == 0 else float(beta.ppf(tail, found, of - found + 1))
    high = 1.0 if found == of else float(beta.ppf(1 - tail, found + 1, of - found))
    return low, high


def so_far_out(value: float, fresh: Sequence[float]) -> float:
    """Return the chance of `value` or more among figures like `fresh`, what fresh samples score (at least 5 of them).

    The tail beyond the figures at hand is that of a t-distribution: a bell with the doubt of few figures.

    >>> so_far_out(9.0, [1.0, 1.2, 0.9, 1.1, 1.0]) < 1e-5, so_far_out(1.0, [1.0, 1.2, 0.9, 1.1, 1.0]) > 0.5
    (True, True)
    """
    from scipy.stats import t

    known = np.asarray(fresh, dtype=np.float64)
    size = len(known)
    if size < 5:
        raise ValueError("a tail needs five figures of fresh samples at least")
    spread = float(known.std(ddof=1)) * float(np.sqrt(1 + 1 / size))
    if spread == 0:
        return 1.0 if value <= known[0] else 0.0
    return float(t.sf((value - float(known.mean())) / spread, size - 1))
