"""How each attribute is drawn given those before it: a log-linear weight for each counted set that it closes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from likewise.techniques.marginals.graph.beliefs import Array, grouped, ratio
from likewise.techniques.marginals.graph.fitting import Factor, fit_factor, target_of
from likewise.techniques.marginals.graph.grouping import Grouping, Zeros, turned
from likewise.techniques.marginals.graph.measurement import Measurement
from likewise.techniques.marginals.graph.tree import Clique

Groups = NDArray[np.int64]
"""Rows as groups of cells: a column an attribute."""


@dataclass(frozen=True, eq=False)
class Parents:
    """Number the lines that rows fall into by attributes drawn before; `places` has the place of each group."""

    attributes: Clique
    places: tuple[NDArray[np.int64], ...]
    shape: tuple[int, ...]

    @property
    def lines(self) -> int:
        """The number of lines."""
        return math.prod(self.shape)

    def line(self, groups: Groups) -> NDArray[np.int64]:
        """Return the line of each row."""
        code = np.zeros(len(groups), np.int64)
        for a, places, size in zip(self.attributes, self.places, self.shape):
            code = code * size + places[groups[:, a]]
        return code


@dataclass(frozen=True, eq=False)
class Link:
    """Hold the logarithms of a counted set's factor: a line for its parents, a column for each place of the child.

    `at` has the place of each of the child's groups.
    """

    parents: Parents
    at: NDArray[np.int64]
    theta: Array

    def weights(self) -> NDArray[np.float32]:
        """Return the logarithms for each line and each of the child's groups."""
        return self.theta[:, self.at].astype(np.float32)

    def strength(self) -> float:
        """Return roughly how many nats the parents tell about the child by this factor alone."""
        shares = np.exp(self.theta - self.theta.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        mean = shares.mean(axis=0)
        return float((shares * np.log((shares + 1e-12) / (mean + 1e-12))).sum()) / len(shares)


@dataclass(frozen=True, eq=False)
class Step:
    """Hold what one attribute is drawn by.

    `base` are its groups' probabilities where nothing hangs on others, `shares` its cells' within their groups;
    `bars` tell which groups are impossible in which lines of parents.
    """

    attribute: int
    base: Array
    shares: Array
    links: tuple[Link, ...]
    bars: tuple[tuple[Parents, NDArray[np.bool_]], ...]

    def logits(self, groups: Groups) -> NDArray[np.float32]:
        """Return the logarithms of each row's weights of the attribute's groups."""
        with np.errstate(divide="ignore"):
            weights = np.tile(np.log(self.base).astype(np.float32), (len(groups), 1))
        for link in self.links:
            weights += link.weights()[link.parents.line(groups)]
        for parents, impossible in self.bars:
            weights[impossible[parents.line(groups)]] = -np.inf
        return weights


def order_of(sizes: Sequence[int], cliques: Sequence[Clique]) -> Clique:
    """Return an order of attributes in which each follows as many as can be of those it was counted with.

    >>> order_of((2, 2, 2, 2), [(0, 3), (1, 3)])
    (3, 0, 1, 2)
    """
    near: list[set[int]] = [set() for _ in sizes]
    for clique in cliques:
        for a in clique:
            near[a] |= set(clique) - {a}
    left, order = set(range(len(sizes))), list[int]()
    met = [0] * len(sizes)
    while left:
        order.append(max(left, key=lambda a: (met[a], len(near[a]), -a)))
        left.remove(order[-1])
        for a in near[order[-1]]:
            met[a] += 1
    return tuple(order)


def steps_of(order: Clique, factors: Sequence[Factor], zeros: Zeros, grouping: Grouping, total: float) -> list[Step]:
    """Return the steps in their order, with each factor at the last of its attributes."""
    rank = {a: i for i, a in enumerate(order)}
    closing: dict[int, list[Link]] = {a: [] for a in order}
    singles: dict[int, list[Measurement]] = {a: [] for a in order}
    bars: dict[int, list[tuple[Parents, NDArray[np.bool_]]]] = {a: [] for a in order}
    for factor in factors:
        clique = factor.measurement.clique
        if len(clique) == 1:
            singles[clique[0]].append(factor.measurement)
        elif clique:
            closing[by_rank(clique, rank)[-1]].append(link_of(factor, by_rank(clique, rank), grouping))
    for rule, mask in zeros:
        if len(rule) > 1:
            clique, impossible = turned(mask, rule, by_rank(rule, rank))
            bars[clique[-1]].append(bar_of(clique, impossible, grouping))
    alone = {a: np.zeros(len(grouping.groups[a]), bool) for a in order}
    for rule, mask in zeros:
        for axis, a in enumerate(rule):
            alone[a] |= mask.all(axis=tuple(other for other in range(mask.ndim) if other != axis))
    steps = []
    for factor in factors:
        m = factor.measurement
        if len(m.clique) == 1 and closing[m.clique[0]] and (within := group_of_places(m, grouping)) is not None:
            closing[m.clique[0]].append(level_of(factor, within))
    for a in order:
        cells = single_fit(singles[a], alone[a], grouping, a, total)
        base = grouped(cells, grouping.groups[a], grouping.sizes[a])
        shares = ratio(cells, base[grouping.groups[a]])
        steps.append(Step(a, base, shares, tuple(closing[a]), tuple(bars[a])))
    return steps


def by_rank(clique: Clique, rank: dict[int, int]) -> Clique:
    """Return attributes in the order in which they are drawn."""
    return tuple(sorted(clique, key=rank.__getitem__))


def link_of(factor: Factor, clique: Clique, grouping: Grouping) -> Link:
    """Return a factor as a link of its last attribute to the others."""
    at = target_of(factor.measurement.turned(clique), grouping).at
    theta = factor.theta.transpose([factor.measurement.clique.index(a) for a in clique]).astype(np.float64)
    parents = Parents(clique[:-1], at[:-1], theta.shape[:-1])
    return Link(parents, at[-1], theta.reshape(parents.lines, -1))


def level_of(factor: Factor, within: NDArray[np.int64]) -> Link:
    """Return what a single attribute's counts add where links alone would miss them: a link to nothing."""
    theta = np.zeros(int(within.max()) + 1)
    theta[within] = factor.theta
    return Link(Parents((), (), ()), np.arange(len(theta)), theta[None])


def group_of_places(m: Measurement, grouping: Grouping) -> NDArray[np.int64] | None:
    """Return the group in which each counted place of a single attribute lies, or None where one lies in several."""
    groups = grouping.groups[m.clique[0]]
    places = np.arange(len(groups)) if m.maps is None or m.maps[0] is None else m.maps[0]
    within = np.zeros(len(m.values), np.int64)
    within[places] = groups
    return within if np.array_equal(within[places], groups) else None


def bar_of(clique: Clique, impossible: NDArray[np.bool_], grouping: Grouping) -> tuple[Parents, NDArray[np.bool_]]:
    """Return a rule of impossible cells by lines of all but its last attribute."""
    of_groups = impossible[np.ix_(*(grouping.firsts(a) for a in clique))]
    shape = of_groups.shape[:-1]
    parents = Parents(clique[:-1], tuple(np.arange(size) for size in shape), shape)
    return parents, of_groups.reshape(parents.lines, -1)


def single_fit(
    known: Sequence[Measurement], impossible: NDArray[np.bool_], grouping: Grouping, a: int, total: float
) -> Array:
    """Return the probabilities of an attribute's cells by its own counts alone; they are 0 where impossible."""
    cells = (~impossible) / max(int((~impossible).sum()), 1)
    targets = [target_of(m, grouping) for m in known]
    thetas = [np.zeros(target.counts.shape) for target in targets]
    for _ in range(20 if len(targets) > 1 else 1):
        for k, target in enumerate(targets):
            mean = grouped(cells, target.at[0], len(target.counts)) * total
            counts, thetas[k], _ = fit_factor(target, thetas[k], mean, total, 0.0)
            cells = cells * ratio(counts, mean)[target.at[0]]
    return cells
