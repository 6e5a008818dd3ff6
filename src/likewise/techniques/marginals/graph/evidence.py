"""What is known of some rows, sent up the tree: how likely it is, and how the rest then lies."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from likewise.errors import ConditionError
from likewise.techniques.marginals.graph.beliefs import Array, Beliefs, collected, distribute, grouped, ratio, spread
from likewise.techniques.marginals.graph.grouping import Grouping

AT_ONCE = 1 << 22
"""Cells of the largest table that are held at once, over all rows that are worked on together."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """Hold the tables of what is unknown, each given what it shares with its parent, for a batch of known parts.

    The first axis of a table is the part, or of length one where nothing known touches the clique or what hangs on it.
    `log_mass` has the logarithm of each part's probability, by groups of cells.
    """

    known: frozenset[int]
    tables: tuple[Array, ...]
    log_mass: Array


def patterns(rows: NDArray[np.int32]) -> Iterator[tuple[tuple[int, ...], NDArray[np.int64]]]:
    """Yield each set of known attributes (not below 0) with the numbers of the rows that know just these."""
    told = rows >= 0
    if not len(rows) or (told == told[0]).all():
        yield tuple(np.flatnonzero(told[0]).tolist()) if len(rows) else (), np.arange(len(rows))
        return
    packed = np.packbits(told, axis=1)
    kinds, first, which = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    which = which.reshape(-1)
    for kind in range(len(kinds)):
        yield tuple(np.flatnonzero(rows[first[kind]] >= 0).tolist()), np.flatnonzero(which == kind)


def distinct(columns: NDArray[np.int64], sizes: tuple[int, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the different lines of some columns, and each row's line."""
    if not sizes:
        return np.zeros((1, 0), np.int64), np.zeros(len(columns), np.int64)
    if math.prod(sizes) >= 1 << 62:
        lines, which = np.unique(columns, axis=0, return_inverse=True)
        return lines, which.reshape(-1)
    packed = np.ravel_multi_index(tuple(columns.T), sizes)
    keys, which = np.unique(packed, return_inverse=True)
    return np.stack(np.unravel_index(keys, sizes), axis=1).astype(np.int64), which


def batches(beliefs: Beliefs, known: tuple[int, ...], lines: NDArray[np.int64]) -> Iterator[tuple[int, Evidence]]:
    """Yield evidence for all lines of known groups, a part at a time, with the number of its first line."""
    sizes = beliefs.grouping.sizes
    largest = max((math.prod(sizes[a] for a in clique if a not in known) for clique in beliefs.tree.cliques), default=1)
    step = max(AT_ONCE // largest, 1)
    for start in range(0, len(lines), step):
        yield start, evidence(beliefs, known, lines[start : start + step])


def evidence(beliefs: Beliefs, known: tuple[int, ...], lines: NDArray[np.int64]) -> Evidence:
    """Send known groups, a line for each part, from the leaves of the tree to its root."""
    tree, column = beliefs.tree, {a: lines[:, k] for k, a in enumerate(known)}
    tables: list[Array] = [np.ones(1) for _ in tree.cliques]
    log_mass = np.zeros(len(lines))
    arrived: list[list[tuple[int, Array]]] = [[] for _ in tree.cliques]
    for i in range(len(tree.cliques) - 1, -1, -1):
        clique, shared = tree.cliques[i], tree.separators[i]
        free = tuple(a for a in clique if a not in column)
        given = spread(ratio(np.ones_like(beliefs.separators[i]), beliefs.separators[i]), shared, clique)
        table = picked(beliefs.tables[i] * given, clique, column)
        for j, message in arrived[i]:
            table = table * along(message, tuple(a for a in tree.separators[j] if a not in column), free)
        tables[i] = table
        out = tuple(axis for axis, a in enumerate(free, 1) if a not in shared)
        message = table.sum(axis=out) if out else table
        top = message.reshape(len(message), -1).max(axis=1, initial=0.0)
        log_mass += np.log(top, out=np.full(len(top), -np.inf), where=top > 0)
        message = message / np.where(top > 0, top, 1.0).reshape([-1] + [1] * (message.ndim - 1))
        if i:
            arrived[tree.parents[i]].append((i, message))
    return Evidence(frozenset(column), tuple(tables), log_mass)


def picked(table: Array, clique: tuple[int, ...], column: Mapping[int, NDArray[np.int64]]) -> Array:
    """Return a table's entries at the known groups of each part, with the part as the first axis."""
    fixed = [axis for axis, a in enumerate(clique) if a in column]
    if not fixed:
        return table[None]
    loose = [axis for axis in range(len(clique)) if axis not in fixed]
    return table.transpose(fixed + loose)[tuple(column[clique[axis]] for axis in fixed)]


def along(message: Array, attributes: tuple[int, ...], onto: tuple[int, ...]) -> Array:
    """Return a message, its first axis the part, with axes of length one for the attributes that it lacks."""
    lengths = dict(zip(attributes, message.shape[1:]))
    return message.reshape([len(message), *(lengths.get(a, 1) for a in onto)])


def log_probability(beliefs: Beliefs, rows: NDArray[np.int32]) -> Array:
    """Return the logarithm of each row's probability; entries below 0 are unknown and summed over."""
    told = np.zeros(len(rows))
    groups = groups_of(beliefs.grouping, rows)
    for known, members in patterns(rows):
        sizes = tuple(beliefs.grouping.sizes[a] for a in known)
        lines, which = distinct(groups[:, list(known)][members], sizes)
        masses = [part.log_mass for _, part in batches(beliefs, known, lines)]
        told[members] = np.concatenate(masses)[which]
        for a in known:
            share = beliefs.shares[a][rows[members, a]]
            told[members] += np.log(share, out=np.full(len(share), -np.inf), where=share > 0)
    return told


def groups_of(grouping: Grouping, rows: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the group of each known cell, and -1 where none is known; columns lie in one piece, for quick use."""
    groups = np.full(rows.shape, -1, np.int64, order="F")
    for a, of in enumerate(grouping.groups):
        known = rows[:, a] >= 0
        groups[known, a] = of[rows[known, a]]
    return groups


def conditioned(beliefs: Beliefs, masks: Mapping[int, NDArray[np.generic]]) -> Beliefs:
    """Return the distribution given weights of attributes' cells. Raises ConditionError where it is empty."""
    tables, shares = [table.copy() for table in beliefs.tables], list(beliefs.shares)
    for i in range(1, len(tables)):
        given = ratio(np.ones_like(beliefs.separators[i]), beliefs.separators[i])
        tables[i] *= spread(given, beliefs.tree.separators[i], beliefs.tree.cliques[i])
    for a, mask in masks.items():
        groups, home = beliefs.grouping.groups[a], beliefs.tree.homes[a]
        weighed = shares[a] * np.asarray(mask, np.float64)
        sums = grouped(weighed, groups, beliefs.grouping.sizes[a])
        shares[a] = ratio(weighed, sums[groups])
        tables[home] *= spread(sums, (a,), beliefs.tree.cliques[home])
    separators, mass = collected(beliefs.tree, tables)
    if mass == -np.inf:
        raise impossible()
    distribute(beliefs.tree, tables, separators)
    return Beliefs(beliefs.tree, beliefs.grouping, tuple(tables), tuple(separators), tuple(shares))


def impossible() -> ConditionError:
    """Return the error for conditions that no row can meet."""
    return ConditionError("given.impossible", "no row that the model can make meets the conditions",
                          hint="ask for values that occur together")  # fmt: skip
