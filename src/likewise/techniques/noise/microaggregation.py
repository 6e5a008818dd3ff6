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
from likewise.techniques.noise.operation import Changed, Dice, Learned, RowOperation

Ints = npt.NDArray[np.int64]

CELL = 2048
"""Distinct rows that are grouped by exact MDAV; more are first cut in halves along their widest column."""
AWAY = 3.0
"""Where a missing value stands among the others, in standard deviations below the mean: beside other missing ones."""


class Microaggregate(RowOperation):
    """Replace the numbers of each group of `k` to 2k - 1 rows that are alike by the group's mean (MDAV).

    Groups are made at `fit`; equal rows are always of one group, which may then be larger. A row that was learned takes
    its group's mean, any other the mean that is nearest: so that each combination is shared by `k` rows, release the
    rows that were learned, and let no other step come before. Missing cells stay missing.

    Use to publish numbers of people that no single person stands behind. Tables of more than 2,048 distinct rows are
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
        points, of = np.unique(standard(values, centre, spread), axis=0, return_inverse=True)
        of = of.reshape(-1)
        weights = np.bincount(of, minlength=len(points))
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
            group = learned.arrays["group"][nearest(standard(values, centre, spread), points)]
            own = means[group]
        new = {}
        for place, (name, meta) in enumerate(zip(names, learned.meta["lines"], strict=True)):
            moved = np.where(np.isnan(own[:, place]), values[place], own[:, place])
            new[name] = Line.from_meta(rows.schema[name], meta).typed(moved, values[place])
        return new


def grouped(points: Floats, weights: Ints, k: int) -> Ints:
    """Return the group of each point (rows x columns, distinct) so that each group weighs `k` at least, by MDAV.

    `weights` count the rows at each point. Where all are 1 and there are `k` points, groups hold k to 2k - 1 of them.
    """
    group = np.zeros(len(points), dtype=np.int64)
    count = 0
    for cell in _cells(points, weights, np.arange(len(points)), k):
        own = _mdav(points[cell], weights[cell], k)
        group[cell] = own + count
        count += int(own.max()) + 1
    return group


def _cells(points: Floats, weights: Ints, places: Ints, k: int) -> list[Ints]:
    """Cut the points in halves along the widest column until no cell holds more than fit exact grouping."""
    if len(places) <= max(CELL, 4 * k) or weights[places].sum() < 4 * k:
        return [places]
    part = points[places]
    column = int(np.argmax(part.max(axis=0) - part.min(axis=0)))
    order = places[np.argsort(part[:, column], kind="stable")]
    heavy = np.cumsum(weights[order])
    middle = len(order) // 2
    # Cut where the lighter side is a whole number of groups, so that no group need be larger than k for the cut.
    middle += int(-heavy[middle - 1] % k) if (weights[order] == 1).all() else 0
    if heavy[middle - 1] < k or heavy[-1] - heavy[middle - 1] < k:
        return [places]
    return [*_cells(points, weights, order[:middle], k), *_cells(points, weights, order[middle:], k)]


def _mdav(points: Floats, weights: Ints, k: int) -> Ints:
    """Group one cell: around the point farthest from the mean, around the one farthest from that, and so on."""
    group = np.zeros(len(points), dtype=np.int64)
    left, count = np.arange(len(points)), 0
    while weights[left].sum() >= 3 * k:
        part = points[left]
        first = int(np.argmax(_away(part, np.average(part, axis=0, weights=weights[left]))))
        for _ in range(2):
            far = _away(points[left], points[left[first]])
            taken = _closest(far, weights[left], k)
            group[left[taken]] = count
            count += 1
            rest = np.ones(len(left), dtype=bool)
            rest[taken] = False
            far[taken] = -1.0
            first = int(np.argmax(far[rest])) if rest.any() else 0
            left = left[rest]
            if weights[left].sum() < 2 * k:
                break
    if len(left) and weights[left].sum() >= 2 * k:
        part = points[left]
        first = int(np.argmax(_away(part, np.average(part, axis=0, weights=weights[left]))))
        taken = _closest(_away(part, part[first]), weights[left], k)
        rest = np.ones(len(left), dtype=bool)
        rest[taken] = False
        if weights[left[rest]].sum() >= k:
            group[left[taken]] = count
            count += 1
            left = left[rest]
    if not len(left):
        return group
    if count and weights[left].sum() < k:  # too few to stand alone: each goes to the group that is nearest
        done = np.setdiff1d(np.arange(len(points)), left)
        group[left] = group[done][nearest(points[left], points[done])]
    else:
        group[left] = count
    return group


def _closest(far: Floats, weights: Ints, k: int) -> Ints:
    """Return the nearest points that weigh `k` together."""
    size = min(k, len(far))
    near = np.argpartition(far, size - 1)[:size]
    near = near[np.argsort(far[near], kind="stable")]
    return near[: int(np.searchsorted(np.cumsum(weights[near]), k)) + 1]


def _away(points: Floats, centre: Floats) -> Floats:
    """Return squared distances."""
    apart = points - centre
    return np.asarray(np.einsum("ij,ij->i", apart, apart))


def nearest(rows: Floats, points: Floats) -> Ints:
    """Return the place of the nearest point of each row."""
    from scipy.spatial import cKDTree

    return np.asarray(cKDTree(points).query(rows)[1], dtype=np.int64)


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
