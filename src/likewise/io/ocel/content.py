"""What a log of OCEL holds, as plain columns: events, what they refer to, objects and the links between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.table import Table
from likewise.core.values import as_texts, is_words, one_array
from likewise.errors import SourceError, suggest
from likewise.io.attributes import Said
from likewise.modalities.events.log import ACTIVITY, CASE, EVENT, PLAIN, TIME, EventLog, Reference
from likewise.modalities.events.moments import as_moments
from likewise.modalities.events.objects import LINKS, listed

EPOCH = "1970-01-01T00:00:00Z"
"""The moment from which values hold that were there from the start."""

TYPES: dict[Said, str] = {"string": "string", "date": "time", "int": "integer", "float": "float", "boolean": "boolean"}
"""What OCEL calls the types of attributes."""


@dataclass(frozen=True, eq=False)
class Content:
    """Hold events as Arrow columns, which of these refer to which objects, and the objects' attributes by type.

    A column of references holds ids, or lists of ids; the tables of objects have an `id`, and a `time` where values
    change. It is an EventLog without a schema.
    """

    events: pa.Table
    references: Mapping[str, Reference]
    objects: Mapping[str, pa.Table] = field(default_factory=dict)
    links: pa.Table | None = None

    @classmethod
    def of(cls, log: EventLog) -> Content:
        """Take what a log holds."""
        events = log.events.to_arrow()
        for column in log.objects:
            if log.events.schema[column].kind == "json":
                events = events.set_column(events.schema.get_field_index(column), column,
                                           listed(log.events.texts(column)))  # fmt: skip
        tables = {kind: table.to_arrow() for kind, table in log.tables.items()}
        return cls(events, dict(log.objects), tables, None if log.links is None else log.links.to_arrow())

    def log(self) -> EventLog:
        """Return the same as an EventLog, whose columns are inferred."""
        tables = {kind: _timed(Table.from_arrow(table)) for kind, table in self.objects.items()}
        return EventLog(_timed(Table.from_arrow(self.events)), self.references, tables,
                        None if self.links is None else Table.from_arrow(self.links))  # fmt: skip

    def completed(self, path: Path) -> Content:
        """Return what can be written: with ids of events, ids of objects as strings, and cases as objects.

        Raises SourceError where a log needs a column that is not there, and for ids that are not what they should be.
        """
        events, references = self.events, dict(self.references)
        check_columns(events.schema, path)
        if CASE in events.column_names and CASE not in references:
            references[CASE] = Reference(CASE, CASE)
        for column in references:
            ids = _as_ids(one_array(events.column(column)))
            events = events.set_column(events.schema.get_field_index(column), column, ids)
        events = _with_event_ids(events, path)
        objects = {kind: _with_text_ids(table, "id") for kind, table in self.objects.items()}
        links = None if self.links is None else _with_text_ids(self.links, *LINKS)
        return Content(events, references, objects, links)._told_apart(path)

    @property
    def attributes(self) -> tuple[str, ...]:
        """The columns that are attributes of events."""
        own = {ACTIVITY, TIME, EVENT, *self.references}
        return tuple(name for name in self.events.column_names if name not in own)

    @property
    def types(self) -> tuple[str, ...]:
        """The types of objects."""
        return tuple(dict.fromkeys([*(reference.type for reference in self.references.values()), *self.objects]))

    def ids(self, kind: str) -> pa.Array:
        """Return the ids of all objects of a type, once each: those of its table first."""
        found = [one_array(self.objects[kind].column("id"))] if kind in self.objects else []
        for column, reference in self.references.items():
            if reference.type == kind:
                array = one_array(self.events.column(column))
                found.append(array.flatten() if pa.types.is_list(array.type) else array)
        return pa.chunked_array(found, pa.string()).drop_null().unique()

    def _told_apart(self, path: Path) -> Content:
        """Return the same with ids that no two types share: the type is put before those that did."""
        kinds = self.types
        ids = pa.chunked_array([self.ids(kind) for kind in kinds], pa.string())
        counts = pc.value_counts(pa.concat_arrays(ids.chunks)) if kinds else pa.array([])
        shared = pc.struct_field(counts, 0).filter(pc.greater(pc.struct_field(counts, 1), 1)) if kinds else pa.array([])
        if self.links is not None:
            self._check_links(pa.concat_arrays(ids.chunks) if kinds else pa.array([], pa.string()), shared, path)
        if not len(shared):
            return self
        events, objects = self.events, {}
        for column, reference in self.references.items():
            place = events.schema.get_field_index(column)
            events = events.set_column(place, column, _marked(one_array(events.column(column)), shared, reference.type))
        for kind, table in self.objects.items():
            own = _marked(one_array(table.column("id")), shared, kind)
            objects[kind] = table.set_column(table.schema.get_field_index("id"), "id", own)
        return Content(events, self.references, objects, self.links)

    def _check_links(self, ids: pa.Array, shared: pa.Array, path: Path) -> None:
        for end in ("source", "target"):
            named = one_array(self.links.column(end))  # type: ignore[union-attr]
            if named.null_count or not pc.all(pc.is_in(named, value_set=ids)).as_py():
                raise SourceError("source.links", f"some links have a {end} that is no object of the log",
                                  where=str(path), hint="leave them out, or give the objects of all types")  # fmt: skip
            if len(shared) and pc.any(pc.is_in(named, value_set=shared)).as_py():
                raise SourceError("source.links", "links name ids that objects of several types have", where=str(path),
                                  hint="give objects ids of their own: order-7 and item-7, not 7 and 7")  # fmt: skip


def _timed(table: Table) -> Table:
    """Return a table whose column of times, if it has one, is of moments also where all of them are midnights."""
    return as_moments(table, TIME, None, 1.0) if TIME in table.schema and table.schema[TIME].kind != "empty" else table


def check_columns(schema: pa.Schema, path: Path) -> None:
    """Refuse events of which it is not known what was done, or when. Raises SourceError."""
    for name in (ACTIVITY, TIME):
        if name not in schema.names:
            raise SourceError("source.no-event-log", f"a log of events needs a column `{name}`, and there is none",
                              where=str(path), hint=f"rename one: {suggest(name, schema.names, 'column')}")  # fmt: skip
    kind = schema.field(TIME).type
    if not (pa.types.is_timestamp(kind) or pa.types.is_date(kind)):
        raise SourceError("source.types", f"`{TIME}` holds {kind}, not moments", where=str(path),
                          hint="build an EventLog with `start=`, or say the column's `format` in a schema")  # fmt: skip


def filled(array: pa.Array, name: str, path: Path) -> pa.Array:
    """Return a column in which nothing is missing. Raises SourceError."""
    if array.null_count:
        raise SourceError("source.missing", f"`{name}` is missing in {array.null_count:,} events", where=str(path),
                          hint="leave these events out, or fill the column")  # fmt: skip
    return array


def said_of(kind: pa.DataType) -> Said:
    """Return the type of attribute that values of an Arrow type are."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_integer(kind):
        return "int"
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "float"
    return "date" if pa.types.is_timestamp(kind) or pa.types.is_date(kind) else "string"


def attributes_of(table: pa.Table, names: Sequence[str], kinds: pa.Array) -> dict[str, list[str]]:
    """Return, for each kind of row, the columns of which any row of it has a value."""
    coded = kinds.dictionary_encode()
    codes = np.asarray(coded.indices)
    found: dict[str, list[str]] = {kind: [] for kind in coded.dictionary.to_pylist()}
    for name in names:
        valid = np.asarray(one_array(table.column(name)).is_valid())
        for code in np.flatnonzero(np.bincount(codes[valid], minlength=len(coded.dictionary))).tolist():
            found[coded.dictionary[code].as_py()].append(name)
    return found


def attribute_name(column: str) -> str:
    """Return what an attribute is called whose column may have another name, as its own means something else."""
    return column.removeprefix(PLAIN)


def free_names(wanted: Sequence[tuple[str, str]], taken: set[str]) -> Iterator[str]:
    """Yield a column name for each (type, qualifier) of references: what they are called, as far as no other is.

    >>> list(free_names([("account", "sender"), ("account", "receiver"), ("order", ""), ("item", "order")], {"time"}))
    ['sender', 'receiver', 'order', 'item']
    """
    taken = set(taken)
    for kind, qualifier in wanted:
        options = [name for name in (qualifier, kind, f"{kind}:{qualifier}") if name]
        name = next((name for name in options if name not in taken), options[-1])
        while name in taken:
            name += "'"
        taken.add(name)
        yield name


def _as_ids(array: pa.Array) -> pa.Array:
    """Return ids as strings, or lists of ids as lists of strings, without missing ones in a list."""
    if not pa.types.is_list(array.type) and not pa.types.is_large_list(array.type):
        return as_texts(array)
    parents, flat = np.asarray(pc.list_parent_indices(array)), as_texts(array.flatten())
    kept = np.asarray(flat.is_valid())
    offsets = np.concatenate([[0], np.cumsum(np.bincount(parents[kept], minlength=len(array)))]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), flat.filter(pa.array(kept)))


def _with_event_ids(events: pa.Table, path: Path) -> pa.Table:
    if EVENT not in events.column_names:
        counted = pc.binary_join_element_wise("e", pa.array(np.arange(1, events.num_rows + 1)).cast(pa.string()), "")
        return events.append_column(EVENT, counted)
    ids = filled(as_texts(one_array(events.column(EVENT))), EVENT, path)
    if len(ids.unique()) < len(ids):
        raise SourceError("source.event-ids", f"`{EVENT}` gives one id to several events", where=str(path),
                          hint="leave the column out, so that events are counted")  # fmt: skip
    return events.set_column(events.schema.get_field_index(EVENT), EVENT, ids)


def _with_text_ids(table: pa.Table, *names: str) -> pa.Table:
    for name in names:
        array = one_array(table.column(name))
        texts = array.cast(pa.string()) if is_words(array.type) else as_texts(array)
        texts = pc.fill_null(texts, "") if name == "qualifier" else texts
        table = table.set_column(table.schema.get_field_index(name), name, texts)
    return table


def _marked(ids: pa.Array, shared: pa.Array, kind: str) -> pa.Array:
    """Return ids with their type before those that objects of other types have too."""
    if pa.types.is_list(ids.type):
        return pa.ListArray.from_arrays(ids.offsets, _marked(ids.values, shared, kind))
    return pc.if_else(pc.is_in(ids, value_set=shared), pc.binary_join_element_wise(kind, ids, ":"), ids)
