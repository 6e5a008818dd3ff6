"""Writing OCEL 2.0, as JSON or as SQLite, from a log or from blocks of events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from likewise.core.aside import open_aside
from likewise.io.compression import compressed
from likewise.io.format import Format
from likewise.io.ocel.content import Content, check_columns
from likewise.io.spool import spooled
from likewise.modalities.events.log import Reference


def write_content(content: Content, path: Path, form: Format) -> None:
    """Write a log into a file that appears when all of it is there. Raises SourceError."""
    if form.form == "ocel-sqlite":
        from likewise.io.ocel.sqlite_writer import write_sqlite

        write_sqlite(content, path)
        return
    from likewise.io.ocel.json_writer import write_json

    with open_aside(path) as file, compressed(file, form.compression) as stream:
        write_json(stream, content, path)


@contextmanager
def ocel_writer(path: Path, form: Format) -> Iterator[Callable[[pa.Table], None]]:
    """Yield a function that takes blocks of events; objects and events are written at the end, when all are there.

    Columns that the format says refer to objects do so, and `case` to objects of a type of that name; what else the
    format's source told of objects is not written. Raises SourceError.
    """
    with spooled(path) as spool:

        def write(block: pa.Table) -> None:
            check_columns(block.schema, path)
            spool.add(block)

        yield write
        table = spool.table()
        if table is not None:
            known = {column: Reference(*said) for column, said in form.objects.items() if column in table.column_names}
            write_content(Content(table, known), path, form)
