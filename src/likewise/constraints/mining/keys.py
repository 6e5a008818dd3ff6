"""Find combinations of two or three columns that tell all rows apart."""

from __future__ import annotations

from itertools import combinations
from math import prod

import numpy as np
import numpy.typing as npt

from likewise.constraints.kinds import Unique, group_codes
from likewise.core.table import Table

Codes = npt.NDArray[np.int64]

MOST_COLUMNS = 24
"""Columns that are combined, those of most values: combinations grow with the cube of their number."""

PROBES = (2000, 50_000)
"""Neighbouring rows in which most combinations show a repeated value, before all rows are looked at."""

FEWEST_MEETINGS = 20.0
"""Pairs of rows that independent columns of these values would make agree: with fewer, chance could make a key."""


def find_keys(table: Table) -> list[Unique]:
    """Return the smallest sets of two or three columns that are unique together though none of them is alone.

    A combination is claimed only where columns of these values, were they independent, would agree in 20 pairs of rows
    or more: that none does is then no chance. Columns with missing values take no part.
    """
    codes = _candidates(table)
    pairs, meets = table.rows * (table.rows - 1) / 2, {name: _meeting(own) for name, own in codes.items()}
    keys: list[tuple[str, ...]] = []
    for size in (2, 3):
        for names in combinations(codes, size):
            if pairs * prod(meets[name] for name in names) < FEWEST_MEETINGS or any({*k} <= {*names} for k in keys):
                continue
            parts = [codes[name] for name in names]
            if all(_apart([part[:rows] for part in parts]) for rows in (*PROBES, table.rows)):
                keys.append(names)
    return [Unique(columns=key, support=_shared([codes[name] for name in key])) for key in keys]


def _candidates(table: Table) -> dict[str, Codes]:
    """Return the codes of the columns that can take part in a key, in the table's order."""
    found: dict[str, Codes] = {}
    for column in table.schema.columns:
        if (
            column.is_media
            or column.kind in ("float", "decimal", "duration", "json", "constant", "empty")
            or table.missing(column.name).any()
        ):
            continue
        codes = group_codes(table, column.name)
        if 1 < len(np.unique(codes)) < table.rows:
            found[column.name] = codes
    largest = sorted(found, key=lambda name: -len(np.unique(found[name])))[:MOST_COLUMNS]
    return {name: codes for name, codes in found.items() if name in largest}


def _meeting(part: Codes) -> float:
    """Return how likely two rows are to agree in a column."""
    counts = np.bincount(part).astype(np.float64)
    return float((counts * (counts - 1)).sum()) / (len(part) * (len(part) - 1.0))


def _apart(parts: list[Codes]) -> bool:
    """Return whether no two rows agree in all of some columns."""
    joined = parts[0]
    for part in parts[1:]:
        joined = np.unique(joined, return_inverse=True)[1] * (int(part.max()) + 1) + part
    return len(np.unique(joined)) == len(joined)


def _shared(parts: list[Codes]) -> int:
    """Return how many rows share the value of at least one of the columns with another row."""
    return int(np.any([np.bincount(part)[part] > 1 for part in parts], axis=0).sum())
