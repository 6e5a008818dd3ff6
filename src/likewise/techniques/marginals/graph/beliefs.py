"""The joint distribution as tables: one for each clique of a tree, and the shares of cells within groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from likewise.techniques.marginals.graph.grouping import Grouping
from likewise.techniques.marginals.graph.tree import Clique, Tree

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Beliefs:
    """Hold the probabilities of each clique's groups, of each separator's, and of each cell given its group."""

    tree: Tree
    grouping: Grouping
    tables: tuple[Array, ...]
    separators: tuple[Array, ...]
    shares: tuple[Array, ...]


def project(table: Array, attributes: Clique, kept: Clique) -> Array:
    """Return the sums of a table over the attributes that are not kept; both cliques are in the same order."""
    axes = [axis for axis, a in enumerate(attributes) if a in kept]
    if len(axes) == len(attributes):
        return table
    sums: Any = np.einsum  # its types know no lists of axes
    return np.asarray(sums(table, list(range(len(attributes))), axes))


def spread(table: Array, attributes: Clique, onto: Clique) -> Array:
    """Return a table with axes of length one for the attributes that it lacks; both are in the same order."""
    lengths = dict(zip(attributes, table.shape))
    return table.reshape([lengths.get(a, 1) for a in onto])


def ratio(new: Array, old: Array) -> Array:
    """Return `new / old`, and 0 where the old one is 0."""
    return np.divide(new, old, out=np.zeros_like(new), where=old > 0)


def collected(tree: Tree, tables: list[Array]) -> tuple[list[Array], float]:
    """Send messages from the leaves to the root, in place: each table comes to hold all below it.

    Returns the messages, each scaled to add up to one, and the logarithm of the whole mass (-inf where there is none);
    the root's table is left adding up to one.
    """
    messages = [np.ones(()) for _ in tables]
    mass = 0.0
    for i in range(len(tables) - 1, -1, -1):
        message = project(tables[i], tree.cliques[i], tree.separators[i])
        whole = float(message.sum())
        if not whole > 0:
            return messages, -np.inf
        mass += float(np.log(whole))
        messages[i] = message / whole
        tables[i] /= whole
        if i:
            parent = tree.parents[i]
            tables[parent] *= spread(messages[i], tree.separators[i], tree.cliques[parent])
    return messages, mass


def distribute(tree: Tree, tables: list[Array], separators: list[Array]) -> None:
    """Send messages from the root to the leaves, in place: all tables come to agree on what they share."""
    for i in range(1, len(tables)):
        parent, shared = tree.parents[i], tree.separators[i]
        new = project(tables[parent], tree.cliques[parent], shared)
        tables[i] *= spread(ratio(new, separators[i]), shared, tree.cliques[i])
        separators[i] = new


def grouped(values: Array, groups: NDArray[np.int64], size: int) -> Array:
    """Return the sums of a vector's values by group."""
    return np.bincount(groups, weights=values, minlength=size).astype(np.float64)


def covering(cliques: Sequence[Clique], tables: Sequence[Array], wanted: Clique) -> int | None:
    """Return the clique of the smallest table that holds all wanted attributes, or None."""
    need = set(wanted)
    return min((i for i, c in enumerate(cliques) if need <= set(c)), key=lambda i: tables[i].size, default=None)
