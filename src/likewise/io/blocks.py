"""Writers that can only be opened once the first block of rows has shown what the columns are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa


@contextmanager
def written_in_blocks(open_writer: Callable[[pa.Table], Any]) -> Iterator[Callable[[pa.Table], None]]:
    """Yield a function that appends a block to the writer that `open_writer` makes for the first block."""
    writer: Any = None

    def write(block: pa.Table) -> None:
        nonlocal writer
        if writer is None:
            writer = open_writer(block)
        writer.write_table(block)

    try:
        yield write
    finally:
        if writer is not None:
            writer.close()
