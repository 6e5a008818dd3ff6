"""From the tables that a log of OCEL holds to its content: who refers to what becomes columns of events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.values import one_array
from likewise.errors import SourceError
from likewise.io.attributes import AWARE, Ints, read_values
from likewise.io.ocel.content import Content, free_names
from likewise.modalities.events.log import ACTIVITY, AGENT, CASE, EVENT, PLAIN, TIME, Reference

_EVENT_COLUMNS = (ACTIVITY, TIME, EVENT, CASE)
_OBJECT_COLUMNS = ("id", TIME)


@dataclass(frozen=True, eq=False)
class Relations:
    """Hold which object each event refers to, by the number of the event and the id of the object, and as what."""

    rows: Ints
    targets: pa.Array
    qualifiers: pa.Array

    def take(self, mask: np.ndarray) -> Relations:
        """Return some of them."""
        keep = pa.array(mask)
        return Relations(self.rows[mask], self.targets.filter(keep), self.qualifiers.filter(keep))


@dataclass(frozen=True, eq=False)
class Parts:
    """Hold a log as it is stored: `events` with `event`, `activity`, `time` and attributes, objects and relations.

    `ids` and `kinds` are the ids of all objects and their types; `objects` tables by type with an `id` and a `time`.
    """

    events: pa.Table
    ids: pa.Array
    kinds: pa.Array
    relations: Relations
    objects: Mapping[str, pa.Table] = field(default_factory=dict)
    links: pa.Table | None = None

    def content(self) -> tuple[Content, tuple[str, ...]]:
        """Return the content, and what is to be said of what was left out."""
        events, references, lost = self._referring()
        notes = (f"{lost:,} references to objects that are not in the log left out",) if lost else ()
        content = Content(events, references, {}, self.links)
        objects = {}
        for kind, table in self.objects.items():
            table = table.drop_columns(TIME) if table.column(TIME).null_count == len(table) else table
            bare = table.num_columns == 1
            ids = one_array(table.column("id"))
            if not bare or not len(ids) or not pc.all(pc.is_in(ids, value_set=content.ids(kind))).as_py():
                objects[kind] = table  # else events say all that there is to say
        first = [name for name in (EVENT, CASE, ACTIVITY, TIME, AGENT) if name in events.column_names]
        events = events.select([*first, *(name for name in events.column_names if name not in first)])
        return Content(events, references, objects, self.links), notes

    def _referring(self) -> tuple[pa.Table, dict[str, Reference], int]:
        """Return events with a column for each type and qualifier they refer with, what these are, and what is lost."""
        kinds = self.kinds.take(pc.index_in(self.relations.targets, self.ids))
        known = np.asarray(kinds.is_valid())
        relations, kinds = self.relations.take(known), kinds.drop_null()
        pairs = pa.table({"kind": kinds, "qualifier": relations.qualifiers})
        distinct = pairs.group_by(["kind", "qualifier"], use_threads=False).aggregate([]).to_pylist()
        found = [(pair["kind"], pair["qualifier"]) for pair in distinct]
        reserved = set() if (CASE, CASE) in found else {CASE}
        names = list(
            free_names(found, {*self.events.column_names, AGENT, *reserved} - ({AGENT} & {q for _, q in found}))
        )
        events = self.events
        for name, (kind, qualifier) in zip(names, found, strict=True):
            mine = np.asarray(pc.and_(pc.equal(kinds, kind), pc.equal(relations.qualifiers, qualifier)))
            own = relations.take(mine)
            events = events.append_column(name, cells(own.rows, own.targets, events.num_rows))
        references = {name: Reference(*pair) for name, pair in zip(names, found, strict=True)}
        return events, references, int(np.count_nonzero(~known))


def cells(rows: Ints, ids: pa.Array, size: int) -> pa.Array:
    """Return the ids that each event refers to: one a cell, or lists where some refer to several.

    >>> cells(np.array([2, 0]), pa.array(["x", "y"]), 3).to_pylist()
    ['y', None, 'x']
    """
    counts = np.bincount(rows, minlength=size)
    order = np.argsort(rows, kind="stable")
    if counts.max(initial=0) <= 1:
        places = np.zeros(size, dtype=np.int64)
        places[rows[order]] = order
        return ids.take(pa.array(places, mask=counts == 0))
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), ids.take(pa.array(order)))


def event_column(attribute: str) -> str:
    """Return the name of the column of an attribute of events."""
    return PLAIN + attribute if attribute in _EVENT_COLUMNS or attribute.startswith(PLAIN) else attribute


def object_column(attribute: str) -> str:
    """Return the name of the column of an attribute of objects."""
    return PLAIN + attribute if attribute in _OBJECT_COLUMNS or attribute.startswith(PLAIN) else attribute


def moments_of(texts: pa.Array, path: Path) -> pa.Array:
    """Return texts as moments in UTC. Raises SourceError where one is none."""
    moments = read_values(texts, "date")
    if pa.types.is_string(moments.type) and moments.null_count < len(moments):
        raise SourceError("source.moments", "a time of the log is no time", where=str(path),
                          hint="times are written as 2024-05-01T10:00:00Z")  # fmt: skip
    return moments.cast(AWARE)
