"""Mondrian: rows cut in two again and again, wherever both halves still meet what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.privacy.anonymity.criteria import Criteria, Secret, Tally, meets
from likewise.privacy.anonymity.hierarchy import Hierarchy

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Boxes:
    """Hold the class of each row, and the least and the greatest code that each class has of each column."""

    of: Ints
    low: Ints
    high: Ints


@dataclass(frozen=True, eq=False)
class Mondrian:
    """Cut rows into classes of at least k, several columns at once, as long as every class meets the criteria.

    A class is cut in two in the column in which it is widest and may be cut, between two values next to its median
    (strict); where that can be done no more and `relaxed` is true, between two rows of one value. Where values have
    groups, a cut between groups comes before one within them. LeFevre, DeWitt and Ramakrishnan, 2006, ICDE.

    All classes are cut at once, level by level: time O(n log n) for each of about log2(n / k) levels.
    """

    codes: Ints  # rows x columns
    hierarchies: Sequence[Hierarchy]
    secrets: Sequence[Secret]
    criteria: Criteria
    relaxed: bool = False

    def cut(self) -> Boxes:
        """Return the classes. All rows together have to meet the criteria."""
        order, sizes = self._cut_while(np.arange(len(self.codes)), np.array([len(self.codes)]), within=False)
        if self.relaxed:
            order, sizes = self._cut_while(order, sizes, within=True)
        return self._boxes(order, sizes)

    def _cut_while(self, order: Ints, sizes: Ints, *, within: bool) -> tuple[Ints, Ints]:
        """Cut classes, the rows of one after those of another, for as long as one can be; also `within` a value."""
        starts = np.cumsum(sizes) - sizes
        tried = np.zeros((len(starts), len(self.hierarchies)), bool)
        done: list[tuple[Ints, Ints]] = []
        while len(starts):
            sizes = np.diff(np.append(starts, len(order)))
            column = self._widest(order, starts, tried)
            leaf = (column < 0) | (sizes < 2 * self.criteria.k)
            if leaf.any():
                ends = np.repeat(leaf, sizes)
                done.append((order[ends], sizes[leaf]))
                order = order[~ends]
                column, sizes, tried = column[~leaf], sizes[~leaf], tried[~leaf]
                starts = np.cumsum(sizes) - sizes
                if not len(starts):
                    break
            order, starts, tried = self._cut_all(order, starts, sizes, column, tried, within)
        return np.concatenate([rows for rows, _ in done]), np.concatenate([own for _, own in done])

    def _widest(self, order: Ints, starts: Ints, tried: Mask) -> Ints:
        """Return the widest column of each class that was not yet tried in vain; -1 where none is left."""
        width = np.full(tried.shape, -1.0)
        for place, hierarchy in enumerate(self.hierarchies):
            own = self.codes[order, place]
            low, high = np.minimum.reduceat(own, starts), np.maximum.reduceat(own, starts)
            spread = hierarchy.loss(*hierarchy.extent(low, high)) + 1e-6 * (high - low) / hierarchy.count
            width[:, place] = np.where(tried[:, place] | (low == high), -1.0, spread)
        return np.where(width.max(axis=1) > 0, width.argmax(axis=1), -1)

    def _cut_all(
        self, order: Ints, starts: Ints, sizes: Ints, column: Ints, tried: Mask, within: bool
    ) -> tuple[Ints, Ints, Mask]:
        """Return the rows with every class cut in its column where it may be; where it may not, that is noted."""
        segment = np.repeat(np.arange(len(starts)), sizes)
        value = self.codes[order, column[segment]]
        order = order[np.lexsort((value, segment))]
        value = self.codes[order, column[segment]]
        place = self._places(value, segment, starts, sizes, column, within)
        allowed = place > 0
        if self.criteria.of_secrets and allowed.any():
            allowed &= self._both_meet(order, starts, sizes, np.where(allowed, place, 1))
        tried = tried.copy()
        tried[np.flatnonzero(~allowed), column[~allowed]] = True
        fresh = np.zeros((int(allowed.sum()), tried.shape[1]), bool)
        tried[allowed] = False
        begins = np.concatenate([starts, (starts + place)[allowed]])
        both = np.concatenate([tried, fresh])
        by_start = np.argsort(begins, kind="stable")
        return order, begins[by_start], both[by_start]

    def _places(self, value: Ints, segment: Ints, starts: Ints, sizes: Ints, column: Ints, within: bool) -> Ints:
        """Return after how many rows each class is best cut, 0 where it cannot be: both parts have k rows at least."""
        inside = np.arange(len(value)) - starts[segment]
        room = (inside >= self.criteria.k) & (sizes[segment] - inside >= self.criteria.k)
        apart = np.zeros(len(value), np.int64)
        before = np.append(value[:1], value[:-1])
        differ = room & (value != before)
        room = room if within else differ
        some = np.flatnonzero(differ)
        for place, hierarchy in enumerate(self.hierarchies):
            own = some[column[segment[some]] == place]
            apart[own] = 1 + hierarchy.apart(before[own], value[own])
        uneven = np.abs(2 * inside - sizes[segment])
        worst = int(sizes.max()) + 1
        score = np.where(room, (64 - apart) * worst + uneven, 65 * worst)
        best = np.minimum.reduceat(score, starts)
        first = np.flatnonzero(score == best[segment])
        found = np.zeros(len(starts), np.int64)
        found[segment[first[::-1]]] = inside[first[::-1]]
        return np.where(best < 65 * worst, found, 0)

    def _both_meet(self, order: Ints, starts: Ints, sizes: Ints, place: Ints) -> Mask:
        """Return of which classes both parts meet the criteria in every secret."""
        part = np.repeat(np.arange(2 * len(starts)), np.column_stack([place, sizes - place]).reshape(-1))
        met = np.ones(len(starts), bool)
        for secret in self.secrets:
            whole = np.bincount(secret.codes, minlength=secret.count) / len(secret.codes)
            tally = Tally.of_rows(part, 2 * len(starts), secret, order)
            met &= meets(tally, secret, whole, self.criteria).reshape(-1, 2).all(axis=1)
        return met

    def _boxes(self, order: Ints, sizes: Ints) -> Boxes:
        starts = np.cumsum(sizes) - sizes
        of = np.empty(len(order), np.int64)
        of[order] = np.repeat(np.arange(len(sizes)), sizes)
        sorted_codes = self.codes[order]
        return Boxes(of, np.minimum.reduceat(sorted_codes, starts, axis=0),
                     np.maximum.reduceat(sorted_codes, starts, axis=0))  # fmt: skip
