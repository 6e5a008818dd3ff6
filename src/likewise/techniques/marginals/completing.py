"""Rows of which some cells are known: the others drawn from the exact distribution given these."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from likewise.errors import ConditionError
from likewise.techniques.marginals.graph.beliefs import Array, Beliefs, grouped, ratio, spread
from likewise.techniques.marginals.graph.drawing import cells

Ints = npt.NDArray[np.int64]
Clique = tuple[int, ...]

AT_ONCE = 2**22
"""Cells of tables that are held for the rows worked on at a time."""


def completed(beliefs: Beliefs, known: Ints, barred: Mapping[int, npt.NDArray[np.bool_]], rng: np.random.Generator) -> Ints:
    """Return rows (n, attributes) of cells: `known` where these are not -1, else drawn given all that is known of the row.

    Cells of an attribute that are `barred` are not drawn. Raises ConditionError where a known row cannot be.
    """
    left = _without(beliefs, barred)
    tables = _conditional(left, beliefs)
    groups = np.stack([np.where(column < 0, -1, own[column]) for own, column in zip(beliefs.grouping.groups, known.T)], axis=1)
    patterns, of = np.unique(groups >= 0, axis=0, return_inverse=True)
    for place, pattern in enumerate(patterns):
        rows = np.flatnonzero(of.reshape(-1) == place)
        walk = _Walk(beliefs, tables, pattern)
        for start in range(0, len(rows), walk.at_once):
            part = rows[start : start + walk.at_once]
            groups[part] = walk.drawn(groups[part], rng)
    drawn = np.stack([cells(left, a, groups[:, a], rng) for a in range(known.shape[1])], axis=1)
    return np.where(known < 0, drawn, known)


def _without(beliefs: Beliefs, barred: Mapping[int, npt.NDArray[np.bool_]]) -> Beliefs:
    """Return the beliefs with shares of 0 for barred cells, those of the others as they were."""
    shares = [np.where(barred[a], 0.0, share) if a in barred else share for a, share in enumerate(beliefs.shares)]
    return replace(beliefs, shares=tuple(shares))


def _conditional(left: Beliefs, beliefs: Beliefs) -> list[Array]:
    """Return each clique's table given what it shares with its parent, by what is left of the cells in each group."""
    tree, tables = beliefs.tree, [table.copy() for table in beliefs.tables]
    for i in range(1, len(tables)):
        separator = beliefs.separators[i]
        tables[i] *= spread(ratio(np.ones_like(separator), separator), tree.separators[i], tree.cliques[i])
    for a, (share, groups) in enumerate(zip(left.shares, beliefs.grouping.groups, strict=True)):
        if share is not beliefs.shares[a]:
            home = tree.homes[a]
            part = grouped(share, groups, beliefs.grouping.sizes[a])
            tables[home] *= spread(part, (a,), tree.cliques[home])
    return tables


class _Walk:
    """Draw rows that are known in the same attributes: messages go up the tree of cliques, choices come down."""

    def __init__(self, beliefs: Beliefs, tables: Sequence[Array], pattern: npt.NDArray[np.bool_]) -> None:
        self.tree, self.sizes = beliefs.tree, beliefs.grouping.sizes
        self.parts: list[tuple[Clique, Clique, Clique]] = []
        self.tables: list[Array] = []
        for clique, shared, table in zip(self.tree.cliques, self.tree.separators, tables, strict=True):
            given = tuple(a for a in clique if pattern[a])
            open_ = tuple(a for a in shared if not pattern[a])
            fresh = tuple(a for a in clique if not pattern[a] and a not in shared)
            self.parts.append((given, open_, fresh))
            order = [clique.index(a) for a in (*given, *open_, *fresh)]
            self.tables.append(table.transpose(order).reshape(self.size(given), *(self.sizes[a] for a in (*open_, *fresh))))
        self.at_once = max(1, AT_ONCE // max(sum(self.size((*s, *f)) for _, s, f in self.parts), 1))

    def size(self, clique: Clique) -> int:
        """Return how many cells a few attributes have together."""
        return math.prod(self.sizes[a] for a in clique)

    def drawn(self, known: Ints, rng: np.random.Generator) -> Ints:
        """Return the rows with their open attributes drawn."""
        found = known.copy()
        for (_, open_, fresh), table in zip(self.parts, self.upwards(known), strict=True):
            if not fresh:
                continue
            lines = table.reshape(len(known), self.size(open_), self.size(fresh))
            weights = lines[np.arange(len(known)), self.at(found, open_)]
            ends = np.cumsum(weights, axis=1)
            picked = (ends < rng.random((len(known), 1)) * ends[:, -1:]).sum(axis=1)
            picked = np.minimum(picked, self.size(fresh) - 1)
            for a, column in zip(fresh, np.unravel_index(picked, [self.sizes[a] for a in fresh]), strict=True):
                found[:, a] = column
        return found

    def upwards(self, known: Ints) -> list[Array]:
        """Return for each clique the weights of its open cells, by what is known at and below it."""
        held: list[Array] = [np.empty(0)] * len(self.parts)
        messages: list[list[tuple[Clique, Array]]] = [[] for _ in self.parts]
        for i in range(len(self.parts) - 1, -1, -1):
            given, open_, fresh = self.parts[i]
            table = self.tables[i][self.at(known, given)]
            for attributes, message in messages[i]:
                axes = [a for a in (*open_, *fresh) if a in attributes]
                turned = message.transpose(0, *(1 + attributes.index(a) for a in axes))
                lengths = dict(zip(axes, turned.shape[1:], strict=True))
                table = table * turned.reshape(len(known), *(lengths.get(a, 1) for a in (*open_, *fresh)))
            held[i] = table
            message = table.sum(axis=tuple(range(1 + len(open_), table.ndim)))
            whole = message.reshape(len(known), -1).sum(axis=1)
            if not (whole > 0).all():
                raise ConditionError("given.impossible", "no row that the model can make agrees with what is known of one",
                                     hint="leave out cells that cannot go together")  # fmt: skip
            if i:
                message = message / whole.reshape(-1, *[1] * (message.ndim - 1))
                messages[self.tree.parents[i]].append((open_, message))
        return held

    def at(self, rows: Ints, clique: Clique) -> Ints:
        """Return the number of the cell that each row has in a few attributes together."""
        place = np.zeros(len(rows), dtype=np.int64)
        for a in clique:
            place = place * self.sizes[a] + rows[:, a]
        return place
