"""Arrow's own files: IPC in its file form (Feather) and in its stream form."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from likewise.errors import SourceError
from likewise.io.blocks import written_in_blocks
from likewise.io.cells import plain_table
from likewise.io.format import Format

FILE_MAGIC = b"ARROW1"


def read_arrow(path: Path) -> tuple[pa.Table, Format]:
    """Read an Arrow IPC file or stream with its types, without its metadata; raises SourceError when it is damaged."""
    with path.open("rb") as file:
        is_stream = file.read(len(FILE_MAGIC)) != FILE_MAGIC
    try:
        with pa.OSFile(str(path)) as source:
            reader = pa.ipc.open_stream(source) if is_stream else pa.ipc.open_file(source)
            table = plain_table(reader.read_all())
    except (pa.ArrowException, OSError):
        raise SourceError("source.damaged", f"`{path}` is no Arrow IPC file, or one with damage in it",
                          where=str(path), hint="fetch or make the file again") from None  # fmt: skip
    return table, Format(form="arrow", stream=is_stream)


def arrow_writer(stream: BinaryIO, form: Format) -> AbstractContextManager[Callable[[pa.Table], None]]:
    """Open a function that appends a block of rows as one record batch."""
    make = pa.ipc.new_stream if form.stream else pa.ipc.new_file
    options = pa.ipc.IpcWriteOptions(compression=form.codec)
    return written_in_blocks(lambda first: make(stream, first.schema, options=options))
