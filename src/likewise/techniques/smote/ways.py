"""The ways of a variant from a base and its neighbours to a new row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from likewise.techniques.smote.between import between, ranked, voted
from likewise.techniques.smote.cells import Cells
from likewise.techniques.smote.geometry import Geometry
from likewise.techniques.smote.pools import Floats, Ints, Pool
from likewise.techniques.smote.spaces import Space


@dataclass(frozen=True, eq=False)
class Place:
    """Hold where new rows are made: a pool among its cells."""

    space: Space
    geometry: Geometry
    cells: Cells
    pool: Pool


class Way(Protocol):
    """Move from bases to new rows."""

    def moved(self, place: Place, base: Ints, near: Ints, rng: np.random.Generator) -> Cells:
        """Return a new row for each base, given the (bases, k) nearest others; both are positions in the pool."""


class Line:
    """Move along the line to one of the neighbours, any part of the way alike (Chawla et al., 2002)."""

    def moved(self, place: Place, base: Ints, near: Ints, rng: np.random.Generator) -> Cells:
        """Return a new row for each base."""
        pool, other = place.pool, one_of(near, rng)
        share = self.share(pool.marks[base], pool.marks[other], rng)
        return on_line(place, pool.rows[base], pool.rows[other], pool.rows[near], share, rng)

    def share(self, mark: Floats, other: Floats, rng: np.random.Generator) -> Floats:
        """Return which part of the way each new row goes, by the marks of both ends."""
        return rng.random(len(mark))


class AwayFromSafe(Line):
    """Move towards a neighbour in danger, and away from it in safe places, half as far (Nguyen et al., 2009)."""

    def share(self, mark: Floats, other: Floats, rng: np.random.Generator) -> Floats:
        """Return which part of the way each new row goes; below 0 it goes the other way."""
        share = rng.random(len(mark))
        return np.where(mark > 0, -0.5 * share, share)


@dataclass(frozen=True)
class TowardsSafe(Line):
    """Stay nearer to the end that has more of its own class around it (Bunkhumpornpat et al., 2009).

    Beside a neighbour with none the paper repeats the base; here the new row keeps to the first of k + 1 parts.
    """

    k: int

    def share(self, mark: Floats, other: Floats, rng: np.random.Generator) -> Floats:
        """Return which part of the way each new row goes."""
        ratio = mark / np.where(other > 0, other, 1.0)
        low: Floats = np.where((ratio < 1) & (other > 0), 1 - ratio, 0.0)
        high = np.where(other > 0, 1 / np.maximum(ratio, 1), 1 / (self.k + 1))
        return low + rng.random(len(mark)) * (high - low)


class AcrossTheBorder(Line):
    """Move half of the times towards a near row of another class, less than half of the way (Han et al., 2005)."""

    def moved(self, place: Place, base: Ints, near: Ints, rng: np.random.Generator) -> Cells:
        """Return a new row for each base."""
        pool = place.pool
        if not pool.beside.shape[1]:  # the largest class has no border of its own
            return super().moved(place, base, near, rng)
        share = rng.random(len(base))
        own, across = pool.rows[one_of(near, rng)], one_of(pool.beside[base], rng)
        crossing = rng.random(len(base)) < 0.5
        end, share = np.where(crossing, across, own), np.where(crossing, share / 2, share)
        return on_line(place, pool.rows[base], end, pool.rows[near], share, rng)


@dataclass(frozen=True)
class Ranked(Line):
    """Move along the line; the labels are those that most of the neighbourhood has (MLSMOTE, Charte et al., 2015)."""

    labels: npt.NDArray[np.bool_]

    def moved(self, place: Place, base: Ints, near: Ints, rng: np.random.Generator) -> Cells:
        """Return a new row for each base."""
        moved, codes = super().moved(place, base, near, rng), place.cells.codes
        labels = ranked(codes[place.pool.rows[base]], codes[place.pool.rows[near]])
        return Cells(moved.numbers, np.where(self.labels, labels, moved.codes))


@dataclass(frozen=True)
class Sphere(Line):
    """Move anywhere in a sphere around the base that reaches to a neighbour (G-SMOTE, Douzas and Bacao, 2019).

    `truncation` cuts the half of the sphere on the far side (1), on the near side (-1) or none (0); `deformation`
    flattens it towards the line (1) or not (0). The neighbour is of the own class (minority), the nearest of another
    (majority), or the nearer of the two (combined).
    """

    truncation: float
    deformation: float
    selection: str

    def moved(self, place: Place, base: Ints, near: Ints, rng: np.random.Generator) -> Cells:
        """Return a new row for each base."""
        pool, spread, used = place.pool, place.geometry.spread, place.geometry.spread > 0
        start, own = pool.rows[base], pool.rows[one_of(near, rng)]
        numbers = place.geometry.scaled(place.cells.numbers)[:, used]
        gap = np.nan_to_num(numbers[own] - numbers[start])
        if pool.beside.shape[1] and self.selection != "minority":
            beyond = np.nan_to_num(numbers[pool.beside[base, 0]] - numbers[start])
            nearer = (self.selection == "majority") | (_length(beyond) < _length(gap))
            nearer &= _length(beyond) > 0  # a sphere of no size around a row that the other class has too
            gap = np.where(nearer[:, None], beyond, gap)
        radius = _length(gap)
        ahead = gap / np.where(radius > 0, radius, 1.0)[:, None]
        there = self._in_sphere(ahead, rng)
        share = np.clip(np.einsum("nd,nd->n", there, ahead), 0, 1)
        made = on_line(place, start, own, pool.rows[near], share, rng)
        moved = place.cells.numbers[start][:, used] + spread[used] * radius[:, None] * there
        known = ~np.isnan(place.cells.numbers[start][:, used]) & ~np.isnan(place.cells.numbers[own][:, used])
        made.numbers[:, used] = np.where(known, moved, made.numbers[:, used])
        return made

    def _in_sphere(self, ahead: Floats, rng: np.random.Generator) -> Floats:
        """Return a point of the unit sphere for each direction, cut and flattened along it."""
        rows, directions = ahead.shape
        there = rng.normal(size=ahead.shape)
        there *= (rng.random(rows) ** (1 / max(directions, 1)) / np.maximum(_length(there), 1e-300))[:, None]
        along = np.einsum("nd,nd->n", there, ahead)[:, None]
        mirrored = np.abs(self.truncation - along) > 1
        aside = there - along * ahead
        found: Floats = np.where(mirrored, -along, along) * ahead + (1 - self.deformation) * aside
        return found


@dataclass(frozen=True)
class NearOrNoise(Line):
    """Move along the line to a near neighbour, and by a little noise where it is far (SMOGN, Branco et al., 2017).

    The mark of a base is how far is near. Noise is normal, `noise` of the spread of each number, or less where near is
    nearer; levels are then drawn as often as the pool has them.
    """

    noise: float

    def moved(self, place: Place, base: Ints, near: Ints, rng: np.random.Generator) -> Cells:
        """Return a new row for each base."""
        from likewise.techniques.smote.search import squared

        pool, cells, other = place.pool, place.cells, one_of(near, rng)
        start, end = pool.rows[base], pool.rows[other]
        line = on_line(place, start, end, pool.rows[near], rng.random(len(base)), rng)
        here, there = (place.geometry.place(cells.take(rows)) for rows in (start, end))
        far = (np.sqrt(squared(here, there)) >= pool.marks[base])[:, None]
        width = np.minimum(self.noise, pool.marks[base])[:, None] * _deviations(cells.numbers[pool.rows])
        shaken = cells.numbers[start] + rng.normal(size=line.numbers.shape) * width
        drawn = rng.choice(pool.rows, size=line.codes.shape, p=pool.chances)
        levels = np.take_along_axis(cells.codes, drawn, axis=0) if line.codes.size else line.codes
        levels = np.where(place.space.silent, line.codes, levels)
        return Cells(np.where(far, shaken, line.numbers), np.where(far, levels, line.codes))


def one_of(near: Ints, rng: np.random.Generator) -> Ints:
    """Return one of the k neighbours of each row, all alike."""
    chosen: Ints = near[np.arange(len(near)), rng.integers(near.shape[1], size=len(near))]
    return chosen


def on_line(place: Place, start: Ints, end: Ints, near: Ints, share: Floats, rng: np.random.Generator) -> Cells:
    """Return cells between rows, whose levels their (rows, k) neighbours vote on; free texts are the first row's."""
    one, other = place.cells.take(start), place.cells.take(end)
    codes = voted(one.codes, other.codes, place.cells.codes[near], share, rng)
    return Cells(between(one, other, share), np.where(place.space.silent, one.codes, codes))


def _deviations(numbers: Floats) -> Floats:
    """Return the standard deviation of the known numbers of each column, 0 where there are none."""
    known = np.where(np.isnan(numbers).all(axis=0), 0.0, numbers)
    size = np.nanmax(np.abs(known), axis=0)
    found: Floats = np.nanstd(known / np.where(size > 0, size, 1.0), axis=0) * size
    return found


def _length(vectors: Floats) -> Floats:
    found: Floats = np.sqrt(np.einsum("nd,nd->n", vectors, vectors))
    return found
