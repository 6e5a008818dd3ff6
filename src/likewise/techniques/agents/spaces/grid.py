"""Grids: cells in rows and columns, and who is in them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.techniques.agents.language.arithmetic import where
from likewise.techniques.agents.language.term import term

Ints = npt.NDArray[np.int64]


class Grid(NamedTuple):
    """Hold the size of a grid; cell `c` lies in row `c // width`. One that `wraps` has no edges."""

    height: int
    width: int
    wraps: bool = True

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return self.height * self.width


@term()
def beside(grid: Any, cell: Any, k: Any) -> Any:
    """Return the neighbour number `k` of a cell, from 0 to 7 row by row; -1 beyond the edge of a grid that has one.

    >>> [beside(Grid(3, 3), 4, k) for k in range(8)], beside(Grid(3, 3), 0, 0), beside(Grid(3, 3, False), 0, 0)
    ([0, 1, 2, 3, 5, 6, 7, 8], 8, -1)
    """
    k = k + (k >= 4)
    return _towards(grid, cell, k // 3 - 1, k % 3 - 1)


@term()
def next_to(grid: Any, cell: Any, k: Any) -> Any:
    """Return the neighbour number `k` of a cell, from 0 to 3: above, left, right, below; -1 beyond an edge."""
    down = where(k == 0, -1, where(k == 3, 1, 0))
    right = where(k == 1, -1, where(k == 2, 1, 0))
    return _towards(grid, cell, down, right)


@term()
def _towards(grid: Any, cell: Any, down: Any, right: Any) -> Any:
    row = cell // grid.width
    column = cell - row * grid.width + right
    row = row + down
    row_in = row + grid.height * (where(row < 0, 1, 0) - where(row >= grid.height, 1, 0))
    column_in = column + grid.width * (where(column < 0, 1, 0) - where(column >= grid.width, 1, 0))
    is_inside = (row_in == row) & (column_in == column)
    return where(is_inside | grid.wraps, row_in * grid.width + column_in, -1)


class Places(NamedTuple):
    """Hold who is in each cell, -1 for nobody, where a cell holds one agent; and a list of the empty ones."""

    who: Ints
    empty: Ints


def places(grid: Grid, cells: Ints) -> Places:
    """Return the places of agents in different cells of a grid."""
    who = np.full(grid.cells, -1)
    who[cells] = np.arange(len(cells))
    return Places(who, np.flatnonzero(who < 0))


@term()
def moved(places: Any, i: Any, cell: Any, chance: Any) -> Any:
    """Move an agent from its cell to an empty one and return that; `chance`, from 0 to 1, says to which."""
    k = int(chance * len(places.empty))
    to = places.empty[k]
    places.empty[k] = cell
    places.who[cell] = -1
    places.who[to] = i
    return to


class Crowd(NamedTuple):
    """Hold who came last into each cell, -1 for nobody, where a cell holds any number of agents.

    Populations in it have the columns `cell`, `below` and `above`, which hold who else is there.
    """

    first: Ints


def crowd(grid: Grid, who: Any) -> Crowd:
    """Return the cells of a population, all of them entered."""
    found = Crowd(np.full(grid.cells, -1))
    for i in range(len(who.cell)):
        enter(found, who, i, who.cell[i])
    return found


@term()
def enter(crowd: Any, who: Any, i: Any, cell: Any) -> Any:
    """Put an agent into a cell."""
    other = crowd.first[cell]
    who.cell[i], who.below[i], who.above[i] = cell, other, -1
    if other >= 0:
        who.above[other] = i
    crowd.first[cell] = i


@term()
def leave(crowd: Any, who: Any, i: Any) -> Any:
    """Take an agent out of its cell."""
    above, below = who.above[i], who.below[i]
    if above >= 0:
        who.below[above] = below
    else:
        crowd.first[who.cell[i]] = below
    if below >= 0:
        who.above[below] = above
