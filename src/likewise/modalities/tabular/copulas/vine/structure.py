"""Trees of a regular vine: which pairs are joined, given which others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from likewise.modalities.tabular.copulas.vine.choosing import association, chosen, clipped
from likewise.modalities.tabular.copulas.vine.pairs import Independence, Pair

Floats = npt.NDArray[np.float64]

STRUCTURE_ROWS = 5_000
"""Rows by which it is settled which columns are joined."""

TREES, WIDE, FEWER = 8, 40, 3
"""Trees at most; and of tables so wide."""

EVEN_GRID = np.linspace(0, 1, 11)
"""The grid of checkerboards beyond the first tree."""


@dataclass(frozen=True, eq=False)
class Edge:
    """Join two latents, given some others, by a pair copula of (first, second)."""

    first: int
    second: int
    given: frozenset[int]
    pair: Pair

    @property
    def latents(self) -> frozenset[int]:
        """All latents that have a part in it."""
        return self.given | {self.first, self.second}


def trees_of(uniforms: Floats, grids: Sequence[Floats]) -> list[list[Edge]]:
    """Return the trees of a vine, the strongest pairs first, until nothing is left that depends or enough are found.

    Each tree is a spanning tree of greatest total strength among the pairs that the tree before allows (Dissmann,
    Brechmann, Czado and Kurowicka, 2013). `uniforms` are (latents, rows), `grids` the cells of each in the first tree.
    """
    size = len(uniforms)
    known = {(latent, frozenset[int]()): clipped(own) for latent, own in enumerate(uniforms)}
    nodes = [frozenset([latent]) for latent in range(size)]
    trees: list[list[Edge]] = []
    for level in range(min(size - 1, TREES if size <= WIDE else FEWER)):
        grid = grids if level == 0 else [EVEN_GRID] * size
        tree = [_joined(a, b, given, known, grid) for a, b, given in _spanning(nodes, level, known, grid)]
        if level and all(isinstance(edge.pair, Independence) for edge in tree):
            break
        trees.append(tree)
        nodes = [edge.latents for edge in tree]
    return trees


def drawing_order(trees: Sequence[Sequence[Edge]], size: int) -> list[tuple[int, list[Edge]]]:
    """Return the latents in an order in which they can be drawn, each with its edges to those drawn before it.

    Latents are peeled off from the end: one that has a single edge in each tree, and is given in none.
    """
    own: dict[int, list[set[int]]] = {latent: [set() for _ in trees] for latent in range(size)}
    edges = [edge for tree in trees for edge in tree]
    level_of = [level for level, tree in enumerate(trees) for _ in tree]
    for number, edge in enumerate(edges):
        for latent in edge.latents:
            own[latent][level_of[number]].add(number)
    found: list[tuple[int, list[Edge]]] = []
    left = set(range(size))
    while left:
        latent = next(k for k in sorted(left) if all(_ends(k, numbers, edges) for numbers in own[k]))
        mine = [next(iter(numbers)) for numbers in own[latent] if numbers]
        found.append((latent, [edges[number] for number in mine]))
        for number in mine:
            for other in edges[number].latents:
                own[other][level_of[number]].discard(number)
        left.discard(latent)
    return found[::-1]


def _ends(latent: int, numbers: set[int], edges: Sequence[Edge]) -> bool:
    """Whether a latent has at most one edge in a tree, and is one of the two that it joins."""
    return not numbers or (len(numbers) == 1 and latent not in edges[next(iter(numbers))].given)


def _spanning(
    nodes: Sequence[frozenset[int]],
    level: int,
    known: dict[tuple[int, frozenset[int]], Floats],
    grid: Sequence[Floats],
) -> list[tuple[int, int, frozenset[int]]]:
    """Return the pairs of a spanning tree of greatest strength (Kruskal, 1956)."""
    found: list[tuple[float, int, int, int, int, frozenset[int]]] = []
    for one, other in _allowed(nodes, level):
        given = nodes[one] & nodes[other]
        ((a,), (b,)) = nodes[one] - given, nodes[other] - given
        sides = known[a, given][:STRUCTURE_ROWS], known[b, given][:STRUCTURE_ROWS]
        found.append((association(*sides, grid[a], grid[b]).strength, one, other, a, b, given))
    found.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    group = list(range(len(nodes)))
    kept: list[tuple[int, int, frozenset[int]]] = []
    for _, one, other, a, b, given in found:
        first, second = _root(group, one), _root(group, other)
        if first != second:
            group[second] = first
            kept.append((a, b, given))
    return kept


def _allowed(nodes: Sequence[frozenset[int]], level: int) -> list[tuple[int, int]]:
    """Return the pairs of nodes that share all but one latent each."""
    if level == 0:
        return list(combinations(range(len(nodes)), 2))
    found = set[tuple[int, int]]()
    by_part: dict[frozenset[int], list[int]] = {}
    for number, node in enumerate(nodes):
        for latent in node:
            by_part.setdefault(node - {latent}, []).append(number)
    for members in by_part.values():
        found |= {*combinations(members, 2)}
    return sorted(found)


def _joined(
    a: int, b: int, given: frozenset[int], known: dict[tuple[int, frozenset[int]], Floats], grid: Sequence[Floats]
) -> Edge:
    """Return the edge of a pair, and remember what the two are given one another."""
    u, v = known[a, given], known[b, given]
    pair = chosen(u, v, grid[a], grid[b])
    known[a, given | {b}] = pair.given(u, v)
    known[b, given | {a}] = pair.swapped().given(v, u)
    return Edge(a, b, given, pair)


def _root(group: list[int], node: int) -> int:
    while group[node] != node:
        group[node] = group[group[node]]
        node = group[node]
    return node
