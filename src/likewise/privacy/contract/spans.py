"""Bounds found in noisy counts: first to a power of two, then to a part of what lies between."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.privacy.accountant import Account
from likewise.privacy.contract.axis import Floats
from likewise.privacy.mechanisms import gaussian

Counts = npt.NDArray[np.int64]

LEAST, MOST = -40, 64
"""Exponents of two: smaller numbers count as of the least, larger as of the most."""

SIDE = MOST - LEAST + 1

PARTS = 32
"""Cells that the found bounds are refined by."""

FALSE = 1e-3
"""The probability that noise alone passes for the end of a column."""


class Span(NamedTuple):
    """Hold the ends of a column, and the least distance from 0 at which values are known to lie."""

    low: float
    high: float
    near: float


class Powers:
    """Part numbers by sign and power of two; 0 stands alone in the middle, very large ones lie at the ends."""

    count = 2 * SIDE + 1

    def places(self, values: Floats) -> Counts:
        """Return the part of each number.

        >>> Powers().places(np.array([0.0, 1.0, 1.9, 2.0, -1.0])) - SIDE
        array([  0,  42,  42,  43, -42])
        """
        exponents = np.clip(np.frexp(values)[1], LEAST, MOST).astype(np.int64)
        return np.asarray(SIDE + np.sign(values).astype(np.int64) * (exponents - LEAST + 1))

    def span(self, found: Counts) -> Span:
        """Return the ends of the parts that were found."""
        steps = [int(place) - SIDE for place in found]
        near = min((self._edge(abs(step) - 1) for step in steps if step), default=0.0)
        return Span(self._end(steps[0], -1), self._end(steps[-1], 1), near)

    def _edge(self, step: int) -> float:
        return math.ldexp(1.0, step + LEAST - 1)

    def _end(self, step: int, side: int) -> float:
        """Return the lower (-1) or the upper (1) end of a part."""
        if step == 0:
            return 0.0
        sign = 1 if step > 0 else -1
        return sign * self._edge(abs(step) - (sign != side))


class Years:
    """Part days since 1970 into runs of 16 years, from the year 1 to 9999."""

    first, last, width = -719_162, 2_932_896, 5844
    count = (last - first) // width + 1

    def places(self, values: Floats) -> Counts:
        """Return the part of each day."""
        return np.asarray((np.clip(values, self.first, self.last) - self.first) // self.width, dtype=np.int64)

    def span(self, found: Counts) -> Span:
        """Return the ends of the parts that were found."""
        low = self.first + int(found[0]) * self.width
        return Span(low, min(self.first + (int(found[-1]) + 1) * self.width - 1, self.last), 0.0)


def find_span(values: Floats, ruler: Powers | Years, *, whole: bool, mu: float, account: Account, what: str) -> Span:
    """Return bounds of numbers, each of another unit, for `mu`; few values are cut off, and no bound is one of them.

    Half of the price is for the parts of a ruler in which there is anything, half for where it begins and ends between.
    """
    sigma = math.sqrt(2) / mu
    counts = np.bincount(ruler.places(values), minlength=ruler.count)
    span = ruler.span(_found(gaussian(counts, sigma=sigma, account=account, what=f"{what}: bounds"), sigma))
    if whole:
        below = isinstance(ruler, Powers) and span.high > 0  # a power of two is the end of a part, and not in it
        low = float(math.ceil(span.low))
        span = Span(low, max(low, float(math.ceil(span.high)) - below), span.near)
    edges = np.linspace(span.low, span.high + whole, PARTS + 1)
    edges = np.unique(np.ceil(edges) if whole else edges)
    parts = max(len(edges) - 1, 1)
    places = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, parts - 1)
    noisy = gaussian(np.bincount(places, minlength=parts), sigma=sigma, account=account, what=f"{what}: bounds within")
    if len(edges) < 2:
        return span
    first, last = _empty(noisy, sigma), parts - _empty(noisy[::-1], sigma)
    if first >= last:
        return span
    return Span(float(edges[first]), float(edges[last]) - whole, span.near)


def _found(noisy: Counts, sigma: float) -> Counts:
    """Return the parts whose counts noise alone does not reach, the largest where there is none."""
    from scipy.special import ndtri

    least = -float(ndtri(FALSE / len(noisy))) * sigma
    found = np.flatnonzero(noisy > least)
    return found if len(found) else np.array([np.argmax(noisy)])


def _empty(noisy: Counts, sigma: float) -> int:
    """Return how many parts from the first on hold, taken together, no more than noise."""
    lengths = 1 + np.arange(len(noisy))
    return int(lengths[np.cumsum(noisy) <= 1.5 * sigma * np.sqrt(lengths)].max(initial=0))
