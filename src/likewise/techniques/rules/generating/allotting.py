"""Values of which each has a number of rows that is known beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.constraints.kinds.share import Quota
from likewise.core.counted import Counted, Ints
from likewise.core.permutation import order_of
from likewise.techniques.rules.generating.combining import Listed
from likewise.techniques.rules.maker import Floats, told
from likewise.techniques.rules.makers.cells import texts_of
from likewise.techniques.rules.makers.distinct import points_of
from likewise.techniques.rules.makers.drawn import Drawn

if TYPE_CHECKING:
    from likewise.techniques.rules.generating.tables import Tables

MOST = 1_000_000
"""Groups whose rows are counted out, at most."""


@dataclass(frozen=True, eq=False)
class Allotment:
    """Give each combination of `sizes` things so many rows, which a permutation shuffles; `ends` are running sums."""

    sizes: tuple[int, ...]
    ends: Ints
    random: Counted

    def digit(self, place: int, numbers: Ints) -> Ints:
        """Return which of its things the part at a place takes in some rows."""
        places = np.searchsorted(self.ends, order_of(max(int(self.ends[-1]), 1), self.random).at(numbers), side="right")
        return places // prod(self.sizes[place + 1 :]) % self.sizes[place]


def allotted(tables: Tables, table: str, quota: Quota) -> dict[str, Listed]:
    """Return what makes the columns of a quota. Raises SettingsError, with the numbers, where it has no room."""
    plan, rows = tables.plan.tables[table], tables.rows(table)
    path = f"{plan.path}.columns.{quota.columns[0]}"
    drawn = {name: maker for name in quota.columns if isinstance(maker := plan.makers[name], Drawn)}
    points: dict[str, Floats] = {}
    for name, maker in drawn.items():
        found = points_of(maker.distribution)
        if found is None or len(found) * prod(len(own) for own in points.values()) > MOST:
            raise told(path, f"`{name}` has too many values to count out rows for each", "draw it from fewer",
                       "settings.unheld")  # fmt: skip
        points[name] = found
    weights = np.ones(1)
    for name, maker in drawn.items():
        weights = np.outer(weights, maker.distribution.pdf(points[name])).ravel()
    asked = np.ones(len(weights), dtype=np.bool_)
    if quota.of:
        texts = texts_of(drawn[quota.columns[0]].typed(points[quota.columns[0]])).cast(pa.string())
        absent = [value for value in quota.of if value not in texts.to_pylist()]
        if absent and quota.least:
            raise told(path, f"`{quota.columns[0]}` never has a value that {quota.said()} is about",
                       "give it a chance in the distribution", "settings.unheld")  # fmt: skip
        asked = np.asarray(pc.is_in(texts, pa.array(quota.of, pa.string())))
    least = np.where(asked, quota.least, 0)
    most = np.where(asked & (quota.most is not None), quota.most or 0, rows)
    if not quota.of:  # a value that no row has is in no group
        heaviest = np.argsort(-weights, kind="stable")
        gone = heaviest[rows // max(quota.least, 1) :]
        least[gone], most[gone] = 0, np.where(quota.least > 1, 0, most[gone])
    if not least.sum() <= rows <= most.sum():
        few = rows < max(int(least.sum()), quota.least)
        raise told(path, f"{rows:,} rows are too {'few' if few else 'many'}: {quota.said()}, and there are "
                   f"{int(asked.sum()):,}", "ask for other rows, or loosen it", "settings.unmet")  # fmt: skip
    counts = counted_out(weights, rows, least, most)
    sizes = tuple(len(own) for own in points.values())
    allotment = Allotment(sizes, np.cumsum(counts), tables.random(table, "allotted", *quota.columns))
    return {name: Listed(drawn=maker, values=points[name], combination=allotment, place=place)
            for place, (name, maker) in enumerate(drawn.items())}  # fmt: skip


def counted_out(weights: Floats, rows: int, least: Ints, most: Ints) -> Ints:
    """Return how many of some rows each weight gets: in proportion, and never fewer or more than is said.

    >>> counted_out(np.array([0.9, 0.1]), 10, np.array([0, 3]), np.array([10, 10])).tolist()
    [7, 3]
    """
    low, high = 0.0, (rows + 1) / float(weights.min())
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if np.clip(middle * weights, least, most).sum() < rows else (low, middle)
    shares: npt.NDArray[np.float64] = np.clip(high * weights, least, most)
    counts = np.floor(shares + 1e-9).astype(np.int64)
    room = np.flatnonzero(counts < most)
    rest = room[np.argsort(-(shares - counts)[room], kind="stable")]
    counts[rest[: rows - int(counts.sum())]] += 1
    return counts
