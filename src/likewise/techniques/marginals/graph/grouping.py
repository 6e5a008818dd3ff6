"""Which cells of an attribute the model need not tell apart.

Cells that fall into the same groups in every measurement of several attributes, and in every rule of impossible cells,
depend on the others in the same way: given their group, they are independent of the rest. So tables hold groups, and
one vector an attribute holds the shares of the cells in their group. This is exact, and often hundreds of times
smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from likewise.techniques.marginals.graph.measurement import Measurement
from likewise.techniques.marginals.graph.tree import Clique

Zeros = Sequence[tuple[Clique, NDArray[np.bool_]]]
"""Rules of impossible cells: attributes, and a mask that is true where a cell is impossible."""


def turned(impossible: NDArray[np.bool_], clique: Clique, to: Clique) -> tuple[Clique, NDArray[np.bool_]]:
    """Return a rule of impossible cells with its attributes in another order."""
    return to, np.asarray(impossible, np.bool_).transpose([clique.index(a) for a in to])


@dataclass(frozen=True, eq=False)
class Grouping:
    """Hold the group of each cell of each attribute."""

    groups: tuple[NDArray[np.int64], ...]

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """The number of groups of each attribute."""
        return tuple(int(g.max()) + 1 for g in self.groups)

    def firsts(self, a: int) -> NDArray[np.int64]:
        """Return one cell of each group of an attribute."""
        return np.unique(self.groups[a], return_index=True)[1]


def grouping_of(sizes: Sequence[int], measurements: Sequence[Measurement], zeros: Zeros) -> Grouping:
    """Return the coarsest groups of cells that measurements and rules of two or more attributes need."""
    groups = [np.zeros(size, np.int64) for size in sizes]

    def split(a: int, by: NDArray[np.int64]) -> None:
        groups[a] = np.unique(groups[a] * (int(by.max()) + 1) + by, return_inverse=True)[1].reshape(-1)

    for m in measurements:
        if len(m.clique) > 1:
            for a, by in zip(m.clique, m.maps or (None,) * len(m.clique)):
                split(a, np.arange(sizes[a]) if by is None else np.asarray(by, np.int64))
    for clique, impossible in zeros:
        if len(clique) > 1:
            for axis, a in enumerate(clique):
                rows = np.moveaxis(np.asarray(impossible), axis, 0).reshape(sizes[a], -1)
                split(a, np.unique(rows, axis=0, return_inverse=True)[1].reshape(-1))
    return Grouping(tuple(groups))
