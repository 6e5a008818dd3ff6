"""How far from real rows a network is to draw around them, so that it does not draw them again."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

NEIGHBOURS = 5
"""Which nearest row tells how far apart rows lie around one of them."""

HUGGING = 0.01
"""The share of drawn rows that may lie nearer to one learned row than all but so many of the learned ones do."""

SHARES = (0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5)
"""How much of a learned row may be kept, from nearly all to what is mostly noise."""

AT_ONCE = 256
"""Rows that are compared with the learned ones at once."""


def share_kept(drawn: Callable[[float], Floats], known: Floats, asked: Rows) -> float:
    """Return how much may be kept of learned rows in what is drawn around them (`drawn(share)`, rows x width).

    It is the most by which what is drawn hugs `known` rows no more than those at places `asked` hug the others: by the
    distance to the nearest one, over that to the fifth. Of few rows in many dimensions no density can be learned but
    one with peaks at themselves; the more there are, the more may be kept (Silverman 1986).
    """
    if len(known) < 2 * NEIGHBOURS:
        return SHARES[-1]
    limit = np.quantile(_hug(known[asked], known, asked), HUGGING)
    place = bisect_left(SHARES, True, key=lambda share: bool((_hug(drawn(share), known) < limit).mean() <= HUGGING))
    return SHARES[min(place, len(SHARES) - 1)]


def _hug(rows: Floats, known: Floats, themselves: Rows | None = None) -> Floats:
    """Return the distance to the nearest over that to the fifth nearest of known rows, 1 where all are alike.

    Where rows are known ones, `themselves` are their places.
    """
    lengths, found = np.square(known).sum(axis=1), np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), AT_ONCE):
        own = rows[start : start + AT_ONCE]
        apart = np.square(own).sum(axis=1)[:, None] + lengths[None, :] - 2 * own @ known.T
        if themselves is not None:
            apart[np.arange(len(own)), themselves[start : start + AT_ONCE]] = np.inf
        near = np.sort(np.partition(apart, NEIGHBOURS - 1, axis=1)[:, :NEIGHBOURS], axis=1)
        first, last = np.sqrt(np.maximum(near[:, [0, -1]], 0)).T
        found[start : start + AT_ONCE] = np.where(last > 0, first / np.maximum(last, 1e-12), 1)
    return found
