"""Faults of columns together: ties lost, invented or turned."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from likewise.core.schema import Column
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.evaluation.controls.parts import Rng, known_of, measures, plain, ranks_of, with_array, with_numbers

PARITY = ("parity_a", "parity_b", "parity_c")
"""Columns that `plant_parity` adds: the third is mostly the exclusive or of the others, so that pairs tell nothing."""


def plant_parity(table: Table, *, seed: int = 0) -> Table:
    """Add three columns of which every pair is independent and the third is the exclusive or of the others in 95 %."""
    rng = generator(seed, "parity")
    first, second, off = (rng.random(table.rows) < share for share in (0.5, 0.5, 0.05))
    columns, schema = table.columns, table.schema
    for name, bits in zip(PARITY, (first, second, first ^ second ^ off)):
        columns = columns.append_column(name, pa.array(bits))
        schema = schema.model_copy(
            update={"columns": (*schema.columns, Column(name=name, kind="boolean", dtype="bool"))}
        )
    return Table(columns, schema)


def wrong_triples(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Shuffle the third column of a planted parity: no pair changes, the triple is gone."""
    if PARITY[-1] not in fresh.schema:
        return None
    column = fresh.schema[PARITY[-1]]
    return with_array(fresh, column, fresh.column(column.name).take(pa.array(rng.permutation(fresh.rows))))


def invented_correlation(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Sort one column by another in half of the rows, of the two that depend least on anything."""
    columns = [c for c in plain(fresh) if c.role != "target"]
    ranks = np.array([ranks_of(fresh, c) for c in columns])
    alive = [i for i in range(len(columns)) if ranks[i].std() > 0 and len(np.unique(ranks[i])) >= 5]
    if len(alive) < 2:
        return None
    tied = np.abs(np.corrcoef(ranks[alive]))
    np.fill_diagonal(tied, 0)
    second = int(np.argmin(tied.sum(axis=1)))
    first = int(np.argmin(np.where(np.arange(len(alive)) == second, np.inf, tied[second])))
    rows = np.flatnonzero(rng.random(fresh.rows) < 0.5)
    places = np.arange(fresh.rows)
    by_first = rows[np.argsort(ranks[alive[first]][rows], kind="stable")]
    places[by_first] = rows[np.argsort(ranks[alive[second]][rows], kind="stable")]
    column = columns[alive[second]]
    return with_array(fresh, column, fresh.column(column.name).take(pa.array(places)))


def exchanged_numbers(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Exchange two numbers in a twentieth of the rows, as a slip of columns does: those that differ most in size."""
    columns = [c for c in measures(fresh) if known_of(fresh.numbers(c.name)).size]
    if len(columns) < 2:
        return None
    ordered = sorted(columns, key=lambda c: float(np.median(known_of(fresh.numbers(c.name)))))
    low, high = ordered[0], ordered[-1]
    a, b = fresh.numbers(low.name), fresh.numbers(high.name)
    hit = rng.random(fresh.rows) < 0.05
    return with_numbers(with_numbers(fresh, low, np.where(hit, b, a)), high, np.where(hit, a, b))


def turned_tie(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Turn the closest tie of two numbers round in the rows of one level, a fifth of all or more."""
    columns = measures(fresh)
    ranks = np.array([ranks_of(fresh, c) for c in columns])
    alive = [i for i in range(len(columns)) if ranks[i].std() > 0]
    grouped = [c for c in plain(fresh) if c.is_levels and np.bincount(fresh.codes(c.name) + 1)[1:].max(initial=0)
               >= fresh.rows / 5]  # fmt: skip
    if len(alive) < 2 or not grouped:
        return None
    tied = np.abs(np.corrcoef(ranks[alive]))
    np.fill_diagonal(tied, 0)
    column = columns[alive[int(tied.max(axis=1).argmax())]]
    codes = fresh.codes(grouped[0].name)
    rows = np.flatnonzero(codes == np.bincount(codes[codes >= 0]).argmax())
    upward = rows[np.argsort(ranks[columns.index(column)][rows], kind="stable")]
    places = np.arange(fresh.rows)
    places[upward] = upward[::-1]
    return with_array(fresh, column, fresh.column(column.name).take(pa.array(places)))
