"""Faults within one group: the rows of a level, best a sensitive one, that about a fifth of the rows hold."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.evaluation.controls.labels import with_flipped
from likewise.evaluation.controls.parts import Rng, plain, with_array
from likewise.evaluation.utility.target import guess_target

Places = npt.NDArray[np.int64]


def broken_subgroup(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Shuffle every other column within one group."""
    found = _group(train, fresh)
    if found is None:
        return None
    column, rows = found
    changed = fresh
    for other in plain(fresh):
        if other.name != column.name:
            changed = _with_rows_of(changed, other, rows, rng.permutation(rows))
    return changed


def drawn_as_majority(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Give the rows of one group all else from rows of the other groups, as a model that knows only those would."""
    found = _group(train, fresh)
    if found is None:
        return None
    column, rows = found
    others = rng.choice(np.setdiff1d(np.arange(fresh.rows), rows), len(rows))
    changed = fresh
    for other in plain(fresh):
        if other.name != column.name:
            changed = _with_rows_of(changed, other, rows, others)
    return changed


def group_labels(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Give a fifth of the rows of one group another label."""
    found, target = _group(train, fresh), guess_target(train.schema, train)
    if found is None or target is None:
        return None
    hit = np.isin(np.arange(fresh.rows), found[1]) & (rng.random(fresh.rows) < 0.2)
    return with_flipped(fresh, target[0], hit, rng)


def _group(train: Table, fresh: Table) -> tuple[Column, Places] | None:
    """Return a column and the rows of one of its levels: 8 to 50 % of all, as near to a fifth as there is."""
    target = guess_target(train.schema, train)
    levels = [c for c in plain(fresh) if c.is_levels and (target is None or c.name != target[0])]
    for column in [c for c in levels if c.role == "sensitive"] or levels:
        codes = fresh.codes(column.name)
        shares = np.bincount(codes[codes >= 0], minlength=1) / fresh.rows
        sized = np.flatnonzero((shares >= 0.08) & (shares <= 0.5))
        if len(sized):
            return column, np.flatnonzero(codes == sized[np.argmin(np.abs(shares[sized] - 0.2))])
    return None


def _with_rows_of(table: Table, column: Column, rows: Places, others: Places) -> Table:
    """Return the table with the values of other rows in some rows of a column."""
    places = np.arange(table.rows)
    places[rows] = others
    return with_array(table, column, table.column(column.name).take(pa.array(places)))
