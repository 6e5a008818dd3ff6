"""Which attributes a model must hold together, so that the rest factors into a tree of cliques.

A graph joins attributes that were measured together; it is filled up until every cycle has a chord (greedily, the
attribute first that costs least), and its maximal cliques then form a tree in which whatever two cliques share is
also in all cliques between them (Lauritzen and Spiegelhalter, 1988, JRSS B 50).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

Clique = tuple[int, ...]
"""Different attributes. Those of a model's tables are ordered by `by_size`."""

BYTES = 8
"""Bytes a cell of a clique's table takes."""


@dataclass(frozen=True)
class Tree:
    """Hold the cliques in an order in which each follows its parent; a separator is what it shares with the parent.

    Cliques that share nothing are joined by an empty separator, so that one tree holds parts that are independent.
    """

    cliques: tuple[Clique, ...]
    parents: tuple[int, ...]

    @cached_property
    def separators(self) -> tuple[Clique, ...]:
        """What each clique shares with its parent; the root's is empty."""
        return tuple(
            tuple(a for a in clique if parent >= 0 and a in self.cliques[parent])
            for clique, parent in zip(self.cliques, self.parents)
        )

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """The cliques below each one."""
        return tuple(tuple(j for j, p in enumerate(self.parents) if p == i) for i in range(len(self.cliques)))

    @cached_property
    def homes(self) -> dict[int, int]:
        """The first clique that holds each attribute: where it is drawn."""
        return {a: i for i, clique in reversed(list(enumerate(self.cliques))) for a in clique}

    def bytes_for(self, sizes: Sequence[int]) -> int:
        """Return the bytes that the tables of the cliques take."""
        return BYTES * sum(math.prod(sizes[a] for a in clique) for clique in self.cliques)


def tree_of(sizes: Sequence[int], cliques: Iterable[Clique]) -> Tree:
    """Return the tree of cliques, each attribute in at least one, that holds each of `cliques` within one of its own.

    Deterministic, and dependent on sizes and cliques alone.

    >>> tree_of((2, 3, 4), [(0, 1), (1, 2)]).cliques
    ((0, 1), (1, 2))
    """
    found = maximal(sizes, cliques)
    inside = [0] if found else []
    parents = {0: -1}
    best = dict.fromkeys(range(1, len(found)), 0)
    shared = {j: len(set(found[0]) & set(found[j])) for j in best}
    while best:
        j = max(best, key=lambda k: (shared[k], -k))
        parents[j] = best.pop(j)
        inside.append(j)
        for k in best:
            if (common := len(set(found[j]) & set(found[k]))) > shared[k]:
                best[k], shared[k] = j, common
    place = {j: i for i, j in enumerate(inside)}
    return Tree(tuple(by_size(found[j], sizes) for j in inside), tuple(place.get(parents[j], -1) for j in inside))


def by_size(attributes: Iterable[int], sizes: Sequence[int]) -> Clique:
    """Return attributes, the smallest first: the order of tables' axes, since long last axes sum quickest."""
    return tuple(sorted(attributes, key=lambda a: (sizes[a], a)))


def size_of(sizes: Sequence[int], cliques: Iterable[Clique]) -> int:
    """Return the bytes that the tables of the tree of `cliques` take; it depends on no data.

    Parts of the graph that do not touch are worked out one by one and remembered, so one clique more
    is quick.

    >>> size_of((10, 10, 10), [(0, 1), (1, 2)])
    1600
    """
    return BYTES * sum(math.prod(sizes[a] for a in clique) for clique in maximal(sizes, cliques))


def maximal(sizes: Sequence[int], cliques: Iterable[Clique]) -> list[Clique]:
    """Return the maximal cliques of the filled-up graph, in order of their attributes."""
    near = [1 << a for a in range(len(sizes))]
    for clique in cliques:
        joined = sum(1 << a for a in set(clique))
        for a in clique:
            near[a] |= joined
    found: list[Clique] = []
    left = (1 << len(sizes)) - 1
    while left:
        part = reach(near, left & -left)
        members = members_of(part)
        renamed = {a: i for i, a in enumerate(members)}
        edges = tuple(sum(1 << renamed[b] for b in members_of(near[a])) for a in members)
        found += [tuple(members[i] for i in clique) for clique in filled(tuple(sizes[a] for a in members), edges)]
        left &= ~part
    return sorted(found)


def reach(near: Sequence[int], start: int) -> int:
    """Return all attributes, as bits, that can be reached from those of `start`."""
    seen, new = 0, start
    while new:
        seen |= new
        around = 0
        for a in members_of(new):
            around |= near[a]
        new = around & ~seen
    return seen


def members_of(bits: int) -> list[int]:
    """Return the places of the bits that are set."""
    found = []
    while bits:
        low = bits & -bits
        found.append(low.bit_length() - 1)
        bits ^= low
    return found


@lru_cache(maxsize=65536)
def filled(sizes: tuple[int, ...], near: tuple[int, ...]) -> tuple[Clique, ...]:
    """Return the maximal cliques of one connected graph, filled up by the better of two greedy orders."""
    tries = [eliminated(sizes, near, by_fill) for by_fill in (False, True)]
    return min(tries, key=lambda cliques: sum(math.prod(sizes[a] for a in clique) for clique in cliques))


def eliminated(sizes: tuple[int, ...], edges: tuple[int, ...], by_fill: bool) -> tuple[Clique, ...]:
    """Take attributes out, cheapest first, joining the neighbours of each; return the maximal cliques that form."""
    near = list(edges)
    weight = [math.log(size) if size > 1 else 0.0 for size in sizes]

    def cost(a: int) -> tuple[float, float, int]:
        around = members_of(near[a])
        missing = sum((near[a] & ~near[b]).bit_count() for b in around)
        heavy = sum(weight[b] for b in around)
        return (missing, heavy, a) if by_fill or not missing else (1 + heavy, missing, a)

    costs = {a: cost(a) for a in range(len(sizes))}
    cliques: list[int] = []
    while costs:
        a = min(costs, key=costs.__getitem__)
        del costs[a]
        around = near[a]
        if not any(around & ~clique == 0 for clique in cliques):
            cliques.append(around)
        touched = 0
        for b in members_of(around & ~(1 << a)):
            near[b] = (near[b] | around) & ~(1 << a)
            touched |= near[b]
        for b in members_of(touched):
            costs[b] = cost(b)
    return tuple(tuple(members_of(clique)) for clique in cliques)
