"""Random numbers that lie evenly within groups, so that what is drawn by them has little sampling noise."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

GOLDEN = (5**0.5 - 1) / 2
"""Steps of this size around a circle lie more evenly than any other, however many there are."""

_ORDERS = 46
"""Bits that order the members of a group at random; groups have the rest."""


def spread(groups: npt.NDArray[np.integer[Any]], rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return a number from 0 to 1 for each member, uniform by itself and evenly spread over each group.

    `groups` are whole numbers from 0 to 131,071. In a random order within its group each member is one golden step
    further than the one before it (an additive recurrence; Weyl, 1916). A symbol of probability p in a group of m is
    then drawn within about one of m p times, where independent draws stray by the root of it. Cost: one sort.

    >>> numbers = spread(np.array([0, 1] * 50), np.random.default_rng(0))
    >>> int((numbers[::2] < 0.3).sum()), int((numbers[1::2] < 0.3).sum())
    (15, 14)
    """
    order = np.argsort((groups.astype(np.int64) << _ORDERS) | rng.integers(1 << _ORDERS, size=len(groups)))
    numbers = np.empty(len(groups))
    numbers[order] = (rng.random() + GOLDEN * np.arange(len(groups))) % 1.0
    return numbers
