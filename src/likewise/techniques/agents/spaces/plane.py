"""Planes: agents anywhere in a rectangle, whose places are two columns, and who is near whom."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.errors import SettingsError
from likewise.techniques.agents.compiling import How, as_run, can_compile
from likewise.techniques.agents.language.arithmetic import floor, less, more, sqrt, where
from likewise.techniques.agents.language.term import term
from likewise.techniques.agents.spaces.links import Ints, Links

Floats = npt.NDArray[np.float64]

MOST = 2**20
"""Cells in a row at most, so that rounding never puts two agents that are near into cells that do not touch."""

A_LITTLE = 1 + 1e-9
"""How much wider than the radius cells are at least, for the same reason."""


class Plane(NamedTuple):
    """Hold the size of a plane: points are numbers from 0 to `width` and `height`. One that `wraps` has no edges."""

    width: float
    height: float
    wraps: bool = True


@term()
def gap(plane: Any, x: Any, y: Any, to_x: Any, to_y: Any) -> Any:
    """Return the way from one point to another, across and up: the shortest one on a plane that wraps.

    >>> gap(Plane(10.0, 10.0), 1.0, 1.0, 9.0, 3.0), gap(Plane(10.0, 10.0, False), 1.0, 1.0, 9.0, 3.0)
    ((-2.0, 2.0), (8.0, 2.0))
    """
    return _shorter(to_x - x, plane.width, plane.wraps), _shorter(to_y - y, plane.height, plane.wraps)


@term()
def _shorter(way: Any, length: Any, wraps: Any) -> Any:
    turns = where(way > 0.5 * length, 1.0, 0.0) - where(way < -0.5 * length, 1.0, 0.0)
    return where(wraps, way - turns * length, way)


@term()
def length(x: Any, y: Any) -> Any:
    """Return how long a way is that leads so far across and up."""
    return sqrt(x * x + y * y)


@term()
def direction(x: Any, y: Any) -> Any:
    """Return a way of length 1 that leads the same way; one that leads nowhere stays as it is.

    >>> direction(3.0, 4.0), direction(0.0, 0.0)
    ((0.6, 0.8), (0.0, 0.0))
    """
    long = length(x, y)
    long = where(long > 0.0, long, 1.0)
    return x / long, y / long


@term()
def within(plane: Any, x: Any, y: Any) -> Any:
    """Return a point as one of the plane: what left one that wraps comes in again opposite, else it stays at the edge.

    >>> within(Plane(10.0, 10.0), -1.0, 12.0), within(Plane(10.0, 10.0, False), -1.0, 12.0)
    ((9.0, 2.0), (0.0, 10.0))
    """
    return _inside(x, plane.width, plane.wraps), _inside(y, plane.height, plane.wraps)


@term()
def _inside(place: Any, length: Any, wraps: Any) -> Any:
    around = place - length * floor(place / length)
    around = where(around < length, around, 0.0)
    return where(wraps, around, less(more(place, 0.0), length))


def near(
    plane: Plane, x: Floats, y: Floats, radius: float, *, among: Ints | None = None, how: How | None = None
) -> Links:
    """Return who is within a radius of whom, as links: each agent's neighbours in ascending order, itself not.

    `among` are the places of those who are there, in ascending order; others are near nobody. The result is exact and
    the same in any way; compiled where numba is installed. Cost: as there are agents in the nine cells around each;
    memory: 8 bytes for each neighbour and 80 for each agent, on whole columns about 60 and 200. Raises SettingsError
    for a radius that is not above 0, and for points that are not on the plane.

    >>> near(Plane(10.0, 10.0), np.array([0.5, 9.5, 5.0]), np.array([1.0, 1.0, 5.0]), 1.0)
    Links(start=array([0, 1, 2, 2]), other=array([1, 0]))

    Allen and Tildesley, 1987, Computer Simulation of Liquids (cell lists).
    """
    who = np.arange(len(x)) if among is None else among
    found = _Cells.of(plane, x[who], y[who], radius)
    local = found.links((how or ("compiled" if can_compile() else "arrays")) == "compiled")
    if among is None:
        return local
    start = np.zeros(len(x) + 1, np.int64)
    start[who + 1] = np.diff(local.start)
    return Links(np.cumsum(start), who[local.other])


class _Cells(NamedTuple):
    """Hold points in cells that are no narrower than a radius, so that those near a point are in nine of them."""

    plane: Plane
    x: Floats
    y: Floats
    square: float
    columns: int
    rows: int
    cell: Ints

    @classmethod
    def of(cls, plane: Plane, x: Floats, y: Floats, radius: float) -> _Cells:
        """Return points in their cells."""
        if not 0 < radius < np.inf:
            raise SettingsError("agents.radius", "a radius is a number above 0", where="near",
                                hint="give how far agents see")  # fmt: skip
        ends = [_ends(places, length, plane.wraps) for places, length in ((x, plane.width), (y, plane.height))]
        most = 2 * len(x) + 9
        columns, rows = (_parts(last - first, radius, plane.wraps) for first, last in ends)
        if columns * rows > most:
            thinned = (most / (columns * rows)) ** 0.5
            columns, rows = _fewer(columns, thinned, plane.wraps), _fewer(rows, thinned, plane.wraps)
            columns, rows = min(columns, max(most // rows, 1)), min(rows, max(most // columns, 1))
        column, row = _part(x, *ends[0], columns), _part(y, *ends[1], rows)
        return cls(plane, x, y, radius * radius, columns, rows, row * columns + column)

    def links(self, is_compiled: bool) -> Links:
        """Return who is near whom."""
        return self._links_compiled() if is_compiled else self._links_of_columns()

    def _links_compiled(self) -> Links:
        count = len(self.x)
        first, order = np.zeros(self.columns * self.rows + 2, np.int64), np.zeros(count, np.int64)
        as_run(_sort, "compiled")(self.cell, first, order)
        start = np.zeros(count + 1, np.int64)
        cells = self._replace(x=self.x[order], y=self.y[order], cell=self.cell[order])
        around = as_run(_look_around, "compiled")
        around(cells, first, order, start[1:], start, False)
        np.cumsum(start, out=start)
        other = np.zeros(start[-1], np.int64)
        around(cells, first, order, start, other, True)
        return Links(start, other)

    def _links_of_columns(self) -> Links:
        count = len(self.x)
        order = np.argsort(self.cell, kind="stable")
        first = np.searchsorted(self.cell[order], np.arange(self.columns * self.rows + 1))
        owners, others = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for cell in self._cells_around():
            there = np.flatnonzero(cell >= 0)
            sizes = first[cell[there] + 1] - first[cell[there]]
            owner = np.repeat(there, sizes)
            run = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
            other = order[run + first[cell[owner]]]
            across, up = gap(self.plane, self.x[owner], self.y[owner], self.x[other], self.y[other])
            is_near = (across * across + up * up <= self.square) & (owner != other)
            owners.append(owner[is_near])
            others.append(other[is_near])
        owner, other = np.concatenate(owners), np.concatenate(others)
        start = np.zeros(count + 1, np.int64)
        np.cumsum(np.bincount(owner, minlength=count), out=start[1:])
        return Links(start, other[np.lexsort((other, owner))])

    def _cells_around(self) -> list[Ints]:
        """Return the cells around those of all points, -1 where there is none."""
        row, column = np.divmod(self.cell, self.columns)
        found = []
        for down in _reach(self.rows):
            for right in _reach(self.columns):
                r, c = _around(row + down, self.rows), _around(column + right, self.columns)
                is_there = self.plane.wraps | ((r == row + down) & (c == column + right))
                found.append(np.where(is_there, r * self.columns + c, -1))
        return found


def _ends(places: Floats, length: float, wraps: bool) -> tuple[float, float]:
    """Return where cells are to begin and to end. Raises SettingsError for places that are none."""
    first, last = (float(places.min()), float(places.max())) if len(places) else (0.0, 0.0)
    if not (np.isfinite(first) and np.isfinite(last)) or (wraps and not 0 <= first <= last <= length):
        raise SettingsError("agents.plane", "an agent is not on the plane", where="near",
                            hint="bring agents back by `within`")  # fmt: skip
    return (0.0, length) if wraps else (first, last)


def _parts(length: float, radius: float, wraps: bool) -> int:
    """Return how many cells there may be in a row: where they wrap at least three, else one."""
    return _fewer(max(int(min(length / (radius * A_LITTLE), MOST)), 1), 1.0, wraps)


def _fewer(parts: int, share: float, wraps: bool) -> int:
    found = max(int(parts * share), 1)
    return 1 if wraps and found < 3 else found


def _part(places: Floats, first: float, last: float, parts: int) -> Ints:
    if parts == 1:
        return np.zeros(len(places), np.int64)
    return np.minimum(((places - first) * (parts / (last - first))).astype(np.int64), parts - 1)


def _reach(parts: int) -> range:
    return range(-1, 2) if parts > 1 else range(1)


def _sort(cell: Any, first: Any, order: Any) -> None:
    """Put points into the order of their cells: those of cell `c` stand from `first[c]` to `first[c + 1]`."""
    for i in range(len(cell)):
        first[cell[i] + 2] += 1
    for c in range(2, len(first)):
        first[c] += first[c - 1]
    for i in range(len(cell)):
        order[first[cell[i] + 1]] = i
        first[cell[i] + 1] += 1


def _look_around(cells: Any, first: Any, order: Any, start: Any, other: Any, is_told: Any) -> None:
    """Count who is near each point; or, once it is known where they are to begin, put them down in ascending order."""
    plane = cells.plane
    right = 1 if cells.columns > 1 else 0
    down = 1 if cells.rows > 1 else 0
    for n in range(len(order)):
        i = order[n]
        row = cells.cell[n] // cells.columns
        column = cells.cell[n] - row * cells.columns
        found = start[i] if is_told else 0
        for r in range(row - down, row + down + 1):
            for c in range(column - right, column + right + 1):
                r_in, c_in = _around(r, cells.rows), _around(c, cells.columns)
                if not plane.wraps and (r_in != r or c_in != c):
                    continue
                cell = r_in * cells.columns + c_in
                for k in range(first[cell], first[cell + 1]):
                    across, up = gap(plane, cells.x[n], cells.y[n], cells.x[k], cells.y[k])
                    if across * across + up * up <= cells.square and k != n:
                        if is_told:
                            other[found] = order[k]
                        found += 1
        if is_told:
            _arrange(other, start[i], found)
        else:
            start[i] = found


@term()
def _around(part: Any, parts: Any) -> Any:
    """Return a row or column of cells as one that there is, going around at the ends."""
    return part + where(part < 0, parts, 0) - where(part >= parts, parts, 0)


@term()
def _arrange(numbers: Any, begin: Any, end: Any) -> Any:
    """Put a part of a column into ascending order (Shell, 1959, CACM 2)."""
    step = 1
    while step < (end - begin) // 3:
        step = 3 * step + 1
    while step > 0:
        for n in range(begin + step, end):
            number, k = numbers[n], n
            while k >= begin + step and numbers[k - step] > number:
                numbers[k] = numbers[k - step]
                k -= step
            numbers[k] = number
        step //= 3
