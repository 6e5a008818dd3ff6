"""Columns that change from step to step as channels of series, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.conditions import levels_of
from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.errors import SchemaError
from likewise.modalities.tabular.codec import arrow_type, rounded
from likewise.modalities.tabular.numbers import typed_numbers

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Lane:
    """Turn a column into numbers, NaN where missing, and back: numbers stay, levels are their places in `levels`.

    Levels are put in an order in which those that go with like numbers stand beside each other, for a channel knows
    only more and less.
    """

    column: Column
    levels: tuple[str, ...] = ()

    def encode(self, table: Table) -> Floats:
        """Return the numbers of the column of a table; a level that is not known is missing."""
        name = self.column.name
        if self.column.kind == "empty":
            return np.full(table.rows, np.nan)
        if self.column.is_number:
            return table.numbers(name)
        place = {level: float(number) for number, level in enumerate(self.levels)}
        numbers = np.array([place.get(level, np.nan) for level in levels_of(table.schema[name])] + [np.nan])
        return np.asarray(numbers[table.codes(name)])

    def decode(self, values: Floats) -> pa.Array:
        """Return the column of numbers."""
        column = self.column
        if column.kind == "empty":
            return pa.nulls(len(values))
        if column.is_number:
            return typed_numbers(rounded(values, column), column, arrow_type(column))
        gone = np.isnan(values)
        names = levels_of(column)
        codes = np.array([names.index(level) for level in self.levels] or [0], dtype=np.int32)
        own = codes[np.where(gone, 0, values).astype(np.int64)]
        if column.kind == "boolean":
            return pa.array(own == 1, mask=gone)
        return pa.DictionaryArray.from_arrays(pa.array(own, mask=gone), pa.array(names, pa.string()))

    def between(self, values: Floats) -> Floats:
        """Return what stands for values between two rows: numbers as they are, the nearest of levels."""
        return values if self.column.is_number else np.rint(values)

    def state(self) -> dict[str, Any]:
        """Return what a model file keeps of it, as JSON values."""
        return {"column": self.column.to_dict(), "levels": list(self.levels)}

    @classmethod
    def from_state(cls, meta: dict[str, Any]) -> Lane:
        """Rebuild it from a model file."""
        return cls(Column.from_dict(meta["column"]), tuple(meta["levels"]))


def lanes_of(table: Table, names: Sequence[str]) -> tuple[Lane, ...]:
    """Return the lanes of columns. Raises SchemaError for one that is neither numbers nor levels.

    >>> table = Table.from_any({"load": [1.0, 9.0, 2.0, 8.0], "state": ["ok", "hot", "ok", "hot"]})
    >>> lanes_of(table, table.names)[1].levels in (("ok", "hot"), ("hot", "ok"))
    True
    """
    columns = [table.schema[name] for name in names]
    for column in columns:
        if not (column.is_number or column.is_levels or column.kind == "empty"):
            raise SchemaError("schema.kind", f"`{column.name}` ({column.kind}) changes from step to step, and series "
                              "are made of numbers and levels", where=column.name,
                              hint="set `role: ignore` on the column")  # fmt: skip
    numbers = [table.numbers(c.name) for c in columns if c.is_number]
    scores = _main_direction(np.stack(numbers, axis=1)) if numbers else np.zeros(table.rows)
    return tuple(Lane(c, _ordered(table, c, scores) if c.is_levels else ()) for c in columns)


def _ordered(table: Table, column: Column, scores: Floats) -> tuple[str, ...]:
    """Return the levels that occur by the mean score of their rows; as they come where all are alike."""
    codes = table.codes(column.name)
    counts = np.bincount(codes[codes >= 0], minlength=len(levels_of(column)))
    means = np.bincount(codes[codes >= 0], scores[codes >= 0], minlength=len(counts)) / np.maximum(counts, 1)
    names = levels_of(column)
    return tuple(names[code] for code in np.argsort(means, kind="stable").tolist() if counts[code])


def _main_direction(numbers: Floats) -> Any:
    """Return the first principal component of rows of numbers."""
    part = numbers[:, np.isfinite(numbers).any(axis=0)]
    spread = np.nanstd(part, axis=0)
    part = np.nan_to_num((part - np.nanmean(part, axis=0)) / np.where(spread > 0, spread, 1))
    return part @ np.linalg.eigh(part.T @ part)[1][:, -1] if part.size else np.zeros(len(numbers))
