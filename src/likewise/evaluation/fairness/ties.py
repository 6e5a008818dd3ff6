"""How well each row of a group fits the ties between columns that all rows of the group show together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from likewise.evaluation.boosting import Floats
from likewise.evaluation.fairness.stack import Codes

LEAST_SPREAD = 0.1
"""Spread that a feature counts as having at least: that of a level of one row in a hundred."""
SHRUNK = 4.0
"""A tie counts for what is left of it when two standard errors are taken off its square."""


def standardised(coded: Codes) -> Floats:
    """Return features about 0 with spread 1 among these rows, rare ones with less."""
    centred = coded.astype(np.float64) - coded.mean(axis=0, dtype=np.float64)
    return np.asarray(centred / np.maximum(centred.std(axis=0), LEAST_SPREAD))


def fits(features: Floats, owners: npt.NDArray[np.int64], columns: int) -> Floats:
    """Return how well each row fits, a figure for the ties of each column and one for all of them together.

    The tie of two features is their mean product over all rows, whichever side they are of; a row fits by as much as
    its own products have the signs and the sizes of the ties. So rows whose ties were lost fit worse, and where all
    rows are of one kind no side fits better: the figure does not know the sides. Ties that chance could make are
    taken off.
    """
    ties = _beyond_chance(features.T @ features / len(features), len(features))
    ties[owners[:, None] == owners[None, :]] = 0.0
    fit = features * (features @ ties)
    each = np.zeros((len(features), columns + 1))
    for place in np.unique(owners):
        each[:, place] = fit[:, owners == place].sum(axis=1)
    each[:, -1] = fit.sum(axis=1) / 2
    return each


def apart(features: Floats, elsewhere: Floats) -> Floats:
    """Return how far each row lies in the direction in which its group is `apart` from the means elsewhere.

    Rows of a group that were drawn as those of other groups lie nearer to these.
    """
    return np.asarray(features @ _beyond_chance(-elsewhere, len(features)))


def _beyond_chance(tie: Floats, rows: int) -> Floats:
    return tie * np.maximum(0.0, 1 - SHRUNK / np.maximum(rows * tie**2, SHRUNK))
