"""Rows drawn attribute by attribute; what is known of them is met by weighing what was drawn, and by choosing again."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from likewise.techniques.marginals.graph.beliefs import Array, grouped, ratio
from likewise.techniques.marginals.graph.drawing import cells, shuffled
from likewise.techniques.marginals.graph.evidence import groups_of
from likewise.techniques.marginals.graph.grouping import Grouping
from likewise.techniques.marginals.wide.steps import Groups, Step

Floats = NDArray[np.float32]
Masks = Mapping[int, NDArray[np.generic]]

LINE = 4
"""Rows that fall into one line on average at least, where lines are what rows are spread evenly over."""


class Crowd:
    """Hold candidates for rows, `each` for every row that is asked for, and draw them attribute by attribute.

    A candidate's weight is how likely it makes what is known. Before anything unknown is drawn, each row's candidates
    are chosen anew by their weights (a particle filter: Gordon, Salmond and Smith, 1993, IEE Proceedings F 140).
    """

    def __init__(
        self, grouping: Grouping, known: NDArray[np.int32], masks: Masks, each: int, rng: np.random.Generator
    ) -> None:
        self.grouping, self.known, self.masks, self.each, self.rng = grouping, known, masks, each, rng
        self.told = groups_of(grouping, known)
        self.groups: Groups = np.zeros((len(known) * each, known.shape[1]), np.int64, order="F")
        self.weights = np.zeros((len(known), each))
        self.log_mass = np.zeros(len(known))
        self.shares: dict[int, Array] = {}

    def take(self, step: Step) -> None:
        """Draw one attribute for all candidates."""
        a = step.attribute
        chances, mass = softened(step.logits(self.groups))
        mask = np.asarray(self.masks.get(a, 1.0), np.float64) * np.ones(len(step.shares))
        by_group = grouped(step.shares * mask, self.grouping.groups[a], self.grouping.sizes[a])
        self.shares[a] = ratio(step.shares * mask, by_group[self.grouping.groups[a]])
        told = np.repeat(self.told[:, a], self.each)
        fixed = np.flatnonzero(told >= 0)
        cell = self.known[fixed // self.each, a]
        found = np.where(np.isfinite(mass), 0.0, -np.inf)
        found[fixed] = logarithm(chances[fixed, told[fixed]] * (step.shares * mask)[cell])
        if a in self.masks:
            chances *= by_group.astype(np.float32)
            whole = chances.sum(axis=1, keepdims=True)
            found = np.where(told < 0, found + logarithm(whole[:, 0]), found)
            chances /= np.where(whole > 0, whole, 1)
        self.weights += found.reshape(self.weights.shape)
        if len(fixed) < len(told):
            chances = chances[self.choose()]
        self.groups[:, a] = np.where(told >= 0, told, picked(chances, evenly(step, self.groups, self.rng)))

    def choose(self) -> slice | NDArray[np.int64]:
        """Choose candidates anew by their weights where these differ; return which ones were taken."""
        top = self.weights.max(axis=1, keepdims=True)
        uneven = np.flatnonzero((self.weights < top).any(axis=1))
        shares = np.exp(self.weights - np.where(np.isfinite(top), top, 0.0))
        self.log_mass += logarithm(shares.mean(axis=1)) + np.where(np.isfinite(top), top, 0.0)[:, 0]
        self.weights[:] = 0.0
        if not len(uneven):
            return slice(None)
        chosen = np.arange(self.weights.size).reshape(self.weights.shape)
        heights = np.cumsum(shares[uneven], axis=1)
        heights *= self.each / heights[:, -1:]
        below = np.ceil(heights - self.rng.random((len(uneven), 1)))
        copies = np.diff(below, axis=1, prepend=0.0).astype(np.int64)
        chosen[uneven] = np.repeat(chosen[uneven].reshape(-1), copies.reshape(-1)).reshape(len(uneven), -1)
        self.groups = np.asfortranarray(self.groups[chosen.reshape(-1)])
        return chosen.reshape(-1)

    def rows(self, kept: int) -> NDArray[np.int32]:
        """Return `kept` of each row's candidates, as cells."""
        self.groups = self.groups[self.choose()]
        order = self.rng.random(self.weights.shape).argsort(axis=1)[:, :kept]
        chosen = (order + np.arange(len(order))[:, None] * self.each).reshape(-1)
        rows = np.repeat(self.known, kept, axis=0)
        for a, shares in self.shares.items():
            empty = rows[:, a] < 0
            rows[empty, a] = cells(self.grouping, a, shares, self.groups[chosen[empty], a], self.rng)
        return rows


def softened(logits: Floats) -> tuple[Floats, Array]:
    """Return each row's probabilities and the logarithm of its weight: -inf, and all 0, where nothing is possible."""
    top = logits.max(axis=1, keepdims=True)
    top = np.where(np.isfinite(top), top, np.float32(0))
    chances = np.exp(logits - top)
    whole = chances.sum(axis=1, keepdims=True)
    chances /= np.where(whole > 0, whole, 1)
    return chances, logarithm(whole[:, 0]) + top[:, 0]


def logarithm(values: NDArray[np.floating]) -> Array:
    """Return logarithms, -inf of 0."""
    return np.asarray(np.log(values, out=np.full(values.shape, -np.inf), where=values > 0))


def picked(chances: Floats, at: Array) -> NDArray[np.int64]:
    """Return the group of each row at which its chances, added up, pass a point in [0, 1); never one of chance 0."""
    heights = np.cumsum(chances, axis=1, dtype=np.float64)
    return np.asarray((heights[:, :-1] <= (at * heights[:, -1])[:, None]).sum(axis=1))


def evenly(step: Step, groups: Groups, rng: np.random.Generator) -> Array:
    """Return a point in [0, 1) for each row, spread evenly over the rows that are alike in the strongest parents.

    So each count of a parent's and the child's groups misses its expectation by less than independent draws would.
    """
    n = len(groups)
    line, lines = np.zeros(n, np.int64), 1
    for link in sorted(step.links, key=lambda link: -link.strength()):
        lines *= link.parents.lines
        if lines * LINE > n:
            break
        line = line * link.parents.lines + link.parents.line(groups)
    order = shuffled(line, rng)
    first = np.flatnonzero(np.diff(line[order], prepend=-1))
    rows = np.diff(np.append(first, n))
    which = np.repeat(np.arange(len(first)), rows)
    starts = (rng.permutation(len(first)) + rng.random(len(first))) / max(len(first), 1)
    points = np.empty(n)
    points[order] = (np.arange(n) - first[which] + starts[which]) / rows[which]
    return np.minimum(points, 1 - 2**-53)
