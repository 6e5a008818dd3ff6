"""Reading XES, also compressed: in bulk where the file is written as nearly all are, else by a parser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

import pyarrow as pa

from likewise.io.compression import opened
from likewise.io.xes.gathering import Gathered
from likewise.io.xes.markup import LOG, BulkReader, Odd
from likewise.io.xes.parsing import parse_into

BLOCK = 1 << 24
"""Bytes that are read in bulk at once."""

_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)[\"']")
_END = re.compile(rb"\s*</log\s*>\s*\Z")
_LAST = 1 << 10


def read_xes(path: Path) -> tuple[pa.Table, tuple[str, ...]]:
    """Return the events of a log, a row each, and what is to be said of what is not among them.

    `case` is the name of the trace (its number where it has none), `activity` concept:name, `time` time:timestamp,
    `agent` org:resource; other attributes keep their keys, those of traces after `case:`. Values have the types that
    the file says; a column of which some do not fit theirs is of texts. Moments written with one offset keep it, those
    of several are in UTC. Raises SourceError for what is no log.
    """
    with opened(path) as stream:
        gathered = _in_bulk(stream)
    if gathered is None:
        gathered = Gathered()
        with opened(path) as stream:
            parse_into(gathered, stream, path)
    return gathered.table()


def _in_bulk(stream: BinaryIO) -> Gathered | None:
    """Return what a file says; None where it has to be read by the plain parser."""
    gathered, bulk = Gathered(), BulkReader()
    try:
        for block in _blocks(stream):
            gathered.add(bulk.read(block), bulk.traces)
    except Odd:
        return None
    return gathered if bulk.state == LOG else None


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the part of a file that holds traces, cut where an event or a trace begins. Raises Odd."""
    held = b""
    while b"<trace" not in held[-BLOCK - 8 :]:
        more = stream.read(BLOCK)
        if not more:
            raise Odd
        held += more
    begin = held.index(b"<trace")
    _check_head(held[:begin])
    held = held[begin:]
    while more := stream.read(BLOCK):
        held += more
        cut = max(held.rfind(b"<event"), held.rfind(b"<trace"))
        if cut > 0:
            yield held[:cut]
            held = held[cut:]
    end = _END.search(held, max(0, len(held) - _LAST))
    if end is None:
        raise Odd
    yield held[: end.start()]


def _check_head(head: bytes) -> None:
    """Refuse a beginning that is not in UTF-8, that declares anything, or after which not just the log is open."""
    encoding = _ENCODING.match(head.removeprefix(b"\xef\xbb\xbf"))
    if encoding is not None and encoding[1].lower() not in (b"utf-8", b"us-ascii", b"ascii"):
        raise Odd
    depth, probed = 0, []
    parser = expat.ParserCreate()

    def begin(name: str, _: dict[str, str]) -> None:
        nonlocal depth
        probed.append((name, depth))
        depth += 1

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    try:
        parser.Parse(head + b"<trace/>", False)
    except expat.ExpatError:
        raise Odd from None
    names = [name for name, at in probed if at <= 1]
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or probed[:1] != [("log", 0)] or probed[-1] != ("trace", 1):
        raise Odd
    if "event" in names:
        raise Odd
