"""Windows cut from long tables: a row a window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import SchemaError, SettingsError, suggest
from likewise.modalities.sequence.long import gathered, places


def windows(data: Any, *, steps: int = 24, stride: int = 1, time: str | None = None, entity: str | None = None,
            values: Sequence[str] | None = None, name: str = "series") -> Table:  # fmt: skip
    """Return a table of one series column: all windows of `steps` rows, one beginning every `stride` rows.

    `data` has a row a step, in the order of `time` (None: of the rows). `values` are the columns of numbers that become
    the channels; None takes all but `time`. With `entity` no window holds rows of two of them, and what never changes
    within an entity is a column beside. It is how TimeGAN and what came after it cut series (Yoon et al. 2019).

    Use for one long series, or few. Avoid where each entity has a beginning and an end: `gathered` keeps them. Windows
    that share steps say nothing of how alike fresh ones would be: hold back a time, not rows. Raises SchemaError for
    columns that are not there or hold no numbers, SettingsError where no window fits.

    >>> table = windows({"price": [1.0, 2.0, 4.0, 3.0, 5.0]}, steps=3, stride=2)
    >>> table.tensor("series")[..., 0].tolist()
    [[1.0, 2.0, 4.0], [4.0, 3.0, 5.0]]
    """
    if steps < 1 or stride < 1:
        raise SettingsError("settings.steps", "windows have a step or more and begin a step or more apart",
                            where="steps", hint="use steps=24, stride=1")  # fmt: skip
    table = Table.from_any(data)
    whole = gathered(table, entity=entity, time=time, values=values, name=name) if entity else _one(
        table, time, values, name)  # fmt: skip
    cut, owner = [], []
    for row, cell in enumerate(whole.tensor(name)):
        assert cell is not None
        for start in range(0, len(cell) - steps + 1, stride):
            cut.append(cell[start : start + steps])
            owner.append(row)
    if not cut:
        raise SettingsError("settings.steps", f"no series has {steps} steps", where="steps", hint="cut shorter windows")
    beside = whole.select([n for n in whole.names if n not in (name, entity)]).take(np.array(owner))
    made = Table.from_any({name: np.stack(cut)}, Schema(columns=(Column(name=name, kind="series"),)))
    columns = beside.columns.append_column(name, made.column(name)) if beside.names else made.columns
    return Table(columns, Schema(columns=(*beside.schema.columns, *made.schema.columns)), table.container)


def _one(table: Table, time: str | None, values: Sequence[str] | None, name: str) -> Table:
    """Return a table of one row: all rows as one series."""
    chosen = list(values) if values is not None else [c.name for c in table.schema.columns if c.is_number]
    chosen = [column for column in chosen if column != time]
    for asked in (*chosen, *([time] if time else [])):
        if asked not in table.schema:
            raise SchemaError("schema.unknown-column", f"there is no column `{asked}`", where=asked,
                              hint=suggest(asked, table.names, "column"))  # fmt: skip
    if not chosen or not all(table.schema[column].is_number for column in chosen):
        raise SchemaError("schema.no-series", "series are made of columns of numbers", where=name,
                          hint="name columns of numbers as `values`")  # fmt: skip
    order = np.argsort(places(table, time), kind="stable") if time else np.arange(table.rows)
    numbers = np.stack([table.numbers(column)[order] for column in chosen], axis=1)
    return Table.from_any({name: [numbers]}, Schema(columns=(Column(name=name, kind="series"),)))
