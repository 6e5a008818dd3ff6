"""Reading XES in bulk: a file is split at its double quotes, and every distinct piece of markup is looked at once.

Between quotes stand by turns markup and values. The markup of millions of events is a few dozen distinct pieces, so
that a block of events is understood by what each of these means, in arrays. Whatever does not look exactly so
(comments, single quotes, nested attributes, entities of one's own) is left to the plain parser in `parsing`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.io.attributes import Ints, Said
from likewise.io.xes.gathering import Block, Found

LOG, TRACE, EVENT = range(3)

TAGS: dict[str, Said] = {"string": "string", "date": "date", "int": "int", "float": "float", "boolean": "boolean",
                         "id": "string"}  # fmt: skip
_NAMES = tuple(TAGS)
_STEP = re.compile(rb"<(/?)(event|trace)\s*>")
_OPENS = re.compile(rb"(\s*/>)?\s*((?:</?(?:event|trace)\s*>\s*)*)<(" + "|".join(TAGS).encode() + rb")\s+key\s*=\s*")
_CLOSES = re.compile(rb"(\s*/>)?\s*((?:</?(?:event|trace)\s*>\s*)*)")
_VALUE = re.compile(rb"\s+value\s*=\s*")
_MOVES = {(b"", b"trace"): (LOG, TRACE), (b"", b"event"): (TRACE, EVENT), (b"/", b"event"): (EVENT, TRACE),
          (b"/", b"trace"): (TRACE, LOG)}  # fmt: skip

_BLANKS = (b"\t", b"\n", b"\r")
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));|&")
_KNOWN = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
ANY = -1


class Odd(Exception):
    """Say that a block is not written as nearly all logs are, so that it has to be read by the plain parser."""


class Piece(NamedTuple):
    """Say what a piece of markup does: the state it needs and the one it leads to (ANY: none), what begins, its tag."""

    before: int
    after: int
    traces: int
    events: int
    tag: int
    ends: bool
    tags: int
    blanks: int


@dataclass
class BulkReader:
    """Read block after block of one file; it remembers pieces of markup, the state, and how many traces have begun."""

    state: int = LOG
    traces: int = 0
    _known: dict[bytes, Piece] = field(default_factory=dict)

    def read(self, data: bytes) -> Block:
        """Return what a block says that begins and ends outside of an attribute. Raises Odd."""
        array = np.frombuffer(data, dtype=np.uint8)
        quotes = np.flatnonzero(array == ord('"')).astype(np.int32)
        blanks = sum(int(np.count_nonzero(array == ord(blank))) for blank in _BLANKS)
        if len(quotes) % 4 or int(np.count_nonzero(array < ord(" "))) != blanks:
            raise Odd
        pieces, count = _pieces(data, quotes), len(quotes) // 4
        markup = _every(pieces, 0, 8, count).dictionary_encode()
        inner = _every(pieces, 4, 8, count).dictionary_encode()
        if any(_VALUE.fullmatch(text) is None for text in inner.dictionary.to_pylist()):
            raise Odd
        codes, last = np.asarray(markup.indices), _read_piece(pieces[len(pieces) - 1].as_py(), _CLOSES)
        told = [self._piece(text) for text in markup.dictionary.to_pylist()]
        facts = {name: np.array([getattr(piece, name) for piece in told], dtype=np.int32) for name in Piece._fields}
        often = np.bincount(codes, minlength=len(told))
        if (
            int(np.count_nonzero(array == ord("<"))) != int(often @ facts["tags"]) + last.tags
        ):  # one inside a value, which is no XML
            raise Odd
        plain = int(often @ facts["blanks"]) + last.blanks + _blanks_of(inner) == blanks and b"&" not in data
        states = self._states({name: facts[name][codes] for name in ("before", "after", "ends")}, last)
        begun, known = facts["events"][codes], self.traces
        traces = known + np.cumsum(facts["traces"][codes]) - 1
        self.traces += int(often @ facts["traces"])
        return _sorted_out(pieces, facts["tag"][codes], states, traces, begun, plain=plain)

    def _piece(self, markup: bytes) -> Piece:
        if markup not in self._known:
            self._known[markup] = _read_piece(markup, _OPENS)
        return self._known[markup]

    def _states(self, facts: Mapping[str, npt.NDArray[np.int32]], last: Piece) -> npt.NDArray[np.int32]:
        """Return in what each attribute stands, and keep what the block ends in. Raises Odd where that cannot be."""
        ends = facts["ends"]
        if (len(ends) and (ends[0] or not ends[1:].all())) or last.ends != (len(ends) > 0):
            raise Odd
        after = np.concatenate([[self.state], facts["after"]])
        moved = np.maximum.accumulate(np.where(after == ANY, 0, np.arange(len(after))))
        states = after[moved]
        before = np.append(facts["before"], last.before)
        if ((before != ANY) & (before != states)).any() or (states[1:] == LOG).any() or last.traces or last.events:
            raise Odd
        self.state = int(states[-1]) if last.after == ANY else last.after
        return states[1:]


def _pieces(data: bytes, quotes: npt.NDArray[np.int32]) -> pa.Array:
    """Return what stands between quotes, and every quote itself, as one array over the bytes as they lie."""
    offsets = np.empty(2 * len(quotes) + 2, dtype=np.int32)
    offsets[0], offsets[-1] = 0, len(data)
    offsets[1:-1:2], offsets[2:-1:2] = quotes, quotes + 1
    return pa.Array.from_buffers(pa.binary(), len(offsets) - 1, [None, pa.py_buffer(offsets), pa.py_buffer(data)])


def _every(pieces: pa.Array, first: int, step: int, count: int) -> pa.Array:
    return pieces.take(pa.array(np.arange(count) * step + first))


def _read_piece(markup: bytes, form: re.Pattern[bytes]) -> Piece:
    found = form.fullmatch(markup)
    if found is None:
        raise Odd
    state, first, begun = ANY, ANY, [0, 0]
    for step in _STEP.finditer(found[2]):
        needs, leads = _MOVES[step[1], step[2]]
        if state not in (ANY, needs):
            raise Odd
        first, state = (needs if first == ANY else first), leads
        if not step[1]:
            begun[step[2] == b"event"] += 1
            if max(begun) > 1 or (begun[1] and step[2] == b"trace"):  # traces or events in which there is nothing
                raise Odd
    tag = _NAMES.index(found[3].decode()) if form is _OPENS else 0
    blanks = sum(markup.count(blank) for blank in _BLANKS)
    return Piece(first, state, begun[0], begun[1], tag, found[1] is not None, markup.count(b"<"), blanks)


def _blanks_of(coded: pa.Array) -> int:
    """Return how many tabs and line breaks all texts of a dictionary array hold."""
    within = [sum(text.count(blank) for blank in _BLANKS) for text in coded.dictionary.to_pylist()]
    return int(np.bincount(np.asarray(coded.indices), minlength=len(within)) @ np.array(within, dtype=np.int64))


def _sorted_out(
    pieces: pa.Array,
    tags: npt.NDArray[np.int32],
    states: npt.NDArray[np.int32],
    traces: Ints,
    begun: npt.NDArray[np.int32],
    *,
    plain: bool,
) -> Block:
    """Return the attributes of a block by what they belong to, their key and their type."""
    events = np.cumsum(begun, dtype=np.int64) - 1
    keys = _words(_every(pieces, 2, 8, len(tags)), plain=plain).dictionary_encode()
    codes = (np.asarray(keys.indices) * len(_NAMES) + tags) * 2 + (states == TRACE)
    names = keys.dictionary.to_pylist()
    block = Block(traces[begun > 0], {}, {})
    for code in np.flatnonzero(np.bincount(codes)).tolist():
        mine = np.flatnonzero(codes == code)
        key, tag = names[code // 2 // len(_NAMES)], TAGS[_NAMES[code // 2 % len(_NAMES)]]
        texts = _words(pieces.take(pa.array(mine * 8 + 6)), plain=plain)
        found: Found = block.of_traces if code % 2 else block.of_events
        found.setdefault(key, []).append((tag, (traces if code % 2 else events)[mine], texts))
    return block


def _words(raw: pa.Array, *, plain: bool) -> pa.Array:
    """Return bytes as the strings they stand for. Raises Odd for what is no UTF-8 or no reference of XML."""
    try:
        texts = raw.cast(pa.string())
    except pa.ArrowInvalid:
        raise Odd from None
    if plain:
        return texts
    written = pc.match_substring_regex(texts, "[&\t\n\r]")
    if not pc.any(written).as_py():
        return texts
    coded = texts.filter(written).dictionary_encode()
    meant = pa.array([meaning(text) for text in coded.dictionary.to_pylist()], pa.string())
    return pc.replace_with_mask(texts, written, meant.take(coded.indices))


def meaning(text: str) -> str:
    """Return what the value of an attribute means: references replaced, line breaks and tabs as blanks. Raises Odd.

    >>> meaning("a &lt; b&#10;c")
    'a < b\\nc'
    """
    return _REFERENCE.sub(_referred, text.replace("\r\n", " ").translate(str.maketrans("\t\n\r", "   ")))


def _referred(found: re.Match[str]) -> str:
    if found[3]:
        return _KNOWN[found[3]]
    code = int(found[1], 16) if found[1] else int(found[2] or "0")
    if code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF:
        return chr(code)
    raise Odd
