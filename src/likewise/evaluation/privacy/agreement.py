"""How much two rows agree beyond coincidence, and which rows agree most: the search behind near copies."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.evaluation.pairing import Array, Compared, Part
from likewise.evaluation.privacy.copies import Keys, mixed, value_bits

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]

FINEST = 0.005
"""Share of real rows within which two numbers agree as well as can be: equal numbers count no more than that."""
WITHIN = 0.025
"""The same on the line of the range: numbers that lie apart by half of it, 1.25 % of the range, count as equal."""
FAR = np.float32(10)
"""How far different levels lie apart, and gaps from numbers, in a line on which all numbers lie between 0 and 1."""
By = Literal["rank", "range", "value"]

TABLES = 42
CANDIDATES = 6
"""Rows of one bucket that are looked at."""
ENOUGH = 0.75
"""Share of rows with no more candidates than that at which a bucket is fine enough."""
BUCKETS = 2**18
RANGE_CELLS, RANK_CELLS = 12, 8
"""Cells across a number's range, and across its ranks: wide beside a jitter of 1 % of the range."""
PAIRS_A_BLOCK = 200_000


@dataclass(frozen=True, eq=False)
class Marks:
    """Hold rows as places on a line for each column, with the share of real rows that stand at that very place.

    Where `but_one`, the column in which two rows agree most counts nothing: a value alone is no row.
    """

    places: Floats
    shares: Floats
    but_one: bool = False

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.places)


def mark(
    columns: Sequence[Compared], real: Part, parts: Sequence[Part], *, by: By, but: Collection[int] = ()
) -> list[Marks]:
    """Return the marks of parts: numbers stand at their rank among the `real` rows, or where they are in its range.

    By rank, agreement in what is rare is seen whatever the skew; by range, so is agreement but for noise whose size
    goes with the range. By value a number is a level: only equal ones agree, and the rarer the more, so that a few
    copied cells are seen; but the most telling of them counts nothing, for real values may be drawn column by column.
    Levels and gaps lie far from everything. The columns `but` count nothing.
    """
    numbers = {"rank": _ranked, "range": _ranged, "value": _valued}[by]
    least = 1 / real.rows if by == "value" else FINEST
    counted = [i for i in range(len(columns)) if i not in but]
    found = [
        [(numbers if columns[i].numeric else _counted)(real.arrays[i], p.arrays[i]) for i in counted] for p in parts
    ]
    return [
        Marks(
            np.column_stack([p for p, _ in one]), np.maximum(np.column_stack([s for _, s in one]), least), by == "value"
        )
        for one in found
    ]


def _ranked(known: Array, values: Array) -> tuple[Floats, Floats]:
    gone, line = np.isnan(values), np.sort(known[~np.isnan(known)])
    low, high = np.searchsorted(line, values, "left"), np.searchsorted(line, values, "right")
    place = np.where(gone, -FAR, (low + high) / (2 * max(1, len(line))))
    share = np.where(gone, len(known) - len(line), high - low) / len(known)
    return place.astype(np.float32), share.astype(np.float32)


def _ranged(known: Array, values: Array) -> tuple[Floats, Floats]:
    gone, line = np.isnan(values), known[~np.isnan(known)]
    low, high = (float(line.min()), float(line.max())) if len(line) else (0.0, 0.0)
    place = np.where(gone, -FAR, np.clip((values - low) / ((high - low) or 1.0), -1, 2))
    share = np.where(gone, 1 - len(line) / len(known), WITHIN)
    return place.astype(np.float32), share.astype(np.float32)


def _valued(known: Array, values: Array) -> tuple[Floats, Floats]:
    """Return a number's place by its own value; numbers that no real row has stand together, and agree with nobody."""
    line = np.unique(known[~np.isnan(known)])
    codes = [np.where(np.isnan(v), -1, np.searchsorted(line, v)) for v in (known, values)]
    missed = ~np.isin(values, line) & ~np.isnan(values)
    return _counted(codes[0], np.where(missed, len(line), codes[1]))


def _counted(known: Array, values: Array) -> tuple[Floats, Floats]:
    counts = np.bincount(known + 1, minlength=2 + max(int(known.max()), int(values.max())))
    # One apart in codes is ten apart on the line; float32 tells 10^6 levels apart.
    return values.astype(np.float32) * FAR, (counts[values + 1] / len(known)).astype(np.float32)


def agreement(one: Marks, first: Places, other: Marks, second: Places) -> Floats:
    """Return how much pairs of rows agree: minus the logarithm of the chance of it were the columns independent.

    A column adds -log of the share of real rows that come as near, nothing where levels differ; so that agreement in
    what is rare counts most, any scale will do, and a cell that was changed takes nothing from the rest. The shares are
    those of `other`'s rows.
    """
    found = np.empty(len(first), dtype=np.float32)
    for start in range(0, len(first), PAIRS_A_BLOCK):
        a, b = first[start : start + PAIRS_A_BLOCK], second[start : start + PAIRS_A_BLOCK]
        gap = one.places[a]
        gap -= other.places[b]
        np.abs(gap, out=gap)
        gap *= 2
        np.clip(gap, other.shares[b], 1, out=gap)
        np.log(gap, out=gap)
        found[start : start + len(a)] = (gap.min(axis=1) if one.but_one else 0) - gap.sum(axis=1)
    return found


def likely_pairs(
    columns: Sequence[Compared], asked: Part, known: Part, *, itself: int, seed: int
) -> Iterator[tuple[Places, Places]]:
    """Yield pairs of rows asked and known that fall into one cell of a coarse grid of a few columns, many times.

    The grids differ: other columns, as many as it takes to leave few rows in a cell, and shifted cells, across ranges
    and across ranks by turns, or a cell a value. Rows that agree in many columns meet in some of them, at a cost in
    proportion to the rows and not to their product (locality-sensitive hashing; Indyk and Motwani, 1998, STOC). The
    rows asked from `itself` on are the known rows in turn; none of them meets itself.
    """
    lines = [_lines(c, asked.arrays[i], known.arrays[i]) for i, c in enumerate(columns)
             if _varies(known.arrays[i], c.numeric)]  # fmt: skip
    for table in range(TABLES if lines else 0):
        rng = generator(seed, "agreement", table)
        keys = np.zeros(asked.rows, dtype=np.uint64), np.zeros(known.rows, dtype=np.uint64)
        for i in rng.permutation(len(lines)):
            shift = np.float32(rng.random())
            cells = [_cells(line, shift) for line in lines[i][table % 3]]
            keys = mixed(keys[0] ^ cells[0]), mixed(keys[1] ^ cells[1])
            crowd = np.bincount((keys[1] % BUCKETS).astype(np.int64), minlength=BUCKETS)
            if (crowd[(keys[0] % BUCKETS).astype(np.int64)] <= CANDIDATES).mean() >= ENOUGH:
                break
        yield _meetings(*keys, rng.permutation(known.rows), itself)


def _varies(values: Array, numeric: bool) -> bool:
    gone = np.isnan(values) if numeric else values < 0
    known = values[~gone]
    return bool(len(known)) and (bool(gone.any()) or bool((known != known[0]).any()))


def _lines(compared: Compared, *both: Array) -> tuple[tuple[Array, ...], ...]:
    """Return the values of both tables in units of cells: across the range, across the ranks, and each by itself."""
    if not compared.numeric:
        return both, both, both
    line = np.sort(both[1][~np.isnan(both[1])])
    span = float(line[-1] - line[0]) or 1.0
    ranges = [np.clip((values - line[0]) / span, -1, 2) * RANGE_CELLS for values in both]
    ranks = [
        np.where(np.isnan(values), np.nan, np.searchsorted(line, values) * (RANK_CELLS / len(line))) for values in both
    ]
    return tuple(v.astype(np.float32) for v in ranges), tuple(v.astype(np.float32) for v in ranks), both


def _cells(line: Array, shift: np.float32) -> Keys:
    if line.dtype == np.float32:
        line = np.where(np.isnan(line), -100, np.floor(line + shift)).astype(np.int32)
    return value_bits(line)


def _meetings(asked: Keys, known: Keys, drawn: Places, itself: int) -> tuple[Places, Places]:
    """Return the pairs of places with equal keys: of each row asked the first few in the order drawn, never itself."""
    order = drawn[np.argsort(known[drawn], kind="stable")]
    line = known[order]
    low, high = np.searchsorted(line, asked, "left"), np.searchsorted(line, asked, "right")
    own = np.full(len(asked), len(known))
    own[itself + order] = np.arange(len(order)) - low[itself + order]
    count = np.minimum(high - low, CANDIDATES + (own < CANDIDATES))
    first = np.repeat(np.arange(len(asked)), count)
    within = np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)
    other = within != own[first]
    return first[other], order[(low[first] + within)[other]]
