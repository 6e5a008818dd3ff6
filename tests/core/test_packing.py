"""A table goes into the arrays of a model file and comes back."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from likewise.core.packing import packed, unpacked
from likewise.core.table import Table
from likewise.testing.subject import people


def test_a_table_comes_back() -> None:
    for raw in (people(120), people(120).slice(7, 30), people(3).slice(0, 0), pa.table({"a": pa.nulls(4)})):
        table = Table.from_any(raw)
        schema, stream = packed(table)
        again = unpacked(schema, stream)
        assert stream.dtype == np.uint8 and again.columns.equals(table.columns)
        assert [c.kind for c in again.schema.columns] == [c.kind for c in table.schema.columns]
