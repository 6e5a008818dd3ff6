"""What one column decides of another, as the technique itself draws the two."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from likewise.constraints.holding.rule import RowRule
from likewise.constraints.holding.steps import Decided, Step, in_order
from likewise.constraints.holding.typed import plain
from likewise.constraints.kinds import Determined, group_codes
from likewise.core.table import Table

LOOKED_AT = 20_000
"""Rows drawn to see which value most often stands beside another."""


def with_decided(steps: Sequence[Step], rules: Sequence[RowRule], drawn: Table) -> tuple[Step, ...]:
    """Return steps with those added by which a column is looked up, where they can be taken in turn.

    The value that most rows drawn have beside another is the one that is looked up: of the real rows nothing is kept
    here that the technique does not draw by itself.
    """
    found = list(steps)
    for rule in rules:
        constraint = rule.constraint
        if not isinstance(constraint, Determined) or any(step.column == constraint.column for step in found):
            continue
        step = _decided(rule.place, constraint, drawn)
        if in_order([*found, step]) is not None:
            found.append(step)
    ordered = in_order(found)
    assert ordered is not None
    return ordered


def _decided(place: int, rule: Determined, drawn: Table) -> Decided:
    by, own = group_codes(drawn, rule.by), group_codes(drawn, rule.column)
    there = ~drawn.missing(rule.by)
    by, own, rows = by[there], own[there], np.flatnonzero(there)
    width = int(own.max(initial=0)) + 1
    pairs, first, counts = np.unique(by * width + own, return_index=True, return_counts=True)
    order = np.lexsort((-counts, pairs // width))
    best = order[np.append(True, np.diff(pairs[order] // width) != 0)] if len(order) else order
    chosen = pa.array(rows[first[best]])
    known, values = (plain(drawn.column(name)).take(chosen) for name in (rule.by, rule.column))
    return Decided(rule.column, place, 0, rule.by, known, values)
