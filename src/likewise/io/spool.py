"""Blocks that wait for all others: what has to be written in another order than it comes in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from likewise.core.aside import partial_of, remove
from likewise.io.cells import plain


class Spool:
    """Keep blocks of rows, the first one in memory and all of them in a file beside the place once there are more.

    `table` is all of them; what comes from the file is read from there only as it is used.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self._first: pa.Table | None = None
        self._writer: pa.RecordBatchStreamWriter | None = None

    def add(self, block: pa.Table) -> None:
        """Append a block of the same columns as the first one."""
        if self._first is None:
            self._first = block
            return
        if self._writer is None:
            if not self.place.exists():
                self.place.touch()
            self._first = _plain(self._first)
            self._writer = pa.ipc.new_stream(str(self.place), self._first.schema)
            self._writer.write_table(self._first)
        self._writer.write_table(_plain(block))

    def table(self) -> pa.Table | None:
        """Return all rows; None where no block came."""
        if self._writer is None:
            return self._first
        self._writer.close()
        with pa.memory_map(str(self.place)) as file:
            return pa.ipc.open_stream(file).read_all()


@contextmanager
def spooled(place: Path) -> Iterator[Spool]:
    """Yield a spool whose file lies beside `place` and is gone at the end."""
    spool = Spool(partial_of(place))
    try:
        yield spool
    finally:
        remove(spool.place)


def _plain(block: pa.Table) -> pa.Table:
    """Return a block without dictionaries, which may differ from block to block."""
    return pa.table([plain(column) for column in block.columns], names=block.column_names)
