"""What was read of OCEL as JSON, object by object, until it is columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from likewise.io.attributes import Attribute, Said
from likewise.io.cells import json_text
from likewise.io.ocel.assembling import Parts, Relations, event_column, moments_of, object_column
from likewise.io.ocel.content import Content
from likewise.modalities.events.log import ACTIVITY, EVENT, TIME
from likewise.modalities.events.objects import LINKS

BLOCK = 1 << 16
"""Rows whose values are held as Python objects."""

_START = re.compile(r"1970-01-01[T ]00:00:00(\.0+)?(Z|[+-]00:?00)?|0")
_SAID: dict[str, Said] = {"string": "string", "time": "date", "date": "date", "integer": "int", "int": "int",
                          "float": "float", "double": "float", "boolean": "boolean"}  # fmt: skip


@dataclass
class Values:
    """Collect values of attributes by name and the type they are said to be of, a row at a time."""

    rows: int = 0
    _done: int = 0
    _columns: dict[str, Attribute] = field(default_factory=dict)
    _held: dict[str, dict[Said, tuple[list[int], list[str]]]] = field(default_factory=dict)

    def put(self, name: str, said: Said, value: Any) -> None:
        """Take a value of the current row."""
        if value is None:
            return
        rows, texts = self._held.setdefault(name, {}).setdefault(said, ([], []))
        rows.append(self.rows - self._done)
        texts.append(value if isinstance(value, str) else json_text(value))

    def end_row(self) -> None:
        """Go on to the next row."""
        self.rows += 1
        if self.rows - self._done >= BLOCK:
            self._flush()

    def columns(self) -> dict[str, pa.ChunkedArray]:
        """Return all values as columns, null where a row has none."""
        self._flush()
        for attribute in self._columns.values():
            attribute.fill(self.rows)
        return {name: attribute.column() for name, attribute in self._columns.items()}

    def _flush(self) -> None:
        for name, said in self._held.items():
            attribute = self._columns.setdefault(name, Attribute())
            attribute.fill(self._done)
            attribute.add(self.rows - self._done, [(kind, np.array(rows, dtype=np.int64), pa.array(texts, pa.string()))
                                                   for kind, (rows, texts) in said.items()])  # fmt: skip
        self._done, self._held = self.rows, {}


@dataclass
class Objects:
    """Collect the objects of one type: a row for each, and for each moment at which values of one change."""

    owners: list[str] = field(default_factory=list)
    since: list[str | None] = field(default_factory=list)
    values: Values = field(default_factory=Values)

    def add(self, id: str, since: str | None, values: Sequence[tuple[str, Said, Any]]) -> None:
        """Take the values that an object has from a moment on, or from the start."""
        self.owners.append(id)
        self.since.append(since)
        for value in values:
            self.values.put(*value)
        self.values.end_row()

    def table(self, path: Path) -> pa.Table:
        """Return them as columns."""
        columns = {object_column(name): column for name, column in self.values.columns().items()}
        times = moments_of(pa.array(self.since, pa.string()), path)
        return pa.table({"id": pa.array(self.owners, pa.string()), TIME: times, **columns})


@dataclass
class Gathering:
    """Take events and objects in any order, and put them together as columns at the end."""

    _events: tuple[list[str], list[str], list[str]] = field(default_factory=lambda: ([], [], []))
    _values: Values = field(default_factory=Values)
    _objects: dict[str, Objects] = field(default_factory=dict)
    _type_of: dict[str, str] = field(default_factory=dict)
    _relations: tuple[list[int], list[str], list[str]] = field(default_factory=lambda: ([], [], []))
    _links: tuple[list[str], list[str], list[str]] = field(default_factory=lambda: ([], [], []))
    _event_types: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _object_types: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def declare(self, kind: str, types: Mapping[str, str], *, of_objects: bool) -> None:
        """Take the types of the attributes of a type of events or objects."""
        (self._object_types if of_objects else self._event_types)[kind] = types

    def add_event(
        self, id: str, kind: str, time: str, values: Sequence[tuple[str, Any]], related: Sequence[tuple[str, str]]
    ) -> None:
        """Take an event, its attributes, and the objects that it refers to with their qualifiers."""
        types, (rows, targets, qualifiers) = self._event_types.get(kind, {}), self._relations
        for column, value in zip(self._events, (id, kind, time), strict=True):
            column.append(value)
        for name, value in values:
            self._values.put(name, _said(types.get(name), value), value)
        for target, qualifier in related:
            rows.append(self._values.rows)
            targets.append(target)
            qualifiers.append(qualifier)
        self._values.end_row()

    def add_object(
        self, id: str, kind: str, values: Sequence[tuple[str, Any, str | None]], related: Sequence[tuple[str, str]]
    ) -> None:
        """Take an object, its attributes with the moments from which they hold, and its links to others."""
        types, own = self._object_types.get(kind, {}), self._objects.setdefault(kind, Objects())
        self._type_of[id] = kind
        by_time: dict[str | None, list[tuple[str, Said, Any]]] = {} if values else {None: []}
        for name, value, since in values:
            at = None if is_start(since) else since
            by_time.setdefault(at, []).append((name, _said(types.get(name), value), value))
        for since, changed in by_time.items():
            own.add(id, since, changed)
        for target, qualifier in related:
            for column, end in zip(self._links, (id, target, qualifier), strict=True):
                column.append(end)

    def content(self, path: Path) -> tuple[Content, tuple[str, ...]]:
        """Return all of it as columns, and what was left out. Raises SourceError for times that are none."""
        ids, kinds, times = (pa.array(column, pa.string()) for column in self._events)
        columns = {event_column(name): column for name, column in self._values.columns().items()}
        rows, targets, qualifiers = self._relations
        links = {name: pa.array(column, pa.string()) for name, column in zip(LINKS, self._links, strict=True)}
        return Parts(
            pa.table({EVENT: ids, ACTIVITY: kinds, TIME: moments_of(times, path), **columns}),
            pa.array(list(self._type_of), pa.string()),
            pa.array(list(self._type_of.values()), pa.string()),
            Relations(
                np.array(rows, dtype=np.int64), pa.array(targets, pa.string()), pa.array(qualifiers, pa.string())
            ),
            {kind: own.table(path) for kind, own in self._objects.items()},
            pa.table(links) if self._links[0] else None,
        ).content()


def is_start(since: str | None) -> bool:
    """Return whether a moment stands for the start of a log, from which values hold that do not change."""
    return since is None or _START.fullmatch(since) is not None


def _said(declared: str | None, value: Any) -> Said:
    """Return the type of a value: as declared, else as JSON has it."""
    if declared is not None:
        return _SAID.get(declared.lower(), "string")
    if isinstance(value, bool):
        return "boolean"
    return "int" if isinstance(value, int) else "float" if isinstance(value, float) else "string"
