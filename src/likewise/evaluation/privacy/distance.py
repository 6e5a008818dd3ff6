"""The distance of rows of mixed columns, in bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.evaluation.pairing import Compared, Part

QUERIES_A_BLOCK = 64
ROWS_A_BLOCK = 2_048
"""64 x 2,048 float32 are half a megabyte, so that a block stays in the processor's cache."""


@dataclass(frozen=True, eq=False)
class Scaled:
    """Hold rows ready for distances: one array a column, numbers as float32 in units of the real range."""

    numbers: tuple[npt.NDArray[np.float32], ...]
    levels: tuple[npt.NDArray[Any], ...]
    clipped: tuple[bool, ...]
    rows: int

    def slice(self, start: int, stop: int) -> Scaled:
        """Return a run of rows without copying."""
        numbers, levels = (tuple(a[start:stop] for a in arrays) for arrays in (self.numbers, self.levels))
        return Scaled(numbers, levels, self.clipped, min(stop, self.rows) - start)


def scale(columns: Sequence[Compared], real: Part, parts: Sequence[Part]) -> list[Scaled]:
    """Prepare parts for Gower's distance: numbers in units of the real range, levels as codes."""
    numeric = [i for i, c in enumerate(columns) if c.numeric and not bool(np.isnan(real.arrays[i]).all())]
    coded = [i for i, c in enumerate(columns) if not c.numeric]
    everything = (real, *parts)
    # A gap counts 1: the value 2 lies at least 1 from any value in range, and the difference is cut at 1.
    clipped = tuple(any(bool(np.isnan(p.arrays[i]).any()) for p in everything) for i in numeric)
    spans = []
    for i in numeric:
        low, high = float(np.nanmin(real.arrays[i])), float(np.nanmax(real.arrays[i]))
        spans.append((low, high - low if high > low else 1.0))
    scaled = []
    for part in parts:
        numbers = [((part.arrays[i] - low) / span).astype(np.float32) for i, (low, span) in zip(numeric, spans)]
        numbers = [np.where(np.isnan(v), np.float32(2), v) if cut else v for v, cut in zip(numbers, clipped)]
        levels = [part.arrays[i].astype(np.int16 if len(columns[i].levels) < 2**15 else np.int32) for i in coded]
        scaled.append(Scaled(tuple(numbers), tuple(levels), clipped, part.rows))
    return scaled


def nearest_distances(queries: Scaled, rows: Scaled) -> npt.NDArray[np.float32]:
    """Return each query's smallest distance to any of `rows`: range-scaled differences plus one a differing level.

    Gower, 1971, Biometrics 27, without the division by the number of columns. Cost: queries x rows x columns, in
    blocks; the memory does not grow with either.
    """
    best = np.full(queries.rows, np.inf, dtype=np.float32)
    for first in range(0, queries.rows, QUERIES_A_BLOCK):
        block = queries.slice(first, first + QUERIES_A_BLOCK)
        found = best[first : first + QUERIES_A_BLOCK]
        for start in range(0, rows.rows, ROWS_A_BLOCK):
            np.minimum(found, _block(block, rows.slice(start, start + ROWS_A_BLOCK)).min(axis=1), out=found)
    return best


def _block(queries: Scaled, rows: Scaled) -> npt.NDArray[np.float32]:
    shape = (queries.rows, rows.rows)
    total = np.zeros(shape, dtype=np.float32)
    gap = np.empty(shape, dtype=np.float32)
    for q, r, cut in zip(queries.numbers, rows.numbers, queries.clipped, strict=True):
        np.subtract(q[:, None], r[None, :], out=gap)
        np.abs(gap, out=gap)
        if cut:
            np.minimum(gap, 1, out=gap)
        total += gap
    differing = np.zeros(shape, dtype=np.uint16)
    for q, r in zip(queries.levels, rows.levels, strict=True):
        differing += q[:, None] != r[None, :]
    total += differing
    return total
