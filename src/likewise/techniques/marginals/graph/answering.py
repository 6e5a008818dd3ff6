"""Marginals of any attributes, also of such as lie in different cliques."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from likewise.techniques.marginals.graph.beliefs import Array, Beliefs, covering, grouped, project, ratio, spread
from likewise.techniques.marginals.graph.measurement import Map
from likewise.techniques.marginals.graph.tree import Clique


def marginal_of(beliefs: Beliefs, clique: Clique, maps: Sequence[Map] | None = None) -> Array:
    """Return the probabilities of an attribute's cells, or of several's, an axis each in the order given."""
    rising = tuple(sorted(clique))
    table = of_groups(beliefs, rising)
    by = dict(zip(clique, maps or (None,) * len(clique)))
    for axis, a in enumerate(rising):
        table = to_cells(beliefs, table, axis, a, by[a])
    return table.transpose([rising.index(a) for a in clique])


def to_cells(beliefs: Beliefs, table: Array, axis: int, a: int, by: Map) -> Array:
    """Return a table with one axis turned from the groups that the model holds to cells, or to wanted groups of cells."""
    groups, shares = beliefs.grouping.groups[a], beliefs.shares[a]
    if by is None:
        around = [1] * table.ndim
        around[axis] = len(shares)
        return table.take(groups, axis=axis) * shares.reshape(around)
    wanted = int(np.max(by)) + 1
    held = beliefs.grouping.sizes[a]
    parts = grouped(shares, groups * wanted + np.asarray(by), held * wanted).reshape(held, wanted)
    return np.moveaxis(np.tensordot(table, parts, (axis, 0)), -1, axis)


def of_groups(beliefs: Beliefs, clique: Clique) -> Array:
    """Return the probabilities of the groups of attributes in rising order."""
    tree = beliefs.tree
    if not clique:
        return np.ones(())
    inside = covering(tree.cliques, clique)
    if inside is not None:
        return project(beliefs.tables[inside], tree.cliques[inside], clique)
    need = set(clique)
    alive = pruned(beliefs, need)
    messages: dict[int, list[tuple[Clique, Array]]] = {i: [] for i in alive}
    for i in sorted(alive, reverse=True):
        table, held = beliefs.tables[i], tree.cliques[i]
        parent = tree.parents[i] if tree.parents[i] in alive else -1
        shared: Clique = tree.separators[i] if parent >= 0 else ()
        if parent >= 0:
            table = table * spread(inverse(beliefs.separators[i]), shared, held)
        for attributes, message in messages[i]:
            keep = need | set(shared) | {a for other, _ in messages[i] for a in other if other is not attributes}
            table, held = joined(table, held, message, attributes, set(held) | keep)
        kept = tuple(a for a in held if a in need or a in shared)
        table = project(table, held, kept)
        if parent < 0:
            return table
        messages[parent].append((kept, table))
    raise AssertionError("a tree has a root")


def inverse(table: Array) -> Array:
    """Return one over each entry, and 0 where it is 0."""
    return ratio(np.ones_like(table), table)


def pruned(beliefs: Beliefs, need: set[int]) -> set[int]:
    """Return the smallest subtree of cliques that holds the needed attributes: no leaf of it could be spared."""
    tree = beliefs.tree
    alive = set(range(len(tree.cliques)))
    changed = True
    while changed:
        changed = False
        for i in sorted(alive, reverse=True):
            near = [j for j in tree.children[i] if j in alive]
            if tree.parents[i] in alive:
                near.append(tree.parents[i])
            if len(near) == 1 and (need & set(tree.cliques[i])) <= set(tree.cliques[near[0]]):
                alive.remove(i)
                changed = True
    return alive


def joined(left: Array, held: Clique, right: Array, attributes: Clique, keep: set[int]) -> tuple[Array, Clique]:
    """Return the product of two tables, summed over what is not kept."""
    both = tuple(sorted(set(held) | set(attributes)))
    label = {a: i for i, a in enumerate(both)}
    kept = tuple(a for a in both if a in keep)
    out = np.einsum(
        left, [label[a] for a in held], right, [label[a] for a in attributes], [label[a] for a in kept], optimize=True
    )
    return np.asarray(out), kept
