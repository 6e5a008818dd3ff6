"""What one column decides of another: as many real rows have it, else as the technique itself draws the two."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.constraints.holding.rule import RowRule
from likewise.constraints.holding.steps import Decided, Step, in_order
from likewise.constraints.holding.typed import plain
from likewise.constraints.kinds import Determined, group_codes
from likewise.core.table import Table

LOOKED_AT = 20_000
"""Rows drawn to see which value most often stands beside another."""

ENOUGH = 10
"""Real rows that hold a deciding value, at least, for what it decides to be kept from them."""


def with_decided(
    steps: Sequence[Step], rules: Sequence[RowRule], drawn: Table, learned: Table
) -> tuple[Step, ...]:  # fmt: skip
    """Return steps with those added by which a column is looked up, where they can be taken in turn.

    What a value decides is taken from the rows learned from where ten of them hold it; for others it is the value that
    most rows drawn have beside it, so that nothing is kept of rows that may stand out.
    """
    found = list(steps)
    for rule in rules:
        constraint = rule.constraint
        if not isinstance(constraint, Determined) or any(step.column == constraint.column for step in found):
            continue
        step = _decided(rule.place, constraint, drawn, learned)
        if in_order([*found, step]) is not None:
            found.append(step)
    ordered = in_order(found)
    assert ordered is not None
    return ordered


def _decided(place: int, rule: Determined, drawn: Table, learned: Table) -> Decided:
    parts = [_pairs(rule, drawn, 1)]
    if not any(learned.schema[name].is_pseudonymous for name in rule.columns):  # the technique has made up its own
        parts.insert(0, _pairs(rule, learned, ENOUGH))
    texts = pa.concat_arrays([known.cast(parts[-1][0].type) for known, _ in parts])
    values = pa.concat_arrays([own.cast(parts[-1][1].type) for _, own in parts])
    first = np.sort(np.unique(np.asarray(pc.index_in(texts, texts)), return_index=True)[1])
    chosen = pa.array(first)
    return Decided(rule.column, place, 0, rule.by, texts.take(chosen), values.take(chosen))


def _pairs(rule: Determined, table: Table, least: int) -> tuple[pa.Array, pa.Array]:
    """Return the values of the deciding column that enough rows hold, and the commonest that stands beside each."""
    by, own = group_codes(table, rule.by), group_codes(table, rule.column)
    there = ~table.missing(rule.by)
    by, own, rows = by[there], own[there], np.flatnonzero(there)
    width = int(own.max(initial=0)) + 1
    pairs, first, counts = np.unique(by * width + own, return_index=True, return_counts=True)
    order = np.lexsort((-counts, pairs // width))
    best = order[np.append(True, np.diff(pairs[order] // width) != 0)] if len(order) else order
    chosen = pa.array(rows[first[best[counts[best] >= least]]])
    known, values = (plain(table.column(name)).take(chosen) for name in (rule.by, rule.column))
    return known, values
