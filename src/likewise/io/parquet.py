"""Parquet files."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from likewise.errors import SourceError
from likewise.io.blocks import written_in_blocks
from likewise.io.cells import plain_table
from likewise.io.format import Format

_DEFAULT = "zstd"
_LOOKED_AT = 2048

_BATCH, _PAGE = 16_384, 2**18
"""Values that are encoded at a time and bytes of a page: few enough to be compressed in the processor's cache."""


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
    """Open a function that appends a block of rows as one row group; equal blocks give equal bytes.

    Columns whose first values repeat are written as dictionaries: of others a dictionary costs time and saves nothing.
    """
    import pyarrow.parquet as pq

    codec = "none" if form.codec == "uncompressed" else form.codec or _DEFAULT
    return written_in_blocks(
        lambda first: pq.ParquetWriter(stream, first.schema, compression=codec, use_dictionary=_repeating(first),
                                       write_batch_size=_BATCH, data_page_size=_PAGE)
    )  # fmt: skip


def _repeating(block: pa.Table) -> list[str] | bool:
    """Return the columns of a block of which less than half of the first values are different."""
    if not block.num_rows:
        return True
    first = block.slice(0, _LOOKED_AT)
    able = [name for name, column in zip(first.column_names, first.columns, strict=True)
            if pa.types.is_primitive(column.type) or pa.types.is_string(column.type)]  # fmt: skip
    rest = [name for name in first.column_names if name not in able]
    found = [name for name in able if 2 * pc.count_distinct(first.column(name)).as_py() < first.num_rows]
    return [*found, *rest] or False
