"""How far from the points of real rows a network may learn to draw, so that it does not draw them again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator

Floats = npt.NDArray[np.float32]

NEIGHBOURS = 5
"""Which nearest point tells how far apart points lie around one of them."""

ASKED = 2_000
"""Points that are looked at, at most."""

HUGGING = 0.01
"""The share of points that may lie nearer to one learned point than all but so many of the learned ones do."""

SHARES = np.arange(1.0, 0.45, -0.05)
"""What is tried, from points as they are to those that are mostly noise."""


def share_kept(points: Floats, seed: int) -> float:
    """Return the share a of points that is kept in a * points + sqrt(1 - a^2) * noise (Silverman 1986).

    Points (rows x width) are about standard normal, and so is the sum. The share is the largest by which what comes
    hugs learned points no more than these hug each other: by the distance to the nearest one, over that to the fifth.
    Few points in many dimensions have no density that a network could learn but peaks at themselves; many have, and
    for these the share is nearer to 1.
    """
    rng = generator(seed, "apart")
    points = points[rng.permutation(len(points))[:ASKED]]
    if len(points) < 2 * NEIGHBOURS:
        return float(SHARES[-1])
    usual = _hug(points, points, itself=True)
    limit = np.quantile(usual, HUGGING)
    noise = rng.standard_normal(points.shape, dtype=np.float32)
    for share in SHARES:
        made = np.float32(share) * points + np.float32(np.sqrt(1 - share**2)) * noise
        if (_hug(made, points) < limit).mean() <= HUGGING:
            return float(share)
    return float(SHARES[-1])


def _hug(asked: Floats, known: Floats, *, itself: bool = False) -> Floats:
    """Return the distance to the nearest over that to the fifth nearest of known points, 1 where all are alike."""
    lengths = (known**2).sum(axis=1)
    apart = (asked**2).sum(axis=1)[:, None] + lengths[None, :] - 2 * asked @ known.T
    if itself:
        np.fill_diagonal(apart, np.inf)
    near = np.sqrt(np.maximum(np.sort(np.partition(apart, NEIGHBOURS - 1, axis=1)[:, :NEIGHBOURS], axis=1), 0))
    return np.asarray(np.where(near[:, -1] > 0, near[:, 0] / np.maximum(near[:, -1], 1e-12), 1))
