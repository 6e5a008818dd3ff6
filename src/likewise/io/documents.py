"""Writing documents: JSON Lines, an array of JSON, or a container of Avro."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from likewise.core.aside import open_aside
from likewise.core.extras import require
from likewise.core.faults import writing
from likewise.errors import SourceError
from likewise.io.compression import compressed
from likewise.io.format import SUFFIXES, split_suffixes

Write = Callable[[Iterable[Any]], None]

AVRO = ".avro"


def holds_documents(place: str | Path) -> bool:
    """Return whether a place holds documents as they are, and not as rows of a table.

    >>> holds_documents("orders.jsonl.gz"), holds_documents("orders.csv")
    (True, False)
    """
    text = str(place)
    return text == "-" or ("://" not in text and SUFFIXES.get(split_suffixes(text)[1]) in ("json", "jsonl"))


@contextmanager
def open_documents(place: str | Path) -> Iterator[Write]:
    """Yield what appends documents to a file of JSON or JSON Lines, or to standard output (`-`), a line each.

    A file appears when the block ends well; else an older one stays as it was. Raises SourceError.
    """
    if str(place) == "-":
        with writing(Path("standard output")), _lines(sys.stdout.buffer) as write:
            yield write
            sys.stdout.buffer.flush()
        return
    path = Path(place).expanduser()
    _, suffix, compression = split_suffixes(path)
    kind = _lines if SUFFIXES.get(suffix) == "jsonl" else _array
    with open_aside(path) as file, compressed(file, compression) as stream, kind(stream) as write:
        yield write


@contextmanager
def _lines(stream: BinaryIO) -> Iterator[Write]:
    def write(documents: Iterable[Any]) -> None:
        stream.write("".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents).encode())

    yield write


@contextmanager
def _array(stream: BinaryIO) -> Iterator[Write]:
    begun = False

    def write(documents: Iterable[Any]) -> None:
        nonlocal begun
        for document in documents:
            stream.write(((",\n" if begun else "[\n") + json.dumps(document, ensure_ascii=False)).encode())
            begun = True

    yield write
    stream.write(b"\n]\n" if begun else b"[]\n")


@contextmanager
def open_avro(place: str | Path, schema: Any) -> Iterator[Write]:
    """Yield what appends values of an Avro schema to a container file (`.avro`). Raises SourceError."""
    fastavro = require("fastavro", extra="specs")
    path = Path(place).expanduser()
    if path.suffix.lower() != AVRO:
        raise SourceError("source.unknown-format", f"`{path}` is no container of Avro", where=str(path),
                          hint="let its name end in .avro")  # fmt: skip
    with open_aside(path) as file:
        # the marker between blocks is random otherwise, and the same seed is to give the same bytes
        writer = fastavro.write.Writer(file, schema, codec="deflate", sync_marker=b"likewise-records")

        def write(values: Iterable[Any]) -> None:
            for value in values:
                writer.write(value)

        yield write
        writer.flush()
