"""Move the cells of rows that break rules to where the rules leave room, column after column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.constraints.document.writing import expressed
from likewise.constraints.holding.rule import RowRule, all_hold
from likewise.constraints.holding.typed import plain, typed, with_columns, with_rows
from likewise.constraints.language.cells import Cells
from likewise.constraints.language.expression import Expression
from likewise.constraints.language.tables import columns_of
from likewise.constraints.reasoning.bounding import Bounds, bounds_given
from likewise.constraints.reasoning.domain import Domain, domains_of
from likewise.constraints.reasoning.premise import Premise
from likewise.constraints.reasoning.solving import solve
from likewise.core.counted import Counted
from likewise.core.table import Table

if TYPE_CHECKING:
    from likewise.constraints.holding.model import ConstrainedModel

Floats = npt.NDArray[np.float64]

TURNS = 4
"""Orders of columns that are tried, each with another column to be moved first."""


def premises(rules: Sequence[RowRule]) -> list[Premise]:
    """Return rules as they are reasoned from, without those that no expression says."""
    found = []
    for rule in rules:
        expression = rule.expression or expressed(rule.constraint)
        if isinstance(expression, Expression):
            found.append(Premise(expression, rule.said, rule.constraint.cost))
    return found


def solved(
    model: ConstrainedModel, rows: Table, donors: Table, rules: Sequence[RowRule], columns: Sequence[str],
    rng: np.random.Generator,
) -> Table:  # fmt: skip
    """Return rows whose columns were moved within what the rules leave of each, given the rest of the row.

    A value that the rules allow stays; another is replaced by one that other rows have and the rules allow, or where
    there is none by one drawn evenly from what is left. Rows for which no order of columns will do are solved; those
    that no search has met come back as they were.
    """
    reasoned = premises(rules)
    movable = [name for name in columns if rows.schema[name].is_number or rows.schema[name].is_levels]
    domains = domains_of([c for c in model.learned.columns if not c.is_media])
    for turn in range(min(TURNS, len(movable))):
        bad = np.flatnonzero(~all_hold(rules, rows))
        if not len(bad):
            break
        order = [*movable[turn:], *movable[:turn]]
        moved = _in_turn(rows.take(bad), donors, reasoned, order, domains, rng)
        rows = with_rows(rows, bad, model.rebuilt(moved), rows.names)
    bad = np.flatnonzero(~all_hold(rules, rows))
    if not len(bad) or not reasoned:
        return rows
    found = _searched(rows.take(bad), reasoned, {name: domains[name] for name in movable}, rng)
    return with_rows(rows, bad, model.rebuilt(found), rows.names)


def _searched(rows: Table, rules: list[Premise], open_ones: dict[str, Domain], rng: np.random.Generator) -> Table:
    """Return rows whose open columns a solver filled in, row by row where it must; as they were where it found none."""
    cells, spoken = columns_of(rows), {name for rule in rules for name in rule.names}
    known = {name: cells(name) for name in spoken if name not in open_ones and name in rows.schema}
    numbers, places = Counted(int(rng.integers(2**62)), "solve"), np.arange(rows.rows)
    preferred = {name: cells(name) for name in open_ones}
    found = solve(rules, open_ones, known, numbers, places, preferred=preferred)
    met = np.flatnonzero(found.met)
    if not len(met):
        return rows
    arrays = {name: typed(own, rows.schema[name]) for name, own in found.columns.items()}
    moved = with_columns(rows, {name: array for name, array in arrays.items() if array is not None})
    return with_rows(rows, met, moved.take(met), tuple(arrays))


def _in_turn(
    rows: Table, donors: Table, rules: list[Premise], order: Sequence[str], domains: dict[str, Domain],
    rng: np.random.Generator,
) -> Table:  # fmt: skip
    """Return rows with columns moved one after another; those still to be moved are left open."""
    spoken = {name for rule in rules for name in rule.names}
    for place, name in enumerate(order):
        cells, later = columns_of(rows), set(order[place:])
        known = {other: cells(other) for other in spoken if other not in later and other in rows.schema}
        left = bounds_given(rules, name, known or {"": Cells("number", np.zeros(rows.rows))}, domains)
        array = _moved(rows, name, cells(name), left, columns_of(donors)(name), rng)
        if array is not None:
            rows = with_columns(rows, {name: array})
    return rows


def _moved(
    rows: Table, name: str, own: Cells, left: Bounds, others: Cells, rng: np.random.Generator
) -> pa.Array | None:  # fmt: skip
    """Return a column moved to what is left of it, None where nothing has to move."""
    if left.values is not None and left.allowed is not None:
        return _moved_levels(rows, name, own, left, rng)
    values = np.asarray(own.floats, dtype=np.float64).copy()
    outside = ~((values >= left.low) & (values <= left.high)) & ~(np.isnan(values) & left.absent)
    outside &= left.low <= left.high
    at = np.flatnonzero(outside)
    if not len(at):
        return None
    usual = np.sort(others.floats[np.isfinite(others.floats)])
    low, high = left.low[at], left.high[at]
    first, last = np.searchsorted(usual, low, "left"), np.searchsorted(usual, high, "right")
    some = first + (rng.random(len(at)) * (last - first)).astype(np.int64)
    ends = (usual[0], usual[-1]) if len(usual) else (0.0, 1.0)
    least = np.where(np.isfinite(low), low, np.minimum(ends[0], high))
    most = np.where(np.isfinite(high), high, np.maximum(ends[1], low))
    even = least + rng.random(len(at)) * (most - least)
    values[at] = np.where(last > first, usual[np.minimum(some, len(usual) - 1)] if len(usual) else even, even)
    found = typed(Cells(own.sort, values), rows.schema[name])
    if found is None:
        return None
    snapped = _snapped(rows, name, found, at, low, high, own)
    return snapped if snapped is not None else found


def _snapped(
    rows: Table, name: str, found: pa.Array, at: npt.NDArray[np.int64], low: Floats, high: Floats, own: Cells
) -> pa.Array | None:  # fmt: skip
    """Return a column whose moved values were rounded out of what is left put at its nearest end, None if none was."""
    values = columns_of(with_columns(rows, {name: found}))(name).floats.copy()
    inside = np.clip(values[at], low, high)
    if (inside == values[at]).all():
        return None
    values[at] = inside
    return typed(Cells(own.sort, values), rows.schema[name])


def _moved_levels(
    rows: Table, name: str, own: Cells, left: Bounds, rng: np.random.Generator
) -> pa.Array | None:  # fmt: skip
    """Return a column of few values moved to one of those allowed, drawn evenly."""
    assert left.values is not None and left.allowed is not None
    text = not isinstance(own.values, np.ndarray)
    if text:
        place = np.asarray(pc.fill_null(pc.index_in(plain(own.values), pa.array(left.values, pa.string())), -1))
    else:
        place = np.searchsorted(np.asarray(left.values, dtype=np.float64), np.nan_to_num(own.floats, nan=-1e300))
        place = np.where(np.isnan(own.floats), -1, np.minimum(place, len(left.values) - 1))
    fits = np.where(place < 0, left.absent, left.allowed[np.arange(rows.rows), place])
    at = np.flatnonzero(~fits & left.allowed.any(axis=1))
    if not len(at):
        return None
    weights = np.cumsum(left.allowed[at], axis=1)
    chosen = (weights <= (rng.random(len(at)) * weights[:, -1])[:, None]).sum(axis=1)
    if text:
        texts = np.array(plain(own.values).to_pylist(), dtype=object)
        texts[at] = np.array(left.values, dtype=object)[chosen]
        return typed(Cells("text", pa.array(texts, pa.string())), rows.schema[name])
    values = own.floats.copy()
    values[at] = np.asarray(left.values, dtype=np.float64)[chosen]
    return typed(Cells(own.sort, values), rows.schema[name])
