"""Whole-number weights of rows, those of one unit together never more than a unit's mass.

A cell of a marginal adds up the weights of the rows in it, and each row is in one cell. So a unit that comes or goes
moves the cells by its rows' weights: by at most `WHOLE` in L1 norm, whatever the columns and however many rows it has,
and by no more in L2 norm, which is never above L1. Its weights follow from its own rows and their order alone, so no
other unit's rows count otherwise for it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

WHOLE = 2**16
"""The mass of a unit: 1, in steps of 2**-16. Of more rows than that the first so many count."""

FIRST = 4
"""One part in so many is the mass of first rows, where others follow: so it is told well how long sequences begin."""


def shares(units: Ints, first: Mask | None = None, full: int = 1) -> Ints:
    """Return the weight of each row, given the number (from 0) of its unit: all of a unit's rows weigh alike.

    A unit of `full` rows or more has the mass `WHOLE`, one of fewer a part in proportion. Where rows follow one
    another, `first` says which follow none; these share a `FIRST`-th of the mass, all others the rest.

    >>> shares(np.array([0, 0, 1])).tolist(), shares(np.array([0, 0, 1]), full=2).tolist()
    ([32768, 32768, 65536], [32768, 32768, 32768])
    """
    count = int(units.max(initial=-1)) + 1
    mass = WHOLE * np.minimum(np.bincount(units, minlength=count), full) // full
    if first is None:
        return dealt(units, mass)
    followed = np.bincount(units[~first], minlength=count) > 0
    begin = np.where(followed, mass // FIRST, mass)
    weights = np.zeros(len(units), dtype=np.int64)
    weights[first] = dealt(units[first], begin)
    weights[~first] = dealt(units[~first], mass - begin)
    return weights


def dealt(units: Ints, mass: Ints) -> Ints:
    """Return whole weights of rows that come to each unit's mass exactly; its first rows have 1 more where need be."""
    sizes = np.bincount(units, minlength=len(mass))[units]
    return np.asarray(mass[units] // np.maximum(sizes, 1) + (ranks(units) < mass[units] % np.maximum(sizes, 1)))


def ranks(units: Ints) -> Ints:
    """Return which row of its unit each row is, from 0, in the order in which they stand."""
    order = np.argsort(units, kind="stable")
    sizes = np.bincount(units)
    found = np.empty(len(units), dtype=np.int64)
    found[order] = np.arange(len(units)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return found
