"""Equal rows among three tables, and how nature would deal them: the exact test behind exact copies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.evaluation.pairing import Array

Counts = npt.NDArray[np.int64]
Complex = npt.NDArray[np.complex128]
Which = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

SPREADS, ROOM = 32, 128
"""Standard deviations, and rows beside, that a line of counts is long on either side of the middle."""
FAR = 12
"""Standard deviations beyond which a count of one group is left out: less than the last digit of a float."""


@dataclass(frozen=True, eq=False)
class Twins:
    """Hold the groups of equal rows of three tables: how many rows of each were learned from, held back and made."""

    learned: Counts
    held: Counts
    made: Counts

    @property
    def known(self) -> Which:
        """Which groups hold rows learned from and none held back: only who learned can have copied them."""
        which: Which = (self.learned > 0) & (self.held == 0)
        return which

    @property
    def unknown(self) -> Which:
        """Which groups hold rows held back and none learned from: nobody can have copied them."""
        which: Which = (self.held > 0) & (self.learned == 0)
        return which


def find_twins(learned: Array, held: Array, made: Array) -> Twins:
    """Group the rows of three tables by key; a row without an equal is a group of one.

    >>> find_twins(np.array([1, 2]), np.array([2]), np.array([2, 2, 3])).made.tolist()
    [0, 2, 1]
    """
    _, of = np.unique(np.concatenate([learned, held, made]), return_inverse=True)
    parts = np.split(of.reshape(-1), np.cumsum([len(learned), len(held)]))
    return Twins(*(np.bincount(part, minlength=int(of.max(initial=-1)) + 1) for part in parts))


@dataclass(frozen=True, eq=False)
class ByNature:
    """Hold how many rows made stand in known groups by nature: the Fourier transform of the chances of each number.

    `pair` is that of one group of two rows. `expected` is the mean of the number, `spread` its standard deviation.
    """

    spectrum: Complex
    pair: Complex
    share: float
    expected: float
    spread: float

    def chance(self, found: int, *, planted: int = 0) -> float:
        """Return the chance of `found` or more, where `planted` groups of two rows are there besides."""
        length = 2 * (len(self.spectrum) - 1)
        line = np.fft.irfft(self.spectrum * self.pair**planted, n=length)
        first = max(0, round(self.expected + planted * self.share) - length // 2)
        if found <= first:
            return 1.0
        return float(np.clip(line[np.arange(found, first + length) % length].sum(), 0, 1))


def dealt_by_nature(twins: Twins) -> ByNature:
    """Return how many rows made would stand in known groups by nature.

    Where rows made are as fresh real ones, the rows of each group are dealt to the three tables at random, by the sizes
    of the tables. So twins within one table and among all of them tell how often rows recur, and no rate is estimated.
    Each group is dealt by itself, which spreads the sum a little more than dealing all at once would: the chance is
    not too small.

    The permutation test (Fisher, 1935) of the number of cross-matches (Rosenbaum, 2005, JRSS B 67), its distribution by
    Fourier transforms. Cost: one transform for each size of a group that occurs, as long as the sum spreads.

    >>> five = find_twins(np.arange(1000), np.arange(2000, 2500), np.arange(995, 1995))
    >>> round(dealt_by_nature(five).chance(5), 4)
    0.0034
    """
    tables = (int(twins.learned.sum()), int(twins.held.sum()), int(twins.made.sum()))
    sizes = twins.learned + twins.held + twins.made
    sizes, times = np.unique(sizes[sizes > 1], return_counts=True)
    deals = [_dealt(int(size), *tables) for size in sizes]
    pair = _dealt(2, *tables)
    mean, variance = times @ np.array([d.moments for d in deals]).reshape(-1, 2)
    # Up to as many pairs may be planted as there are rows made.
    length = 2 * int(ROOM + SPREADS * np.sqrt(variance + tables[2] / 4)) // 2 * 2
    spectrum = np.ones(length // 2 + 1, dtype=np.complex128)
    for deal, often in zip(deals, times, strict=True):
        spectrum *= deal.transform(length) ** often
    return ByNature(spectrum, pair.transform(length), pair.moments[0], float(mean), float(np.sqrt(variance)))


@dataclass(frozen=True, eq=False)
class _Deal:
    """Hold the chances that so many rows made stand in a known group of some size."""

    places: Counts
    chances: Floats

    @property
    def moments(self) -> tuple[float, float]:
        """The mean and the variance of the number."""
        mean = float(self.chances @ self.places)
        return mean, float(self.chances @ (self.places - mean) ** 2)

    def transform(self, length: int) -> Complex:
        """Return the Fourier transform of the chances on a line of that length, which closes to a ring."""
        return np.fft.rfft(np.bincount(self.places % length, weights=self.chances, minlength=length))


def _dealt(size: int, learned: int, held: int, made: int) -> _Deal:
    from scipy.stats import hypergeom

    if size > learned + made:
        return _Deal(np.zeros(1, dtype=np.int64), np.ones(1))
    share = made / (learned + made)
    reach = FAR * (1 + np.sqrt(size * share * (1 - share)))
    places = np.arange(max(1, int(size * share - reach)), min(size, int(size * share + reach) + 1))
    none_held = hypergeom.pmf(0, learned + held + made, held, size)
    chances = none_held * hypergeom.pmf(places, learned + made, made, size)
    return _Deal(np.r_[0, places], np.r_[1 - chances.sum(), chances])


def learned_more(twins: Twins) -> float:
    """Return the chance that so many of the groups that rows made hit are known rather than unknown.

    Which of the real rows were learned from is what tells: the chance holds for any generator that does not know it,
    one that makes a few rows over and over included. 0 where no unknown group is hit, so that nothing speaks against
    copying.
    """
    from scipy.stats import binom

    hit = (twins.made > 0) & (twins.known | twins.unknown)
    found = int((hit & twins.known).sum())
    if found == hit.sum():
        return 0.0
    sizes, times = np.unique((twins.learned + twins.held)[hit], return_counts=True)
    odds = float(twins.held.sum() / max(1, twins.learned.sum())) ** sizes
    line = np.ones(1)
    for share, often in zip(1 / (1 + odds), times, strict=True):
        line = np.convolve(line, binom.pmf(np.arange(often + 1), often, share))
    return float(line[found:].sum())


def over_and_over(twins: Twins) -> float:
    """Return the chance, by nature, of a known group with as many rows made as the one that stands out most.

    It allows for all groups that are looked at (Bonferroni).
    """
    from scipy.stats import hypergeom

    sizes = twins.learned + twins.held + twins.made
    tried = twins.known & (sizes > 1)
    if not tried.any():
        return 1.0
    chances = hypergeom.sf(twins.made[tried] - 1, sizes.sum(), twins.made.sum(), sizes[tried])
    return min(1.0, float(chances.min()) * int((sizes > 1).sum()))
