"""A whole table among the arrays of a model file, for techniques that keep the rows they learned."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.schema import Schema
from likewise.core.table import Table


def packed(table: Table) -> tuple[dict[str, Any], npt.NDArray[np.uint8]]:
    """Return a table as JSON values, its schema, and one array, its Arrow stream."""
    return table.schema.to_dict(), streamed(table.columns)


def unpacked(schema: dict[str, Any], stream: npt.NDArray[np.uint8]) -> Table:
    """Return the table that `packed` made bytes of.

    >>> table = Table.from_any({"age": [31, 45]})
    >>> unpacked(*packed(table)) == table.with_schema(table.schema)
    True
    """
    return Table(unstreamed(stream), Schema.from_dict(schema))


def streamed(columns: pa.Table) -> npt.NDArray[np.uint8]:
    """Return Arrow columns as one array, their Arrow stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, columns.schema) as writer:
        writer.write_table(columns)
    return np.frombuffer(sink.getvalue(), dtype=np.uint8)


def unstreamed(stream: npt.NDArray[np.uint8]) -> pa.Table:
    """Return the Arrow columns that `streamed` made an array of."""
    return pa.ipc.open_stream(pa.py_buffer(stream.tobytes())).read_all()
