"""Noise that is a whole number from the start: the discrete Gaussian and the two-sided geometric, drawn exactly.

Both give k the weight exp(-f(|k|)), f(k) = a k^2 + b k. A draw takes a block of whole numbers by inversion, as if all
in it weighed as much as its first; one of the block, uniform, which is kept with probability exp(-(f(k) - f(first)));
and a sign, where minus zero is drawn anew. Blocks are as long as leaves some hundreds of them in one scale of the
noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from likewise.privacy.accountant import Account, Event, positive
from likewise.privacy.mechanisms.exact import GUARD, KEEP, Bounds, Table, Uniform, exponential, head, shrunk, verdicts
from likewise.privacy.mechanisms.gaussian import BATCH, checked
from likewise.privacy.mechanisms.randomness import words

FINE, COARSE = 8, 6
"""Bits of the number of blocks in one scale of the noise, at least; the geometric has a longer tail of them."""


def discrete_gaussian(
    counts: NDArray[np.integer], *, sigma: float, account: Account, sensitivity: float = 1, what: str
) -> NDArray[np.int64]:
    """Add discrete Gaussian noise, of weights exp(-k^2 / (2 sigma^2)), to whole numbers; sigma from 2**-5 to 2**32.

    Use where several parties add shares of noise. Avoid elsewhere: `gaussian` gives the same guarantee with a little
    less noise. Charged as what it is Gaussian-DP with, which is a little more than 1 / sigma for small sigma. Raises
    PrivacyError as `gaussian` does.

    >>> account = Account(1.0, 1e-6)
    >>> discrete_gaussian(np.array([812, 5]), sigma=20.0, account=account, what="sex").shape
    (2,)

    Canonne, Kamath and Steinke, 2020, NeurIPS.
    """
    whole = checked(counts, sigma, sensitivity)
    account.charge(Event.discrete(sigma, sensitivity, what))
    noise = of_scale(1 / (2 * Fraction(sigma) ** 2), Fraction(0)).draw(whole.size)
    return whole + noise.reshape(whole.shape)


def geometric(
    counts: NDArray[np.integer], *, epsilon: float, account: Account, sensitivity: int = 1, what: str
) -> NDArray[np.int64]:
    """Add two-sided geometric noise, of weights `exp(-epsilon |k| / sensitivity)`, to whole numbers.

    Use for a few counts where pure `epsilon`-DP is asked for: one unit may move them by at most `sensitivity` in L1
    norm. Avoid for many counts: Gaussian noise is smaller there. Raises PrivacyError as `gaussian` does.

    >>> account = Account(1.0, 1e-6)
    >>> geometric(np.array([812, 5]), epsilon=0.1, account=account, what="sex").shape
    (2,)

    Ghosh, Roughgarden and Sundararajan, 2012, SIAM J. Comput. 41.
    """
    whole = checked(counts, sensitivity / positive(epsilon), sensitivity)
    account.charge(Event.pure(epsilon, what))
    noise = of_scale(Fraction(0), Fraction(epsilon) / sensitivity).draw(whole.size)
    return whole + noise.reshape(whole.shape)


@lru_cache(maxsize=32)
def of_scale(square: Fraction, linear: Fraction) -> Lattice:
    """Return what draws k with weight exp(-square k^2 - linear |k|); its table is built once."""
    scale = isqrt(int(1 / (2 * square))) if square else int(1 / linear)
    return Lattice(square, linear, max(scale.bit_length() - 1 - (FINE if square else COARSE), 0))


@dataclass(frozen=True)
class Lattice:
    """Draw whole numbers k with weight exp(-square k^2 - linear |k|), in blocks of `2**block`."""

    square: Fraction
    linear: Fraction
    block: int

    def draw(self, n: int) -> NDArray[np.int64]:
        """Draw `n` numbers."""
        drawn, filled = np.empty(n, np.int64), 0
        while filled < n:
            size = min(n - filled, BATCH)
            kept = self.settled(words(size), words(size))
            drawn[filled : filled + kept.size] = kept
            filled += kept.size
        return drawn

    def settled(self, first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return those of the draws that begin with these bits which are kept."""
        cells = self.table.find((first & np.uint64((1 << 63) - 1)).astype(np.int64))
        negative = first >> np.uint64(63) == 1
        place = (second >> np.uint64(64 - self.block)).astype(np.int64) if self.block else np.zeros_like(cells)
        keep = (second & np.uint64((1 << KEEP) - 1)).astype(np.int64)
        numbers = (cells << self.block) + place
        kept, lost = verdicts(keep, *self._exponents(cells, place))
        for i in np.flatnonzero(~(kept | lost)):
            more = self._exponent(int(numbers[i])) - self._exponent(int(cells[i]) << self.block)
            kept[i] = Uniform(int(keep[i]), KEEP).below(exponential(more))
        kept &= ~(negative & (numbers == 0))
        return np.where(negative, -numbers, numbers)[kept]

    def _exponent(self, k: int) -> Fraction:
        """Return f(k)."""
        return self.square * k * k + self.linear * k

    def _exponents(
        self, cells: NDArray[np.int64], place: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return bounds of f(k) - f(first), in units of `2**-KEEP`; of the place 24 bits are used."""
        if not self.block:
            return np.zeros_like(cells), np.zeros_like(cells)
        short = place << 24 >> self.block
        square = int(self.square * (1 << 2 * self.block + 40))
        linear = int(self.linear * (1 << self.block + 32))
        least = (short * ((cells << 25) + short) >> 24) * square if square else 0
        most = ((short + 1) * ((cells << 25) + short + 1) + (1 << 24) >> 24) * (square + 1) if square else 0
        return (least >> 34) + (short * linear >> 26), (most >> 34) + ((short + 1) * (linear + 1) >> 26) + 2

    @cached_property
    def table(self) -> Table:
        """Return the table of blocks, each as likely as if all in it weighed as much as its first."""
        weights = Weights(self.square * (1 << 2 * self.block), self.linear * (1 << self.block))
        heads: list[int] = []
        while not heads or heads[-1] < (1 << 63) - 1:
            heads.append(head(weights.end(len(heads))))
        return Table(weights.end, np.array(heads, np.int64))


@dataclass(frozen=True)
class Weights:
    """Know the distribution of c = 0, 1, ... with weights exp(-square c^2 - linear c) between bounds."""

    square: Fraction
    linear: Fraction

    def end(self, cell: int) -> Bounds:
        """Return the bounds of the probability of all up to a cell."""

        def bounds(bits: int) -> tuple[int, int]:
            more = -bits % 64  # so that one list of sums serves many
            sums = self.sums(bits + more)
            low, high = sums[cell] if cell < len(sums) else (sums[-1][0], 1 << bits + more)
            return shrunk(low, high, more)

        return bounds

    @lru_cache(maxsize=4)  # noqa: B019
    def sums(self, bits: int) -> list[tuple[int, int]]:
        """Return the bounds of all ends, until what is left is too little to matter.

        The weights are products of ratios, and the ratios fall by a constant factor: w' = w r, r' = r q.
        """
        work = bits + 2 * GUARD
        one = 1 << work
        weight, ratio = (one, one), exponential(self.square + self.linear)(work)
        fall = exponential(2 * self.square)(work)
        sums, total = [], (0, 0)
        while True:
            total = total[0] + weight[0], total[1] + weight[1]
            sums.append(total)
            left = weight[1] * ratio[1] // (one - ratio[1]) + 1  # each further ratio is no larger
            if left >> 2 * GUARD - 8 == 0:
                break
            weight, ratio = product(weight, ratio, work), product(ratio, fall, work)
        return [((low << bits) // (total[1] + left), -(-(high << bits) // total[0])) for low, high in sums]


def product(one: tuple[int, int], other: tuple[int, int], bits: int) -> tuple[int, int]:
    """Multiply two intervals of numbers of at least 0 with `bits` after the point."""
    return shrunk(one[0] * other[0], one[1] * other[1], bits)
