"""Objects that events refer to: one id a cell, or a list of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.table import Table
from likewise.core.values import as_texts
from likewise.errors import SchemaError, suggest
from likewise.modalities.events.traces import Ints

if TYPE_CHECKING:
    from likewise.modalities.events.log import Reference

LINKS = ("source", "target", "qualifier")
"""The columns of a table of pairs of objects."""


def referred(events: Table, column: str) -> tuple[Ints, pa.Array]:
    """Return which events refer to which object in a column: rows, and ids as strings, as long as one another.

    A cell without a value refers to none; one of the kind `json` holds a list of ids.

    >>> rows, ids = referred(Table.from_any({"items": [["a", "b"], [], ["b"]]}), "items")
    >>> rows.tolist(), ids.to_pylist()
    ([0, 0, 2], ['a', 'b', 'b'])
    """
    if events.schema[column].kind == "json":
        lists = listed(events.texts(column))
        return np.asarray(pc.list_parent_indices(lists)).astype(np.int64), lists.flatten()
    texts = as_texts(events.column(column))
    rows = np.flatnonzero(np.asarray(texts.is_valid())).astype(np.int64)
    return rows, texts.drop_null()


def listed(texts: pa.Array) -> pa.Array:
    """Return JSON lists of ids as lists of strings; what is no list is a list of one, what is missing an empty one."""
    coded = texts.dictionary_encode()
    lists = pa.array([_ids(text) for text in coded.dictionary.to_pylist()], pa.list_(pa.string()))
    return pc.coalesce(lists.take(coded.indices), pa.scalar([], pa.list_(pa.string())))


def _ids(text: str) -> list[str]:
    try:
        value = json.loads(text)
    except ValueError:
        return [text]
    members = value if isinstance(value, list) else [value]
    return [str(member) for member in members if member is not None]


def check_objects(
    events: Table, objects: Mapping[str, Reference], tables: Mapping[str, Table], links: Table | None
) -> None:
    """Refuse references by columns that are not there, and tables of objects without ids. Raises SchemaError."""
    for column, reference in objects.items():
        if column not in events.schema:
            what = f"there is no column `{column}` to refer to objects of the type `{reference.type}`"
            raise SchemaError("events.no-column", what, where=column, hint=suggest(column, events.names, "column"))
        if not reference.type:
            raise SchemaError("events.no-type", f"the objects of `{column}` have no type", where=column,
                              hint="name the type of object that the column refers to")  # fmt: skip
    for kind, table in tables.items():
        if "id" not in table.schema:
            raise SchemaError("events.no-column", f"the table of objects `{kind}` has no column `id`", where=kind,
                              hint=suggest("id", table.names, "column"))  # fmt: skip
        if table.column("id").null_count:
            raise SchemaError("events.missing", f"`id` is missing in some objects of `{kind}`", where=f"{kind}.id",
                              hint="give every object an id")  # fmt: skip
        if "time" in table.schema and table.schema["time"].kind not in ("datetime", "empty"):
            raise SchemaError("schema.not-datetime", f"`time` of `{kind}` holds no moments", where=f"{kind}.time",
                              hint="give the moments from which attributes hold, or rename the column")  # fmt: skip
    if links is not None and (gone := [name for name in LINKS if name not in links.schema]):
        raise SchemaError("events.no-column", f"the links between objects have no column `{gone[0]}`", where="links",
                          hint=f"their columns are {', '.join(LINKS)}")  # fmt: skip
