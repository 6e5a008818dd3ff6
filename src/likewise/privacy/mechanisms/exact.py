"""Compare random numbers with real ones exactly: as many bits of both as it takes, in whole numbers.

A real number is known by its `Bounds`: asked for `bits`, they give whole numbers below and above it times `2**bits`. A
random number is a `Uniform`, whose bits are drawn as they are needed. Which of the two is larger is then certain, where
floats would decide by their last bit, and thereby tell outputs apart (Mironov, 2012, CCS).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from likewise.privacy.mechanisms.randomness import bits as random_bits

Bounds = Callable[[int], tuple[int, int]]
"""What gives `low <= x * 2**bits <= high` for a number of bits; the more bits, the nearer both are to each other."""

GUARD = 32
"""Bits of work beyond those asked for."""

PLACE, KEEP = 34, 30
"""How a word of 64 is parted: bits for a place in a cell, and bits that decide whether the place is kept."""


class Uniform:
    """Hold a random number of [0, 1): its first bits are known, the others are drawn when they are asked for."""

    def __init__(self, known: int = 0, length: int = 0) -> None:
        self.known, self.length = known, length

    def extend(self, by: int = 64) -> None:
        """Draw more bits."""
        self.known = self.known << by | random_bits(by)
        self.length += by

    def below(self, bounds: Bounds) -> bool:
        """Say whether the number lies below one that is known by its bounds."""
        while True:
            low, high = bounds(self.length)
            if self.known + 1 <= low:
                return True
            if self.known >= high:
                return False
            self.extend()


def shrunk(low: int, high: int, by: int) -> tuple[int, int]:
    """Divide an interval by `2**by`, rounding outwards."""
    return low >> by, -(-high >> by)


def exponential(low: Fraction, high: Fraction | None = None) -> Bounds:
    """Return the bounds of exp(-x) for an x of at least 0, or for all x from `low` to `high`."""

    def bounds(bits: int) -> tuple[int, int]:
        """Halve x until it is small, sum the series of exp(x), square it back, and invert."""
        most = _risen(low, bits)
        least = most if high is None else _risen(high, bits)
        work = bits + GUARD
        bottom = (1 << 2 * work) // least[1] if least else 0
        top = -(-(1 << 2 * work) // most[0]) if most else 1 << GUARD
        return shrunk(bottom, top, GUARD)

    return bounds


def _risen(x: Fraction, bits: int) -> tuple[int, int] | None:
    """Return bounds of exp(x) times `2**(bits + GUARD)`, or None where exp(-x) is below `2**-bits`."""
    if x > bits + 1:
        return None
    work = bits + GUARD
    halvings = max(x.numerator.bit_length() - x.denominator.bit_length() + 2, 0)
    # exp(x) has up to 1.45 x bits before the point, and each squaring may lose two bits
    work_here = work + 2 * halvings + 8
    low = (x.numerator << work_here) // (x.denominator << halvings)
    high = low + 1
    one = 1 << work_here
    total_low, total_high, term_low, term_high, n = one, one, one, one, 0
    while term_high > 1:
        n += 1
        term_low = (term_low * low >> work_here) // n
        term_high = (term_high * high - 1 >> work_here) // n + 1
        total_low, total_high = total_low + term_low, total_high + term_high
    total_high += 2  # each further term is less than half of the one before, which is at most 1
    for _ in range(halvings):
        total_low = total_low * total_low >> work_here
        total_high = -(-total_high * total_high >> work_here)
    return shrunk(total_low, total_high, work_here - work)


@lru_cache(maxsize=64)
def _pi(bits: int) -> tuple[int, int]:
    """Return the bounds of pi, by Machin's formula."""
    work = bits + GUARD

    def arctan_of_inverse(n: int) -> tuple[int, int]:
        """Return bounds of arctan(1/n): each of the terms is off by less than one unit."""
        power, total, k = (1 << work) // n, 0, 0
        while power:
            total += (power // (2 * k + 1)) * (-1) ** k
            power //= n * n
            k += 1
        return total - 2 * k - 2, total + 2 * k + 2

    five, other = arctan_of_inverse(5), arctan_of_inverse(239)
    return shrunk(16 * five[0] - 4 * other[1], 16 * five[1] - 4 * other[0], GUARD)


def within(z: Fraction) -> Bounds:
    """Return the bounds of P(|Z| < z) for a standard normal Z and a z of at least 0.

    By the series sqrt(2/pi) exp(-z^2/2) (z + z^3/3 + z^5/(3*5) + ...), whose terms are all positive.
    """

    def bounds(bits: int) -> tuple[int, int]:
        if z * z > 2 * (bits + 2):  # the tail is below 2**-bits
            return (1 << bits) - 1, 1 << bits
        work = bits + GUARD
        low = (z.numerator << work) // z.denominator
        high = low + 1
        square_low, square_high = low * low >> work, (high * high >> work) + 1
        total_low, total_high, term_low, term_high, n = 0, 0, low, high, 1
        while term_high > 1 or square_high > n << work - 1:
            total_low, total_high, n = total_low + term_low, total_high + term_high, n + 2
            term_low = (term_low * square_low >> work) // n
            term_high = (term_high * square_high >> work) // n + 1
        total_high += 2 * term_high + 2  # from here each term is less than half of the one before
        more = work + GUARD + int(z * z)  # the sum is large where the damping is small
        damp_low, damp_high = exponential(z * z / 2)(more)
        pi_low, pi_high = _pi(2 * work)
        root_low = isqrt((2 << 4 * work) // pi_high)
        root_high = isqrt((2 << 4 * work) // pi_low) + 1
        return shrunk(total_low * damp_low * root_low, total_high * damp_high * root_high, more + 2 * work - bits)

    return bounds


class Table:
    """Find the cell that a random number falls into, by the first 63 bits of the cells' upper ends.

    `ends(c)` bounds the probability of all cells up to `c`, and `heads` are its first 63 bits for the cells until those
    bits are all ones. A number whose first bits are those of an end is compared with as many more as it takes.
    """

    def __init__(self, ends: Callable[[int], Bounds], heads: NDArray[np.int64]) -> None:
        self.ends, self.heads = ends, heads

    def find(self, heads: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the cells of random numbers, of which the first 63 bits are given."""
        cells = np.searchsorted(self.heads, heads)
        for i in np.flatnonzero(self.heads[cells] == heads):
            cells[i] = self.resolve(Uniform(int(heads[i]), 63), int(cells[i]))
        return cells

    def resolve(self, number: Uniform, cell: int) -> int:
        """Return the cell of a number that is in no cell before a given one."""
        while not number.below(self.ends(cell)):
            cell += 1
        return cell


def head(bounds: Bounds) -> int:
    """Return the first 63 bits of a real number of (0, 1)."""
    more = 2
    while True:
        low, high = shrunk(*bounds(63 + more), more)
        if high - low == 1:
            return low
        more += 32


def verdicts(
    keep: NDArray[np.int64], least: NDArray[np.int64], most: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say where numbers that begin with `keep` surely are below exp(-x), and where they surely are not.

    x is between `least` and `most` times `2**-KEEP`, and exp(-x) between 1 - x and 1 - x + x^2 / 2.
    """
    kept: NDArray[np.bool_] = keep < (1 << KEEP) - most
    lost: NDArray[np.bool_] = keep > (1 << KEEP) - least + (most * most >> KEEP + 1)
    return kept, lost
