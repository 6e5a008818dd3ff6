"""Faults of what is to be predicted, and within one group."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from likewise.core.table import Table
from likewise.evaluation.controls.parts import Rng, plain, with_array, with_codes, with_numbers
from likewise.evaluation.utility.target import guess_target


def shuffled_labels(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Shuffle the target."""
    target = guess_target(train.schema, train)
    if target is None:
        return None
    labels = fresh.column(target[0]).take(pa.array(rng.permutation(fresh.rows)))
    return with_array(fresh, fresh.schema[target[0]], labels)


def flipped_labels(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Give a fifth of the rows another label: another class, or a number of another row."""
    target = guess_target(train.schema, train)
    if target is None:
        return None
    column, hit = fresh.schema[target[0]], rng.random(fresh.rows) < 0.2
    if column.is_number:
        values = fresh.numbers(column.name)
        return with_numbers(fresh, column, np.where(hit, rng.permutation(values), values))
    codes = fresh.codes(column.name)
    classes = np.unique(codes[codes >= 0])
    if len(classes) < 2:
        return None
    step = rng.integers(1, len(classes), fresh.rows)
    moved = classes[(np.searchsorted(classes, codes) + step) % len(classes)]
    return with_codes(fresh, column, np.where(hit & (codes >= 0), moved, codes))


def broken_subgroup(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Shuffle every other column within one group of about a tenth to a third of the rows."""
    sensitive = [c for c in plain(fresh) if c.is_levels and c.role == "sensitive"]
    for column in sensitive or [c for c in plain(fresh) if c.is_levels and c.role != "target"]:
        codes = fresh.codes(column.name)
        shares = np.bincount(codes[codes >= 0], minlength=1) / fresh.rows
        sized = np.flatnonzero((shares >= 0.08) & (shares <= 0.5))
        if not len(sized):
            continue
        rows = np.flatnonzero(codes == sized[np.argmin(np.abs(shares[sized] - 0.2))])
        changed = fresh
        for other in plain(fresh):
            if other.name != column.name:
                places = np.arange(fresh.rows)
                places[rows] = rng.permutation(rows)
                changed = with_array(changed, other, fresh.column(other.name).take(pa.array(places)))
        return changed
    return None


def lopsided_labels(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Take a third of the rows of the rarest class for the commonest, and as many of those for the rarest."""
    target = guess_target(train.schema, train)
    if target is None or not fresh.schema[target[0]].is_levels:
        return None
    column = fresh.schema[target[0]]
    codes = fresh.codes(column.name)
    classes, counts = np.unique(codes[codes >= 0], return_counts=True)
    if len(classes) < 2:
        return None
    rare, common = (rng.permutation(np.flatnonzero(codes == classes[k])) for k in (counts.argmin(), counts.argmax()))
    size, changed = len(rare) // 3, codes.copy()
    changed[rare[:size]], changed[common[:size]] = codes[common[0]], codes[rare[0]]
    return with_codes(fresh, column, changed)
