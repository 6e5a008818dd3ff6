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
    """Hold distributions: quantiles of curves from below and from above, and in which rows the atoms of others are."""

    lower: Floats
    upper: Floats
    first: Ints
    last: Ints
    ends: Floats
    values: Floats


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
    values, ends = np.concatenate(atoms, axis=1)
    return Draws(curves[0], curves[1], last - count, last, ends, values)


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
    """Return the value of distribution `d` below which the share `chance` of its values lies."""
    low, high = draws.first[d], draws.last[d]
    if low < high:
        while low < high:
            middle = (low + high) >> 1
            if draws.ends[middle] < chance:
                low = middle + 1
            else:
                high = middle
        return draws.values[low]
    if chance < 0.5:
        return _between(draws.lower, d, chance)
    return _between(draws.upper, d, 1.0 - chance)


@term()
def _between(quantiles: Any, d: Any, chance: Any) -> Any:
    """Return the quantile at a chance of at most 1/2, on the straight line between those that are held."""
    share, power = parts(chance)
    place = (share - 0.5) * (2 * CELLS)
    cell = int(place)
    n = (power + DOUBLINGS - 1) * CELLS + cell
    low = quantiles[d, n]
    return low + (place - cell) * (quantiles[d, n + 1] - low)
