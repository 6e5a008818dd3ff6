"""The rows that a detector is surest about: a small share of rows that surely give themselves away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.evaluation.chance import more_often
from likewise.evaluation.score import ALARM

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

SHARES = (0.0025, 0.005, 0.01, 0.02, 0.05)
"""Shares of all rows that are looked at, the surest of either side."""
PURE = 0.9
"""Share of the surest rows that must be of one side, for them to be told surely."""
MATTERS, GRAVE = 0.01, 0.05
"""Share of a side's rows that are surely told from which it matters, and is poor."""
NEEDED = 0.5
"""Share of the surest rows that are no longer told without a column, from which the column is named."""


@dataclass(frozen=True, eq=False)
class Corner:
    """Hold which rows are surely told: `told` is their share among synthetic rows or, if not `synthetic`, real ones.

    `chance` is that of so many of one side among the surest rows where both sides are alike.
    """

    rows: Mask
    told: float
    synthetic: bool
    chance: float


def find_corner(truth: Mask, score: Floats, fold: npt.NDArray[np.int64]) -> Corner | None:
    """Return the largest share of rows that scores out of fold surely tell; None where there is none.

    Where sides are alike, the surest rows of each fold are of either side as often as all rows are (exact test; Fisher,
    1935), whatever the detector learned from the other folds. An area under the curve hardly sees rows so few: 2 % of
    them, however plain, add .01 to it.
    """
    found = []
    for synthetic, sure, side in ((True, score, truth), (False, -score, ~truth)):
        standing = _standing(sure, fold)
        for share in SHARES:
            rows = standing > 1 - share
            size, hits, of = int(rows.sum()), int((rows & side).sum()), int(side.sum())
            chance = min(1.0, 2 * len(SHARES) * more_often(hits, size, of - hits, len(side) - size))
            if hits >= PURE * size and chance < ALARM:
                found.append(Corner(rows, (2 * hits - size) / of, synthetic, chance))
    return max(found, key=lambda corner: corner.told, default=None)


def _standing(score: Floats, fold: npt.NDArray[np.int64]) -> Floats:
    """Return the share of its fold's rows that each row stands above or beside; equals stand alike."""
    standing = np.empty(len(score))
    for k in np.unique(fold):
        of = fold == k
        standing[of] = np.searchsorted(np.sort(score[of]), score[of], "right") / of.sum()
    return standing


def needed_features(model: Any, matrix: Floats, others: Floats, synthetic: bool) -> list[int]:
    """Return the features without which the model would not be sure of the rows of `matrix`, the most needed first.

    Each feature is replaced by that of `others`, as many rows, in turn.
    """
    if not len(matrix):
        return []
    sign = 1 if synthetic else -1
    least = (sign * model.predict_proba(matrix)[:, 1]).min()
    lost = []
    for j in range(matrix.shape[1]):
        changed = matrix.copy()
        changed[:, j] = others[:, j]
        lost.append(float((sign * model.predict_proba(changed)[:, 1] < least).mean()))
    return [int(j) for j in np.argsort(-np.array(lost), kind="stable") if lost[j] >= NEEDED]
