"""Nearest neighbours among rows of numbers and levels, exactly: a tree where rows are narrow, blocks where not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]

NARROW = 2.2
"""Directions up to which a tree prunes more than it costs, for each tenfold of points (measured)."""
WIDEST = 64
"""Directions beyond which no tree is thought of."""
LOOKED_AT = 20_000
"""Points by which it is judged in how many directions all differ."""
A_LEVEL = 0.25
"""Directions that one level of a column counts for: most rows differ in few of them."""
LEAF = 48
"""Points in a leaf of the tree: few enough to prune, enough to scan in one go."""
PAIRS = 2**18
"""Pairs whose distances are held at a time (2 MB): what the fastest memory of a core takes."""


@dataclass(frozen=True, eq=False)
class Points:
    """Hold where rows lie: coordinates (rows, directions), and codes (rows, columns) of levels beside them.

    The squared distance of two rows is that of their coordinates, and `apart` for each column whose codes differ.
    """

    coordinates: Floats
    codes: Codes
    apart: float

    def __len__(self) -> int:
        return len(self.coordinates)

    def take(self, rows: npt.NDArray[np.integer] | slice) -> Points:
        """Return some of the points."""
        return Points(self.coordinates[rows], self.codes[rows], self.apart)

    def with_others(self, other: Points) -> Points:
        """Return these points and others after them."""
        coordinates = np.concatenate([self.coordinates, other.coordinates])
        return Points(coordinates, np.concatenate([self.codes, other.codes]), self.apart)

    @cached_property
    def directions(self) -> float:
        """In about how many directions points differ: correlated coordinates count for fewer, and so do levels."""
        if self.coordinates.shape[1] + self.codes.shape[1] > WIDEST:
            return float(WIDEST)
        some = self.take(slice(None, None, max(1, len(self) // LOOKED_AT)))
        several = some.coordinates.shape[1] and len(some) > 1
        spread = np.atleast_2d(np.cov(some.coordinates.T)) if several else np.zeros((1, 1))
        total, alike = float(np.trace(spread)), float((spread**2).sum())
        levels = sum(len(np.unique(column)) - 1 for column in some.codes.T)
        return (total**2 / alike if alike else 0.0) + A_LEVEL * levels


def squared(one: Points, other: Points) -> Floats:
    """Return the squared distances of points to as many others, one by one; or to (points, k) others each."""
    gap = one.coordinates - other.coordinates
    unequal = (one.codes != other.codes).sum(axis=-1)
    found: Floats = np.einsum("...d,...d->...", gap, gap) + one.apart * unequal
    return found


class Index:
    """Find the nearest of many points. Results depend on the points alone, not on what else is asked for.

    In few directions a k-d tree along the main axes of the points finds them (Bentley, 1975); beyond, distances to all
    points are taken in blocks. Memory: four copies of the coordinates, and 2 MB at a time.
    """

    def __init__(self, points: Points) -> None:
        self.points = points
        self.narrow = points.directions < NARROW * np.log10(len(points) + 1)

    def nearest(self, wanted: Points, k: int, *, own: Ints | None = None) -> Ints:
        """Return (wanted, k) positions of the nearest points, nearest first; at most all of them.

        `own` says which of the points each wanted one is, so that it is not its own neighbour.
        """
        k = min(k, len(self.points) - (own is not None))
        if k <= 0 or not len(wanted):
            return np.empty((len(wanted), max(k, 0)), dtype=np.int64)
        if not self.narrow:
            return np.concatenate([self._scanned(part, k, o) for part, o in self._parts(wanted, own)])
        return self._from_tree(wanted, k, own)

    # -- a tree -----------------------------------------------------------------------------------------------------
    @cached_property
    def _axes(self) -> tuple[Floats, Floats, list[Codes]]:
        """Return the middle and the main axes of the points, those along which they differ, and their levels."""
        levels = [np.unique(column) for column in self.points.codes.T]
        spread = self._spread(self.points, levels)
        middle = spread.mean(axis=0) if spread.shape[1] else np.empty(0)
        spread -= middle
        values, vectors = np.linalg.eigh(spread.T @ spread)
        kept = values > 1e-13 * max(float(values.max(initial=0.0)), 1e-300)
        return middle, vectors[:, kept][:, ::-1], levels

    def _spread(self, points: Points, levels: list[Codes]) -> Floats:
        """Return points with a direction for each level: unequal ones are `apart` there as well."""
        apart = np.sqrt(points.apart / 2)
        flags = [(points.codes[:, [place]] == own) * apart for place, own in enumerate(levels)]
        return np.hstack([points.coordinates, *flags])

    @cached_property
    def _tree(self) -> cKDTree:
        from scipy.spatial import cKDTree

        middle, axes, levels = self._axes
        turned = (self._spread(self.points, levels) - middle) @ axes
        return cKDTree(turned if turned.shape[1] else np.zeros((len(self.points), 1)), leafsize=LEAF)

    @cached_property
    def _turn(self) -> Ints:
        """Return the place of each point in the tree: points asked for in this order find its leaves warm."""
        place = np.empty(len(self.points), dtype=np.int64)
        place[self._tree.indices] = np.arange(len(place))
        return place

    def _from_tree(self, wanted: Points, k: int, own: Ints | None) -> Ints:
        if own is None:
            found: Ints = self._tree.query(self._turned(wanted), k)[1].reshape(-1, k)
            return found
        order = np.argsort(self._turn[own], kind="stable")
        near = np.empty((len(wanted), k + 1), dtype=np.int64)
        near[order] = self._tree.query(self._tree.data[own[order]], k + 1)[1].reshape(-1, k + 1)
        return without(near, own)

    def _turned(self, wanted: Points) -> Floats:
        """Return points along the axes of the tree, each to the bit the same in any company."""
        middle, axes, levels = self._axes
        if not axes.shape[1]:
            return np.zeros((len(wanted), 1))
        turned: Floats = np.einsum("nd,de->ne", self._spread(wanted, levels) - middle, axes)
        return turned

    # -- blocks -----------------------------------------------------------------------------------------------------
    def _parts(self, wanted: Points, own: Ints | None) -> Iterator[tuple[Points, Ints | None]]:
        width = self.points.coordinates.shape[1] + self.points.codes.shape[1] + 1
        size = int(np.clip(min(2**23 // len(self.points), 2**16 // width), 8, 128))
        for start in range(0, len(wanted), size):
            part = slice(start, start + size)
            yield wanted.take(part), None if own is None else own[part]

    def _scanned(self, wanted: Points, k: int, own: Ints | None) -> Ints:
        """Return the nearest of all points: those within a bound that a sample of them sets, sorted exactly."""
        more = k + (own is not None)
        total = len(self.points)
        bound = self._bound(wanted, more)
        rows, found = [], []
        step = max(1, PAIRS // len(wanted))
        scan = _Scan(self._single, wanted, step)
        for start in range(0, total, step):
            near = np.flatnonzero(scan.distances(start) <= bound[:, None])
            width = min(step, total - start)
            rows.append(near // width)
            found.append(near % width + start)
        row, point = np.concatenate(rows), np.concatenate(found)
        if own is not None:
            other = own[row] != point
            row, point = row[other], point[other]
        distance = squared(wanted.take(row), self.points.take(point))
        # Of points equally far the first ones differ from row to row, so that none is a neighbour of all.
        turn = (point.astype(np.uint64) + _salt(wanted)[row]) * np.uint64(0x9E3779B97F4A7C15)
        order = np.lexsort((turn, distance, row))
        starts = np.searchsorted(row[order], np.arange(len(wanted)))
        nearest: Ints = point[order][starts[:, None] + np.arange(k)]
        return nearest

    def _bound(self, wanted: Points, k: int) -> npt.NDArray[np.float32]:
        """Return what the scanned distance of each of the k nearest does not exceed."""
        total = len(self.points)
        every = max(1, total // max(2048, 8 * k, total // 32))
        sample = self._single.every(every)
        rough = _Scan(sample, wanted, len(sample)).distances(0)
        best = np.argpartition(rough, k - 1, axis=1)[:, :k] * every
        rows = np.repeat(np.arange(len(wanted)), k)
        exact = squared(wanted.take(rows), self.points.take(best.ravel())).reshape(len(wanted), k).max(axis=1)
        lengths = np.einsum("nd,nd->n", wanted.coordinates, wanted.coordinates)
        slack = sample.rounding * (exact + lengths + self.points.apart * wanted.codes.shape[1])
        bound: npt.NDArray[np.float32] = (exact - lengths + slack).astype(np.float32)
        return bound

    @cached_property
    def _single(self) -> _Single:
        return _Single.of(self.points)


@dataclass(frozen=True, eq=False)
class _Single:
    """Hold points in single precision, as a scan wants them: coordinates beside their squared length, codes by column.

    The lengths are shortened by what rounding may add, so that a scanned distance is never too long.
    """

    ends: npt.NDArray[np.float32]
    codes: npt.NDArray[np.unsignedinteger]
    apart: float

    @classmethod
    def of(cls, points: Points) -> _Single:
        there = points.coordinates
        lengths = np.einsum("nd,nd->n", there, there) * (1 - _rounding(there.shape[1]))
        dtype = np.uint8 if points.codes.max(initial=0) < 255 else np.uint32
        ends = np.hstack([there, lengths[:, None]]).astype(np.float32)
        return cls(ends, np.ascontiguousarray(points.codes.T.astype(dtype)), points.apart)

    @property
    def rounding(self) -> float:
        """The share of a squared length by which a scanned distance may be off."""
        return _rounding(self.ends.shape[1] - 1)

    def __len__(self) -> int:
        return len(self.ends)

    def every(self, step: int) -> _Single:
        """Return each so many-th point."""
        return _Single(self.ends[::step], self.codes[:, ::step], self.apart)


class _Scan:
    """Take the distances of some points to others, a run at a time, in memory that is used again."""

    def __init__(self, points: _Single, wanted: Points, step: int) -> None:
        self.points, self.step = points, step
        ends = np.hstack([-2.0 * wanted.coordinates, np.ones((len(wanted), 1))])
        self.ends = ends.astype(np.float32)
        self.codes = wanted.codes.T.astype(points.codes.dtype)
        shape = (len(wanted), min(step, len(points)))
        self.found, self.share = np.empty(shape, np.float32), np.empty(shape, np.float32)
        self.unequal, self.differs = np.empty(shape, np.uint16), np.empty(shape, bool)

    def distances(self, start: int) -> npt.NDArray[np.float32]:
        """Return squared distances (wanted, step) to the points from `start` on, less the wanted ones' lengths."""
        run = slice(start, start + self.step)
        ends = self.points.ends[run]
        view = (slice(None), slice(0, len(ends)))
        found, unequal, differs = self.found[view], self.unequal[view], self.differs[view]
        np.matmul(self.ends, ends.T, out=found)
        if len(self.codes):
            unequal[:] = 0
            for column, own in zip(self.points.codes[:, run], self.codes, strict=True):
                np.not_equal(own[:, None], column, out=differs)
                np.add(unequal, differs.view(np.uint8), out=unequal)
            found += np.multiply(unequal, np.float32(self.points.apart), out=self.share[view])
        return found


def _rounding(directions: int) -> float:
    return 1.2e-7 * (directions + 4)


def _salt(wanted: Points) -> npt.NDArray[np.uint64]:
    """Return a number for each point that its place alone settles."""
    bits = np.ascontiguousarray(wanted.coordinates + 0.0).view(np.uint64).sum(axis=1, dtype=np.uint64)
    salt: npt.NDArray[np.uint64] = bits + wanted.codes.sum(axis=1).astype(np.uint64) * np.uint64(0xD6E8FEB86659FD93)
    return salt


def without(found: Ints, own: Ints) -> Ints:
    """Return neighbours (rows, k + 1) without the row itself; where it is not among them, without the last."""
    itself = found == own[:, None]
    itself[~itself.any(axis=1), -1] = True
    rest: Ints = found[~itself].reshape(len(found), -1)
    return rest
