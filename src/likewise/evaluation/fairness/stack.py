"""Synthetic and real rows in one stack, coded blind of their side for what is tested in a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.evaluation.boosting import Floats
from likewise.evaluation.fairness.groups import Group, Mask, column_groups
from likewise.evaluation.pairing import Compared, Part

MOST_CODED = 200
"""Coded features of a table: the first of each column before any second."""
LEVELS = 6
"""Commonest levels of a column, after the first, that are coded."""
FEWEST = 10
"""Rows that must have a level, or lack a value, for it to be coded."""

Codes = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Stack:
    """Hold the rows of both sides; `made` tells the synthetic ones, all others are real.

    `counted` says which levels and quarters hold in each row, `coded` what ties are told from: the rank of a number
    from -1 to 1, its square, a flag where it is missing, an indicator of each common level. Both are made from all
    rows together, so that where synthetic rows are as fresh real ones any other choice of them were as likely.
    """

    part: Part
    made: Mask
    counted: Mask
    counted_of: npt.NDArray[np.int64]
    coded: Codes
    coded_of: npt.NDArray[np.int64]

    def take(self, rows: npt.NDArray[np.int64]) -> Stack:
        """Return some of the rows."""
        return Stack(self.part.take(rows), self.made[rows], self.counted[rows], self.counted_of, self.coded[rows],
                     self.coded_of)  # fmt: skip

    def members(self, groups: Sequence[Group]) -> Mask:
        """Return which rows belong to each group, a line a group."""
        return np.array([g.holds(self.part) for g in groups], dtype=bool).reshape(len(groups), self.part.rows)


def stack_rows(columns: Sequence[Compared], made: Part, real: Sequence[Part]) -> Stack:
    """Return the stack of synthetic and of real rows."""
    part = concatenated([made, *real])
    conditions = [g.conditions[0] for place in range(len(columns)) for g in column_groups(columns, place, part)]
    counted = np.column_stack([c.holds(part) for c in conditions]) if conditions else np.empty((part.rows, 0), bool)
    coded, coded_of = _coded(columns, part)
    places = np.array([c.place for c in conditions], dtype=np.int64)
    return Stack(part, np.arange(part.rows) < made.rows, counted, places, coded, coded_of)


def concatenated(parts: Sequence[Part]) -> Part:
    """Return the rows of all parts, less their free texts."""
    return Part(tuple(np.concatenate(a) for a in zip(*(p.arrays for p in parts))), sum(p.rows for p in parts))


def _coded(columns: Sequence[Compared], part: Part) -> tuple[Codes, npt.NDArray[np.int64]]:
    made = [_ranks(a) if c.numeric else _levels(a) for c, a in zip(columns, part.arrays)]
    rounds = max((len(m) for m in made), default=0)
    order = [(place, k) for k in range(rounds) for place in range(len(made)) if k < len(made[place])][:MOST_CODED]
    if not order:
        return np.empty((part.rows, 0), np.float32), np.empty(0, np.int64)
    coded = np.column_stack([made[place][k] for place, k in order]).astype(np.float32)
    return coded, np.array([place for place, _ in order], dtype=np.int64)


def _ranks(values: Floats) -> list[Floats]:
    from scipy.stats import rankdata

    known = ~np.isnan(values)
    if not known.any():
        return []
    rank = np.zeros(len(values))
    rank[known] = (2 * rankdata(values[known]) - 1) / known.sum() - 1
    square = np.where(known, rank**2 - float((rank[known] ** 2).mean()), 0.0)
    return [rank, square, *([(~known).astype(np.float64)] if (~known).sum() >= FEWEST else [])]


def _levels(codes: npt.NDArray[np.int32]) -> list[Floats]:
    found, counts = np.unique(codes, return_counts=True)
    order = np.argsort(-counts, kind="stable")[1 : LEVELS + 1]
    return [(codes == found[k]).astype(np.float64) for k in order if counts[k] >= FEWEST]
