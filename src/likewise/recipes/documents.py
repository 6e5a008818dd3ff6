"""Documents, instances and rows from what describes them elsewhere: JSON Schema, Avro, Protobuf, classes, Arrow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from likewise.core.draw import check_n
from likewise.core.progress import Progress, quiet
from likewise.core.table import Table
from likewise.errors import SettingsError
from likewise.io.documents import AVRO, holds_documents, open_avro, open_documents
from likewise.io.sink import open_sink
from likewise.techniques.rules.reading.arrow import ArrowRows
from likewise.techniques.rules.reading.avro import AvroRecords
from likewise.techniques.rules.reading.classes import Instances
from likewise.techniques.rules.reading.numbered import Numbered

N, BLOCK = 1000, 1024
"""How many are made where nobody says; how many are made and written at once."""


def check_asked(**asked: Any) -> None:
    """Refuse what is only for documents of tables. Raises SettingsError."""
    for name, value in asked.items():
        if value is not None:
            raise SettingsError("settings.described", f"`{name}` is of documents with `tables:` or `columns:`",
                                where=name, hint="leave it out here")  # fmt: skip


def sampled(found: Numbered, n: int | None) -> Any:
    """Return a list of documents or of instances; of Arrow's rows a Table."""
    rows = _checked(n)
    if isinstance(found, ArrowRows):
        return Table.from_any(found.table(0, rows))
    return list(found.range(0, rows))


def written(
    found: Numbered, out: str | Path, *, n: int | None, replace: bool = False, progress: Progress = quiet
) -> int:
    """Write documents as JSON or Avro, and in all other formats as rows of a table; return how many."""
    rows = _checked(n)
    if str(out).lower().endswith(AVRO):
        _write_avro(found, out, rows, progress)
    elif holds_documents(out) and not isinstance(found, ArrowRows):
        made = found.documents if isinstance(found, Instances) else found
        with open_documents(out) as write:
            for start, stop in _blocks(rows):
                write(made.range(start, stop))
                progress("making documents", stop, rows)
    else:
        with open_sink(out, replace=replace) as sink:
            for start, stop in _blocks(rows):
                sink.write(found.table(start, stop))
                progress("making rows", stop, rows)
    return rows


def _write_avro(found: Numbered, out: str | Path, rows: int, progress: Progress) -> None:
    if not isinstance(found, AvroRecords):
        raise SettingsError("settings.described", "containers of Avro are written from schemas of Avro", where=str(out),
                            hint="write .jsonl, or generate from an .avsc file")  # fmt: skip
    with open_avro(out, found.schema) as write:
        for start, stop in _blocks(rows):
            write(found.values(start, stop))
            progress("making documents", stop, rows)


def _checked(n: int | None) -> int:
    if n is None:
        return N
    check_n(n)
    return n


def _blocks(rows: int) -> list[tuple[int, int]]:
    return [(start, min(start + BLOCK, rows)) for start in range(0, rows, BLOCK)] or [(0, 0)]
