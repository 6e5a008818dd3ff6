"""The private rows of tables one below another, ready to be counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.privacy.contract import Coded
from likewise.techniques.marginals.units.levels import Level
from likewise.techniques.marginals.units.weights import shares

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Held:
    """Hold the rows of one table: cells of each column that is learned, the parent's row and the unit of each.

    Rows of one parent stand together, in their order where they have one.
    """

    codes: Codes
    parents: Ints
    units: Ints

    @property
    def first(self) -> npt.NDArray[np.bool_]:
        """Which rows are the first of their parent."""
        return np.asarray(np.diff(self.parents, prepend=-1) != 0)

    def previous(self) -> Ints:
        """Return the number of the row before each, -1 where it is the first of its parent."""
        return np.where(self.first, -1, np.arange(len(self.parents)) - 1)

    def weights(self, level: Level, full: int) -> Ints:
        """Return what each row counts: those of one unit 1 together, or less where they are fewer than `full`."""
        return shares(self.units, None if level.orders is None else self.first, full)

    def coded(self, level: Level) -> Coded:
        """Return the rows as a teller takes them."""
        domains = level.domains
        return Coded(self.codes, tuple(domain.name for domain in domains), tuple(domain.size for domain in domains))


def held(level: Level, own: Codes, order: Codes | None, parents: Ints, units: Ints) -> tuple[Held, Ints]:
    """Return rows of one table as they are counted, children yet uncounted, and the places where they stood.

    `own` and `order` have the cells of the contract's columns; rows of no parent (below 0) are left out.
    """
    kept = np.flatnonzero(parents >= 0)
    within = np.zeros(len(kept), dtype=np.int64) if order is None else order[kept].astype(np.int64)
    places = kept[np.lexsort(np.stack([kept, within, parents[kept]]))]
    parents, units = parents[places], units[places]
    codes = np.zeros((len(places), len(level.domains)), dtype=np.int32, order="F")
    codes[:, : len(level.own)] = own[places]
    if order is not None and level.orders is not None and level.begins is not None:
        at = np.minimum(order[places], level.orders.cells - 1)
        first = np.diff(parents, prepend=-1) != 0
        codes[:, level.begins] = np.where(first, at, level.orders.cells)
        codes[:, level.begins + 1] = np.where(first, level.orders.cells, np.diff(at, prepend=0))
    return Held(codes, parents, units), places


def count_children(level: Level, rows: Held, child: str, parents: Ints) -> None:
    """Note in place how many rows of a table below each row has, at most as many as the contract says."""
    domain = level.domains[level.count_of(child)]
    counts = np.bincount(parents[parents >= 0], minlength=len(rows.parents))
    rows.codes[:, level.count_of(child)] = domain.codes(pa.array(counts))


def of_one_table(levels: Sequence[Level], coded: Coded) -> list[Held]:
    """Return the units of a table, and their rows; `coded` has the numbers of these units, if there are any."""
    names = list(coded.names)
    numbers = np.arange(coded.rows) if coded.units is None else coded.units
    _, first, units = np.unique(numbers, return_index=True, return_inverse=True)
    units = units.reshape(-1).astype(np.int64)
    root, below = levels
    everyone = np.arange(len(first))
    own = coded.codes[first][:, [names.index(domain.name) for domain in root.own]]
    above, _ = held(root, own, None, everyone, everyone)
    order = None if below.orders is None else coded.codes[:, names.index(below.orders.name)]
    theirs = coded.codes[:, [names.index(domain.name) for domain in below.own]]
    rows, _ = held(below, theirs, order, units, units)
    count_children(root, above, "a unit", rows.parents)
    return [above, rows]
