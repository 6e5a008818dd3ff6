"""Find for each row the nearest of some others, by several columns of any kind."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from likewise.core.table import Table

Floats = npt.NDArray[np.float64]

FEW = 64
"""Donors that a row is compared with, drawn at random: the nearest of all would be taken too often."""

AT_ONCE = 4096
"""Rows compared at a time."""


def nearest_donors(
    rows: Table, donors: Table, names: tuple[str, ...], rng: np.random.Generator
) -> npt.NDArray[np.int64]:  # fmt: skip
    """Return for each row the place of the nearest of a few random donors, by the columns named (Gower, 1971)."""
    few = rng.integers(donors.rows, size=(rows.rows, min(FEW, donors.rows)))
    usable = [name for name in names if rows.schema[name].is_number or rows.schema[name].is_levels]
    own, other = (_coordinates(table, usable, donors) for table in (rows, donors))
    best = np.empty(rows.rows, dtype=np.int64)
    for start in range(0, rows.rows, AT_ONCE):
        part = few[start : start + AT_ONCE]
        far = np.zeros(part.shape)
        for place, name in enumerate(usable):
            gap = np.abs(own[place][start : start + AT_ONCE, None] - other[place][part])
            far += np.minimum(gap, 1.0) if rows.schema[name].is_number else gap > 0
        best[start : start + AT_ONCE] = part[np.arange(len(part)), far.argmin(axis=1)]
    return best


def _coordinates(table: Table, names: list[str], scale: Table) -> list[Floats]:
    """Return each column as numbers: levels by their codes, numbers in units of their spread among donors."""
    found = []
    for name in names:
        if table.schema[name].is_levels:
            found.append(table.codes(name).astype(np.float64))
            continue
        known = scale.numbers(name)
        known = known[np.isfinite(known)]
        low, high = np.quantile(known, [0.05, 0.95]) if len(known) else (0.0, 1.0)
        values = (table.numbers(name) - low) / (high - low if high > low else 1.0)
        found.append(np.nan_to_num(values, nan=-2.0, posinf=9.0, neginf=-9.0))
    return found
