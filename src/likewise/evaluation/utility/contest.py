"""Synthetic against real rows as training rows: small models of many parts, whose figures are exchangeable."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from likewise.core.seeds import generator
from likewise.evaluation.pairing import Part
from likewise.evaluation.score import ALARM, Verdict

PARTS = 5
PART_ROWS = 1_000
FEWEST_IN_PART = 30
FINE = 0.001
"""A spread of figures below which differences are not worth telling."""
MISSED = 0.05
"""The share of faults of the detectable size that go unseen."""


def equal_parts(
    parts: Sequence[Part], seed: int, *path: int | str, count: int = PARTS, most: int = PART_ROWS
) -> list[list[Part]]:
    """Return `count` disjoint samples of each of `parts`, all of one size; none where they would be too small.

    Models trained on them are draws of one kind where synthetic rows are as real ones, so that the spread among them
    says what chance does, that of the training rows included.
    """
    size = min(most, *(p.rows // count for p in parts))
    if size < FEWEST_IN_PART:
        return [[] for _ in parts]
    drawn = []
    for k, part in enumerate(parts):
        order = generator(seed, "parts", k, *path).permutation(part.rows)
        drawn.append([part.take(order[i * size : (i + 1) * size]) for i in range(count)])
    return drawn


def so_much_worse(synthetic: Sequence[float], real: Sequence[float]) -> float:
    """Return the chance that synthetic figures fall this far or further below the real ones (one-sided t-test).

    1 where there are fewer than 3 figures a side. Student, 1908.

    >>> so_much_worse([0.5, 0.52, 0.49], [0.9, 0.88, 0.91]) < 1e-4, so_much_worse([0.9, 0.8, 0.9], [0.8, 0.9, 0.9]) > .4
    (True, True)
    """
    from scipy.stats import t

    if min(len(synthetic), len(real)) < 3:
        return 1.0
    fall = float(np.mean(real) - np.mean(synthetic))
    return float(t.sf(fall / _error(synthetic, real), len(real) + len(synthetic) - 2))


def detectable_fall(synthetic: Sequence[float], real: Sequence[float]) -> float:
    """Return the fall of the figures that would be found 95 times of 100; infinite with too few figures."""
    from scipy.stats import t

    if min(len(synthetic), len(real)) < 3:
        return float("inf")
    freedom = len(real) + len(synthetic) - 2
    return float(_error(synthetic, real) * (t.isf(ALARM, freedom) + t.isf(MISSED, freedom)))


def _error(synthetic: Sequence[float], real: Sequence[float]) -> float:
    """Return the standard error of the difference of two means, the spread being pooled."""
    first, second = np.asarray(synthetic), np.asarray(real)
    squares = ((first - first.mean()) ** 2).sum() + ((second - second.mean()) ** 2).sum()
    spread = max(float(squares / (len(first) + len(second) - 2)), FINE**2)
    return float(np.sqrt(spread * (1 / len(first) + 1 / len(second))))


def verdict_by(fall: float, chance: float, *, fair: float, poor: float, blind: bool = False) -> Verdict:
    """Return the verdict on a fall below what real rows score: it must be both found and large.

    `fair` and `poor` are the falls from which it is called so. `blind`, that the rows could not show even a large
    fall, makes it unknown.

    >>> verdict_by(0.2, 0.5, fair=0.05, poor=0.1), verdict_by(0.2, 1e-6, fair=0.05, poor=0.1)
    ('good', 'poor')
    """
    if chance >= ALARM:
        return "unknown" if blind else "good"
    return "good" if fall < fair else "fair" if fall < poor else "poor"
