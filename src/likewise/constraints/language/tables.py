"""The cells of a table as expressions see them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from likewise.constraints.calendar import moments_of
from likewise.constraints.language.evaluating import Cells, Columns
from likewise.core.conditions import levels_of
from likewise.core.table import Table


def columns_of(table: Table) -> Columns:
    """Return what gives the cells of a column of a table; levels as texts. Raises SchemaError for an unknown one."""

    def cells(name: str) -> Cells:
        column = table.schema[name]
        if column.kind in ("date", "datetime"):
            return Cells("moment", moments_of(table.numbers(name), column))
        if column.is_number:
            return Cells("duration" if column.kind in ("time", "duration") else "number", table.numbers(name))
        if column.kind == "boolean":
            codes = table.codes(name)
            return Cells("truth", np.where(codes < 0, np.nan, codes))
        if column.is_levels:
            levels = pa.array([*levels_of(column), None], pa.string())
            return Cells("text", levels.take(pa.array(table.codes(name) % len(levels))))
        return Cells("text", table.texts(name))

    return cells
