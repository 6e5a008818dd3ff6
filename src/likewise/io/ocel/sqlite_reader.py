"""Reading OCEL 2.0 from a SQLite database."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.values import as_texts, one_array
from likewise.errors import SourceError
from likewise.io.attributes import Said, one_type, read_values
from likewise.io.connection import Connection
from likewise.io.ocel.assembling import Parts, Relations, event_column, moments_of, object_column
from likewise.io.ocel.content import Content
from likewise.io.sql import Url, connected
from likewise.modalities.events.log import ACTIVITY, EVENT, TIME
from likewise.modalities.events.objects import LINKS
from likewise.modalities.relational.sql_names import quoted

TABLES = frozenset({"event", "object", "event_object", "object_object", "event_map_type", "object_map_type"})
"""The tables of every log of OCEL 2.0."""

_START = r"^1970-01-01[T ]00:00:00(\.0+)?(Z|[+-]00:?00)?$"
_KINDS: tuple[tuple[str, Said], ...] = (("TIMESTAMP", "date"), ("DATE", "date"), ("BOOL", "boolean"), ("INT", "int"),
                                        ("REAL", "float"), ("FLOAT", "float"), ("DOUBLE", "float"))  # fmt: skip


def is_log(path: Path) -> bool:
    """Return whether a database has the tables of a log of OCEL 2.0."""
    with connected(Url("sqlite", str(path), "", str(path)), readonly=True) as base:
        return set(base.tables()) >= TABLES


def read_sqlite(path: Path) -> tuple[Content, tuple[str, ...]]:
    """Return what a log holds, and what is to be said of what was left out. Raises SourceError for what is none."""
    with connected(Url("sqlite", str(path), "", str(path)), readonly=True) as base:
        tables = base.tables()
        if not set(tables) >= TABLES:
            missing = ", ".join(sorted(TABLES - set(tables))[:6])
            raise SourceError("source.no-event-log", f"the database is no log of OCEL 2.0: it lacks {missing}",
                              where=str(path), hint="name one of its tables to read it as such")  # fmt: skip
        events = _rows(base, "event")
        objects = _rows(base, "object")
        ids, object_ids = events["ocel_id"], objects["ocel_id"]
        related = _rows(base, "event_object")
        rows = pc.index_in(related["ocel_event_id"], ids)
        known = rows.is_valid()
        relations = Relations(np.asarray(rows.drop_null()).astype(np.int64), related["ocel_object_id"].filter(known),
                              pc.fill_null(related["ocel_qualifier"], "").filter(known))  # fmt: skip
        links = _rows(base, "object_object")
        return Parts(
            _events(base, ids, events["ocel_type"], path), object_ids, objects["ocel_type"], relations,
            {kind: _objects(base, table, path) for kind, table in _types(base, "object").items()},
            pa.table(list(links.values())[:3], names=LINKS) if len(links["ocel_source_id"]) else None,
        ).content()  # fmt: skip


def _rows(base: Connection, table: str) -> dict[str, pa.Array]:
    """Return the columns of a table of ids and words, as texts."""
    rows, _ = base.read(f"SELECT * FROM {quoted(table)}", table)
    return {name: as_texts(one_array(rows.column(name))) for name in rows.column_names}


def _types(base: Connection, of: str) -> dict[str, str]:
    """Return the table of each type of events or objects."""
    return {
        str(kind): f"{of}_{name}" for kind, name in base.rows(f"SELECT ocel_type, ocel_type_map FROM {of}_map_type")
    }


def _events(base: Connection, ids: pa.Array, kinds: pa.Array, path: Path) -> pa.Table:
    """Return all events, in the order of their table, with the attributes of their types."""
    places, parts = [], []
    for table in _types(base, "event").values():
        rows = _typed(base, table)
        places.append(pc.index_in(as_texts(rows.pop("ocel_id")), ids))
        parts.append(rows)
    order = _inverse(pa.concat_arrays([pa.array([], pa.int32()), *places]), len(ids))
    names = dict.fromkeys(name for part in parts for name in part if name != "ocel_time")
    whole = {}
    for name in ("ocel_time", *names):
        column = one_type([part.get(name, pa.nulls(len(part["ocel_time"]))) for part in parts])
        whole[name] = one_array(column).take(order)
    times = moments_of(as_texts(whole.pop("ocel_time")), path)
    return pa.table({EVENT: ids, ACTIVITY: kinds, TIME: times, **{event_column(n): c for n, c in whole.items()}})


def _inverse(places: pa.Array, size: int) -> pa.Array:
    """Return where each of `size` rows stands among places; null for those that are not."""
    found = np.asarray(pc.fill_null(places, size)).astype(np.int64)
    where = np.full(size + 1, -1, dtype=np.int64)
    where[found] = np.arange(len(found))
    return pa.array(where[:size], mask=where[:size] < 0)


def _objects(base: Connection, table: str, path: Path) -> pa.Table:
    """Return the objects of a type, a row for each and for each moment at which values change."""
    rows = _typed(base, table)
    ids, since = as_texts(rows.pop("ocel_id")), as_texts(rows.pop("ocel_time", pa.nulls(0)))
    rows.pop("ocel_changed_field", None)
    if len(since) != len(ids):
        since = pa.nulls(len(ids), pa.string())
    started = pc.match_substring_regex(since, _START)
    times = moments_of(pc.if_else(pc.fill_null(started, True), pa.scalar(None, pa.string()), since), path)
    return pa.table({"id": ids, TIME: times, **{object_column(name): column for name, column in rows.items()}})


def _typed(base: Connection, table: str) -> dict[str, pa.Array]:
    """Return the columns of a table, as far as its values fit in the types that it declares; ids and times as texts."""
    rows, declared = base.read(f"SELECT * FROM {quoted(table)}", table)
    return {
        name: _as_declared(one_array(rows.column(name)), declared.get(name, ""), name) for name in rows.column_names
    }


def _as_declared(array: pa.Array, declared: str, name: str) -> pa.Array:
    said: Said = next((said for kind, said in _KINDS if declared.upper().startswith(kind)), "string")
    if name in ("ocel_id", "ocel_time", "ocel_changed_field") or not pa.types.is_string(array.type):
        return array
    return read_values(array, said)
