"""Which rows of a table have the same value, and what the values are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.constraints.language.tables import are_numbers
from likewise.core.conditions import levels_of
from likewise.core.table import Table


def group_codes(table: Table, name: str) -> npt.NDArray[np.int64]:
    """Return a number from 0 for each row such that rows of one value, and all missing ones, have the same."""
    if table.schema[name].is_levels:
        return table.codes(name).astype(np.int64) + 1
    if not table.schema[name].is_number:
        encoded = pc.fill_null(pc.dictionary_encode(table.texts(name)).indices, -1)
        return np.asarray(encoded, dtype=np.int64) + 1
    return np.unique(table.numbers(name), return_inverse=True, equal_nan=True)[1].astype(np.int64)


def level_texts(table: Table, name: str) -> pa.Array:
    """Return the levels or words of a column as strings, null where missing."""
    if not table.schema[name].is_levels:
        return table.texts(name)
    codes = table.codes(name)
    return pa.array(levels_of(table.schema[name]), pa.string()).take(pa.array(codes, mask=codes < 0))


def dense_codes(table: Table, names: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return a number from 0 for each row such that rows that agree in all of some columns have the same.

    Missing values agree with one another. Without columns all rows are one group.
    """
    found = np.zeros(table.rows, dtype=np.int64)
    for name in names:
        codes = group_codes(table, name)
        found = np.unique(found * (int(codes.max(initial=0)) + 1) + codes, return_inverse=True)[1]
    return found


def places_in_order(table: Table, by: Sequence[str], order: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return the rows group by group, in the order of some columns; rows that agree in these stay as they lie."""
    keys = [sortable(table, name) for name in reversed(order)]
    found: npt.NDArray[np.int64] = np.lexsort([*keys, dense_codes(table, by)])
    return found


def sortable(table: Table, name: str) -> npt.NDArray[Any]:
    """Return a column as numbers in the order of its values, whole numbers exactly; missing ones come last."""
    column = table.schema[name]
    if column.kind == "integer":
        return np.asarray(pc.fill_null(table.column(name), np.iinfo(np.int64).max))
    if column.is_number:
        return table.numbers(name)
    texts = level_texts(table, name)
    if are_numbers(column):
        return np.asarray(pc.fill_null(texts.cast(pa.float64()), np.inf))
    coded = pc.dictionary_encode(texts)
    ranks = np.empty(len(coded.dictionary) + 1, dtype=np.int64)
    ranks[np.asarray(pc.sort_indices(coded.dictionary))] = np.arange(len(coded.dictionary))
    ranks[-1] = len(coded.dictionary)
    return ranks[np.asarray(pc.fill_null(coded.indices, -1))]
