"""Long tables, a row a step, gathered to a row a series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import SchemaError, suggest


def gathered(data: Any, *, entity: str, time: str | None = None, values: Sequence[str] | None = None,
             name: str = "series") -> Table:  # fmt: skip
    """Return a table with a row for each entity: its numbers over time as one series, what never changes beside it.

    `data` has a row a step: `entity` says whose, `time` when (None: in the order of the rows). `values` are the columns
    of numbers that become the channels; None takes those that change within any entity. Other columns are kept where
    they are the same in all rows of each entity, and left out else. Entities keep the order of their first row; series
    may differ in length. Raises SchemaError for columns that are not there or hold no numbers, or if nothing varies.

    >>> steps = {"who": list("aabb"), "at": [2, 1, 1, 2], "pulse": [71.5, 70.0, 64.0, 66.5], "sex": list("ffmm")}
    >>> table = gathered(steps, entity="who", time="at")
    >>> table.names, table.tensor("series")[0][:, 0].tolist()
    (('who', 'sex', 'series'), [70.0, 71.5])
    """
    table = Table.from_any(data)
    for asked in (entity, *([time] if time else []), *(values or ())):
        if asked not in table.schema:
            raise SchemaError("schema.unknown-column", f"there is no column `{asked}`", where=asked,
                              hint=suggest(asked, table.names, "column"))  # fmt: skip
    first: dict[Any, int] = {}
    codes = np.array([first.setdefault(v, len(first)) for v in table.column(entity).to_pylist()], dtype=np.int64)
    order = np.lexsort((np.arange(table.rows), *([places(table, time)] if time else []), codes))
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    heads = table.take(order[starts])
    others = [c for c in table.schema.columns if c.name not in (entity, time)]
    fixed = {c.name: _is_fixed(table.select([c.name]), order, starts) for c in others}
    chosen = list(values) if values is not None else [c.name for c in others if c.is_number and not fixed[c.name]]
    if not chosen:
        raise SchemaError("schema.no-series", "no column of numbers changes within an entity", where=entity,
                          hint="name the columns of numbers as `values`")  # fmt: skip
    for asked in chosen:
        if not table.schema[asked].is_number:
            raise SchemaError("schema.kind", f"column `{asked}` is of kind {table.schema[asked].kind}, not a number",
                              where=asked, hint="name columns of numbers as `values`")  # fmt: skip
    numbers = np.stack([table.numbers(n)[order] for n in chosen], axis=1)
    series = Table.from_any({name: np.split(numbers, starts[1:])}, _series(name))
    kept = heads.select([entity, *(n for n, is_fixed in fixed.items() if is_fixed and n not in chosen)])
    columns = kept.columns.append_column(name, series.column(name))
    return Table(columns, Schema(columns=(*kept.schema.columns, *series.schema.columns)), table.container)


def _series(name: str) -> Schema:
    return Schema(columns=(Column(name=name, kind="series"),))


def places(table: Table, time: str) -> Any:
    """Return what rows are sorted by."""
    if table.schema[time].is_number:
        return table.numbers(time)
    return np.unique(np.array([str(v) for v in table.column(time).to_pylist()]), return_inverse=True)[1]


def _is_fixed(column: Table, order: Any, starts: Any) -> bool:
    """Return whether a column is the same in all rows of each entity."""
    name = column.names[0]
    coded = column.column(name)
    texts = [str(v) for v in coded.to_pylist()]
    codes = np.unique(np.array(texts), return_inverse=True)[1][order]
    changes = np.flatnonzero(np.diff(codes)) + 1
    return bool(np.isin(changes, starts).all())
