"""A joint distribution of discrete attributes, estimated from noisy counts of a few of them at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from likewise.errors import FitError
from likewise.techniques.marginals.graph.agreeing import agreed
from likewise.techniques.marginals.graph.answering import Known, marginal_of
from likewise.techniques.marginals.graph.beliefs import Array, Beliefs
from likewise.techniques.marginals.graph.drawing import drawn
from likewise.techniques.marginals.graph.fitting import Factor, Walk, target_of
from likewise.techniques.marginals.graph.grouping import Zeros, grouping_of
from likewise.techniques.marginals.graph.measurement import Map, Measurement, merged, total_of
from likewise.techniques.marginals.graph.tree import Clique, tree_of

CLOSE = 0.01
"""A fit ends when no measurement's counts move by more than this part of its noise, in root mean square."""


@dataclass(frozen=True, eq=False)
class Graph:
    """Hold a joint distribution of attributes 0, 1, ... and the number of rows it is of.

    Use where a few low-dimensional counts are known, with noise, and whole rows are wanted that agree with them. Avoid
    where the counted cliques tie so many attributes together that the tables outgrow memory (`size_of` says so).
    After McKenna, Sheldon and Miklau (2019, ICML).

    >>> graph = Graph.fit((2, 2), [Measurement((0, 1), np.array([[40.0, 10.0], [10.0, 40.0]]), 1.0)])
    >>> graph.marginal((1,)).round().tolist()
    [50.0, 50.0]
    """

    sizes: tuple[int, ...]
    total: float
    factors: tuple[Factor, ...]
    zeros: Zeros = ()

    @classmethod
    def fit(
        cls,
        sizes: Sequence[int],
        measurements: Sequence[Measurement],
        *,
        total: float | None = None,
        zeros: Zeros = (),
        start: Graph | None = None,
        rounds: int = 50,
        most: int | None = None,
    ) -> Graph:
        """Return the distribution of largest entropy among those closest to `measurements`, weighed by their noise.

        `total` is the number of rows; without it, it is estimated from the measurements. `zeros` are pairs of attributes and a mask:
        cells that are true in it have probability 0 for ever. `start` is an earlier fit whose measurements are mostly the same.
        `rounds` bounds the walks around the tree, `most` the bytes of its tables. Raises SettingsError where a measurement does not
        fit `sizes`, FitError where `zeros` leave no possible row or the tables would take more than `most`.
        """
        known = merged(measurements, sizes)
        rows = total_of(known) if total is None else max(float(total), 0.0)
        earlier = {f.measurement.key(): f.theta for f in start.factors} if start else {}
        begin = [Factor(m, earlier.get(m.key(), np.zeros(m.values.shape, np.float32))) for m in known]
        walk = cls(tuple(sizes), rows, tuple(begin), zeros).walk(most)
        for _ in range(rounds):
            if walk.around() < CLOSE:
                break
        fitted = tuple(Factor(m, theta.astype(np.float32)) for m, theta in zip(known, walk.thetas))
        return cls(tuple(sizes), rows, fitted, zeros)

    def walk(self, most: int | None = None) -> Walk:
        """Return the tables of the distribution. Raises FitError where it has no possible row, or tables above `most` bytes."""
        known, total = [f.measurement for f in self.factors], max(self.total, 1.0)
        grouping = grouping_of(self.sizes, known, self.zeros)
        tree = tree_of(grouping.sizes, [m.clique for m in known] + [clique for clique, _ in self.zeros])
        if most is not None and tree.bytes_for(grouping.sizes) > most:
            raise FitError("fit.memory", "the counted columns tie too many others together for the memory there is",
                           hint="count fewer sets of columns, or coarser groups of cells")  # fmt: skip
        targets = [target_of(m, grouping) for m in agreed(known, self.sizes, total)]
        thetas = [f.theta.astype(np.float64) for f in self.factors]
        return Walk(tree, grouping, targets, thetas, self.zeros, total)

    @cached_property
    def beliefs(self) -> Beliefs:
        """The distribution as tables that agree, worked out from the factors when first asked for."""
        return self.walk().settled()

    def marginal(self, clique: Clique, maps: Sequence[Map] | None = None) -> Array:
        """Return the expected counts of any attributes, an axis each in the order given; by groups of cells where `maps` say so."""
        return marginal_of(self.beliefs, tuple(clique), maps, {}) * self.total

    def marginals(self, cliques: Sequence[Clique], maps: Sequence[Map] | None = None) -> list[Array]:
        """Return the expected counts of many sets of attributes, quicker than one by one; `maps` has one for each attribute.

        >>> [table.shape for table in Graph.fit((2, 3), []).marginals([(0,), (0, 1)])]
        [(2,), (2, 3)]
        """
        known: Known = {}
        return [
            marginal_of(self.beliefs, clique, [maps[a] for a in clique] if maps else None, known) * self.total
            for clique in cliques
        ]

    def draw(
        self, n: int, rng: np.random.Generator, masks: Mapping[int, NDArray[np.generic]] | None = None
    ) -> NDArray[np.int32]:
        """Return `n` rows, an int32 column an attribute, in random order.

        Counts come out close to `n` times the probabilities: what is left over of whole rows is dealt at random. `masks` weigh the cells of an
        attribute (false or 0: never), and rows are drawn from the exact conditional distribution. Raises ConditionError where no row can meet them.
        """
        return drawn(self.beliefs, n, rng, masks or {})
