"""Event logs from and into files: XES, OCEL 2.0 as JSON or SQLite, and every format of tables."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from likewise.core.faults import reading
from likewise.core.table import Table
from likewise.io.compression import compression_of
from likewise.io.format import Form, Format, format_of, split_suffixes
from likewise.io.ocel.content import Content
from likewise.io.ocel.writer import write_content
from likewise.io.sink import open_sink
from likewise.io.source import ReadOptions, Source, form_of, read_source, safe_name, without_twins
from likewise.modalities.events.log import EventLog

_BLOCK = 1 << 16


def write_log(log: EventLog, path: str | Path) -> None:
    """Write a log into a file, whose suffix says how; it appears when all of it is written.

    `.xes` (also `.xes.gz`) holds cases and events; `.jsonocel`, `.ocel.json` and `.ocel.sqlite` (OCEL 2.0) objects
    too; any other format of tables the events alone. Raises SourceError for what the format cannot hold.

    >>> import tempfile
    >>> log = EventLog.of({"case": [1, 1], "activity": ["buy", "pay"], "time": ["2024-05-01", "2024-05-02"]})
    >>> path = Path(tempfile.mkdtemp()) / "log.xes.gz"
    >>> write_log(log, path)
    >>> read_log(path).traces.sequence(0)
    ('buy', 'pay')
    """
    form = format_of(path)
    if form.form in ("ocel", "ocel-sqlite"):
        write_content(Content.of(log), Path(path).expanduser(), form)
        return
    with open_sink(path) as sink:
        for start in range(0, max(log.rows, 1), _BLOCK):
            block = log.events.slice(start, _BLOCK)
            sink.write(block.written() if form.form == "csv" else block.to_arrow())


def read_log(path: str | Path, *, options: ReadOptions | None = None, **named: Any) -> EventLog:
    """Read a log from a file: XES, OCEL 2.0, or a table of events whose columns are `named` as in `EventLog.of`.

    A log of OCEL has no cases, unless it has objects of the type `case`: choose a type with `log.by`. Warns of what a
    log cannot hold, such as traces without events. Raises SourceError for what cannot be read and SchemaError for what
    is no log.
    """
    place, chosen = Path(path).expanduser(), options or ReadOptions()
    if place.is_file() and chosen.table is chosen.query is None:
        with reading(place), place.open("rb") as stream:
            head = stream.read(16)
        form = chosen.format or (form_of(place, split_suffixes(place)[1], head) if head else None)
        found = None if form is None else _ocel(place, form)
        if found is not None:
            _warn(found[1])
            return found[0].log()
    return EventLog.of(Table.from_arrow(read_source(path, options=options).table), **named)


def read_events(path: Path, form: Form) -> Source | None:
    """Return the events of a log as a table; None of a file of JSON or SQLite that holds something else.

    Columns of a log of OCEL that refer to objects are named in the format; their attributes are left out, with a
    warning: `read_log` keeps them.
    """
    stem, suffix, _ = split_suffixes(path)
    if form == "xes":
        from likewise.io.xes.reader import read_xes

        table, notes = read_xes(path)
        written = Format(form="xes", suffix=".xes")
    else:
        found = _ocel(path, form)
        if found is None:
            return None
        content, notes = found
        if content.objects or content.links is not None:
            notes = (*notes, "the attributes of objects and links between them left out (`read_log` keeps them)")
        table, is_database = content.events, form in ("sqlite", "ocel-sqlite")
        plain = ".ocel.sqlite" if is_database else ".ocel.json"
        objects = {name: (said.type, said.qualifier) for name, said in content.references.items()}
        kind: Form = "ocel-sqlite" if is_database else "ocel"
        written = Format(form=kind, suffix=suffix if "ocel" in suffix else plain, objects=objects)
    _warn(notes)
    with path.open("rb") as stream:
        packed = compression_of(stream.read(16))
    return Source(
        without_twins(table, path), safe_name(stem), written.model_copy(update={"compression": packed}), notes
    )


def _ocel(path: Path, form: Form) -> tuple[Content, tuple[str, ...]] | None:
    """Return what a log of OCEL holds; None where a file is none and is not said to be."""
    if form in ("sqlite", "ocel-sqlite"):
        from likewise.io.ocel import sqlite_reader

        if form == "sqlite" and not sqlite_reader.is_log(path):
            return None
        return sqlite_reader.read_sqlite(path)
    if form not in ("json", "ocel"):
        return None
    from likewise.io.ocel import json_reader

    if form == "json" and not json_reader.is_log(path):
        return None
    return json_reader.read_json(path)


def _warn(notes: tuple[str, ...]) -> None:
    for note in notes:
        warnings.warn(note, UserWarning, stacklevel=3)
