"""Rows in blocks, from a whole table or a stream, and how rows of a block are refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.frames import to_raw
from likewise.errors import SchemaError

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

AT_ONCE = 16384
"""Rows that are written at a time: their messages, some 30 MB, are what memory holds."""


@dataclass(frozen=True, eq=False)
class Block:
    """Hold columns of some rows of a table, and where in that table they stand, counted from 0."""

    table: str
    rows: Ints
    columns: dict[str, pa.Array]

    def __getitem__(self, column: str) -> pa.Array:
        return self.columns[column]

    def __len__(self) -> int:
        return len(self.rows)

    def refuse(self, code: str, what: str, column: str, bad: Any, hint: str) -> None:
        """Raise SchemaError if any row is bad: which rows, counted from 1, and never what stands in them.

        `what` ends a sentence that begins with how many values the column holds; nulls in `bad` are no faults.
        """
        mask = bad if isinstance(bad, np.ndarray) else np.asarray(pc.fill_null(bad, False))
        if not mask.any():
            return
        numbers = self.rows[np.flatnonzero(mask)] + 1
        listed = ", ".join(map(str, numbers[:3].tolist())) + (", ..." if len(numbers) > 3 else "")
        said = f"column `{column}` holds {len(numbers)} {what}"
        raise SchemaError(code, said, where=f"{self.table}.{column} (rows {listed})", hint=hint)

    def filled(self, *columns: str) -> None:
        """Refuse rows in which one of the columns is null."""
        for column in columns:
            if self[column].null_count:
                self.refuse("schema.missing-value", "nulls, where each row needs a value", column,
                            self[column].is_null(), "give a value, or leave the rows out")  # fmt: skip

    def where(self, mask: Any) -> Block:
        """Return the rows that a mask holds for; null does not."""
        kept = pc.fill_null(mask, False)
        rows = np.flatnonzero(np.asarray(kept))
        if len(rows) == len(self):
            return self
        return Block(self.table, self.rows[rows], {name: array.filter(kept) for name, array in self.columns.items()})

    def part(self, begin: int, end: int) -> Block:
        """Return the rows from one place up to, but not, another."""
        columns = {name: array.slice(begin, end - begin) for name, array in self.columns.items()}
        return Block(self.table, self.rows[begin:end], columns)

    def take(self, order: Ints) -> Block:
        """Return rows in another order."""
        places = pa.array(order)
        return Block(self.table, self.rows[order], {name: array.take(places) for name, array in self.columns.items()})


def blocks_of(rows: Any, most: int = AT_ONCE) -> Iterator[tuple[int, pa.Table]]:
    """Yield the first row's number and `most` rows at a time, fewer at the end, of a table, a reader or parts of one.

    Blocks are the same however rows are cut into parts. Where there are no rows, one empty block is yielded, so that
    its columns are looked at. Takes Arrow tables and readers, frames that Arrow can read, and iterables of any of them.
    """
    table = whole_table(rows)
    start, count, held = 0, 0, list[pa.Table]()
    for part in map(_table, rows) if table is None else (table,):
        held.append(part)
        count += part.num_rows
        if count >= most:
            joint = _joint(held)
            full = count // most * most
            for begin in range(0, full, most):
                yield start + begin, joint.slice(begin, most)
            start, count, held = start + full, count - full, [joint.slice(full)]
    if held and (count or not start):
        yield start, _joint(held)


def whole_table(rows: Any) -> pa.Table | None:
    """Return rows as a table where they are all there, None where they come part by part."""
    is_records = isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows)
    if is_records or isinstance(rows, Mapping) or not isinstance(rows, Iterable):
        return _table(rows)
    is_reader = isinstance(rows, pa.RecordBatchReader)
    return None if is_reader or not hasattr(rows, "__arrow_c_stream__") else _table(rows)


def _table(rows: Any) -> pa.Table:
    return to_raw(rows)[0]


def _joint(parts: list[pa.Table]) -> pa.Table:
    return parts[0] if len(parts) == 1 else pa.concat_tables(parts, promote_options="permissive")
