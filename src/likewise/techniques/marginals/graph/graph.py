"""A joint distribution of discrete attributes, estimated from noisy counts of a few of them at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from likewise.errors import FitError
from likewise.techniques.marginals.graph.agreeing import agreed
from likewise.techniques.marginals.graph.answering import Known, marginal_of, shared_information
from likewise.techniques.marginals.graph.beliefs import Array, Beliefs
from likewise.techniques.marginals.graph.drawing import completed
from likewise.techniques.marginals.graph.evidence import conditioned, log_probability
from likewise.techniques.marginals.graph.fitting import Factor, Walk, target_of
from likewise.techniques.marginals.graph.grouping import Zeros, grouping_of, turned
from likewise.techniques.marginals.graph.measurement import Map, Measurement, merged, total_of
from likewise.techniques.marginals.graph.saving import packed, unpacked
from likewise.techniques.marginals.graph.tree import Clique, by_size, tree_of

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

        `total` is the number of rows; without it, it is estimated from the measurements. `zeros` are pairs of
        attributes and a mask: cells that are true in it have probability 0 for ever. `start` is an earlier fit whose
        measurements are mostly the same. `rounds` bounds the walks around the tree, `most` the bytes of its tables.
        Raises SettingsError where a measurement does not fit `sizes`, FitError where `zeros` leave no possible row or
        the tables would take more than `most`.
        """
        known, banned = (
            merged(measurements, sizes),
            tuple(turned(mask, clique, tuple(sorted(clique))) for clique, mask in zeros),
        )
        rows = total_of(known) if total is None else max(float(total), 0.0)
        earlier = {f.measurement.key(): f.theta for f in start.factors} if start else {}
        begin = [Factor(m, earlier.get(m.key(), np.zeros(m.values.shape, np.float32))) for m in known]
        walk = cls(tuple(sizes), rows, tuple(begin), banned).walk(most)
        for _ in range(rounds):
            if walk.around() < CLOSE:
                break
        fitted = tuple(
            Factor(m, theta.astype(np.float32).transpose([target.clique.index(a) for a in m.clique]))
            for m, target, theta in zip(known, walk.targets, walk.thetas)
        )
        return cls(tuple(sizes), rows, fitted, banned)

    def walk(self, most: int | None = None) -> Walk:
        """Return the tables to fit. Raises FitError where no row is possible, or they take more than `most` bytes."""
        known, total = [f.measurement for f in self.factors], max(self.total, 1.0)
        grouping = grouping_of(self.sizes, known, self.zeros)
        tree = tree_of(grouping.sizes, [m.clique for m in known] + [clique for clique, _ in self.zeros])
        if most is not None and tree.bytes_for(grouping.sizes) > most:
            raise FitError("fit.memory", "the counted columns tie too many others together for the memory there is",
                           hint="count fewer sets of columns, or coarser groups of cells")  # fmt: skip
        orders = [by_size(m.clique, grouping.sizes) for m in known]
        targets = [target_of(m.turned(to), grouping) for m, to in zip(agreed(known, self.sizes, total), orders)]
        thetas = [
            f.theta.astype(np.float64).transpose([f.measurement.clique.index(a) for a in to])
            for f, to in zip(self.factors, orders)
        ]
        return Walk(tree, grouping, targets, thetas, self.zeros, total)

    @cached_property
    def beliefs(self) -> Beliefs:
        """The distribution as tables that agree, worked out from the factors when first asked for."""
        return self.walk().settled()

    def marginal(self, clique: Clique, maps: Sequence[Map] | None = None) -> Array:
        """Return the expected counts of any attributes, an axis each, by the groups of cells in `maps`."""
        return marginal_of(self.beliefs, tuple(clique), maps, {}) * self.total

    def marginals(self, cliques: Sequence[Clique], maps: Sequence[Map] | None = None) -> list[Array]:
        """Return the expected counts of many sets of attributes, quicker than one by one.

        `maps` has an entry for each attribute: the group of each of its cells, or None.

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

        Counts come out close to `n` times the probabilities: what is left over of whole rows is dealt at random.
        `masks` weigh the cells of an attribute (false or 0: never), and rows are drawn from the exact conditional
        distribution. Raises ConditionError where no row can meet them.
        """
        return self.complete(np.full((n, len(self.sizes)), -1, np.int32), rng, masks)

    def complete(
        self,
        rows: NDArray[np.int32],
        rng: np.random.Generator,
        masks: Mapping[int, NDArray[np.generic]] | None = None,
    ) -> NDArray[np.int32]:
        """Return rows whose entries below 0 are drawn given each row's other entries, and `masks` as in `draw`.

        Raises ConditionError where a row's known entries have probability 0; `log_probability` tells which.
        """
        return completed(conditioned(self.beliefs, masks) if masks else self.beliefs, rows, rng)

    def log_probability(self, rows: NDArray[np.int32]) -> Array:
        """Return each row's log-probability in nats, -inf where it cannot be; entries below 0 are summed over."""
        return log_probability(self.beliefs, rows)

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Return JSON values and arrays that `from_state` makes the same distribution of, to the last bit."""
        values, arrays = packed(self.factors, self.zeros)
        return {"sizes": list(self.sizes), "total": self.total, **values}, arrays

    @classmethod
    def from_state(cls, values: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Graph:
        """Return the distribution whose `state` was saved."""
        factors, zeros = unpacked(values, arrays)
        return cls(tuple(values["sizes"]), values["total"], factors, zeros)

    def information(self, pairs: Sequence[Clique]) -> Array:
        """Return the mutual information of pairs of attributes, in nats, at least 0."""
        return np.array([shared_information(table) for table in self.marginals(pairs)])
