"""One column as ranges of cells within which nothing more can be told: what noisy counts say, less their noise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.privacy.accountant import Account
from likewise.privacy.mechanisms import gaussian

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BRANCH = 4
"""A level of counts is 2 ** BRANCH times as fine as the one above it."""

FEWEST = 8
"""Ranges that the coarsest level has at least."""

ONE_LEVEL = 128
"""Cells up to which one level of counts tells all: sums of so few are not drowned by their noise."""

FINEST = 0.5
"""Part of a column's price that its finest level takes, where it has several: there spikes stand out."""

HIGHEST = 16.0
"""The most that one answer is bought for: its noise is next to none then, and less cannot be drawn exactly."""

SURE = 2.5
"""Standard errors by which the halves of a range differ before they are told apart."""


@dataclass(frozen=True, eq=False)
class Pieces:
    """Hold ranges of cells that cover a column: cells `starts[i]` up to `stops[i]`, of `masses[i]` rows in all.

    `error` is the standard error of all rows together, as far as it is known.
    """

    starts: Ints
    stops: Ints
    masses: Floats
    error: float = math.inf

    @property
    def total(self) -> float:
        """How many rows there seem to be."""
        return float(self.masses.sum())


def levels_of(size: int, *, ordered: bool) -> list[int]:
    """Return the widths, as powers of two, at which a column of `size` cells is counted, the finest first.

    >>> levels_of(74, ordered=True), levels_of(100_000, ordered=True)
    ([0], [0, 4, 8, 12])
    """
    if not ordered or size <= ONE_LEVEL:
        return [0]
    return [width for width in range(0, size.bit_length(), BRANCH) if size >> width >= FEWEST]


def bought(
    codes: npt.NDArray[np.int32], size: int, *, ordered: bool, missing: bool, most: int, mu: float, account: Account,
    what: str,
) -> Pieces:  # fmt: skip
    """Return what noisy counts of a column's cells tell of it, for a price in Gaussian DP's `mu`.

    A unit has at most `most` rows. `size` counts the cell of missing ones, which is the last. Raises PrivacyError where
    the account does not pay for it.

    >>> told = bought(np.repeat([0, 1], 500).astype(np.int32), 2, ordered=False, missing=False, most=1, mu=1.0,
    ...               account=Account(8.0, 1e-6), what="sex")
    >>> len(told.masses), bool(abs(told.total - 1000) < 20)
    (2, True)
    """
    mu = min(mu, HIGHEST)
    fine, coarse = counted(codes, size, ordered=ordered, missing=missing)
    levels = len(levels_of(size - missing, ordered=ordered))
    part = FINEST if levels > 1 else 1.0
    reach = most * math.sqrt(max(levels - 1, 1))  # a row is counted once a level
    noise = (most / (mu * math.sqrt(part)), reach / (mu * math.sqrt(1 - part)) if levels > 1 else math.inf)
    cells = gaussian(fine, sigma=noise[0], sensitivity=most, account=account, what=what)
    if levels > 1:
        coarse = gaussian(coarse, sigma=noise[1], sensitivity=reach, account=account, what=what)
    return pieces_of(cells.astype(np.float64), coarse.astype(np.float64), noise, ordered=ordered, missing=missing)


def counted(codes: npt.NDArray[np.int32], size: int, *, ordered: bool, missing: bool) -> tuple[Ints, Ints]:
    """Return the counts of a column's cells, and those of its coarser levels one after another.

    These are private; each row is counted once a level. `size` counts the cell of missing ones, which is the last.
    """
    cells = np.bincount(codes, minlength=size).astype(np.int64)
    inner = size - missing
    coarse = [_summed(cells[:inner], width) for width in levels_of(inner, ordered=ordered)[1:]]
    return cells, np.concatenate([np.empty(0, dtype=np.int64), *coarse])


def _summed(counts: Ints, width: int) -> Ints:
    return np.add.reduceat(counts, np.arange(0, len(counts), 2**width))


def pieces_of(fine: Floats, coarse: Floats, noise: tuple[float, float], *, ordered: bool, missing: bool) -> Pieces:
    """Return the pieces of a column from its noisy counts (see `counted`) and their two standard deviations."""
    inner = len(fine) - missing
    widths = levels_of(inner, ordered=ordered)
    ends = np.cumsum([-(-inner // 2**width) for width in widths[1:]])[:-1]
    answers = [fine[:inner], *(np.split(coarse, ends) if len(widths) > 1 else [])]
    found = ranges(answers, widths, noise) if ordered else each(answers[0], noise[0])
    if not missing:
        return found
    return Pieces(
        np.append(found.starts, inner),
        np.append(found.stops, len(fine)),
        np.append(found.masses, np.maximum(fine[inner:], 0.0)),
        math.hypot(found.error, noise[0]),
    )


def each(counts: Floats, sigma: float) -> Pieces:
    """Return the levels of a category, a piece each: the nearest counts that are not negative and keep their sum."""
    starts = np.arange(len(counts))
    masses = nearest(counts, max(float(counts.sum()), 0.0))
    return Pieces(starts, starts + 1, masses, sigma * math.sqrt(len(counts)))


def nearest(counts: Floats, total: float) -> Floats:
    """Return the nearest counts, in squares, that are not negative and add up to `total` (Duchi et al., 2008, ICML)."""
    if len(counts) == 0:
        return counts
    falling = np.sort(counts)[::-1]
    over = (np.cumsum(falling) - total) / np.arange(1, len(counts) + 1)
    last = int(np.flatnonzero(falling - over >= 0)[-1]) if (falling - over >= 0).any() else 0
    found: Floats = np.maximum(counts - over[last], 0.0)
    return found


def cut(pieces: Pieces, aim: float) -> Pieces:
    """Return pieces none of which has many more than `aim` rows where its cells can be parted."""
    widths = pieces.stops - pieces.starts
    times = np.minimum(np.maximum(np.rint(4 * pieces.masses / max(aim, 1e-9)), 1), widths).astype(np.int64)
    index = np.repeat(np.arange(len(times)), times)
    turn = np.arange(len(index)) - np.repeat(np.cumsum(times) - times, times)
    starts = pieces.starts[index] + widths[index] * turn // times[index]
    stops = pieces.starts[index] + widths[index] * (turn + 1) // times[index]
    return Pieces(starts, stops, pieces.masses[index] * (stops - starts) / widths[index])


def ranges(answers: Sequence[Floats], widths: Sequence[int], noise: tuple[float, float]) -> Pieces:
    """Return the pieces of an ordered column: halves are told apart where they, or ranges within them, surely differ.

    Counts of all levels are made to agree (Hay et al., 2010, VLDB 3) on the way up; on the way down a half's share is
    taken from its parent as it stands where nothing sure is known of it, which is Haar wavelets' shrinkage by trees.
    """
    size = len(answers[0])
    sums, apart, sure, error = _upwards(answers, widths, noise)
    starts, stops, masses = [], [], []
    at, mass = np.zeros(1, dtype=np.int64), np.maximum(sums[-1], 0.0)
    for level in range(len(sums) - 1, -1, -1):
        split = (apart[level][at] > SURE) | sure[level][at]
        starts.append(at[~split] << level)
        stops.append(np.minimum((at[~split] + 1) << level, size))
        masses.append(mass[~split])
        if level:
            at, mass = _halves(at[split], mass[split], sums[level - 1])
    order = np.argsort(np.concatenate(starts))
    first, last, rows = (np.concatenate(part)[order] for part in (starts, stops, masses))
    return Pieces(first, last, rows, error)


def _halves(at: Ints, mass: Floats, below: Floats) -> tuple[Ints, Floats]:
    """Return the halves of ranges and their masses: none negative, together what the range has."""
    right = np.minimum(2 * at + 1, len(below) - 1)
    first = np.where(right > 2 * at, np.clip((mass + below[2 * at] - below[right]) / 2, 0.0, mass), mass)
    both, shares = np.stack([2 * at, 2 * at + 1], axis=1).ravel(), np.stack([first, mass - first], axis=1).ravel()
    real = both < len(below)
    return both[real], shares[real]


def _upwards(
    answers: Sequence[Floats], widths: Sequence[int], noise: tuple[float, float]
) -> tuple[list[Floats], list[Floats], list[npt.NDArray[np.bool_]], float]:
    """Return the counts of ranges of 1, 2, 4 ... cells, how far apart their halves are, and where there surely is more.

    Halves are as far apart as they are from what their numbers of cells are worth, in standard errors; there surely is
    more where halves, of the range or of one within it, are farther apart than noise makes any in the column. The
    standard error of the whole comes last.
    """
    given = dict(zip(widths, answers, strict=True))
    sums, cells, variance = [answers[0]], np.ones(len(answers[0])), noise[0] ** 2
    apart, sure = [np.zeros(len(cells))], [np.zeros(len(cells), dtype=bool)]
    while len(sums[-1]) > 1:
        left, right = _paired(sums[-1])
        wide, other = _paired(cells)
        share = wide / (wide + other)
        error = np.sqrt(variance * (share**2 + (1 - share) ** 2))
        apart.append(np.abs(left * (1 - share) - right * share) / error)
        apart[-1][share == 1] = 0.0
        far = np.sqrt(2 * np.log(max(len(left), 2))) + 1
        within = np.logical_or(*_paired(sure[-1]))
        sure.append(within | (apart[-1] > max(far, SURE)))
        tied, cells, variance = left + right, wide + other, 2 * variance
        if len(sums) in given:
            weight = variance / (variance + noise[1] ** 2)
            tied = tied + weight * (given[len(sums)] - tied)
            variance *= 1 - weight
        sums.append(tied)
    return sums, apart, sure, math.sqrt(variance)


def _paired(values: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return every first and every second value; a last one without a second is beside a zero."""
    even = np.append(values, np.zeros(len(values) % 2, dtype=values.dtype))
    return even[0::2], even[1::2]
