"""Marginals of any attributes, also of such as lie in different cliques."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from likewise.techniques.marginals.graph.beliefs import Array, Beliefs, covering, grouped, project, ratio, spread
from likewise.techniques.marginals.graph.measurement import Map
from likewise.techniques.marginals.graph.tree import Clique, Tree, by_size

Links = dict[int, set[int]]
"""The neighbours of each clique of a part of a tree."""

Known = dict[tuple[int, int, frozenset[int]], tuple[Clique, Array]]
"""Messages from a clique towards another, by the needed attributes they hold."""


def marginal_of(beliefs: Beliefs, clique: Clique, maps: Sequence[Map] | None, known: Known) -> Array:
    """Return the probabilities of an attribute's cells, or of several's, an axis each in the order given.

    `known` is what earlier calls for the same beliefs have worked out.
    """
    ordered = by_size(clique, beliefs.grouping.sizes)
    table = of_groups(beliefs, ordered, known)
    by = dict(zip(clique, maps or (None,) * len(clique)))
    for axis, a in enumerate(ordered):
        table = to_cells(beliefs, table, axis, a, by[a])
    return table.transpose([ordered.index(a) for a in clique])


def to_cells(beliefs: Beliefs, table: Array, axis: int, a: int, by: Map) -> Array:
    """Return a table with one axis turned from the groups of the model to cells, or to wanted groups of cells."""
    groups, shares = beliefs.grouping.groups[a], beliefs.shares[a]
    if by is None:
        around = [1] * table.ndim
        around[axis] = len(shares)
        return table.take(groups, axis=axis) * shares.reshape(around)
    wanted = int(np.max(by)) + 1
    held = beliefs.grouping.sizes[a]
    parts = grouped(shares, groups * wanted + np.asarray(by), held * wanted).reshape(held, wanted)
    return np.moveaxis(np.tensordot(table, parts, (axis, 0)), -1, axis)


def of_groups(beliefs: Beliefs, clique: Clique, known: Known) -> Array:
    """Return the probabilities of groups of attributes, smallest first; `known` keeps messages for later cliques."""
    tree = beliefs.tree
    if not clique:
        return np.ones(())
    inside = covering(tree.cliques, beliefs.tables, clique)
    if inside is not None:
        return project(beliefs.tables[inside], tree.cliques[inside], clique)
    links = pruned(tree, set(clique))
    ends = [i for i, near in links.items() if len(near) == 1]
    root = max(ends, key=lambda i: (max(a for a in clique if a in tree.cliques[i]), i))
    return message(beliefs, links, root, -1, frozenset(clique), known)[1]


def message(
    beliefs: Beliefs, links: Links, i: int, toward: int, need: frozenset[int], known: Known
) -> tuple[Clique, Array]:
    """Return the needed attributes at and behind clique `i`, given what it shares with `toward` (-1: with nothing)."""
    tree = beliefs.tree
    clique, behind = tree.cliques[i], [j for j in links[i] if j != toward]
    shared = separator(beliefs, i, toward) if toward >= 0 else ((), np.ones(()))
    below = [message(beliefs, links, j, i, need, known) for j in behind]
    met = frozenset(a for a in need if a in clique or any(a in attributes for attributes, _ in below)) - set(shared[0])
    if toward >= 0 and (found := known.get((i, toward, met))) is not None:
        return found
    bridges = {a for j in behind for a in separator(beliefs, i, j)[0]}
    held = tuple(a for a in clique if a in need or a in shared[0] or a in bridges)
    table = project(beliefs.tables[i], clique, held) * spread(
        ratio(np.ones_like(shared[1]), shared[1]), shared[0], held
    )
    for k, (attributes, sent) in enumerate(below):
        later = {a for others, _ in below[k + 1 :] for a in others}
        table, held = joined(table, held, sent, attributes, set(need) | set(shared[0]) | later, beliefs.grouping.sizes)
    kept = tuple(a for a in held if a in need or a in shared[0])
    sent = project(table, held, kept)
    known[i, toward, met] = kept, sent
    return kept, sent


def separator(beliefs: Beliefs, i: int, j: int) -> tuple[Clique, Array]:
    """Return what two neighbouring cliques share, and its probabilities."""
    child = i if beliefs.tree.parents[i] == j else j
    return beliefs.tree.separators[child], beliefs.separators[child]


def pruned(tree: Tree, need: set[int]) -> Links:
    """Return the smallest subtree that holds the needed attributes, as each clique's neighbours."""
    links = {
        i: {*tree.children[i], *([tree.parents[i]] if tree.parents[i] >= 0 else [])} for i in range(len(tree.cliques))
    }
    ends = [i for i, near in links.items() if len(near) == 1]
    while ends:
        i = ends.pop()
        if len(links.get(i, ())) != 1:
            continue
        (j,) = links[i]
        if need & set(tree.cliques[i]) <= set(tree.cliques[j]):
            del links[i]
            links[j].remove(i)
            ends.append(j)
    return links


def joined(
    left: Array, held: Clique, right: Array, attributes: Clique, keep: set[int], sizes: Sequence[int]
) -> tuple[Array, Clique]:
    """Return the product of two tables, summed over what is not kept, as one batch of matrix products."""
    mine = tuple(a for a in held if a in keep or a in attributes)
    left = project(left, held, mine)
    both = [a for a in mine if a in attributes and a in keep]
    summed = [a for a in mine if a in attributes and a not in keep]
    rows = [a for a in mine if a not in attributes]
    columns = [a for a in attributes if a not in mine]
    first = matrices(left, mine, both, rows, summed)
    second = matrices(right, attributes, both, summed, columns)
    lengths = dict(zip(mine + tuple(attributes), left.shape + right.shape))
    order = [*both, *rows, *columns]
    product = (first @ second).reshape([lengths[a] for a in order])
    kept = by_size(order, sizes)
    return product.transpose([order.index(a) for a in kept]), kept


def matrices(table: Array, attributes: Clique, batch: list[int], rows: list[int], columns: list[int]) -> Array:
    """Return a table as a batch of matrices."""
    turned = table.transpose([attributes.index(a) for a in [*batch, *rows, *columns]])
    ends = (len(batch), len(batch) + len(rows), table.ndim)
    shape = turned.shape
    return turned.reshape([math.prod(shape[i:j]) for i, j in zip((0, *ends[:2]), ends)])


def shared_information(table: Array) -> float:
    """Return the mutual information of a table of two attributes, in nats."""
    whole = float(table.sum())
    alone = np.outer(table.sum(axis=1), table.sum(axis=0))
    held = table > 0
    return (
        max(float((table[held] * np.log(table[held] * whole / alone[held])).sum()) / whole, 0.0) if whole > 0 else 0.0
    )
