"""Rows from a joint distribution, clique by clique down the tree, with counts as even as whole rows allow."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from likewise.techniques.marginals.graph.beliefs import Array, Beliefs, ratio
from likewise.techniques.marginals.graph.evidence import Evidence, batches, distinct, groups_of, impossible, patterns
from likewise.techniques.marginals.graph.grouping import Grouping


def completed(beliefs: Beliefs, rows: NDArray[np.int32], rng: np.random.Generator) -> NDArray[np.int32]:
    """Return rows with each entry below 0 drawn given the row's others. Raises ConditionError where these cannot be."""
    groups = groups_of(beliefs.grouping, rows)
    for known, members in patterns(rows):
        lines, which = distinct(groups[:, list(known)][members], tuple(beliefs.grouping.sizes[a] for a in known))
        for start, part in batches(beliefs, known, lines):
            if np.any(part.log_mass == -np.inf):
                raise impossible()
            inside = (which >= start) & (which < start + len(part.log_mass))
            draw_groups(beliefs, part, which[inside] - start, groups, members[inside], rng)
    filled = rows.copy(order="F")
    for a in range(rows.shape[1]):
        empty = rows[:, a] < 0
        filled[empty, a] = cells(beliefs.grouping, a, beliefs.shares[a], groups[empty, a], rng)
        if np.any(beliefs.shares[a][filled[:, a]] == 0):
            raise impossible()
    return filled


def draw_groups(
    beliefs: Beliefs,
    part: Evidence,
    which: NDArray[np.int64],
    groups: NDArray[np.int64],
    members: NDArray[np.int64],
    rng: np.random.Generator,
) -> None:
    """Draw the unknown groups of some rows, in place, down the tree; `which` is each one's part of the evidence."""
    rows: slice | NDArray[np.int64] = slice(None) if len(members) == len(groups) else members
    tree, sizes = beliefs.tree, beliefs.grouping.sizes
    for i, clique in enumerate(tree.cliques):
        free = [a for a in clique if a not in part.known]
        given = [a for a in free if a in tree.separators[i]]
        fresh = [a for a in free if a not in given]
        if not fresh:
            continue
        table = part.tables[i]
        line = which if len(table) > 1 else np.zeros(len(which), np.int64)
        for a in given:
            line = line * sizes[a] + groups[rows, a]
        turned = table.transpose([0, *(1 + free.index(a) for a in given + fresh)])
        picked = dealt(turned.reshape(-1, math.prod(sizes[a] for a in fresh)), line, rng)
        for a, column in zip(fresh, np.unravel_index(picked, [sizes[a] for a in fresh])):
            groups[rows, a] = column


def cells(
    grouping: Grouping, a: int, shares: Array, groups: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int32]:
    """Return a cell of each row's group, by the cells' shares."""
    if not len(groups):
        return groups.astype(np.int32)
    members = grouping.groups[a]
    held = grouping.sizes[a]
    if held == len(members):
        return np.argsort(members)[groups].astype(np.int32)
    by_group = np.argsort(members, kind="stable")
    ends = np.cumsum(shares[by_group])
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
