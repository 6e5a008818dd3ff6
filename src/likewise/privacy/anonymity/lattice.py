"""Full-domain generalisation: one level of its hierarchy for each column, the least lossy that meets what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from likewise.errors import PrivacyError
from likewise.privacy.anonymity.criteria import Criteria, Secret, Tally, meets
from likewise.privacy.anonymity.hierarchy import Hierarchy, ends_of

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

NODES = 3_000_000
"""Combinations of levels that are looked at, at most."""
WORK = 60_000_000
"""Distinct rows x combinations that are tried, at most: about ten seconds for every ten million."""
FEWEST_TRIED = 40
"""Combinations that may be tried whatever the rows."""


@dataclass(frozen=True, eq=False)
class Node:
    """Hold a combination of levels, which rows it keeps, and what it loses: 0 (nothing) to 1 (all)."""

    levels: Ints
    kept: Mask
    loss: float


@dataclass(frozen=True, eq=False)
class Found:
    """Hold the best node, how many were tried, and whether all that could be better were."""

    node: Node
    tried: int
    is_best: bool


@dataclass(frozen=True, eq=False)
class Lattice:
    """Generalise all values of a column alike, leaving out rows of classes that fall short, up to a share `suppress`.

    Combinations are taken from the least lossy on; along a way up from each, the lowest that will do is found by
    halving, whatever lies below one that will not do is passed over (El Emam et al., 2009, JAMIA 16; Samarati, 2001),
    and so is what cannot lose less than the best so far. The result is the least lossy of all where `is_best`. Beside
    rows that are left out, entropy, recursive diversity and closeness do not always grow on the way up: there it is a
    good one, and meets what is asked all the same.
    """

    codes: Ints  # rows x columns
    hierarchies: Sequence[Hierarchy]
    secrets: Sequence[Secret]
    criteria: Criteria
    suppress: float

    def search(self) -> Found:
        """Return the least lossy node. Raises PrivacyError where none meets the criteria, or there are too many."""
        tops = np.array([h.top for h in self.hierarchies])
        if np.prod(tops + 1.0) > NODES:
            raise PrivacyError("privacy.lattice", f"the levels of {len(tops)} columns make too many combinations",
                               hint="take `method: mondrian`, or fewer columns or steps")  # fmt: skip
        nodes = np.indices((tops + 1).tolist(), dtype=np.int8).reshape(len(tops), -1).T
        bound = sum(losses[nodes[:, i]] for i, losses in enumerate(self._losses)) / len(tops)
        order = np.argsort(bound, kind="stable")
        nodes, bound = nodes[order], np.asarray(bound)[order]
        failing, seen = np.zeros(len(nodes), bool), np.zeros(len(nodes), bool)
        most, tried, best = max(FEWEST_TRIED, WORK // max(1, len(self._points[0]))), 0, None
        for place in range(len(nodes)):
            if failing[place] or seen[place]:
                continue
            if best is not None and bound[place] >= best.loss:
                return Found(best, tried, True)
            if tried >= most and best is not None:
                return Found(best, tried, False)
            way = self._way_up(nodes[place], tops)
            low, high = 0, len(way) - 1
            while low <= high:
                middle = (low + high) // 2
                node = self.node(way[middle])
                tried += 1
                if node is None:
                    failing |= (nodes <= way[middle]).all(axis=1)
                    low = middle + 1
                    continue
                seen |= (nodes == way[middle]).all(axis=1)
                best = node if best is None or node.loss < best.loss else best
                high = middle - 1
        if best is None:
            raise PrivacyError("privacy.unreachable", "no combination of levels meets what is asked",
                               hint="ask for less, or let more rows be left out with `suppress`")  # fmt: skip
        return Found(best, tried, True)

    def _way_up(self, start: Ints, tops: Ints) -> Ints:
        """Return a way from a node to the top, each step the one that loses least."""
        way = [start]
        while (way[-1] < tops).any():
            last = way[-1]
            cost = [
                losses[level + 1] - losses[level] if level < top else np.inf
                for losses, level, top in zip(self._losses, last, tops, strict=True)
            ]
            step = last.copy()
            step[int(np.argmin(cost))] += 1
            way.append(step)
        return np.array(way)

    def node(self, levels: Ints) -> Node | None:
        """Return a node with the points that it keeps, None where more rows would be left out than may be."""
        points, weights, tallies = self._points
        group, count = combined([self._rungs[i][lv][0][points[:, i]] for i, lv in enumerate(levels.tolist())])
        sizes = np.bincount(group, weights=weights, minlength=count)
        kept = sizes >= self.criteria.k
        least = (1 - self.suppress) * weights.sum() - 1e-9
        merged = [tally.merged(group, count, s.count) for tally, s in zip(tallies, self.secrets, strict=True)]
        while sizes[kept].sum() >= max(least, 1):
            met = self._met(kept, merged)
            if met.all():
                inside = kept[group]
                lost = sum(self._rungs[i][lv][1][points[:, i]] for i, lv in enumerate(levels.tolist()))
                own = float((weights * np.where(inside, np.asarray(lost) / len(levels), 1.0)).sum() / weights.sum())
                return Node(levels, inside, own)
            kept[np.flatnonzero(kept)[~met]] = False  # what all rows have changes with them: look again
        return None

    def _met(self, kept: Mask, tallies: Sequence[Tally]) -> Mask:
        """Return which of the kept classes meet the criteria, beside the kept rows."""
        met = np.ones(int(kept.sum()), bool)
        if not self.criteria.of_secrets:
            return met
        number = np.cumsum(kept) - 1
        for secret, tally in zip(self.secrets, tallies, strict=True):
            inside = kept[tally.of]
            own = Tally(number[tally.of[inside]], tally.code[inside], tally.rows[inside], tally.sizes[kept])
            values = own.values(secret.count)
            met &= meets(own, secret, values / values.sum(), self.criteria)
        return met

    @cached_property
    def point_of(self) -> Ints:
        """The number of each row's combination of codes."""
        return combined([self.codes[:, i] for i in range(self.codes.shape[1])])[0]

    @cached_property
    def _points(self) -> tuple[Ints, Floats, list[Tally]]:
        """Return the distinct combinations of codes, how many rows have each, and their secrets."""
        of = self.point_of
        _, first, weights = np.unique(of, return_index=True, return_counts=True)
        tallies = [Tally.of_rows(of, len(first), secret) for secret in self.secrets]
        return self.codes[first], weights.astype(np.float64), tallies

    @cached_property
    def _rungs(self) -> list[list[tuple[Ints, Floats]]]:
        """For each column and level the group of each code, and what it loses."""
        found = []
        for hierarchy in self.hierarchies:
            groups = [hierarchy.climbed(level)[0] for level in range(hierarchy.top + 1)]
            ends = [ends_of(group) for group in groups]
            found.append(
                [(g, hierarchy.loss(first[g], last[g])) for g, (first, last) in zip(groups, ends, strict=True)]
            )
        return found

    @cached_property
    def _losses(self) -> list[Floats]:
        """For each column what all rows lose at each level."""
        return [
            np.array([float((lost * h.rows).sum() / h.rows.sum()) for _, lost in rungs])
            for h, rungs in zip(self.hierarchies, self._rungs, strict=True)
        ]


def combined(codes: Sequence[Ints]) -> tuple[Ints, int]:
    """Return a number from 0 for each row, equal where all of its codes are, and how many there are.

    >>> combined([np.array([0, 1, 0]), np.array([5, 5, 5])])
    (array([0, 1, 0]), 2)
    """
    key, size = codes[0].astype(np.int64), int(codes[0].max()) + 1
    for own in codes[1:]:
        width = int(own.max()) + 1
        if size > 2**62 // width:
            key = np.unique(key, return_inverse=True)[1].reshape(-1)
            size = int(key.max()) + 1
        key, size = key * width + own, size * width
    distinct, key = np.unique(key, return_inverse=True)
    return key.reshape(-1), len(distinct)
