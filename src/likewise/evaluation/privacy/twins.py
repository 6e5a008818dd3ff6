"""Equal rows among three tables, and how nature would deal them: the exact test behind exact copies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.evaluation.pairing import Array

Counts = npt.NDArray[np.int64]
Which = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

SPREADS = 64
"""Standard deviations that a line of counts is long: what lies beyond is lost in the last digit of a float."""


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


@dataclass(frozen=True)
class ByNature:
    """Hold the chance of so many rows made in known groups by nature, how many are expected, and their spread."""

    chance: float
    expected: float
    spread: float


def dealt_by_nature(twins: Twins, found: int, *, planted: int = 0) -> ByNature:
    """Return how likely it is that `found` rows made or more stand in known groups by nature.

    Where rows made are as fresh real ones, the rows of each group are dealt to the three tables at random, by the sizes
    of the tables. So twins within one table and among all of them tell how often rows recur, and no rate is estimated.
    Each group is dealt by itself, which spreads the sum a little more than dealing all at once would: the chance is
    not too small. `planted` groups of two rows are there besides.

    The permutation test (Fisher, 1935) of the number of cross-matches (Rosenbaum, 2005, JRSS B 67), its distribution by
    Fourier transforms. Cost: one transform for each size of a group that occurs.

    >>> five = find_twins(np.arange(1000), np.arange(2000, 2500), np.arange(995, 1995))
    >>> round(dealt_by_nature(five, 5).chance, 4)
    0.0034
    """
    tables = (int(twins.learned.sum()), int(twins.held.sum()), int(twins.made.sum()))
    sizes = twins.learned + twins.held + twins.made
    sizes, times = np.unique(np.r_[sizes[sizes > 1], np.full(planted, 2)], return_counts=True)
    if not len(sizes):
        return ByNature(float(found <= 0), 0.0, 0.0)
    lines = [_dealt(int(size), *tables) for size in sizes]
    mean, variance = times @ np.array([_moments(line) for line in lines])
    spread = float(np.sqrt(variance))
    length = int(min(sizes @ times, 2 * sizes[-1] + SPREADS * (1 + spread))) + 1
    spectrum = np.ones(length // 2 + 1, dtype=np.complex128)
    for line, often in zip(lines, times, strict=True):
        folded = np.bincount(np.arange(len(line)) % length, weights=line, minlength=length)
        spectrum *= np.fft.rfft(folded) ** often
    line = np.fft.irfft(spectrum, n=length)
    first = max(0, round(mean) - length // 2)
    places = np.arange(max(first, found), first + length)
    chance = 1.0 if found <= first else float(line[places % length].sum())
    return ByNature(float(np.clip(chance, 0, 1)), float(mean), spread)


def _dealt(size: int, learned: int, held: int, made: int) -> Floats:
    """Return the chances that 0, 1, ... rows made stand in a known group of so many rows."""
    from scipy.stats import hypergeom

    line = np.zeros(size)
    if size <= learned + made:
        none_held = hypergeom.pmf(0, learned + held + made, held, size)
        line[1:] = none_held * hypergeom.pmf(np.arange(1, size), learned + made, made, size)
    line[0] = 1 - line[1:].sum()
    return line


def _moments(line: Floats) -> tuple[float, float]:
    """Return the mean and the variance of a count."""
    places = np.arange(len(line))
    mean = float(line @ places)
    return mean, float(line @ (places - mean) ** 2)


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
