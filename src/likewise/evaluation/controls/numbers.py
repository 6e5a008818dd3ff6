"""Faults of single numbers and dates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.schema import Column
from likewise.core.table import MICROSECONDS_A_DAY, Table
from likewise.evaluation.controls.parts import (
    Fault,
    Floats,
    Rng,
    known_of,
    measures,
    plain,
    with_array,
    with_numbers,
)


def each_number(change: Callable[[Column, Floats, Floats], Floats | None]) -> Fault:
    """Return a fault of every number column; `change` takes the column, its fresh and its real known values."""

    def make(train: Table, fresh: Table, rng: Rng) -> Table | None:
        changed = fresh
        for column in measures(fresh):
            known = known_of(train.numbers(column.name))
            values = change(column, fresh.numbers(column.name), known) if len(known) else None
            changed = changed if values is None else with_numbers(changed, column, values)
        return None if changed is fresh else changed

    return make


def clipped(column: Column, values: Floats, known: Floats) -> Floats | None:
    """Cut a number off at its 2nd and 98th percentile."""
    low, high = np.quantile(known, [0.02, 0.98])
    return np.clip(values, low, high)


def scaled(column: Column, values: Floats, known: Floats) -> Floats | None:
    """Make a number a tenth larger."""
    return values * 1.1


def rounded(column: Column, values: Floats, known: Floats) -> Floats | None:
    """Drop the decimals, or as many of them as a column of small numbers can lose without becoming one value."""
    if column.kind == "integer":
        return None
    spread = float(known.std())
    step = min(1.0, 10.0 ** np.floor(np.log10(spread))) if spread > 0 else 1.0
    return np.round(values / step) * step


def far_values(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Write a fiftieth of the values of one number a thousand times as large, as a slip of units does."""
    return _one_number(fresh, rng, 0.02, lambda column, values, known: values * 1_000)


def heaped_numbers(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Write four in ten values of one number as the next multiple of five of their last place, as people guess."""

    def heap(column: Column, values: Floats, known: Floats) -> Floats:
        step = 5.0 * 10.0 ** -(column.decimals or 0)
        return np.round(values / step) * step

    return _one_number(fresh, rng, 0.4, heap, kinds=("integer", "decimal"))


def _one_number(
    fresh: Table, rng: Rng, share: float, change: Callable[[Column, Floats, Floats], Floats],
    *, kinds: tuple[str, ...] = ("integer", "decimal", "float"),
) -> Table | None:  # fmt: skip
    """Change a share of the values of the number that has most different ones."""
    numbers = {c.name: fresh.numbers(c.name) for c in measures(fresh) if c.kind in kinds}
    name = max(numbers, key=lambda n: len(np.unique(known_of(numbers[n]))), default=None)
    if name is None:
        return None
    column, values = fresh.schema[name], numbers[name]
    hit = rng.random(fresh.rows) < share
    return with_numbers(fresh, column, np.where(hit, change(column, values, known_of(values)), values))


def spread_spike(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Spread out half of the commonest value of each number of which it is a tenth of the rows at least."""
    changed = fresh
    for column in measures(fresh):
        values = fresh.numbers(column.name)
        known, counts = np.unique(known_of(values), return_counts=True)
        if len(known) < 20 or counts.max() < fresh.rows / 10:
            continue
        hit = (values == known[counts.argmax()]) & (rng.random(fresh.rows) < 0.5)
        others = rng.choice(values[np.isfinite(values) & (values != known[counts.argmax()])], fresh.rows)
        changed = with_numbers(changed, column, np.where(hit, others, values))
    return None if changed is fresh else changed


def moved_dates(train: Table, fresh: Table, rng: Rng) -> Table | None:
    """Move every date and moment on by a year."""
    changed = fresh
    for column in plain(fresh):
        if column.kind in ("date", "datetime"):
            year = 365 * (1 if column.kind == "date" else MICROSECONDS_A_DAY)
            changed = with_array(changed, column, _moved(fresh, column, year))
    return None if changed is fresh else changed


def _moved(table: Table, column: Column, by: int) -> pa.Array[Any]:
    array = table.column(column.name)
    plain_type = pa.int32() if pa.types.is_date32(array.type) else pa.int64()
    return pc.add(array.cast(plain_type), pa.scalar(by, plain_type)).cast(array.type)
