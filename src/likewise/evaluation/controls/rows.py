"""Faults of whole rows: noise, columns without one another, rows over and over, and rows copied from the real ones."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from likewise.core.table import Table, concat
from likewise.evaluation.controls.parts import (
    Fault,
    Floats,
    Rng,
    jittered,
    known_of,
    plain,
    spread_out,
    with_array,
    with_numbers,
)


def fresh_rows(train: Table, fresh: Table, rng: Rng) -> Table:
    """Change nothing."""
    return fresh


def noise(train: Table, fresh: Table, rng: Rng) -> Table:
    """Draw each column evenly over its range or levels."""
    changed = fresh
    for column in plain(fresh):
        if column.is_number:
            known = known_of(train.numbers(column.name))
            if len(known):
                changed = with_numbers(changed, column, rng.uniform(known.min(), known.max(), fresh.rows))
        else:
            codes, holders = np.unique(train.codes(column.name), return_index=True)
            if len(holders := holders[codes >= 0]):
                picked = train.column(column.name).take(pa.array(rng.choice(holders, fresh.rows)))
                changed = with_array(changed, train.schema[column.name], picked)
    return changed


def independent_columns(train: Table, fresh: Table, rng: Rng) -> Table:
    """Return rows whose every column is drawn from the real column by itself; texts and keys are those of `fresh`."""
    changed = fresh
    for column in plain(fresh):
        picked = train.column(column.name).take(pa.array(rng.integers(0, train.rows, fresh.rows)))
        changed = with_array(changed, train.schema[column.name], picked)
    return changed


def memoriser(train: Table, fresh: Table, rng: Rng) -> Table:
    """Return the real rows themselves."""
    return train.take(spread_out(train.rows, fresh.rows, rng))


def jittered_memoriser(train: Table, fresh: Table, rng: Rng) -> Table:
    """Return the real rows, numbers moved by up to 1 % of their range."""
    return jittered(memoriser(train, fresh, rng), train, rng, 0.01)


def mode_collapse(train: Table, fresh: Table, rng: Rng) -> Table:
    """Draw fifty rows over and over, moved by a hair."""
    modes = fresh.take(rng.permutation(fresh.rows)[:50])
    return jittered(modes.take(rng.integers(0, modes.rows, fresh.rows)), train, rng, 0.002)


def planted(dose: float, *, jitter: float = 0.0, outliers: bool = False) -> Fault:
    """Return the fault of a share of the rows being real ones."""

    def plant(train: Table, fresh: Table, rng: Rng) -> Table:
        size = max(1, round(dose * fresh.rows))
        order = np.argsort(-_outlyingness(train), kind="stable") if outliers else rng.permutation(train.rows)
        return _among(fresh, jittered(train.take(order[:size]), train, rng, jitter), rng)

    return plant


def repeated_secret(train: Table, fresh: Table, rng: Rng) -> Table:
    """Write one real row over and over, as a hundredth of the rows."""
    return _among(fresh, train.take(np.full(max(1, fresh.rows // 100), rng.integers(train.rows))), rng)


def _among(fresh: Table, copied: Table, rng: Rng) -> Table:
    """Return copied rows in any places, in place of as many fresh ones."""
    mixed = concat([fresh.slice(0, fresh.rows - copied.rows), copied])
    return mixed.take(rng.permutation(mixed.rows))


def spliced_copies(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Give each of a fiftieth of the rows half of its columns, any half, from a real row of its own."""
    columns, size = plain(fresh), max(1, fresh.rows // 50)
    if len(columns) < 2:
        return None
    spliced, sources = rng.permutation(fresh.rows)[:size], spread_out(train.rows, size, rng)
    copied = rng.permuted(np.tile(np.arange(len(columns)) < len(columns) // 2, (size, 1)), axis=1)
    both, changed = concat([fresh, train]), fresh
    for column, hit in zip(columns, copied.T, strict=True):
        places = np.arange(fresh.rows)
        places[spliced[hit]] = fresh.rows + sources[hit]
        changed = with_array(changed, column, both.column(column.name).take(pa.array(places)))
    return changed


def _outlyingness(table: Table) -> Floats:
    """Return how far out each row lies: the sum over columns of how rare its level or how far its number is."""
    total = np.zeros(table.rows)
    for column in plain(table):
        if column.is_number:
            values = table.numbers(column.name)
            known = known_of(values)
            if len(known):
                low, middle, high = np.quantile(known, [0.1, 0.5, 0.9])
                total += np.nan_to_num(np.log1p(np.abs(values - middle) / ((high - low) or 1.0)))
        else:
            codes = table.codes(column.name)
            counts = np.bincount(codes + 1)
            total -= np.log(counts[codes + 1] / table.rows) / 2
    return total


def repeated_rows(train: Table, fresh: Table, rng: Rng) -> Table:
    """Write a tenth of the rows twice, in place of others."""
    order = rng.permutation(fresh.rows)
    twice = max(1, fresh.rows // 10)
    return fresh.take(np.sort(np.concatenate([order[: fresh.rows - twice], order[:twice]])))
