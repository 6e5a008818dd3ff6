"""Cells have the neighbours that one sees, and hold those who are in them."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.techniques.agents.population import population
from likewise.techniques.agents.spaces.grid import Grid, beside, crowd, enter, leave, moved, next_to, places

SIDES = st.integers(3, 7)


@given(SIDES, SIDES, st.booleans(), st.data())
def test_neighbours_are_a_step_away(height: int, width: int, wraps: bool, data: st.DataObject) -> None:
    grid = Grid(height, width, wraps)
    cell = data.draw(st.integers(0, grid.cells - 1))
    for function, count, far in ((beside, 8, 2), (next_to, 4, 1)):
        found = [int(function(grid, cell, k)) for k in range(count)]
        inside = [other for other in found if other >= 0]
        assert len(set(inside)) == len(inside) and cell not in inside and (not wraps or len(inside) == count)
        for other in inside:
            down, right = abs(other // width - cell // width), abs(other % width - cell % width)
            assert 1 <= min(down, height - down) + min(right, width - right) <= far
            assert wraps or max(down, right) == 1
        columns = function(grid, np.full(count, cell), np.arange(count))
        assert columns.tolist() == found


def test_a_place_holds_one_and_a_move_leaves_it_empty() -> None:
    grid = Grid(4, 4)
    cells = np.array([3, 7, 12])
    held = places(grid, cells)
    for k in range(50):
        i = k % 3
        cells[i] = moved(held, i, cells[i], (k * 0.37) % 1)
        assert (held.who[cells] == np.arange(3)).all() and (held.who >= 0).sum() == 3
        assert np.array_equal(np.sort(held.empty), np.flatnonzero(held.who < 0))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 8)), max_size=40))
@settings(deadline=None)
def test_a_crowd_knows_who_is_in_each_cell(moves: list[tuple[int, int]]) -> None:
    who = population(0, "sheep", 6, cell=[0, 0, 1, 2, 2, 2], below=-1, above=-1)
    held = crowd(Grid(3, 3), who)
    for i, cell in moves:
        leave(held, who, i)
        enter(held, who, i, cell)
    for cell in range(9):
        found, i = [], held.first[cell]
        while i >= 0:
            found.append(int(i))
            i = who.below[i]
        assert sorted(found) == np.flatnonzero(who.cell == cell).tolist()
