"""A row a series scattered to long tables, a row a step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import SchemaError, suggest


def scattered(data: Any, *, entity: str = "entity", time: str = "step", values: Sequence[str] | None = None,
              name: str | None = None) -> Table:  # fmt: skip
    """Return a long table of a table with a series column: a row a step, what lies beside the series repeated.

    It is the way back from `gathered`: `entity` is the column that says whose a row is (rows are numbered where there
    is none), `time` the one that counts steps from 0, `values` name the channels (None: the series column's name
    and the channel's number). `name` is the series column, where there are several. A row whose series is missing has
    no steps. Raises SchemaError where there is no such column, or names do not fit the channels.

    >>> table = {"sex": ["f", "m"], "s": [np.array([[70.0], [71.5]]), np.array([[64.0]])]}
    >>> long = scattered(table, values=["pulse"])
    >>> long.names, long.column("entity").to_pylist(), long.column("pulse").to_pylist()
    (('entity', 'sex', 'step', 'pulse'), [0, 0, 1], [70.0, 71.5, 64.0])
    """
    table = Table.from_any(data)
    found = [column.name for column in table.schema.columns if column.kind == "series"]
    chosen = found[0] if name is None and len(found) == 1 else name
    if chosen not in found:
        raise SchemaError("schema.no-series", f"there is no series column `{name}`" if name else
                          f"there are {len(found)} columns of series, not one", where=name or "name",
                          hint=suggest(name, tuple(found), "column") if name else "say which as `name`")  # fmt: skip
    cells = [np.zeros((0, 1)) if cell is None else cell for cell in table.tensor(chosen)]
    steps = np.array([len(cell) for cell in cells], dtype=np.int64)
    long = np.concatenate([cell for cell in cells if len(cell)] or [np.zeros((0, 1))])
    names = _named(long.shape[1], chosen, values)
    owner = np.repeat(np.arange(len(cells)), steps)
    others = [n for n in table.names if n != chosen]
    taken = {entity, *others} & {time, *names} or ({time} & set(names))
    if taken:
        raise SchemaError("schema.duplicate", f"there would be two columns `{min(taken)}`", where=min(taken),
                          hint="give `time` and `values` names of their own")  # fmt: skip
    count = np.arange(len(owner)) - np.repeat(np.cumsum(steps) - steps, steps)
    counts = {time: count} if entity in others else {entity: owner, time: count}
    kinds = [Column(name=n, kind="integer", dtype="int64") for n in counts]
    kinds += [Column(name=n, kind="float", dtype="double", nullable=True) for n in names]
    made = Table.from_any(counts | {n: long[:, i] for i, n in enumerate(names)}, Schema(columns=tuple(kinds)))
    beside = table.select(others).take(owner)
    parts = {c.name: (side.column(c.name), c) for side in (beside, made) for c in side.schema.columns}
    order = [entity, *(n for n in others if n != entity), time, *names]
    columns = made.columns.select([])
    for own in order:
        columns = columns.append_column(own, parts[own][0])
    return Table(columns, Schema(columns=tuple(parts[own][1] for own in order)), table.container)


def _named(channels: int, name: str, values: Sequence[str] | None) -> list[str]:
    if values is None:
        return [name] if channels == 1 else [f"{name}.{i}" for i in range(channels)]
    if len(values) != channels:
        raise SchemaError("schema.channels", f"{len(values)} names are given for {channels} channels", where="values",
                          hint="name each channel once")  # fmt: skip
    return list(values)
