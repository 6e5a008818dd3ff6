"""A joint distribution of discrete attributes, estimated from noisy counts of a few of them at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from likewise.techniques.marginals.graph.answering import marginal_of
from likewise.techniques.marginals.graph.beliefs import Array, Beliefs
from likewise.techniques.marginals.graph.drawing import drawn
from likewise.techniques.marginals.graph.fitting import Factor, Walk
from likewise.techniques.marginals.graph.grouping import Grouping, Zeros, grouping_of
from likewise.techniques.marginals.graph.measurement import Map, Measurement, merged, total_of
from likewise.techniques.marginals.graph.tree import Clique, tree_of

PENALTY = 1e-3
CLOSE = 0.02
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
    beliefs: Beliefs

    @classmethod
    def fit(
        cls,
        sizes: Sequence[int],
        measurements: Sequence[Measurement],
        *,
        total: float | None = None,
        zeros: Zeros = (),
        start: Graph | None = None,
        rounds: int = 100,
    ) -> Graph:
        """Return the distribution of largest entropy among those closest to `measurements`, weighed by their noise.

        `total` is the number of rows; without it, it is estimated from the measurements. Cells that are true in a mask of `zeros` have
        probability 0 for ever. `start` is an earlier fit whose measurements are mostly the same. `rounds` bounds the walks around the tree.
        Raises SettingsError where a measurement does not fit `sizes`, and FitError where `zeros` leave no possible row.
        """
        known = merged(measurements, sizes)
        rows = total_of(known) if total is None else max(float(total), 0.0)
        grouping = grouping_of(sizes, known, zeros)
        earlier = {f.measurement.key(): f.theta for f in start.factors} if start else {}
        factors = [factor_of(m, grouping, earlier.get(m.key())) for m in known]
        tree = tree_of(grouping.sizes, [m.clique for m in known] + [clique for clique, _ in zeros])
        walk = Walk(tree, grouping, factors, zeros, max(rows, 1.0))
        for _ in range(rounds):
            if walk.around() < CLOSE:
                break
        fitted = tuple(Factor(f.measurement, theta, f.at, f.ridge) for f, theta in zip(factors, walk.thetas))
        return cls(tuple(sizes), rows, fitted, walk.settled())

    def marginal(self, clique: Clique, maps: Sequence[Map] | None = None) -> Array:
        """Return the expected counts of any attributes, an axis each in the order given; by groups of cells where `maps` say so."""
        return marginal_of(self.beliefs, tuple(clique), maps) * self.total

    def draw(
        self, n: int, rng: np.random.Generator, masks: Mapping[int, NDArray[np.generic]] | None = None
    ) -> NDArray[np.int32]:
        """Return `n` rows, an int32 column an attribute, in random order.

        Counts come out close to `n` times the probabilities: what is left over of whole rows is dealt at random. `masks` weigh the cells of an
        attribute (false or 0: never), and rows are drawn from the exact conditional distribution. Raises ConditionError where no row can meet them.
        """
        return drawn(self.beliefs, n, rng, masks or {})


def factor_of(measurement: Measurement, grouping: Grouping, theta: Array | None) -> Factor:
    """Return a measurement as a factor on the tables' groups, with the logarithms of an earlier fit."""
    at = []
    single = len(measurement.clique) == 1
    for a, by in zip(measurement.clique, measurement.maps or ()):
        cells = np.arange(len(grouping.groups[a])) if single else grouping.firsts(a)
        at.append(cells if by is None else np.asarray(by, np.int64)[cells])
    start = np.zeros(measurement.values.shape) if theta is None else theta
    return Factor(measurement, start, tuple(at), PENALTY * measurement.sigma**2)
