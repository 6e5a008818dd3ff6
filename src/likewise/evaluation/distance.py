"""The distance of rows of mixed columns, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


def scale(columns: Sequence[Compared], real: Part, parts: Sequence[Part], *, robust: bool = False) -> list[Scaled]:
    """Prepare parts for Gower's distance: numbers in units of the real range, levels as codes.

    `robust` takes the range of the middle 98 % instead and cuts differences at 1, so that one far value does not make
    all others alike.
    """
    numeric = [i for i, c in enumerate(columns) if c.numeric and not bool(np.isnan(real.arrays[i]).all())]
    coded = [i for i, c in enumerate(columns) if not c.numeric]
    everything = (real, *parts)
    # A gap counts 1: the value 2 lies at least 1 from any value in range, and the difference is cut at 1.
    clipped = tuple(robust or any(bool(np.isnan(p.arrays[i]).any()) for p in everything) for i in numeric)
    spans = [_span(real.arrays[i], robust) for i in numeric]
    scaled = []
    for part in parts:
        numbers = [((part.arrays[i] - low) / span).astype(np.float32) for i, (low, span) in zip(numeric, spans)]
        if robust:
            numbers = [np.clip(v, np.float32(-1e6), np.float32(1e6)) for v in numbers]
        numbers = [
            np.where(np.isnan(v), np.float32(2e6 if robust else 2), v) if cut else v for v, cut in zip(numbers, clipped)
        ]
        levels = [part.arrays[i].astype(np.int16 if len(columns[i].levels) < 2**15 else np.int32) for i in coded]
        scaled.append(Scaled(tuple(numbers), tuple(levels), clipped, part.rows))
    return scaled


def _span(values: npt.NDArray[Any], robust: bool) -> tuple[float, float]:
    """Return where the scale of a column begins and how long it is."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if robust:
        first, last = np.nanquantile(values, [0.01, 0.99])
        low, high = (float(first), float(last)) if last > first else (low, high)
    return low, high - low if high > low else 1.0


def distance_blocks(queries: Scaled, rows: Scaled) -> Iterator[tuple[int, int, npt.NDArray[np.float32]]]:
    """Yield the distances of all queries to all rows in blocks: first query, first row, matrix.

    All blocks of one run of queries come one after another. The distance is the sum of scaled differences, plus one a
    differing level.

    Gower, 1971, Biometrics 27, without the division by the number of columns. Cost: queries x rows x columns; the
    memory does not grow with either.
    """
    for first in range(0, queries.rows, QUERIES_A_BLOCK):
        block = queries.slice(first, first + QUERIES_A_BLOCK)
        for start in range(0, rows.rows, ROWS_A_BLOCK):
            yield first, start, _block(block, rows.slice(start, start + ROWS_A_BLOCK))


def nearest_distances(queries: Scaled, rows: Scaled) -> npt.NDArray[np.float32]:
    """Return each query's smallest distance to any of `rows`, infinite where there are none."""
    best = np.full(queries.rows, np.inf, dtype=np.float32)
    for first, _, distances in distance_blocks(queries, rows):
        found = best[first : first + QUERIES_A_BLOCK]
        np.minimum(found, distances.min(axis=1), out=found)
    return best


def nearest_neighbours(
    queries: Scaled, rows: Scaled, k: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:  # fmt: skip
    """Return the distances of each query to its `k` nearest rows, nearest first, and where those rows stand.

    Where there are fewer than `k` rows the distance is infinite and the place -1. A query that is among the rows finds
    itself, or a row as near; which of equally near rows is found does not depend on chance.
    """
    best = np.full((queries.rows, k), np.inf, dtype=np.float32)
    places = np.full((queries.rows, k), -1, dtype=np.int64)
    for first, start, distances in distance_blocks(queries, rows):
        block = slice(first, first + QUERIES_A_BLOCK)
        near = np.argpartition(distances, k - 1, axis=1)[:, :k] if k < distances.shape[1] else None
        near = np.broadcast_to(np.arange(distances.shape[1]), distances.shape) if near is None else near
        known = np.concatenate([best[block], np.take_along_axis(distances, near, axis=1)], axis=1)
        where = np.concatenate([places[block], near + start], axis=1)
        order = np.lexsort((where, known), axis=1)[:, :k]
        best[block] = np.take_along_axis(known, order, axis=1)
        places[block] = np.take_along_axis(where, order, axis=1)
    return best, places


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
