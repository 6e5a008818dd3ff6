"""Columns of which each symbol is decided by that of another column: they are looked up, not learned."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from likewise.networks.tables.column import ColumnEncoding

Longs = npt.NDArray[np.int64]

ROWS_A_SYMBOL = 10
"""Rows that a table must have for each symbol of the column that decides."""

LOOKED_AT = 2000
"""Rows that are looked at first: most columns decide nothing, and few rows show it."""


def lookups(columns: Sequence[ColumnEncoding], symbols: Longs) -> dict[int, tuple[int, Longs]]:
    """Return for each decided column the column that decides it, and the symbol that each of its symbols leads to.

    What decides is not decided itself. Columns whose symbols have places stay, as these tell more than the symbol.
    """
    found: dict[int, tuple[int, Longs]] = {}
    sizes = [own.cardinality for own in columns]
    for column, own in enumerate(columns):
        if sizes[column] < 2 or own.has_places.any() or column in {by for by, _ in found.values()}:
            continue
        for by in range(len(columns)):
            enough = ROWS_A_SYMBOL * sizes[by] <= len(symbols)
            if by != column and by not in found and sizes[by] >= sizes[column] and enough:
                table = _decided(symbols[:, by], symbols[:, column], sizes[by], sizes[column])
                if table is not None:
                    found[column] = by, table
                    break
    return found


def _decided(by: Longs, own: Longs, size: int, own_size: int) -> Longs | None:
    """Return the symbol that each symbol of `by` leads to, None where one of them leads to several."""
    for rows in (slice(LOOKED_AT), slice(None)):
        pairs = np.unique(by[rows] * own_size + own[rows])
        if len(np.unique(pairs // own_size)) < len(pairs):
            return None
    table = np.zeros(size, dtype=np.int64)
    table[pairs // own_size] = pairs % own_size
    return table
