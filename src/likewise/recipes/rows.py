"""What passes from one step to the next: rows, and which of them were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.stack import stacked, with_new_keys
from likewise.core.table import Table
from likewise.errors import SettingsError

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

UNREPRESENTATIVE = "not population-representative"
"""The mark of rows whose shares were set by hand."""


WEIGHT = "weight"
"""What the column of weights is called if nobody says."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Hold a table, which of its rows were `made` (others are real, as they came), and what is to be said of it.

    `weights` undo what was done to the shares of rows (None: every row counts 1); rows that are not `representative`
    have shares that were set, not found.
    """

    table: Table
    made: Mask
    weights: Floats | None = None
    notes: tuple[str, ...] = ()
    representative: bool = True

    @classmethod
    def real(cls, table: Table) -> Rows:
        """Take rows as they came."""
        return cls(table, np.zeros(table.rows, dtype=bool))

    @classmethod
    def drawn(cls, table: Table, notes: tuple[str, ...] = ()) -> Rows:
        """Take rows that a model drew; the notes of its card tell whether it learned rows of set shares."""
        found = not any(note.startswith(UNREPRESENTATIVE) for note in notes)
        return cls(table, np.ones(table.rows, dtype=bool), notes=notes, representative=found)

    @property
    def added(self) -> int:
        """The number of rows that were made."""
        return int(self.made.sum())

    def take(self, rows: npt.NDArray[np.integer[Any]] | Mask) -> Rows:
        """Return some rows: positions, or a mask."""
        weights = None if self.weights is None else self.weights[rows]
        return replace(self, table=self.table.take(rows), made=self.made[rows], weights=weights)

    def unrepresentative(self, why: str) -> Rows:
        """Return the rows marked as having shares that were set, with the reason."""
        return replace(self, representative=False).having(f"{UNREPRESENTATIVE}: {why}")

    def having(self, *notes: str) -> Rows:
        """Return the rows with more said of them; nothing twice."""
        return replace(self, notes=tuple(dict.fromkeys((*self.notes, *notes))))

    def and_made(self, more: Table, seed: int) -> Rows:
        """Return these rows and then some that were made, under ids of their own."""
        new = with_new_keys(more, self.table, seed)
        weights = None if self.weights is None else np.append(self.weights, np.ones(more.rows))
        made = np.append(self.made, np.ones(more.rows, dtype=bool))
        return replace(self, table=stacked([self.table, new]), made=made, weights=weights)

    def written(self, *, mark: str | None = None, weight: str | None = None) -> pa.Table:
        """Return the columns as they are written in a text file, beside those that are asked for."""
        return self._beside(self.table.written(), mark, weight)

    def to_arrow(self, *, mark: str | None = None, weight: str | None = None) -> pa.Table:
        """Return the columns as values, beside those that are asked for."""
        return self._beside(self.table.to_arrow(), mark, weight)

    def to_native(self, *, mark: str | None = None, weight: str | None = None) -> Any:
        """Return the rows in the kind of object that came in, with a column of marks and of weights where asked for."""
        extra = self._extra(mark, weight)
        if not extra:
            return self.table.to_native()
        beside = Table.from_any(pa.table(extra))
        schema = self.table.schema.model_copy(update={"columns": (*self.table.schema.columns, *beside.schema.columns)})
        columns = self.table.columns
        for name in beside.names:
            columns = columns.append_column(name, beside.column(name))
        return Table(columns, schema, self.table.container).to_native()

    def _beside(self, written: pa.Table, mark: str | None, weight: str | None) -> pa.Table:
        for name, array in self._extra(mark, weight).items():
            written = written.append_column(name, array)
        return written

    def _extra(self, mark: str | None, weight: str | None) -> dict[str, pa.Array]:
        extra: dict[str, pa.Array] = {}
        if mark is not None:
            extra[free(mark, self.table, "mark")] = pa.array(self.made)
        if weight is not None and self.weights is not None:
            extra[free(weight, self.table, "weight")] = pa.array(self.weights)
        return extra


def free(name: str, table: Table, what: str) -> str:
    """Return a name that no column has. Raises SettingsError."""
    if name in table.schema:
        raise SettingsError("settings.column-exists", f"there is a column `{name}` already", where=what,
                            hint=f"give another name as `{what}`")  # fmt: skip
    return name


def together(parts: Sequence[Rows]) -> Rows:
    """Return the rows of several, one after the other."""
    weighted = any(part.weights is not None for part in parts)
    weights = [np.ones(part.table.rows) if part.weights is None else part.weights for part in parts]
    return Rows(
        stacked([part.table for part in parts]),
        np.concatenate([part.made for part in parts]),
        np.concatenate(weights) if weighted else None,
        tuple(dict.fromkeys(note for part in parts for note in part.notes)),
        all(part.representative for part in parts),
    )
