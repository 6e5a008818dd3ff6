"""How well each row of a group fits the ties between columns that all rows of the group show together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.evaluation.boosting import Floats
from likewise.evaluation.fairness.stack import Codes

LEAST_SPREAD = 0.1
"""Spread that a feature counts as having at least: that of a level of one row in a hundred."""
MOST_LOOSE = 1_000
"""Rows that are drawn column by column."""
RIDGE = 0.1
"""What is added to each variance, beside features per row, so that ties that chance makes count little."""


def standardised(coded: Codes) -> Floats:
    """Return features about 0 with spread 1 among these rows, rare ones with less."""
    centred = coded.astype(np.float64) - coded.mean(axis=0, dtype=np.float64)
    return np.asarray(centred / np.maximum(centred.std(axis=0), LEAST_SPREAD))


@dataclass(frozen=True, eq=False)
class Fit:
    """Hold how well rows fit.

    `columns` has a figure for the ties of each column, `whole` one for all ties, `apart` for what sets the group apart.
    `loose` is `whole` of rows whose columns were drawn each by itself.
    """

    columns: Floats
    whole: Floats
    apart: Floats
    loose: Floats


def fit_rows(
    features: Floats, owners: npt.NDArray[np.int64], elsewhere: Floats, columns: int, *, seed: int
) -> Fit:  # fmt: skip
    """Return how well each row fits its group, blind of the sides, so that no side fits better where all are alike.

    `whole` is the log ratio of two normal densities of the features (Neyman and Pearson, 1933), with the ties between
    columns that all rows show and without them: rows whose ties were lost fit worse. `apart` is that of the group and
    of the means `elsewhere` (Fisher's discriminant, 1936): rows drawn as if of other groups lie nearer to these.
    """
    rows, size = features.shape
    together = features.T @ features / rows
    alone = np.where(owners[:, None] == owners[None, :], together, 0.0)
    ridge = (RIDGE + size / rows) * np.eye(size)
    tied, free = np.linalg.inv(together + ridge), np.linalg.inv(alone + ridge)
    near, near_alone = features * (features @ tied), features * (features @ free)
    of = (owners[:, None] == np.arange(columns)).astype(np.float64)
    # What a row itself adds to the ties is taken off, else the oddest rows would fit best.
    own = near * near.sum(axis=1, keepdims=True) - near_alone * ((near_alone @ of) @ of.T)
    each = ((near_alone - near) - own / rows) / 2
    rng = generator(seed, "loose")
    drawn = np.array([rng.permutation(rows)[:MOST_LOOSE] for _ in range(columns)])[owners].T
    mixed = np.take_along_axis(features, drawn, axis=0)
    loose = (mixed * (mixed @ (free - tied))).sum(axis=1) / 2
    return Fit(each @ of, each.sum(axis=1), -features @ (tied @ elsewhere), loose)
