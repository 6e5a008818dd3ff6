"""Columns as a matrix that a linear or another regression can take."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from likewise.core.schema import Column
from likewise.core.table import Table

Floats = npt.NDArray[np.float64]

MOST_LEVELS = 30
"""Levels of a category that have an indicator of their own, the commonest ones; the rest share what is left."""

FEWEST_ROWS = 5
"""Rows below which a level has no indicator of its own."""

RIDGE = 1e-8
"""Penalty on coefficients of standardised columns, times the rows: none that is felt, but a solution always."""


def design(table: Table, columns: Sequence[Column]) -> Floats:
    """Return a row of numbers for each row, (rows, 1 + features), the first of them 1.

    Numbers and moments come centred and scaled, 0 with an indicator where missing; levels as indicators. Texts and ids
    are left out.
    """
    parts = [np.ones(table.rows)]
    for column in columns:
        if column.is_number:
            parts += _of_numbers(table.numbers(column.name))
        elif column.is_levels:
            parts += _of_levels(table.codes(column.name))
    return np.stack(parts, axis=1)


def _of_numbers(values: Floats) -> list[Floats]:
    gone = np.isnan(values)
    if gone.all():
        return []
    known = values[~gone]
    scale = np.abs(known).max() or 1.0
    middle = (known / scale).mean()
    spread = (known / scale).std()
    centred = np.where(gone, 0.0, values / scale - middle)
    found = [centred / spread] if spread > 1e-12 else []
    return found + ([gone - gone.mean()] if gone.any() else [])


def _of_levels(codes: npt.NDArray[np.int32]) -> list[Floats]:
    counts = np.bincount(codes + 1)
    order = np.argsort(-counts, kind="stable")[1 : MOST_LEVELS + 1]  # the commonest is what the others are held against
    return [(codes + 1 == level).astype(np.float64) for level in order.tolist() if counts[level] >= FEWEST_ROWS]


def coefficients(matrix: Floats, values: Floats) -> Floats:
    """Return the least-squares coefficients of values (rows,)."""
    return np.asarray(np.linalg.solve(_square(matrix), matrix.T @ values))


def leverages(matrix: Floats) -> Floats:
    """Return how much each row's own value weighs in its fitted one, from 0 to just below 1."""
    found: Floats = np.einsum("ij,ji->i", matrix, np.linalg.solve(_square(matrix), matrix.T))
    return np.clip(found, 0.0, 0.9999)


def _square(matrix: Floats) -> Floats:
    square: Floats = matrix.T @ matrix
    square[np.diag_indices_from(square)] += RIDGE * len(matrix)
    return square
