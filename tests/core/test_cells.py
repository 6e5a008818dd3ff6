"""Some cells are replaced, and all else stays as it was given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from likewise.core.cells import put
from likewise.core.table import Table

FRAME = pd.DataFrame({"n": [1, 2, 3, 4], "s": ["a", "b", "a", "c"], "x": [1.0, np.inf, 2.5, 3.0]}, index=[9, 8, 7, 6])
MASK = np.array([False, True, False, True])


def changed(column: str, values: pa.Array) -> Table:
    table = Table.from_any(FRAME)
    place = table.columns.schema.get_field_index(column)
    schema = table.schema.replace(column, nullable=True, missing=())
    return Table(table.columns.set_column(place, column, values), schema, table.container)


def test_pandas_keeps_index_dtypes_and_other_cells() -> None:
    new = put(FRAME, changed("x", pa.array([7.0, 8.0, 9.0, 10.0])), {"x": MASK})
    assert new.x.tolist() == [1.0, 8.0, 2.5, 10.0] and new.index.equals(FRAME.index) and new.dtypes.equals(FRAME.dtypes)
    assert FRAME.x.tolist() == [1.0, np.inf, 2.5, 3.0]


def test_gaps_among_whole_numbers_widen_the_column_where_it_has_none() -> None:
    table = changed("n", pa.array([1, None, 3, None], pa.int64()))
    assert put(FRAME, table, {"n": MASK}).n.isna().tolist() == MASK.tolist()
    nullable = FRAME.astype({"n": "Int64"})
    assert str(put(nullable, table, {"n": MASK}).n.dtype) == "Int64"


def test_other_containers() -> None:
    given = {"n": np.array([1, 2, 3, 4]), "s": ["a", "b", "a", "c"], "x": np.array([1.0, 2.0, 2.5, 3.0])}
    table = Table.from_any(given)
    columns = table.columns.set_column(0, "n", pa.array([5, 6, 7, 8]))
    new = put(given, Table(columns, table.schema, table.container), {"n": MASK})
    assert new["n"].tolist() == [1, 6, 3, 8] and new["n"].dtype == given["n"].dtype and new["s"] is given["s"]
    frame = pl.DataFrame({"n": [1, 2, 3, 4], "s": ["a", "b", "a", "c"]})
    own = Table.from_any(frame)
    made = put(
        frame, Table(own.columns.set_column(0, "n", pa.array([5, 6, 7, 8])), own.schema, own.container), {"n": MASK}
    )
    assert made["n"].to_list() == [1, 6, 3, 8] and made.schema == frame.schema


def test_nested_columns_keep_the_index_of_a_frame() -> None:
    frame = pd.DataFrame({"who": [{"age": v} for v in range(4)], "x": [1.5, 2.5, 3.5, 4.5]}, index=[9, 8, 7, 6])
    assert put(frame, Table.from_any(frame), {}).index.equals(frame.index)
