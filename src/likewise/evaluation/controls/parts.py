"""What faults are made of: which columns there are, and tables with one of them changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.schema import Column
from likewise.core.table import Table

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Rng = np.random.Generator
Fault = Callable[[Table, Table, Rng], Table | None]
"""Take the real table, the fresh rows to break and a generator; None where the table has no place for the fault."""


def plain(table: Table) -> list[Column]:
    """Return the columns that are compared: numbers and levels that are no identifier."""
    return [c for c in table.schema.columns if (c.is_number or c.is_levels) and c.role not in ("key", "ignore")
            and not c.is_pseudonymous]  # fmt: skip


def measures(table: Table) -> list[Column]:
    """Return the numbers that are no moment and not to be predicted."""
    return [c for c in plain(table) if c.kind in ("integer", "decimal", "float") and c.role != "target"]


def by_levels(table: Table) -> list[Column]:
    """Return the columns of levels, the one with most levels first."""
    return sorted((c for c in plain(table) if c.is_levels), key=lambda c: -len(c.levels or ()))


def known_of(values: Floats) -> Floats:
    """Return the values that are finite."""
    return values[np.isfinite(values)]


def spread_out(of: int, n: int, rng: Rng) -> npt.NDArray[np.int64]:
    """Return `n` positions among `of`, each as often as any other."""
    rounds = [rng.permutation(of) for _ in range(-(-n // of))]
    return np.concatenate(rounds)[:n]


def jittered(table: Table, train: Table, rng: Rng, share: float) -> Table:
    """Move every number by up to a share of its real range."""
    if not share:
        return table
    for column in plain(table):
        known = known_of(train.numbers(column.name)) if column.is_number else np.empty(0)
        if len(known) and known.min() < known.max():
            moved = table.numbers(column.name) + share * np.ptp(known) * rng.uniform(-1, 1, table.rows)
            table = with_numbers(table, column, np.clip(moved, known.min(), known.max()))
    return table


def with_numbers(table: Table, column: Column, values: Floats) -> Table:
    """Return the table with other values in a number column, rounded as the column is written."""
    dtype, gone = table.column(column.name).type, ~np.isfinite(values)
    if pa.types.is_floating(dtype):
        plain = pa.array(values if column.decimals is None else np.round(values, column.decimals), mask=gone)
        return with_array(table, column, plain.cast(dtype))
    whole = pa.array(np.where(gone, 0, np.round(values)).astype(np.int64), mask=gone)
    return with_array(table, column, (whole.cast(pa.int32()) if pa.types.is_date32(dtype) else whole).cast(dtype))


def with_codes(table: Table, column: Column, codes: Codes) -> Table:
    """Return the table with other levels in a column, given as codes of its levels, -1 where missing."""
    gone = codes < 0
    if column.kind == "boolean":
        return with_array(table, column, pa.array(codes == 1, mask=gone))
    indices = pa.array(np.where(gone, 0, codes).astype(np.int32), mask=gone)
    coded = pa.DictionaryArray.from_arrays(indices, pa.array(column.levels or (), pa.string()))
    return with_array(table, column, coded)


def with_array(table: Table, column: Column, array: pa.Array[Any]) -> Table:
    """Return the table with other values in a column."""
    place = table.names.index(column.name)
    changed = tuple(column if c.name == column.name else c for c in table.schema.columns)
    columns = table.columns.set_column(place, column.name, array)
    return Table(columns, table.schema.model_copy(update={"columns": changed}), table.container)


def ranks_of(table: Table, column: Column) -> Floats:
    """Return average ranks of a column, missing values in the middle; levels rank in their own order."""
    from scipy.stats import rankdata

    values = table.numbers(column.name) if column.is_number else table.codes(column.name).astype(np.float64)
    known = known_of(values)
    filled = np.where(np.isnan(values), np.median(known) if len(known) else 0.0, values)
    return np.asarray(rankdata(filled), dtype=np.float64)
