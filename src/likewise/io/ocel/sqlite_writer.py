"""Writing OCEL 2.0 as a SQLite database: a table for each type of event and of object, and those that tie them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.aside import aside
from likewise.core.values import one_array
from likewise.errors import SourceError
from likewise.io.attributes import Said
from likewise.io.connection import Connection
from likewise.io.iso import iso_texts
from likewise.io.ocel.content import Content, attribute_name, attributes_of, filled, said_of
from likewise.io.ocel.json_writer import texts_of
from likewise.io.sql import Url, connected
from likewise.modalities.events.log import ACTIVITY, EVENT, TIME
from likewise.modalities.relational.sql_names import quoted

ROWS = 1 << 16
START = "1970-01-01 00:00:00"
"""The moment from which values hold that were there from the start."""

_TYPES: dict[Said, str] = {
    "string": "TEXT",
    "date": "TIMESTAMP",
    "int": "INTEGER",
    "float": "REAL",
    "boolean": "BOOLEAN",
}
_TAKEN = ("object", "map_type")
"""What no type may be called in the names of tables: `event_object` and `event_map_type` are others."""

_SCHEMA = """
CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT)
CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT)
CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES event_map_type (ocel_type))
CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES object_map_type (ocel_type))
CREATE TABLE event_object (ocel_event_id TEXT REFERENCES event (ocel_id), ocel_object_id TEXT REFERENCES object (ocel_id), ocel_qualifier TEXT, PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier)) WITHOUT ROWID
CREATE TABLE object_object (ocel_source_id TEXT REFERENCES object (ocel_id), ocel_target_id TEXT REFERENCES object (ocel_id), ocel_qualifier TEXT, PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier)) WITHOUT ROWID
"""  # noqa: E501 - a statement a line


def write_sqlite(content: Content, path: Path) -> None:
    """Write a log into a new database, which takes the place of an older file when all of it is there.

    Times are in UTC. Raises SourceError for what is missing, for attributes that one table cannot tell apart, and
    for what the database refuses.
    """
    content = content.completed(path)
    with aside(path) as partial, connected(Url("sqlite", str(partial), "", str(path)), readonly=False) as base:
        for statement in _SCHEMA.strip().splitlines():
            base.run(statement)
        _write_objects(base, content, path)
        _write_events(base, content, path)
        base.commit()


def _write_events(base: Connection, content: Content, path: Path) -> None:
    events = content.events
    kinds = filled(one_array(events.column(ACTIVITY)), ACTIVITY, path).cast(pa.string())
    own = attributes_of(events, content.attributes, kinds)
    tables = _map_types(base, "event", list(own))
    for kind, names in own.items():
        columns = _columns(names, events.schema, path)
        base.run(f"CREATE TABLE {quoted(tables[kind])} (ocel_id TEXT PRIMARY KEY REFERENCES event (ocel_id), "
                 f"ocel_time TIMESTAMP{columns})")  # fmt: skip
    for start in range(0, events.num_rows, ROWS):
        block = events.slice(start, ROWS)
        done = kinds.slice(start, ROWS)
        ids = one_array(block.column(EVENT))
        times = _moments(filled(one_array(block.column(TIME)), TIME, path), TIME)
        base.append("event", pa.table([ids, done], names=["ocel_id", "ocel_type"]))
        values = {name: _stored(one_array(block.column(name)), name) for name in content.attributes}
        for kind in done.unique().to_pylist():
            mine = pc.equal(done, kind)
            rows = [column.filter(mine) for column in (ids, times, *(values[name] for name in own[kind]))]
            base.append(tables[kind], pa.table(rows, names=[str(place) for place in range(len(rows))]))
        base.append("event_object", _related(content, block, ids))


def _related(content: Content, block: pa.Table, ids: pa.Array) -> pa.Table:
    """Return which event of a block refers to which object, each once."""
    names = ["ocel_event_id", "ocel_object_id", "ocel_qualifier"]
    found = [pa.table([pa.array([], pa.string())] * 3, names=names)]
    for column, (_, qualifier) in content.references.items():
        targets, events = one_array(block.column(column)), ids
        if pa.types.is_list(targets.type):
            targets, events = targets.flatten(), ids.take(pc.list_parent_indices(targets))
        rows = pa.table([events, targets, pa.repeat(qualifier, len(targets)).cast(pa.string())], names=names)
        found.append(rows.filter(targets.is_valid()))
    listed = any(pa.types.is_list(block.schema.field(column).type) for column in content.references)
    told = {said.qualifier for said in content.references.values()}
    whole = pa.concat_tables(found)
    return _once(whole) if listed or len(told) < len(content.references) else whole


def _once(table: pa.Table) -> pa.Table:
    """Return the distinct rows, in the order in which they come first."""
    return table.group_by(table.column_names, use_threads=False).aggregate([])


def _write_objects(base: Connection, content: Content, path: Path) -> None:
    tables = _map_types(base, "object", content.types)
    for kind in content.types:
        table = content.objects.get(kind)
        names = [] if table is None else [name for name in table.column_names if name not in ("id", TIME)]
        columns = _columns(names, pa.schema([]) if table is None else table.schema, path)
        base.run(f"CREATE TABLE {quoted(tables[kind])} (ocel_id TEXT REFERENCES object (ocel_id), ocel_time TIMESTAMP, "
                 f"ocel_changed_field TEXT{columns})")  # fmt: skip
        ids = content.ids(kind)
        for start in range(0, len(ids), ROWS):
            part = ids.slice(start, ROWS)
            base.append("object", pa.table([part, pa.repeat(kind, len(part))], names=["ocel_id", "ocel_type"]))
        for rows in _rows_of(ids, table, names):
            for start in range(0, rows.num_rows, ROWS):
                base.append(tables[kind], rows.slice(start, ROWS))
    if content.links is not None:
        links = content.links.select(["source", "target", "qualifier"])
        base.append("object_object", _once(links))


def _rows_of(ids: pa.Array, table: pa.Table | None, names: Sequence[str]) -> Iterable[pa.Table]:
    """Yield the rows of a type's table: what objects are from the start, then a row for every value that changes."""
    if table is None:
        yield _object_rows(ids, pa.repeat(START, len(ids)), pa.nulls(len(ids), pa.string()), {})
        return
    owners = one_array(table.column("id"))
    values = {name: _stored(one_array(table.column(name)), name) for name in names}
    first = np.ones(table.num_rows, dtype=bool)
    since = None
    if TIME in table.column_names and not pa.types.is_null(table.schema.field(TIME).type):
        since = _moments(one_array(table.column(TIME)), TIME)
        first = np.asarray(since.is_null())
    begun = owners.filter(pa.array(first))
    none = ids.filter(pc.invert(pc.is_in(ids, value_set=begun)))
    kept = {name: column.filter(pa.array(first)) for name, column in values.items()}
    yield _object_rows(begun, pa.repeat(START, len(begun)), pa.nulls(len(begun), pa.string()), kept)
    yield _object_rows(none, pa.repeat(START, len(none)), pa.nulls(len(none), pa.string()),
                       {name: pa.nulls(len(none), column.type) for name, column in values.items()})  # fmt: skip
    for name in names if since is not None else ():
        changed = pa.array(~first & np.asarray(values[name].is_valid()))
        size = int(pc.sum(changed).as_py() or 0)
        own = {other: values[name].filter(changed) if other == name else pa.nulls(size, column.type)
               for other, column in values.items()}  # fmt: skip
        field = pa.repeat(attribute_name(name), size)
        yield _object_rows(owners.filter(changed), since.filter(changed), field, own)  # type: ignore[union-attr]


def _object_rows(ids: pa.Array, since: pa.Array, changed: pa.Array, values: Mapping[str, pa.Array]) -> pa.Table:
    columns = [ids, since, changed, *values.values()]
    return pa.table(columns, names=[str(place) for place in range(len(columns))])


def _map_types(base: Connection, of: str, kinds: Sequence[str]) -> dict[str, str]:
    """Write what the table of each type is called, and return it: letters and digits, each name once."""
    taken, named = {name.casefold() for name in _TAKEN}, {}
    for kind in kinds:
        plain = re.sub(r"\W+", "", kind) or "Type"
        name, count = plain, 2
        while name.casefold() in taken:
            name, count = f"{plain}{count}", count + 1
        taken.add(name.casefold())
        named[kind] = name
    rows = pa.table([pa.array(list(named), pa.string()), pa.array(list(named.values()), pa.string())], names=["a", "b"])
    base.append(f"{of}_map_type", rows)
    return {kind: f"{of}_{name}" for kind, name in named.items()}


def _columns(names: Sequence[str], schema: pa.Schema, path: Path) -> str:
    """Return how columns of attributes are declared. Raises SourceError where SQLite takes two names for one."""
    told = ["ocel_id", "ocel_time", "ocel_changed_field", *map(attribute_name, names)]
    folded = [name.casefold() for name in told]
    twice = next((name for name, plain in zip(told, folded, strict=True) if folded.count(plain) > 1), None)
    if twice is not None:
        raise SourceError("source.duplicate-columns", f"an attribute `{twice}` is not told from another in SQLite",
                          where=str(path), hint="rename one of them: capitals make no difference there")  # fmt: skip
    return "".join(f", {quoted(attribute_name(name))} {_TYPES[said_of(schema.field(name).type)]}" for name in names)


def _stored(array: pa.Array, name: str) -> pa.Array:
    """Return values as SQLite stores them: numbers and booleans as they are, moments and all else as texts."""
    said = said_of(array.type)
    if said == "date":
        return _moments(array, name)
    if said == "string":
        return texts_of(array, name)
    if said == "float":
        return array.cast(pa.float64())
    huge = pa.types.is_uint64(array.type) and (pc.max(array).as_py() or 0) >= 2**63
    return texts_of(array, name) if huge else array


def _moments(array: pa.Array, name: str) -> pa.Array:
    """Return moments in UTC as SQLite's own functions write them."""
    texts = iso_texts(array, utc=True, where=name)
    return pc.replace_substring(pc.utf8_slice_codeunits(texts, 0, -1), "T", " ")
