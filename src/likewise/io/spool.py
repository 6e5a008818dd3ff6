"""Blocks that wait for all others: what has to be written in another order than it comes in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.aside import partial_of, remove
from likewise.core.faults import writing
from likewise.io.cells import plain

ROWS = 1 << 16
"""Rows that are written at once."""


class Spool:
    """Keep blocks of rows: one of them in memory, more in a file, where they are read from only as they are used."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._held: list[pa.Table] = []
        self._writer: pa.RecordBatchStreamWriter | None = None

    def add(self, block: pa.Table) -> None:
        """Append a block of the same columns as the first one."""
        self._held.append(block)
        if len(self._held) > 1 and sum(part.num_rows for part in self._held) >= ROWS:
            self._write()

    def table(self) -> pa.Table | None:
        """Return all rows; None where no block came."""
        if self._writer is None and len(self._held) <= 1:
            return self._held[0] if self._held else None
        self._write()
        assert self._writer is not None
        self._writer.close()
        with pa.memory_map(str(self.place)) as file:
            return pa.ipc.open_stream(file).read_all()

    def _write(self) -> None:
        if not self._held:
            return
        table = pa.concat_tables([_plain(part) for part in self._held]).combine_chunks()
        if self._writer is None:
            self._writer = pa.ipc.new_stream(str(self.place), table.schema)
        self._writer.write_table(table, max_chunksize=ROWS)
        self._held = []


@contextmanager
def spooled(place: Path) -> Iterator[Spool]:
    """Yield a spool whose file lies beside `place` and is gone at the end. Raises SourceError where it has no room."""
    spool = Spool(partial_of(place))
    try:
        with writing(place):
            yield spool
    finally:
        remove(spool.place)


def taken(table: pa.Table, rows: npt.NDArray[np.int64]) -> pa.Table:
    """Return rows by their numbers, in the order asked for, without putting the parts of the table together first.

    >>> table = pa.concat_tables([pa.table({"a": [1, 2]}), pa.table({"a": [3, 4]})])
    >>> taken(table, np.array([3, 0, 2]))["a"].to_pylist()
    [4, 1, 3]
    """
    batches = table.to_batches()
    if len(batches) <= 1:
        return table.take(pa.array(rows))
    begins = np.cumsum([0, *(batch.num_rows for batch in batches)])
    order = np.argsort(rows, kind="stable")
    cuts = np.searchsorted(rows[order], begins)
    parts = [batch.take(pa.array(rows[order[cuts[part] : cuts[part + 1]]] - begins[part]))
             for part, batch in enumerate(batches) if cuts[part] < cuts[part + 1]]  # fmt: skip
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    return pa.Table.from_batches(parts, table.schema).combine_chunks().take(pa.array(places))


def _plain(block: pa.Table) -> pa.Table:
    """Return a block without dictionaries, which may differ from block to block."""
    return pa.table([plain(column) for column in block.columns], names=block.column_names)
