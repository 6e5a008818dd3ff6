"""Resamples of a series as runs of neighbouring rows: moving, circular and stationary blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

Blocks = Literal["moving", "circular", "stationary"]
BLOCKS: tuple[Blocks, ...] = get_args(Blocks)

Indices = npt.NDArray[np.int64]


def draw(rng: np.random.Generator, below: int, size: int | tuple[int, ...]) -> npt.NDArray[Any]:
    """Return whole numbers from 0 to `below` - 1, in the narrowest type: several come out of one draw of 64 bits.

    Every number is exactly as likely as any other (Lemire, 2019).
    """
    narrow = np.uint16 if below <= 1 << 16 else np.uint32 if below <= 1 << 32 else np.int64
    return rng.integers(below, size=size, dtype=narrow)


@dataclass(frozen=True, eq=False)
class Runs:
    """Hold `count` resamples of `length` rows each, one after the other, as runs of rows that follow one another.

    Run r begins at row `starts[r]` and takes `lengths[r]` rows; after the last of the `rows` rows comes the first.
    `firsts` says which run each resample begins with.
    """

    starts: Indices
    lengths: Indices
    firsts: Indices
    rows: int
    count: int
    length: int

    def unwrapped(self) -> Indices:
        """Return the rows, (count, length), counted on beyond the last row where a run passes it.

        Each row is one step beyond the one before it, save where a run begins: one array, summed up in place.
        """
        steps = np.ones(self.count * self.length, dtype=np.int64)
        last = self.starts + self.lengths - 1
        steps[np.cumsum(self.lengths)[:-1]] = self.starts[1:] - last[:-1]
        steps[0] = self.starts[0]
        return np.cumsum(steps, out=steps).reshape(self.count, self.length)

    def indices(self) -> Indices:
        """Return the rows, (count, length)."""
        rows = self.unwrapped()
        if self.length > self.rows:
            return np.asarray(np.remainder(rows, self.rows, out=rows))
        flat = rows.reshape(-1)
        flat[np.flatnonzero(flat >= self.rows)] -= self.rows
        return rows

    def sums(self, prefix: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the sum of the rows of each resample, (count, columns), without a look at any row.

        `prefix` holds the sums of the rows before each place of the series laid twice end to end; resamples must not
        be longer than the series.
        """
        found: npt.NDArray[np.float64] = np.add.reduceat(
            prefix[self.starts + self.lengths] - prefix[self.starts], self.firsts, axis=0
        )
        return found


def draw_runs(kind: Blocks, rng: np.random.Generator, *, rows: int, length: int, count: int, block: float) -> Runs:
    """Draw resamples of a series of `rows` rows.

    `moving` blocks of `block` rows lie within the series (Kuensch, 1989), `circular` ones may pass its end (Politis and
    Romano, 1992), those of `stationary` are of geometric length around `block` (Politis and Romano, 1994). The last
    block of a resample is cut to its `length`.
    """
    if kind == "stationary":
        return _stationary(rng, rows, length, count, block)
    size = int(block)
    each = -(-length // size)
    starts = draw(rng, rows - size + 1 if kind == "moving" else rows, count * each).astype(np.int64)
    lengths = np.full((count, each), size)
    lengths[:, -1:] -= each * size - length
    return Runs(starts, lengths.ravel(), np.arange(count) * each, rows, count, length)


def _stationary(rng: np.random.Generator, rows: int, length: int, count: int, block: float) -> Runs:
    """Let a new run begin at the first row of each resample, and at every other with chance 1 / `block`."""
    total = count * length
    begins = np.zeros(total, dtype=bool)
    if block > 1:
        place, rate = -1, -np.log1p(-1 / block)
        while place < total:
            expected = (total - place) / block
            gaps = rng.standard_exponential(int(expected + 4 * np.sqrt(expected) + 8)) / rate
            # The whole part of an exponential is geometric; a gap beyond the end is as good as any other beyond it.
            places = place + np.cumsum(np.minimum(gaps, total).astype(np.int64) + 1)
            begins[places[places < total]] = True
            place = int(places[-1])
    else:
        begins[:] = True
    begins[::length] = True
    at = np.flatnonzero(begins)
    lengths = np.diff(at, append=total)
    firsts = np.searchsorted(at, np.arange(count) * length)
    return Runs(draw(rng, rows, len(at)).astype(np.int64), lengths, firsts, rows, count, length)
