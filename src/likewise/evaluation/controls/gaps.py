"""Faults of missing values."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from likewise.core.table import Table
from likewise.evaluation.controls.parts import (
    Rng,
    known_of,
    plain,
    with_array,
    with_codes,
    with_numbers,
)


def filled_gaps(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Fill every gap with the middle of the known numbers, or with the commonest level."""
    changed = fresh
    for column in plain(fresh):
        gone = fresh.missing(column.name)
        if not gone.any() or gone.all():
            continue
        if column.is_number:
            values = fresh.numbers(column.name)
            changed = with_numbers(changed, column, np.where(gone, np.median(known_of(values)), values))
        else:
            codes = fresh.codes(column.name)
            common = np.bincount(codes[codes >= 0]).argmax()
            changed = with_codes(changed, column, np.where(gone, common, codes).astype(np.int32))
    return None if changed is fresh else changed


def moved_missingness(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Move each column's gaps to other rows, as many; what was missing gets values of other rows."""
    changed = fresh
    for column in plain(fresh):
        gone = fresh.missing(column.name)
        if not gone.any() or gone.all():
            continue
        places = np.arange(fresh.rows)
        places[gone] = rng.choice(np.flatnonzero(~gone), int(gone.sum()))
        filled = fresh.column(column.name).take(pa.array(places))
        moved = pa.compute.if_else(pa.array(rng.permutation(gone)), pa.scalar(None, filled.type), filled)
        changed = with_array(changed, column, moved)
    return None if changed is fresh else changed
