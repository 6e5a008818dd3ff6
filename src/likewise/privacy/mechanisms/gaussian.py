"""Gaussian noise, rounded: each answer is a whole number, and the guarantee is that of the continuous Gaussian.

Rounding x + N(0, s^2) for a whole x is rounding N(0, s^2) and adding x, and is done after the noise, so it costs
nothing. The noise is exact. A draw takes a cell of the half-normal distribution, [c, c + 1) / 128, by inversion; a
place in the cell, uniform, which is kept with probability exp(-(z^2 - left^2) / 2); and a sign. Every number is drawn
as far as it is needed: nearly always 128 bits settle a draw, and the few others are settled one by one.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray

from likewise.errors import PrivacyError
from likewise.privacy.accountant import Account, Event
from likewise.privacy.mechanisms.exact import KEEP, PLACE, Bounds, Table, Uniform, exponential, head, verdicts, within
from likewise.privacy.mechanisms.randomness import bits, words

CELLS = 7
"""Bits of the number of cells in one standard deviation."""

LEAST, MOST = 2.0**-5, 2.0**32
"""The noise that can be drawn."""

BATCH = 1 << 18
"""Draws at a time, which bounds the memory."""

LARGEST = 1 << 61
"""Answers are clipped to this, so that no sum overflows; clipping makes no two answers differ by more."""


def gaussian(
    counts: NDArray[np.integer], *, sigma: float, account: Account, sensitivity: float = 1, what: str
) -> NDArray[np.int64]:
    """Add rounded Gaussian noise of standard deviation `sigma` (2**-5 to 2**32) to whole numbers.

    Use for any counts or sums of whole numbers that one unit moves by at most `sensitivity` in L2 norm; `account` is
    charged before noise is drawn. Avoid where shares of several parties' noise are to be added up: use
    `discrete_gaussian`. Raises PrivacyError where the numbers are not whole, sigma or the sensitivity is out of range,
    or the budget is spent.

    >>> account = Account(1.0, 1e-6)
    >>> gaussian(np.array([812, 5]), sigma=20.0, account=account, what="sex").dtype
    dtype('int64')

    Dong, Roth and Su, 2022, JRSS B 84; Karney, 2016, ACM TOMS 42 (for drawing it exactly).
    """
    whole = checked(counts, sigma, sensitivity)
    account.charge(Event.gaussian(sigma / sensitivity, what))
    return whole + rounded_normal(whole.size, sigma).reshape(whole.shape)


def checked(counts: NDArray[np.integer], sigma: float, sensitivity: float = 1) -> NDArray[np.int64]:
    """Return the whole numbers to add noise to. Raises PrivacyError where there are others, or a setting is no use."""
    if np.asarray(counts).dtype.kind not in "iu":
        raise PrivacyError("privacy.not-whole", "noise is added to whole numbers only", hint="scale and round first")
    drawable(sigma)
    if not 0 < sensitivity < math.inf:
        raise PrivacyError("privacy.sensitivity", "a sensitivity is a number above 0")
    return np.asarray(np.clip(counts, -LARGEST, LARGEST), np.int64)


def drawable(sigma: float) -> None:
    """Raise PrivacyError where noise of standard deviation `sigma` cannot be drawn."""
    if not LEAST <= sigma <= MOST:
        raise PrivacyError("privacy.sigma", "this much noise cannot be drawn", hint="give a sigma from 2**-5 to 2**32")


def rounded_normal(n: int, sigma: float) -> NDArray[np.int64]:
    """Draw `n` numbers, each N(0, sigma^2) rounded to the nearest whole number, exactly."""
    sizes = [BATCH] * (n // BATCH) + [n % BATCH]
    return np.concatenate([settled(words(size), words(size), sigma) for size in sizes])


def settled(first: NDArray[np.uint64], second: NDArray[np.uint64], sigma: float) -> NDArray[np.int64]:
    """Return the draws that begin with these bits: sign and cell in the first word, place and keeping in the second."""
    cells = half_normal().find((first & np.uint64((1 << 63) - 1)).astype(np.int64))
    size = _in_cells(cells, second, sigma)
    return np.where(first >> np.uint64(63) == 1, -size, size)


def _in_cells(cells: NDArray[np.int64], word: NDArray[np.uint64], sigma: float) -> NDArray[np.int64]:
    """Return |round(sigma Z)| for a Z in each cell, beginning with these bits."""
    place = (word >> np.uint64(KEEP)).astype(np.int64)
    keep = (word & np.uint64((1 << KEEP) - 1)).astype(np.int64)
    kept, lost = verdicts(keep, *_exponents(cells, place))
    low, high = _scaled((cells << PLACE) + place, sigma)
    for i in np.flatnonzero(~(kept | lost) | ((low != high) & kept)):
        low[i] = _one(int(cells[i]), Uniform(int(place[i]), PLACE), Uniform(int(keep[i]), KEEP), Fraction(sigma))
    if lost.any():
        low[lost] = _in_cells(cells[lost], words(int(lost.sum())), sigma)
    return low


@cache
def half_normal() -> Table:
    """Return the table of |Z| for a standard normal Z, in cells of width 1/128; it takes some 50 ms, once."""

    def ends(cell: int) -> Bounds:
        return within(Fraction(cell + 1, 1 << CELLS))

    heads = [head(ends(0))]
    while heads[-1] < (1 << 63) - 1:
        heads.append(head(ends(len(heads))))
    return Table(ends, np.array(heads, np.int64))


def _exponents(cells: NDArray[np.int64], place: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return bounds of (z^2 - left^2) / 2, in units of `2**-KEEP`; of the place 24 bits are used."""
    short, shift = place >> PLACE - 24, 49 + 2 * CELLS - KEEP
    least = short * ((cells << 25) + short) >> shift
    short += 1
    return least, (short * ((cells << 25) + short) >> shift) + 1


def _scaled(z: NDArray[np.int64], sigma: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the least and the largest whole number that sigma times z may round to; z counts 2**-(CELLS + PLACE).

    The product of 46 and 48 bits is had from halves, in units of 2**32. What is left out is below 2**17 of them: a unit
    of each number times the other, and the product of the lower halves.
    """
    exponent = math.frexp(sigma)[1] - 48
    mantissa = int(math.ldexp(sigma, -exponent))
    top, rest = z >> 23, z & ((1 << 23) - 1)
    upper, lower = mantissa >> 24, mantissa & ((1 << 24) - 1)
    product = (top * upper << 15) + (top * lower >> 9) + (rest * upper >> 8)
    shift = CELLS + PLACE - 32 - exponent
    half = 1 << (shift - 1)
    return product + half >> shift, product + half + (1 << 17) >> shift


def _one(cell: int, place: Uniform, keep: Uniform, sigma: Fraction) -> int:
    """Settle one draw of |round(sigma Z)| in a cell, beginning with what is known of its place and of its keeping."""
    while not _kept(cell, place, keep):
        place, keep = Uniform(bits(PLACE), PLACE), Uniform(bits(KEEP), KEEP)
    while True:
        low, high = _ends(cell, place)
        least, most = round_half_up(low * sigma), round_half_up(high * sigma)
        if least == most or (most == least + 1 and high * sigma == Fraction(2 * most - 1, 2)):
            return least
        place.extend()


def _kept(cell: int, place: Uniform, keep: Uniform) -> bool:
    """Decide whether a place in a cell is kept: a uniform number is below exp(-(z^2 - left^2) / 2)."""
    left = Fraction(cell, 1 << CELLS)
    while True:
        low, high = (exponential((z * z - left * left) / 2)(keep.length) for z in _ends(cell, place))
        if keep.known + 1 <= high[0]:
            return True
        if keep.known >= low[1]:
            return False
        place.extend()
        keep.extend()


def _ends(cell: int, place: Uniform) -> tuple[Fraction, Fraction]:
    """Return the least and the largest z that a place which is known in part may mean."""
    scale = 1 << CELLS + place.length
    z = (cell << place.length) + place.known
    return Fraction(z, scale), Fraction(z + 1, scale)


def round_half_up(x: Fraction) -> int:
    """Return the nearest whole number."""
    return math.floor(x + Fraction(1, 2))
