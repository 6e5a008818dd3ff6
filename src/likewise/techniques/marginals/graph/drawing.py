"""Rows from a joint distribution, clique by clique down the tree, with counts as even as whole rows allow."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from likewise.errors import ConditionError
from likewise.techniques.marginals.graph.beliefs import Array, Beliefs, collected, distribute, grouped, ratio, spread


def drawn(beliefs: Beliefs, n: int, rng: np.random.Generator, masks: Mapping[int, NDArray[np.generic]]) -> NDArray[np.int32]:
    """Return `n` rows of cells that meet the masks. Raises ConditionError where no row can."""
    beliefs = conditioned(beliefs, masks) if masks else beliefs
    tree, sizes = beliefs.tree, beliefs.grouping.sizes
    groups = np.zeros((len(sizes), n), np.int64)
    for i, clique in enumerate(tree.cliques):
        shared = tree.separators[i]
        fresh = tuple(a for a in clique if a not in shared)
        order = [clique.index(a) for a in shared + fresh]
        table = beliefs.tables[i].transpose(order).reshape(int(np.prod([sizes[a] for a in shared])), -1)
        given = np.zeros(n, np.int64)
        for a in shared:
            given = given * sizes[a] + groups[a]
        picked = dealt(table, given, rng)
        for a, column in zip(fresh, np.unravel_index(picked, [sizes[a] for a in fresh])):
            groups[a] = column
    return np.stack([cells(beliefs, a, groups[a], rng) for a in range(len(sizes))], axis=1) if len(sizes) else np.zeros((n, 0), np.int32)


def cells(beliefs: Beliefs, a: int, groups: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int32]:
    """Return a cell of each row's group, by the cells' shares."""
    members = beliefs.grouping.groups[a]
    held = beliefs.grouping.sizes[a]
    if held == len(members):
        return np.argsort(members)[groups].astype(np.int32)
    by_group = np.argsort(members, kind="stable")
    ends = np.cumsum(beliefs.shares[a][by_group])
    of = members[by_group]
    first = np.flatnonzero(np.diff(of, prepend=-1))
    base = np.concatenate([[0.0], ends])[first]
    rows = np.bincount(groups, minlength=held)
    whole = ends[np.concatenate([first[1:], [len(of)]]) - 1] - base
    heights = (ends - base[of]) * ratio(rows.astype(np.float64), whole)[of]
    below = np.ceil(heights - starts(held, rng)[of])
    before = np.concatenate([[0.0], below[:-1]])
    before[first] = 0.0
    picked = np.empty(len(groups), np.int32)
    picked[shuffled(groups, rng)] = np.repeat(by_group, (below - before).astype(np.int64))
    return picked


def dealt(table: Array, given: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return a column of the table for each row's `given` line of it, drawn by the weights in that line.

    Of m rows with the same line, a column of share p gets m p, rounded up or down, in random places (systematic
    sampling); where lines have few rows each, what is rounded is spread evenly over the lines as well.
    """
    n = len(given)
    if not n:
        return given
    rows = np.bincount(given, minlength=len(table))
    lines = np.flatnonzero(rows)
    heights = np.cumsum(table[lines], axis=1)
    heights *= rows[lines, None] / heights[:, -1:]
    below = np.ceil(heights - starts(len(lines), rng)[:, None])
    counts = np.diff(below, axis=1, prepend=0.0).astype(np.int64)
    picked = np.empty(n, np.int64)
    picked[shuffled(given, rng)] = np.repeat(np.tile(np.arange(table.shape[1]), len(lines)), counts.reshape(-1))
    return picked


def starts(lines: int, rng: np.random.Generator) -> Array:
    """Return where in [0, 1) each line's rows begin to be counted: evenly over all lines, in random order."""
    return np.minimum((rng.permutation(lines) + rng.random(lines)) / max(lines, 1), 1 - 2**-53)


def shuffled(given: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the rows' numbers, sorted by line and in random order within each: one sort of packed integers."""
    n = len(given)
    low = max(int(n - 1).bit_length(), 1)
    high = max(int(given.max()).bit_length(), 1)
    chance = rng.integers(0, 1 << max(min(62 - low - high, 31), 1), n)
    packed = (((given << max(min(62 - low - high, 31), 1)) | chance) << low) | np.arange(n)
    packed.sort()
    return packed & ((1 << low) - 1)


def conditioned(beliefs: Beliefs, masks: Mapping[int, NDArray[np.generic]]) -> Beliefs:
    """Return the distribution given the masks, ready to draw from. Raises ConditionError where it is empty."""
    tables, shares = [table.copy() for table in beliefs.tables], list(beliefs.shares)
    for i in range(1, len(tables)):
        inverse = ratio(np.ones_like(beliefs.separators[i]), beliefs.separators[i])
        tables[i] *= spread(inverse, beliefs.tree.separators[i], beliefs.tree.cliques[i])
    for a, mask in masks.items():
        groups, home = beliefs.grouping.groups[a], beliefs.tree.homes[a]
        weighed = shares[a] * np.asarray(mask, np.float64)
        sums = grouped(weighed, groups, beliefs.grouping.sizes[a])
        shares[a] = ratio(weighed, sums[groups])
        tables[home] *= spread(sums, (a,), beliefs.tree.cliques[home])
    separators, mass = collected(beliefs.tree, tables)
    if mass == -np.inf:
        raise ConditionError("given.impossible", "no row that the model can make meets the conditions")
    distribute(beliefs.tree, tables, separators)
    return Beliefs(beliefs.tree, beliefs.grouping, tuple(tables), tuple(separators), tuple(shares))
