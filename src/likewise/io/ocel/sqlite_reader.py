"""Reading OCEL 2.0 from a SQLite database."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.values import one_array
from likewise.errors import SourceError
from likewise.io.attributes import AWARE, Said, one_type, read_values, side_by_side
from likewise.io.cells import cell_text
from likewise.io.ocel.assembling import Parts, Relations, event_column, moments_of, object_column
from likewise.io.ocel.content import Content
from likewise.io.sql import Url, connected
from likewise.io.sqlite import SQLite
from likewise.modalities.events.log import ACTIVITY, EVENT, TIME
from likewise.modalities.events.objects import LINKS
from likewise.modalities.relational.sql_names import quoted

TABLES = frozenset({"event", "object", "event_object", "object_object", "event_map_type", "object_map_type"})
"""The tables of every log of OCEL 2.0."""

LINKED = ("event_object", "object_object")
NONE = pa.array([], pa.string())

_PLAIN = ("ocel_id", "ocel_time", "ocel_changed_field")
_BITS = pa.array([0, 1])
_START = r"^1970-01-01[T ]00:00:00(\.0+)?(Z|[+-]00:?00)?$"
_KINDS: tuple[tuple[str, Said], ...] = (("TIMESTAMP", "date"), ("DATE", "date"), ("BOOL", "boolean"), ("INT", "int"),
                                        ("REAL", "float"), ("FLOAT", "float"), ("DOUBLE", "float"))  # fmt: skip


def is_log(path: Path) -> bool:
    """Return whether a database has the tables of a log of OCEL 2.0."""
    with connected(Url("sqlite", str(path), "", str(path)), readonly=True) as base:
        return set(base.tables()) >= TABLES


def read_sqlite(path: Path) -> tuple[Content, tuple[str, ...]]:
    """Return what a log holds, and what is to be said of what was left out. Raises SourceError for what is none."""
    try:
        return _read(path)
    except KeyError as fault:
        raise SourceError("source.ocel", f"a table of the log lacks the column `{fault.args[0]}`", where=str(path),
                          hint="export the log again as OCEL 2.0") from None  # fmt: skip


def _read(path: Path) -> tuple[Content, tuple[str, ...]]:
    with connected(Url("sqlite", str(path), "", str(path)), readonly=True) as opened:
        base = cast(SQLite, opened)
        missing = TABLES - set(base.tables())
        if missing:
            listed = ", ".join(sorted(missing))
            raise SourceError("source.no-event-log", f"the database is no log of OCEL 2.0: it lacks {listed}",
                              where=str(path), hint="name one of its tables to read it as such")  # fmt: skip
        events, objects, related, links = (_words(base, table) for table in ("event", "object", *LINKED))
        ids = events["ocel_id"]
        rows = pc.index_in(related["ocel_event_id"], ids)
        known = rows.is_valid()
        relations = Relations(np.asarray(rows.drop_null()).astype(np.int64), related["ocel_object_id"].filter(known),
                              pc.fill_null(related["ocel_qualifier"], "").filter(known))  # fmt: skip
        tied = [links[f"ocel_{name}"] for name in ("source_id", "target_id", "qualifier")]
        return Parts(
            _events(base, ids, events["ocel_type"], path),
            objects["ocel_id"],
            objects["ocel_type"],
            relations,
            {kind: _objects(base, table, path) for kind, table in _types(base, "object").items()},
            pa.table(tied, names=LINKS) if len(tied[0]) else None,
        ).content()


def _words(base: SQLite, table: str) -> dict[str, pa.Array]:
    """Return the columns of a table of ids and words."""
    names, blocks = base.blocks(f"SELECT * FROM {quoted(table)}")
    parts = [[_texts(column) for column in block] for block in blocks]
    return {name: pa.concat_arrays([NONE, *(part[place] for part in parts)]) for place, name in enumerate(names)}


def _texts(values: Sequence[Any]) -> pa.Array:
    try:
        return pa.array(values, pa.string())
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # numbers among them, as SQLite keeps what it is given
        return pa.array([None if value is None else cell_text(value) for value in values], pa.string())


def _types(base: SQLite, of: str) -> dict[str, str]:
    """Return the table of each type of events or objects."""
    return {
        str(kind): f"{of}_{name}" for kind, name in base.rows(f"SELECT ocel_type, ocel_type_map FROM {of}_map_type")
    }


def _events(base: SQLite, ids: pa.Array, kinds: pa.Array, path: Path) -> pa.Table:
    """Return all events, in the order of their table, with the attributes of their types."""
    places, parts = [], []
    for table in _types(base, "event").values():
        rows = _typed(base, table)
        places.append(pc.index_in(rows.pop("ocel_id"), ids))
        parts.append(rows)
    order = _inverse(pa.concat_arrays([pa.array([], pa.int32()), *places]), len(ids))
    names = dict.fromkeys(name for part in parts for name in part if name != "ocel_time")
    whole = {}
    for name in ("ocel_time", *names):
        column = one_type([part.get(name, pa.nulls(len(part["ocel_time"]))) for part in parts])
        whole[name] = one_array(column).take(order)
    times = moments_of(whole.pop("ocel_time").cast(pa.string()), path)
    return pa.table({EVENT: ids, ACTIVITY: kinds, TIME: times, **{event_column(n): c for n, c in whole.items()}})


def _inverse(places: pa.Array, size: int) -> pa.Array:
    """Return where each of `size` rows stands among places; null for those that are not."""
    found = np.asarray(pc.fill_null(places, size)).astype(np.int64)
    where = np.full(size + 1, -1, dtype=np.int64)
    where[found] = np.arange(len(found))
    return pa.array(where[:size], mask=where[:size] < 0)


def _objects(base: SQLite, table: str, path: Path) -> pa.Table:
    """Return the objects of a type, a row for each and for each moment at which values change."""
    rows = _typed(base, table)
    ids, since = rows.pop("ocel_id"), rows.pop("ocel_time", NONE)
    rows.pop("ocel_changed_field", None)
    if len(since) != len(ids):
        since = pa.nulls(len(ids), pa.string())
    started = pc.match_substring_regex(since, _START)
    times = moments_of(pc.if_else(pc.fill_null(started, True), pa.scalar(None, pa.string()), since), path)
    return pa.table({"id": ids, TIME: times, **{object_column(name): column for name, column in rows.items()}})


def _typed(base: SQLite, table: str) -> dict[str, pa.Array]:
    """Return the columns of a table, as far as its values fit in the types that it declares; ids and times as texts."""
    declared = {row[1]: row[2] for row in base.rows(f"PRAGMA table_info({quoted(table)})")}
    names, blocks = base.blocks(f"SELECT * FROM {quoted(table)}")
    parts: list[list[pa.Array]] = [[] for _ in names]
    for block in blocks:
        for part, name, column in zip(parts, names, block, strict=True):
            part.append(_texts(column) if name in _PLAIN else _as_declared(column, str(declared.get(name, ""))))
    return {name: pa.concat_arrays([NONE, *part]) if name in _PLAIN else side_by_side(part)
            for name, part in zip(names, parts, strict=True)}  # fmt: skip


def _as_declared(values: Sequence[Any], declared: str) -> pa.Array:
    said: Said = next((said for kind, said in _KINDS if declared.upper().startswith(kind)), "string")
    if said in ("string", "date"):
        moments = read_values(_texts(values), said)
        return moments.cast(AWARE) if pa.types.is_timestamp(moments.type) else moments
    try:
        array = pa.array(values, pa.float64() if said == "float" else None)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return read_values(_texts(values), said)
    if pa.types.is_string(array.type):
        return read_values(array, said)
    if said == "boolean" and pa.types.is_integer(array.type) and pc.all(pc.is_in(array.drop_null(), _BITS)).as_py():
        return array.cast(pa.bool_())
    return array
