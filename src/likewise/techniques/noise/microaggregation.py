"""Replace the numbers of rows that are alike by their mean: microaggregation."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from likewise.core.schema import NUMBERS, Kind
from likewise.core.table import Table
from likewise.techniques.noise.additive import centre_of, spread_of
from likewise.techniques.noise.lines import Floats, Line, line_of
from likewise.techniques.noise.matching import distinct, nearest, places
from likewise.techniques.noise.operation import Changed, Dice, Learned, RowOperation

Ints = npt.NDArray[np.int64]

CELL = 4096
"""Distinct rows that are grouped by exact MDAV; more are first cut in halves along their widest column."""
AWAY = 3.0
"""Where a missing value stands among the others, in standard deviations below the mean: beside other missing ones."""


class Microaggregate(RowOperation):
    """Replace the numbers of each group of `k` to 2k - 1 rows that are alike by the group's mean (MDAV).

    Groups are made at `fit`; equal rows are always of one group, which may then be larger. A row that was learned takes
    its group's mean, any other the mean that is nearest: so that each combination is shared by `k` rows, release the
    rows that were learned, and let no other step come before. Missing cells stay missing.

    Use to publish numbers of people that no single person stands behind. Tables of more than 4,096 distinct rows are
    cut into cells first, which costs a little of the closeness and takes time in proportion to the rows.
    Domingo-Ferrer and Mateo-Sanz, 2002, IEEE TKDE 14; Domingo-Ferrer and Torra, 2005, DMKD 11.
    """

    op: ClassVar[str] = "microaggregate"
    kinds: ClassVar[frozenset[Kind]] = NUMBERS
    strength: ClassVar[str] = "k"
    most: ClassVar[float] = 1_000_000

    k: int = Field(default=5, ge=2, le=1_000_000)

    def scaled(self, factor: float) -> Microaggregate:
        """Return the groups of so many times as many rows; of fewer than 2, a smaller share of rows is changed."""
        k = round(self.k * factor)
        if k >= 2:
            return self.model_copy(update={"k": int(min(k, self.most))})
        return self.model_copy(update={"k": 2, "share": min(1.0, self.share * self.k * factor / 2)})

    def learn(self, table: Table, names: tuple[str, ...]) -> Learned:
        """Group the rows, and learn the means."""
        values = [table.numbers(name) for name in names]
        centre, spread = np.array([centre_of(v) for v in values]), np.array([spread_of(v) for v in values])
        points, of, weights = distinct(standard(values, centre, spread))
        group = grouped(points, weights, self.k)
        count = int(group.max()) + 1
        means = np.column_stack([means_of(v, group[of], count) for v in values])
        lines = [line_of(table, table.schema[name]).to_meta() for name in names]
        return Learned(
            {"lines": lines},
            {"points": points, "group": group.astype(np.int32), "means": means, "centre": centre, "spread": spread},
        )

    def change_rows(self, rows: Table, names: tuple[str, ...], learned: Learned, dice: Dice) -> Changed:
        """Return the means of the groups."""
        values = [rows.numbers(name) for name in names]
        centre, spread, points, means = (learned.arrays[name] for name in ("centre", "spread", "points", "means"))
        own = np.array(values).T
        if rows.rows:
            at = standard(values, centre, spread)
            known = places(at, points)
            group = learned.arrays["group"][known].astype(np.int64)
            strange = np.flatnonzero(known < 0)
            group[strange] = nearest(at[strange], standard([*means.T], centre, spread))
            own = means[group]
        new = {}
        for place, (name, meta) in enumerate(zip(names, learned.meta["lines"], strict=True)):
            moved = np.where(np.isnan(own[:, place]), values[place], own[:, place])
            new[name] = Line.from_meta(rows.schema[name], meta).typed(moved, values[place])
        return new


def grouped(points: Floats, weights: Ints, k: int, *, cell: int = CELL) -> Ints:
    """Return the group of each point (rows x columns, distinct) so that each group weighs `k` at least, by MDAV.

    `weights` count the rows at each point. Where all are 1 and there are `k` points, groups hold k to 2k - 1 of them.
    More points than `cell` are grouped in cells of at most so many.
    """
    group = np.zeros(len(points), dtype=np.int64)
    count = 0
    for part in _cells(points, weights, np.arange(len(points)), k, cell):
        own = _mdav(points[part], weights[part], k)
        group[part] = own + count
        count += int(own.max()) + 1
    return group


def _cells(points: Floats, weights: Ints, own: Ints, k: int, most: int) -> list[Ints]:
    """Cut the points in halves along the widest column until no cell holds more than fit exact grouping."""
    if len(own) <= max(most, 4 * k) or weights[own].sum() < 4 * k:
        return [own]
    part = points[own]
    column = int(np.argmax(part.max(axis=0) - part.min(axis=0)))
    order = own[np.argsort(part[:, column], kind="stable")]
    heavy = np.cumsum(weights[order])
    middle = len(order) // 2
    # Cut where the lighter side is a whole number of groups, so that no group need be larger than k for the cut.
    middle += int(-heavy[middle - 1] % k) if (weights[order] == 1).all() else 0
    if heavy[middle - 1] < k or heavy[-1] - heavy[middle - 1] < k:
        return [own]
    halves = (order[:middle], order[middle:])
    return [cell for half in halves for cell in _cells(points, weights, half, k, most)]


def _mdav(points: Floats, weights: Ints, k: int) -> Ints:
    """Group one cell: around the point farthest from the mean, around the one farthest from that, and so on."""
    group, cell, count = np.full(len(points), -1, dtype=np.int64), _Left(points, weights), 0
    while cell.weight >= 2 * k:
        last = cell.part[cell.farthest(cell.moment / cell.weight)]
        twice = cell.weight >= 3 * k
        taken = cell.nearest(last, k)
        if not cell.leaves(taken, k):
            break
        group[cell.remove(taken)] = count
        count += 1
        if twice and cell.count and cell.leaves(taken := cell.nearest(cell.part[cell.farthest(last)], k), k):
            group[cell.remove(taken)] = count
            count += 1
    left = np.flatnonzero(group < 0)
    if count and weights[left].sum() < k:  # too few to stand alone: each goes to the group that is nearest
        done = np.flatnonzero(group >= 0)
        group[left] = group[done[nearest(points[left], points[done])]]
    else:
        group[left] = count
    return group


class _Left:
    """Hold the points of a cell that no group has yet, and what distances are made of.

    Those that are taken are marked, and only now and then cleared away; their number is what costs.
    """

    def __init__(self, points: Floats, weights: Ints) -> None:
        self.part, self.own, self.at = points, weights, np.arange(len(points))
        self.sizes = np.einsum("ij,ij->i", points, points)
        self.gone = np.zeros(len(points))  # infinite where taken
        self.weight, self.moment, self.count = int(weights.sum()), weights @ points, len(points)

    def farthest(self, centre: Floats) -> int:
        """Return the place of the point that is farthest."""
        return int(np.argmax(self.sizes - 2 * (self.part @ centre) - self.gone))

    def nearest(self, centre: Floats, k: int) -> Ints:
        """Return the places of the nearest points that weigh `k` together."""
        far = self.sizes - 2 * (self.part @ centre) + self.gone
        size = min(k, self.count)
        near = np.argpartition(far, size - 1)[:size]
        near = near[np.argsort(far[near], kind="stable")]
        return near[: int(np.searchsorted(np.cumsum(self.own[near]), k)) + 1]

    def leaves(self, taken: Ints, k: int) -> bool:
        """Return whether enough is left for a group where some points are taken, or nothing."""
        left = self.weight - int(self.own[taken].sum())
        return left >= k or not left

    def remove(self, taken: Ints) -> Ints:
        """Take points away, and return which of the cell's they are."""
        found: Ints = self.at[taken]
        self.gone[taken] = np.inf
        self.weight -= int(self.own[taken].sum())
        self.moment = self.moment - self.own[taken] @ self.part[taken]
        self.count -= len(taken)
        if 2 * self.count < len(self.at):
            kept = self.gone == 0
            self.part, self.own, self.at = self.part[kept], self.own[kept], self.at[kept]
            self.sizes, self.gone = self.sizes[kept], self.gone[kept]
        return found


def standard(values: list[Floats], centre: Floats, spread: Floats) -> Floats:
    """Return columns in standard deviations from their means, missing values far below."""
    columns = [
        np.where(np.isnan(v), -AWAY, (v - c) / (s if s else 1.0))
        for v, c, s in zip(values, centre, spread, strict=True)
    ]
    return np.column_stack(columns)


def means_of(values: Floats, group: Ints, count: int) -> Floats:
    """Return the mean of the values that are there in each group, NaN where none is; of equal values, the value."""
    known = ~np.isnan(values)
    values, group = values[known], group[known]
    least, most = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(least, group, values)
    np.maximum.at(most, group, values)
    size = float(np.abs(values).max(initial=0.0)) or 1.0
    with np.errstate(invalid="ignore"):
        sums = np.bincount(group, weights=values / size, minlength=count)
        means = np.clip(sums / np.bincount(group, minlength=count) * size, least, most)
    return np.where(np.isfinite(means), means, np.nan)
