"""Numbers of any distribution in rules: what a document declares, made into tables once, and read by a chance.

A curve is held by its quantiles at chances that lie closer the nearer they are to 0 or 1: 64 between each and its
double. Between them it is straight, so that means are right to 1 in 10,000, far out too. Atoms are held one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.modalities.tabular.distributions.distribution import Distribution
from likewise.techniques.agents.language.arithmetic import parts
from likewise.techniques.agents.language.term import term

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

CELLS, DOUBLINGS = 64, 54
"""Chances that are held between one and its double, and how often the least of them is doubled up to 1/2 and a bit."""

EVEN = 2**16
"""Evenly spread chances at which atoms are looked for: rarer ones are taken for the next above."""


class Draws(NamedTuple):
    """Hold distributions: quantiles of curves from below and from above, and in which rows the atoms of others are.

    Of each atom there is its value, and the chance of it and of those below.
    """

    curves: Floats
    rows: Ints
    atoms: Floats


def draws(distributions: Sequence[Distribution]) -> Draws:
    """Return distributions as rules draw from them; categories are the numbers of their levels.

    >>> from likewise.modalities.tabular.distributions import Exponential
    >>> round(float(drawn(draws([Exponential(1.0)]), 0, 0.5)), 4)
    0.6931
    """
    chances = np.ldexp(0.5 + np.arange(CELLS) / (2 * CELLS), np.arange(1 - DOUBLINGS, 1)[:, None]).ravel()
    curves = np.zeros((2, len(distributions), len(chances)))
    count = np.zeros(len(distributions), np.int64)
    atoms = [np.empty((2, 0))]
    for d, distribution in enumerate(distributions):
        if distribution.discrete:
            atoms.append(_atoms(distribution, chances))
            count[d] = atoms[-1].shape[1]
        else:
            curves[:, d] = distribution.ppf(chances), distribution.isf(chances)
    last = np.cumsum(count)
    return Draws(curves, np.stack([last - count, last], axis=1), np.concatenate(atoms, axis=1))


def _atoms(distribution: Distribution, chances: Floats) -> Floats:
    """Return the values of a distribution of atoms, and the chance of each and of those below it."""
    low = chances[chances < 0.5]
    met = [distribution.ppf(low), distribution.ppf(np.arange(1, EVEN) / EVEN), distribution.isf(low)]
    values = np.unique(np.concatenate(met))
    ends = distribution.cdf(values)
    ends[-1] = 1.0
    return np.stack([values, ends])


@term()
def drawn(draws: Any, d: Any, chance: Any) -> Any:
    """Return the value of distribution `d` below which the share `chance` of its values lies.

    Between quantiles that are held it lies on a straight line.
    """
    low, high = draws.rows[d, 0], draws.rows[d, 1]
    if low < high:
        while low < high:
            middle = (low + high) >> 1
            if draws.atoms[1, middle] < chance:
                low = middle + 1
            else:
                high = middle
        return draws.atoms[0, low]
    side = 0 if chance < 0.5 else 1
    share, power = parts(1.0 - chance if side == 1 else chance)
    place = (share - 0.5) * (2 * CELLS)
    cell = int(place)
    n = (power + DOUBLINGS - 1) * CELLS + cell
    quantile = draws.curves[side, d, n]
    return quantile + (place - cell) * (draws.curves[side, d, n + 1] - quantile)
