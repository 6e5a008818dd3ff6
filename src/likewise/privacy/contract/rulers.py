"""Lines that are parted without a look at the data: numbers by sign and power of two, days by runs of years."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.privacy.contract.axis import Floats
from likewise.privacy.contract.reading import Mask

Counts = npt.NDArray[np.int64]

LEAST, MOST = -40, 64
"""Exponents of two: smaller numbers count as of the least, larger as of the most."""

SIDE = MOST - LEAST + 1

DISTANT = 1.0
"""How many more standard deviations of noise a part must show for each part that it is farther from what was found."""

ACROSS = 2.5
"""How many more it must show to be the first on the other side of 0."""


SMALL = 8
"""How many times a number must be less than the largest for the bounds to go down to 0 from it."""


class Span(NamedTuple):
    """Hold the ends of a column, and the least distance from 0 at which values are known to lie."""

    low: float
    high: float
    near: float


class Powers:
    """Part numbers by sign and power of two; 0 stands alone in the middle, very large ones lie at the ends.

    `grain` is the least number above 0 that is looked for.
    """

    count = 2 * SIDE + 1

    def __init__(self, grain: float = 0.0) -> None:
        self.grain = grain
        self.first = max(math.frexp(grain)[1], LEAST) - LEAST + 1 if grain else 1

    def places(self, values: Floats) -> Counts:
        """Return the part of each number.

        >>> Powers().places(np.array([0.0, 1.0, 1.9, 2.0, -1.0])) - SIDE
        array([  0,  42,  42,  43, -42])
        """
        exponents = np.clip(np.frexp(values)[1], LEAST, MOST).astype(np.int64)
        return np.asarray(SIDE + np.sign(values).astype(np.int64) * (exponents - LEAST + 1))

    @property
    def runs(self) -> tuple[range, ...]:
        """The parts that follow one another on one side of 0, and 0."""
        return range(SIDE - self.first + 1), range(SIDE, SIDE + 1), range(SIDE + self.first, self.count)

    def farther(self, low: int, high: int) -> Floats:
        """Return how many standard deviations of noise more than the next part those farther away must show."""
        steps = np.arange(self.count) - SIDE
        top = max(abs(low - SIDE), abs(high - SIDE))
        wanted = np.full(self.count, np.inf)
        for side, inner, outer in ((1, low - SIDE, high - SIDE), (-1, SIDE - high, SIDE - low)):
            own = side * steps
            is_own = own >= self.first
            if outer > 0:
                away = np.maximum(own - outer, inner - own)
                wanted[is_own] = DISTANT * (away[is_own] - 1)
            else:
                wanted[is_own & (own > top - 8) & (own <= top)] = ACROSS
        wanted[SIDE] = 1.0
        return wanted

    def core(self, found: Counts) -> Counts:
        """Return the parts that were found; where it is 0 alone, that of numbers up to 1 too."""
        if np.any(found != SIDE):
            return found
        return np.array([SIDE, *self.places(np.array([max(self.grain, 0.5)]))])

    def ends(self, found: Counts) -> tuple[float, float]:
        """Return the ends of parts."""
        return self._end(int(min(found)) - SIDE, -1), self._end(int(max(found)) - SIDE, 1)

    def widened(self, low: float, high: float, *, whole: bool) -> tuple[float, float]:
        """Return bounds that are wider where that costs little: two whole numbers at least, and all that are small."""
        if whole:
            high = max(high, low + 2) - 1
        if self.grain < low < high / SMALL:
            low = self.grain
        return low, -self.grain if -self.grain > high > low / SMALL else high

    def near(self, found: Counts) -> float:
        """Return the least distance from 0 of numbers in parts, other than 0."""
        return min((self._edge(abs(int(place) - SIDE) - 1) for place in found if place != SIDE), default=0.0)

    @property
    def is_likely(self) -> Mask:
        """Which parts are looked at where none stands out: those of numbers up to a million."""
        return np.asarray(np.abs(np.arange(self.count) - SIDE) <= 20 - LEAST + 1)

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

    @property
    def runs(self) -> tuple[range, ...]:
        """The parts."""
        return (range(self.count),)

    def farther(self, low: int, high: int) -> Floats:
        """Return how many standard deviations of noise more than the next part those farther away must show."""
        places = np.arange(self.count)
        return np.asarray(DISTANT * (np.maximum(low - places, places - high) - 1))

    def core(self, found: Counts) -> Counts:
        """Return the parts that were found."""
        return found

    def ends(self, found: Counts) -> tuple[float, float]:
        """Return the ends of parts."""
        low = self.first + int(min(found)) * self.width
        return low, min(self.first + (int(max(found)) + 1) * self.width - 1, self.last)

    def widened(self, low: float, high: float, *, whole: bool) -> tuple[float, float]:
        """Return bounds, the last day included."""
        return low, high - whole

    def near(self, found: Counts) -> float:
        """Return 0: 1970 is no special year."""
        return 0.0

    @property
    def is_likely(self) -> Mask:
        """Which parts are looked at where none stands out: the years from 1938 to 2034."""
        places = self.places(np.array([-10_000.0, 20_000.0]))
        return np.asarray((np.arange(self.count) >= places[0]) & (np.arange(self.count) <= places[1]))
