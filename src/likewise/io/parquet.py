"""Parquet files."""

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

_DEFAULT = "zstd"


def read_parquet(path: Path) -> tuple[pa.Table, Format]:
    """Read a Parquet file with its types, without its metadata; raises SourceError when it is damaged."""
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as stream, pq.ParquetFile(stream) as file:
            table = plain_table(file.read())
            footer = file.metadata
            codec = None
            if footer.num_row_groups and footer.num_columns:
                codec = footer.row_group(0).column(0).compression.lower()
    except (pa.ArrowException, OSError) as fault:
        if isinstance(fault, OSError) and fault.errno:
            raise
        raise SourceError("source.damaged", f"`{path}` is a Parquet file with damage in it", where=str(path),
                          hint="fetch or make the file again") from None  # fmt: skip
    return table, Format(form="parquet", codec=codec)


def parquet_writer(stream: BinaryIO, form: Format) -> AbstractContextManager[Callable[[pa.Table], None]]:
    """Open a function that appends a block of rows as one row group; equal blocks give equal bytes."""
    import pyarrow.parquet as pq

    codec = "none" if form.codec == "uncompressed" else form.codec or _DEFAULT
    return written_in_blocks(lambda schema: pq.ParquetWriter(stream, schema, compression=codec))
