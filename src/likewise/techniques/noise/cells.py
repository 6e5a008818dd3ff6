"""Arrays of a column in batches of one shape, each row with random numbers of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.schema import Column, Schema
from likewise.core.seeds import generator
from likewise.core.tensors import Cells, from_tensor, to_tensor
from likewise.techniques.noise.operation import Dice, picks
from likewise.techniques.noise.spans import Floats

AT_ONCE = 2**22
"""Values that are worked on at a time: what a batch takes beside the rows is some tens of megabytes."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Hold cells of one shape (n x shape), the rows they stand in, and numbers from 0 to 1 (n x count) for each.

    `rng` gives what is drawn for every value of a cell, row after row, so that it does not matter where batches end.
    """

    cells: npt.NDArray[Any]
    rows: npt.NDArray[np.int64]
    uniform: Floats
    rng: np.random.Generator


def batches(cells: Cells, share: float, count: int, dice: Dice) -> Iterator[Batch]:
    """Yield the cells that chance picks, those of one shape together; missing cells are left out.

    A row comes out the same whichever rows follow it, and however many are worked on at a time.
    """
    picking, drawing = dice.split(2)
    picked = picks(len(cells), share, picking.rng)
    base = int(drawing.rng.integers(2**62))
    places: dict[tuple[int, ...], list[int]] = {}
    for row in range(len(cells)) if picked is None else picked.tolist():
        cell = cells[row]
        if cell is not None and cell.size:
            places.setdefault(cell.shape, []).append(row)
    for shape, rows in places.items():
        uniform = generator(base, "rows", *shape).random((len(rows), count))
        rng, most = generator(base, "values", *shape), max(1, AT_ONCE // int(np.prod(shape)))
        for start in range(0, len(rows), most):
            part = np.array(rows[start : start + most], dtype=np.int64)
            stacked = cells[part] if isinstance(cells, np.ndarray) else np.stack([cells[row] for row in part])
            yield Batch(stacked, part, uniform[start : start + most], rng)


def cells_of(array: pa.Array) -> list[npt.NDArray[Any] | None]:
    """Return the cells of a column as a list of arrays."""
    return list(from_tensor(array))


def column_of(cells: list[npt.NDArray[Any] | None], column: Column, own: pa.Array) -> pa.Array:
    """Return cells as the column that the schema says; as it was where none is known."""
    if all(cell is None for cell in cells):
        return own
    return to_tensor(cells, shape=column.shape)


def reshaped(schema: Schema, name: str, shape: tuple[int | None, ...] | None) -> Schema:
    """Return the schema with a column whose cells have another shape."""
    return schema if schema[name].shape == shape else schema.replace(name, shape=shape)
