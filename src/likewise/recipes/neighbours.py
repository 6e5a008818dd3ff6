"""Which rows stay when those that their neighbours contradict are removed."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.protocol import learned_part
from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.techniques.smote import cleaned


def uncontradicted(
    table: Table, target: str, *, method: Literal["enn", "tomek"] = "enn", k_neighbors: int = 3
) -> npt.NDArray[np.int64]:
    """Return the places of the rows that `cleaned` keeps, in order.

    >>> table = Table.from_any({"load": [1.0, 1.1, 1.2, 1.3, 9.0, 9.1, 9.2, 1.15], "fault": ["no"] * 4 + ["yes"] * 4})
    >>> uncontradicted(table, "fault").tolist()
    [0, 1, 2, 3, 4, 5, 6]
    """
    numbered, place = _numbered(learned_part(table))
    kept: Table = cleaned(numbered, target, method=method, k_neighbors=k_neighbors)
    return np.sort(kept.numbers(place).astype(np.int64))


def _numbered(table: Table) -> tuple[Table, str]:
    """Return a table with the places of its rows in a column that is ignored, and the name of that."""
    name = "place"
    while name in table.schema:
        name += "_"
    column = Column(name=name, kind="integer", role="ignore", dtype="int64")
    schema = Schema(columns=(*table.schema.columns, column))
    places = pa.array(np.arange(table.rows, dtype=np.int64))
    return Table(table.columns.append_column(name, places), schema), name
