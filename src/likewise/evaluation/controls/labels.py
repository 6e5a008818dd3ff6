"""Faults of what is to be predicted."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from likewise.core.table import Table
from likewise.evaluation.controls.parts import Mask, Rng, with_array, with_codes, with_numbers
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
    return None if target is None else with_flipped(fresh, target[0], rng.random(fresh.rows) < 0.2, rng)


def with_flipped(table: Table, target: str, hit: Mask, rng: Rng) -> Table | None:
    """Return the table with other labels in the rows that are `hit`; None where there is one class only."""
    column = table.schema[target]
    if column.is_number:
        values = table.numbers(target)
        return with_numbers(table, column, np.where(hit, rng.permutation(values), values))
    codes = table.codes(target)
    classes = np.unique(codes[codes >= 0])
    if len(classes) < 2:
        return None
    step = rng.integers(1, len(classes), table.rows)
    moved = classes[(np.searchsorted(classes, codes) + step) % len(classes)]
    return with_codes(table, column, np.where(hit & (codes >= 0), moved, codes))


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
