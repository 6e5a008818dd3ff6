"""Reading XES by a parser of XML, element by element: for files that are written in ways of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

import numpy as np
import pyarrow as pa

from likewise.errors import SourceError
from likewise.io.attributes import Said
from likewise.io.xes.gathering import Block, Gathered
from likewise.io.xes.markup import TAGS

CHUNK = 1 << 20
_EVENTS = 1 << 16


def parse_into(gathered: Gathered, stream: BinaryIO, path: Path) -> None:
    """Read a whole file. Raises SourceError, with the line, for what is no XML or no log, or declares entities."""
    reader = _Reader(gathered)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reader.begin, reader.end
    parser.EntityDeclHandler = _refuse_entities(path)
    try:
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as fault:
        where = f"{path}:{fault.lineno} (character {fault.offset + 1})"
        raise SourceError("source.xml", f"this is not well-formed XML: {expat.ErrorString(fault.code)}", where=where,
                          hint="export the log again, or mend that line") from None  # fmt: skip
    if not reader.is_log:
        raise SourceError("source.no-event-log", f"`{path}` is XML, but no log of XES", where=str(path),
                          hint="a file of XES begins with the element <log>")  # fmt: skip
    reader.flush()


def _refuse_entities(path: Path) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise SourceError("source.xml", f"`{path}` declares entities of its own, which are not read", where=str(path),
                          hint="export the log without a DOCTYPE")  # fmt: skip

    return refuse


class _Reader:
    """Follow the elements of a log, and hand over a block of events whenever there are enough."""

    def __init__(self, gathered: Gathered) -> None:
        self.is_log = False
        self._gathered = gathered
        self._open: list[str] = []
        self._traces = 0
        self._trace_of: list[int] = []
        self._of_events: dict[str, dict[Said, tuple[list[int], list[str]]]] = {}
        self._of_traces: dict[str, dict[Said, tuple[list[int], list[str]]]] = {}

    def begin(self, name: str, told: dict[str, str]) -> None:
        """Take the beginning of an element."""
        name = name.rpartition(":")[2]
        depth, parent = len(self._open), self._open[-1] if self._open else ""
        self._open.append(name)
        if depth == 0:
            self.is_log = name == "log"
        elif depth == 1 and name == "trace":
            self._traces += 1
        elif name == "event" and depth == 2 and parent == "trace":
            self._trace_of.append(self._traces - 1)
        elif name == "event" and depth == 1:
            self._gathered.left_out["events outside of traces"] += 1
        elif parent == "event" and depth == 3:
            self._take(self._of_events, name, told, len(self._trace_of) - 1)
        elif parent == "trace" and depth == 2:
            self._take(self._of_traces, name, told, self._traces - 1)
        elif self._open[1] == "trace" and name in TAGS and parent in TAGS:
            self._gathered.left_out["attributes inside of others"] += 1

    def end(self, name: str) -> None:
        """Take the end of an element."""
        self._open.pop()
        if len(self._open) == 2 and len(self._trace_of) >= _EVENTS:
            self.flush()

    def flush(self) -> None:
        """Hand over what was read since the last block."""
        block = Block(np.array(self._trace_of, dtype=np.int64), dict(_arrays(self._of_events)),
                      dict(_arrays(self._of_traces)))  # fmt: skip
        self._gathered.add(block, self._traces)
        self._trace_of, self._of_events, self._of_traces = [], {}, {}

    def _take(
        self, into: dict[str, dict[Said, tuple[list[int], list[str]]]], name: str, told: dict[str, str], row: int
    ) -> None:
        if name not in TAGS or "key" not in told or "value" not in told:
            self._gathered.left_out["lists of attributes"] += 1
            return
        rows, texts = into.setdefault(told["key"], {}).setdefault(TAGS[name], ([], []))
        rows.append(row)
        texts.append(told["value"])


def _arrays(
    found: dict[str, dict[Said, tuple[list[int], list[str]]]],
) -> Iterator[tuple[str, list[tuple[Said, np.ndarray, pa.Array]]]]:
    for key, said in found.items():
        yield key, [(tag, np.array(rows, dtype=np.int64), pa.array(texts, pa.string()))
                    for tag, (rows, texts) in said.items()]  # fmt: skip
