"""In which order the levels of a category stand, and where no single order does: by how they go with other columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.techniques.sampling.marginals import Node

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]

ROWS = 20_000
"""Rows that are looked at."""

OFTEN = 0.005
"""Share of the rows that a level must have to be looked at by other columns."""

MOST_FEATURES = 400
"""What other columns are looked at by, at most."""

BEND = 0.5
"""What the square of a number counts beside the number itself."""

SPLITS = 4
"""Choices between two groups of levels, at most, before the levels of each group stand in an order."""


@dataclass(frozen=True, eq=False)
class Features:
    """Hold what levels are told apart by, (rows, features): other columns' scores, squares and levels.

    `owners` is the column of each feature; `rows` are those of the table that were looked at.
    """

    values: Floats
    owners: Longs
    rows: Longs

    def profiles(self, column: int, symbols: Ints, count: int) -> Floats:
        """Return the means of other columns' features in the rows of each symbol of a column: (symbols, features)."""
        own = symbols[self.rows]
        others = self.values[:, self.owners != column]
        order = np.argsort(own, kind="stable")
        held, starts = np.unique(own[order], return_index=True)
        found = np.zeros((count, others.shape[1]))
        if others.shape[1]:
            sums = np.add.reduceat(others[order], starts, axis=0)
            found[held] = sums / np.diff(np.append(starts, len(own)))[:, None]
        return found


def features_of(symbols: Sequence[Ints], scores: Sequence[Floats | None], rng: np.random.Generator) -> Features:
    """Return the features of all columns: `scores` of a number's symbols (the missing one last), None for a category.

    A level counts by its share as in correspondence analysis: rows of a rare one lie far from others.
    """
    total = len(symbols[0]) if symbols else 0
    rows = np.arange(total) if total <= ROWS else np.sort(rng.choice(total, ROWS, replace=False))
    values: list[Floats] = []
    owners: list[int] = []
    for column, (all_own, of_symbol) in enumerate(zip(symbols, scores, strict=True)):
        own = all_own[rows]
        if of_symbol is not None:
            line = of_symbol[own]
            values += [line, BEND * (line**2 - (line**2).mean())]
            owners += [column, column]
            continue
        shares = np.bincount(own) / len(rows)
        often = np.flatnonzero((shares >= OFTEN) & (shares < 1))
        for level in often[np.argsort(-shares[often], kind="stable")][: MOST_FEATURES // len(symbols) + 2]:
            values.append(((own == level) - shares[level]) / np.sqrt(shares[level]))
            owners.append(column)
    stacked = np.stack(values, axis=1) if values else np.empty((len(rows), 0))
    return Features(stacked, np.array(owners, dtype=np.int64), rows)


def one_order(profiles: Floats, counts: Floats) -> tuple[Node]:
    """Return the one node that puts symbols in the order of what tells most of their profiles apart."""
    return (_ordered(_held(counts), profiles, counts, -1, 0),)


def tree(profiles: Floats, counts: Floats, *, splits: int = SPLITS) -> tuple[Node, ...]:
    """Return nodes that lead to the symbols: the groups most apart are told from one another first, then levels.

    Levels of a category lie in as many directions as it has, and one order keeps but one of them. Each split takes the
    group whose halves differ most, and each group left is put in an order of its own.
    """
    groups = [_held(counts)]
    places = [(-1, 0)]
    nodes: list[Node] = []
    for _ in range(splits):
        cuts = [_cut(group, profiles, counts) for group in groups]
        best = int(np.argmax([gain if len(group) > 2 else -1 for group, (gain, _) in zip(groups, cuts, strict=True)]))
        if len(groups[best]) <= 2 or cuts[best][0] <= 0:
            break
        left = cuts[best][1]
        right = np.setdiff1d(groups[best], left)
        bins = np.full(len(counts), -1, dtype=np.int32)
        bins[left], bins[right] = 0, 1
        nodes.append(Node(bins, *places.pop(best)))
        groups.pop(best)
        groups += [left, right]
        places += [(len(nodes) - 1, 0), (len(nodes) - 1, 1)]
    inner = len(nodes)
    ordered = [
        _ordered(group, profiles, counts, *place)
        for group, place in zip(groups, places, strict=True)
        if len(group) > 1 or not inner
    ]
    return (*nodes, *ordered)


def in_given_order(counts: Floats) -> tuple[Node]:
    """Return the one node that keeps the order of the symbols, the missing one before all."""
    held = _held(counts)
    bins = np.full(len(counts), -1, dtype=np.int32)
    bins[np.roll(held, 1) if held[-1] == len(counts) - 1 else held] = np.arange(len(held))
    return (Node(bins),)


def _held(counts: Floats) -> Longs:
    held = np.flatnonzero(counts > 0)
    return held if len(held) else np.array([len(counts) - 1])


def _axis(group: Longs, profiles: Floats, counts: Floats) -> Floats:
    """Return where the profiles of a group's symbols lie on the line along which they differ most."""
    share = counts[group] / max(float(counts[group].sum()), 1.0)
    centred = profiles[group] - share @ profiles[group]
    weighted = centred * np.sqrt(share)[:, None]
    cross = weighted.T @ weighted if weighted.shape[1] < len(group) else weighted @ weighted.T
    if not cross.size or not cross.any():
        return np.zeros(len(group))
    leading = np.linalg.eigh(cross)[1][:, -1]
    direction = leading if weighted.shape[1] < len(group) else weighted.T @ leading
    placed: Floats = centred @ direction
    return placed if placed[np.argmax(np.abs(placed))] > 0 else -placed


def _ordered(group: Longs, profiles: Floats, counts: Floats, parent: int, branch: int) -> Node:
    order = group[np.argsort(_axis(group, profiles, counts), kind="stable")]
    bins = np.full(len(counts), -1, dtype=np.int32)
    bins[order] = np.arange(len(order))
    return Node(bins, parent, branch)


def _cut(group: Longs, profiles: Floats, counts: Floats) -> tuple[float, Longs]:
    """Return how far apart the two halves of a group are that differ most, and the symbols of the first."""
    if len(group) < 2:
        return 0.0, group
    order = group[np.argsort(_axis(group, profiles, counts), kind="stable")]
    mass = np.cumsum(counts[order])
    sums = np.cumsum(counts[order, None] * profiles[order], axis=0)
    left, right = mass[:-1], mass[-1] - mass[:-1]
    gap = sums[:-1] / left[:, None] - (sums[-1] - sums[:-1]) / right[:, None]
    gains = left * right / mass[-1] * (gap**2).sum(axis=1)
    best = int(np.argmax(gains))
    return float(gains[best]), np.sort(order[: best + 1])
