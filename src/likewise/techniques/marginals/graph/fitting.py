"""From noisy counts to a joint distribution.

The estimate is the distribution of largest entropy that is close to what was measured: it minimises

    n KL(p | uniform) + sum over measured sums of (y - n p)^2 / (2 ridge)

over all distributions p that keep to the impossible cells (the problem of McKenna, Sheldon and Miklau, 2019, ICML,
with the penalty in place of early stopping). The optimum is a graphical model: p is a product of one factor exp(theta)
a measurement, and `y - n p = ridge * theta`. The dual is convex in theta, and one factor's part of it has a closed form
given the others (Wright's omega function, and one unknown for the total), so factors are fitted in turn, as in
iterative proportional fitting, while the belief walks around the tree of cliques: one walk costs as much as one
gradient would, and a dozen do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from likewise.errors import FitError
from likewise.techniques.marginals.graph.beliefs import (
    Array,
    Beliefs,
    collected,
    covering,
    distribute,
    grouped,
    project,
    ratio,
    spread,
)
from likewise.techniques.marginals.graph.grouping import Grouping, Zeros, turned
from likewise.techniques.marginals.graph.measurement import Measurement
from likewise.techniques.marginals.graph.tree import Clique, Tree, by_size

LEAST = 1e-20
"""Share of the rows that a possible cell keeps at least, so that a later measurement can raise it again."""

FARTHEST = 50.0
"""Bound of a factor's logarithms, which would grow for ever where counts contradict the impossible cells."""

ALONE = 1.8
"""How far the logarithms of one attribute's factor are expected to lie from 0."""

LEAST_DEPENDENCE, MOST_DEPENDENCE = 0.2, 2.0
"""Bounds of how far the logarithms of a factor of several attributes are expected to lie from 0."""


@dataclass(frozen=True, eq=False)
class Factor:
    """Hold a measurement and the logarithms of its factor of the distribution, an entry for each measured sum."""

    measurement: Measurement
    theta: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Target:
    """Hold what one factor is fitted to: agreed counts, how freely to miss them, the noise, and where the sums lie.

    `at` has the measured place of each of the tables' groups, an array an axis (of each cell, where there is one axis).
    """

    clique: Clique
    counts: Array
    ridge: Array
    sigma: float
    at: tuple[NDArray[np.int64], ...]

    def seen(self, table: Array) -> Array:
        """Return the measured sums of a table of groups."""
        for axis, (at, size) in enumerate(zip(self.at, self.counts.shape)):
            if len(at) != size or not np.array_equal(at, np.arange(size)):
                table = np.moveaxis(np.tensordot(one_hot(at, size), table, (0, axis)), 0, axis)
        return table


def target_of(measurement: Measurement, grouping: Grouping) -> Target:
    """Return what a factor is fitted to, for tables of groups."""
    at = []
    single = len(measurement.clique) == 1
    for a, by in zip(measurement.clique, measurement.maps or ()):
        cells = np.arange(len(grouping.groups[a])) if single else grouping.firsts(a)
        at.append(cells if by is None else np.asarray(by, np.int64)[cells])
    return Target(measurement.clique, measurement.values, ridge_of(measurement), measurement.sigma, tuple(at))


def ridge_of(measurement: Measurement) -> Array:
    """Return how freely each count may be missed: little where it is large beside the noise.

    A factor whose logarithms are normal with standard deviation s and a count y of noise sigma have their largest
    posterior where `y - n p = sigma^2 / (s^2 n p) theta`; for `n p` stands the largest of the count, the noise, and the
    count that would be expected if the attributes were independent. For s stands how far the counts lie from that
    expectation, beyond their noise: so where noise hides all dependence, none is made up.
    """
    counts, sigma = measurement.values, measurement.sigma
    if counts.ndim < 2:
        return np.asarray((sigma / ALONE) ** 2 / np.maximum(counts, sigma))
    total = max(float(counts.sum()), 1.0)
    expected = np.full(counts.shape, total)
    for axis in range(counts.ndim):
        others = tuple(other for other in range(counts.ndim) if other != axis)
        expected = expected * np.maximum(counts.sum(axis=others, keepdims=True), 0.0) / total
    clear = np.maximum(expected, sigma)
    weight = (expected / clear) ** 2
    excess = float((weight * ((counts - expected) ** 2 - sigma**2) / clear**2).sum()) / max(float(weight.sum()), 1e-9)
    dependence = min(max(excess, LEAST_DEPENDENCE**2), MOST_DEPENDENCE**2)
    return np.asarray(sigma**2 / dependence / np.maximum(counts, clear))


def one_hot(at: NDArray[np.int64], size: int) -> Array:
    """Return a matrix with a one in each row's column."""
    return np.eye(size)[at]


def fit_factor(target: Target, theta: Array, mean: Array, total: float, shift: float) -> tuple[Array, Array, float]:
    """Return the counts that are best for one factor where the others stay, its new logarithms, and their shift."""
    one = (1, -1)
    counts, fitted, shifts = fit_lines(
        target.counts.reshape(one), target.ridge.reshape(one), theta.reshape(one), mean.reshape(one),
        np.array([[total]]), np.array([[shift]]),
    )  # fmt: skip
    return counts.reshape(mean.shape), fitted.reshape(mean.shape), float(shifts[0, 0])


def fit_lines(
    wanted: Array, ridge: Array, theta: Array, mean: Array, totals: Array, shift: Array
) -> tuple[Array, Array, Array]:
    """Return the best counts for a factor whose lines each have a total, its new logarithms, and their shifts.

    The shifts make the lines add up. They change little from round to round, so the last ones are a good start.
    """
    from scipy.special import wrightomega

    held = mean > 0
    place = np.log(np.maximum(mean, 1e-300) / ridge) + (wanted - ridge * theta) / ridge
    for _ in range(50):
        omega = np.where(held, wrightomega(place - shift), 0.0)
        counts = ridge * omega
        over = counts.sum(axis=1, keepdims=True) - totals
        if (np.abs(over) <= 1e-6 * totals).all():
            break
        shift = shift + over / np.maximum((counts / (1 + omega)).sum(axis=1, keepdims=True), 1e-300)
    counts = np.maximum(counts, LEAST * totals)
    fitted = np.clip(theta + np.log(ratio(counts, mean), out=np.zeros_like(mean), where=held), -FARTHEST, FARTHEST)
    counts = mean * np.exp(fitted - theta)
    return counts * ratio(totals, counts.sum(axis=1, keepdims=True)), fitted, shift


class Walk:
    """Fit factors in turn while the belief walks around the tree; holds the tables that a fit works on."""

    def __init__(
        self, tree: Tree, grouping: Grouping, targets: Sequence[Target], thetas: list[Array], zeros: Zeros, total: float
    ) -> None:
        self.tree, self.grouping, self.targets, self.thetas, self.total = tree, grouping, targets, thetas, total
        self.shifts = [0.0] * len(targets)
        self.single = [f for f, target in enumerate(targets) if len(target.clique) == 1]
        self.joint = [f for f, target in enumerate(targets) if len(target.clique) > 1]
        self.shares: list[Array] = []
        weights = [self.start_shares(a, zeros) for a in range(len(grouping.groups))]
        self.tables = [np.zeros([grouping.sizes[a] for a in clique]) for clique in tree.cliques]
        for a, weight in enumerate(weights):
            home = tree.homes[a]
            self.tables[home] += spread(weight, (a,), tree.cliques[home])
        self.blocks = self.start_blocks()
        for rule, mask in zeros:
            if len(rule) > 1:
                clique, impossible = turned(mask, rule, by_size(rule, grouping.sizes))
                kept = impossible[np.ix_(*(grouping.firsts(a) for a in clique))]
                home = self.home(clique)
                self.tables[home] += spread(np.where(kept, -np.inf, 0.0), clique, tree.cliques[home])
        for table in self.tables:
            table -= max(float(table.max()), -1e300)
            np.exp(table, out=table)
        self.separators, mass = collected(tree, self.tables)
        if mass == -np.inf:
            raise FitError("fit.impossible", "the rules of impossible cells leave no row that is possible",
                           hint="loosen the rules, or widen the columns' domains")  # fmt: skip
        distribute(tree, self.tables, self.separators)

    def weights(self, f: int) -> Array:
        """Return the logarithms of a factor on the groups of the tables, or on the cells of a single attribute."""
        return self.thetas[f][np.ix_(*self.targets[f].at)]

    def home(self, clique: Clique) -> int:
        """Return the smallest table that holds a clique."""
        home = covering(self.tree.cliques, self.tables, clique)
        assert home is not None, "the tree is made to hold every clique"
        return home

    def start_shares(self, a: int, zeros: Zeros) -> Array:
        """Note the shares of an attribute's cells in their groups; return the logarithms of the groups' weights."""
        groups, size = self.grouping.groups[a], self.grouping.sizes[a]
        weight = np.zeros(len(groups))
        for clique, impossible in zeros:
            if clique == (a,):
                weight[np.asarray(impossible)] = -np.inf
        for f in self.single:
            if self.targets[f].clique == (a,):
                weight += self.weights(f)
        top = np.full(size, -np.inf)
        np.maximum.at(top, groups, weight)
        top = np.where(np.isfinite(top), top, 0.0)
        raw = np.exp(weight - top[groups])
        sums = grouped(raw, groups, size)
        self.shares.append(ratio(raw, sums[groups]))
        return np.asarray(np.log(sums, out=np.full(size, -np.inf), where=sums > 0) + top)

    def start_blocks(self) -> list[list[tuple[Clique, list[int]]]]:
        """Put each factor's start into its table; return, for each table, factors that are fitted on one sum of it."""
        blocks: list[dict[Clique, list[int]]] = [{} for _ in self.tables]
        for f in self.joint:
            clique = self.targets[f].clique
            home = self.home(clique)
            self.tables[home] += spread(self.weights(f), clique, self.tree.cliques[home])
            blocks[home].setdefault(clique, []).append(f)
        for f in self.single:
            (a,) = self.targets[f].clique
            sites = [
                (self.tables[i].size, i, clique) for i, part in enumerate(blocks) for clique in part if a in clique
            ]
            _, home, clique = min(sites, default=(0, self.tree.homes[a], (a,)))
            blocks[home].setdefault(clique, []).insert(0, f)
        return [list(part.items()) for part in blocks]

    def fit_table(self, i: int) -> float:
        """Fit the factors of one table; return how far the farthest moved, in standard deviations of its noise."""
        moved = 0.0
        for clique, members in self.blocks[i]:
            old = project(self.tables[i], self.tree.cliques[i], clique)
            new = old
            for f in members:
                new, step = self.fit_cells(f, clique, new)
                moved = max(moved, step)
            self.tables[i] *= spread(ratio(new, old), clique, self.tree.cliques[i])
        return moved

    def fit_cells(self, f: int, clique: Clique, table: Array) -> tuple[Array, float]:
        """Fit one factor on the sums of a clique that holds it; return the new sums and how far they moved."""
        target = self.targets[f]
        if len(target.clique) == 1:
            return self.fit_single(f, clique, table)
        mean = target.seen(table) * self.total
        counts = self.fit(f, mean)
        return table * ratio(counts, mean)[np.ix_(*target.at)], far(counts - mean, target)

    def fit(self, f: int, mean: Array) -> Array:
        """Fit one factor to its counts, and return what they come to."""
        counts, self.thetas[f], self.shifts[f] = fit_factor(
            self.targets[f], self.thetas[f], mean, self.total, self.shifts[f]
        )
        return counts

    def fit_single(self, f: int, clique: Clique, table: Array) -> tuple[Array, float]:
        """Fit the factor of a single attribute's cells: it moves the shares within groups too."""
        target = self.targets[f]
        (a,) = target.clique
        groups, places = self.grouping.groups[a], target.at[0]
        of_groups = project(table, clique, (a,))
        cells = of_groups[groups] * self.shares[a]
        mean = grouped(cells, places, len(target.counts)) * self.total
        counts = self.fit(f, mean)
        cells *= ratio(counts, mean)[places]
        new = grouped(cells, groups, self.grouping.sizes[a])
        self.shares[a] = np.where(new[groups] > 0, ratio(cells, new[groups]), self.shares[a])
        return table * spread(ratio(new, of_groups), (a,), clique), far(counts - mean, target)

    def around(self) -> float:
        """Walk once around the tree, fitting each table on the way down; return how far the farthest factor moved."""
        return self.down(0) if self.tables else 0.0

    def down(self, i: int) -> float:
        """Fit a table and all below it, and let the table know."""
        moved = self.fit_table(i)
        clique = self.tree.cliques[i]
        for j in self.tree.children[i]:
            shared = self.tree.separators[j]
            for source, target, owner in ((i, j, self.tree.cliques[j]), (j, i, clique)):
                new = project(self.tables[source], self.tree.cliques[source], shared)
                self.tables[target] *= spread(ratio(new, self.separators[j]), shared, owner)
                self.separators[j] = new
                moved = max(moved, self.down(j) if target == j else 0.0)
        return moved

    def settled(self) -> Beliefs:
        """Return the tables as they are, all in agreement."""
        distribute(self.tree, self.tables, self.separators)
        return Beliefs(self.tree, self.grouping, tuple(self.tables), tuple(self.separators), tuple(self.shares))


def far(change: Array, target: Target) -> float:
    """Return the root mean square of a change, in standard deviations of the noise."""
    return float(np.sqrt(np.mean(change**2))) / target.sigma
