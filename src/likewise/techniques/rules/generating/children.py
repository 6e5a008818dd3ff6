"""The rows that refer to each of some rows, and sums over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from likewise.constraints.aggregates import aggregated
from likewise.constraints.language.cells import Cells
from likewise.constraints.language.evaluating import evaluate
from likewise.core.counted import Ints
from likewise.techniques.rules.generating.links import Contiguous, Link, Optional
from likewise.techniques.rules.makers.cells import cells_of
from likewise.techniques.rules.makers.formula import needed

if TYPE_CHECKING:
    from likewise.techniques.rules.generating.rows import Block

AT_ONCE = 1_000_000
"""Rows whose parents are found at a time where all of them have to be listed."""


class Listing:
    """List the rows of each parent of a link whose rows do not follow one another. Memory: 8 bytes a row."""

    def __init__(self, link: Link, rows: int, parents: int) -> None:
        found = [link.parents(np.arange(at, min(at + AT_ONCE, rows))) for at in range(0, rows, AT_ONCE)]
        whole = np.concatenate(found) if found else np.empty(0, dtype=np.int64)
        self._order = np.argsort(whole, kind="stable")
        self._ends = np.searchsorted(whole[self._order], np.arange(parents + 1))

    def of(self, parents: Ints) -> tuple[Ints, Ints]:
        """Return the rows of some parents, and for each of them the place of its parent among those."""
        first, count = self._ends[parents], self._ends[parents + 1] - self._ends[parents]
        return self._order[_runs(first, count)], np.repeat(np.arange(len(parents)), count)


def children_of(link: Contiguous, parents: Ints) -> tuple[Ints, Ints]:
    """Return the rows of some parents, and for each of them the place of its parent among those."""
    first, count = link.children(parents)
    return _runs(first, count), np.repeat(np.arange(len(parents)), count)


def _runs(first: Ints, count: Ints) -> Ints:
    """Return the numbers of runs one after the other."""
    ends = np.cumsum(count)
    total = int(ends[-1]) if len(ends) else 0
    found: Ints = np.arange(total) + np.repeat(first - (ends - count), count)
    return found


def summed(block: Block, need: str) -> Cells:
    """Return what a sum over the rows that refer to the rows of a block comes to in each of them."""
    from likewise.techniques.rules.generating.ways import reference_of, sum_of

    tables, table = block.tables, block.plan.name
    document, path = tables.plan.document, block.plan.path
    call, child, of = sum_of(document, table, need, path)
    reference = reference_of(document, child, table, path)
    rows, groups = tables.children(child, reference.name, block.numbers)
    link = tables.link(child, reference.name)
    if isinstance(link, Optional):  # the rows that refer to none count for none
        groups = np.where(link.parents(rows) < 0, -1, groups)
    below = block.other(tables.plan.tables[child], rows)
    meanings = tables.plan.meanings
    cells = {name: cells_of(below.column(name), meanings.needed(child, name)) for name in needed(of)}
    return aggregated(call.function, evaluate(of, cells.__getitem__, len(rows)), groups, len(block.numbers))
