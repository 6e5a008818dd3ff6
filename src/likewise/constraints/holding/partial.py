"""Complete partial rows so that they meet the rules: several completions are drawn, and one that does is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from likewise.constraints.holding.typed import with_rows
from likewise.core.conditions import Given
from likewise.core.table import Table
from likewise.errors import ConditionError

if TYPE_CHECKING:
    from likewise.constraints.holding.model import ConstrainedModel

ROUNDS = 32
"""Completions drawn for a row until one meets the rules."""


def completed(model: ConstrainedModel, given: Given, rng: np.random.Generator) -> Table:
    """Return partial rows completed: known cells as they are, the others such that the rules are met.

    Rows whose known cells break a rule by themselves are refused, or left as they are where gaps are to be filled:
    nothing that is drawn could mend them. Raises ConditionError.
    """
    assert given.rows is not None
    known = given.rows
    inside = known.select([name for name in known.names if name in model.inner_names])
    rows = model.built(model.inner.draw(known.rows, rng, Given(rows=inside, fill=given.fill)))
    rows = _kept(rows, known)
    for _ in range(ROUNDS):
        bad = np.flatnonzero(~model.met(rows))
        if not len(bad):
            return rows
        part = Given(rows=inside.take(bad), fill=given.fill)
        fresh = _kept(model.built(model.inner.draw(len(bad), rng, part)), known.take(bad))
        rows = with_rows(rows, bad, fresh, rows.names)
    left = np.flatnonzero(~model.met(rows))
    if given.fill or not len(left):
        return rows
    worst = max(model.rules, key=lambda rule: int((~rule.holds(rows)).sum()))
    where = ", ".join(str(row + 1) for row in left[:5].tolist())
    raise ConditionError("given.rule", f"{len(left):,} partial rows cannot be completed so that {worst.said} is "
                         f"met (rows {where})", where=f"constraints[{worst.place}]",
                         hint="change what is known of these rows, or drop the rule")  # fmt: skip


def _kept(rows: Table, known: Table) -> Table:
    """Return rows with the known cells of columns that follow from others put back."""
    for name in known.names:
        there = np.flatnonzero(~known.missing(name))
        if len(there) and name in rows.schema:
            own = known.select([name]).take(there)
            if own.column(name).type == rows.column(name).type or own.schema[name].is_levels:
                rows = with_rows(rows, there, own, (name,))
    return rows
