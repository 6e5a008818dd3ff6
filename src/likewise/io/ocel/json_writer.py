"""Writing OCEL 2.0 as JSON: the text of all events of a block at once, from columns of strings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.values import is_words, one_array
from likewise.io.cells import as_text
from likewise.io.iso import iso_texts
from likewise.io.ocel.content import EPOCH, TYPES, Content, attribute_name, attributes_of, filled, said_of
from likewise.io.runs import EMPTY, NOTHING, joined, listed, run_of_bytes, side_by_side
from likewise.modalities.events.log import ACTIVITY, EVENT, TIME

ROWS = 1 << 16
"""Events whose text is made at once."""

_ESCAPES = {"\\": "\\\\", '"': '\\"', **{chr(code): f"\\u{code:04x}" for code in range(32)}}
_MARKS = "".join(_ESCAPES).encode()


def write_json(stream: BinaryIO, content: Content, path: Path) -> None:
    """Write a log, block by block. Values of attributes are strings, as the standard's schema has them, and times UTC.

    Raises SourceError for what is missing and for moments of no year of four digits.
    """
    content = content.completed(path)
    events = content.events
    stream.write(b'{"objectTypes":[\n' + ",\n".join(_object_types(content)).encode())
    kinds = filled(one_array(events.column(ACTIVITY)), ACTIVITY, path).cast(pa.string())
    stream.write(b'\n],"eventTypes":[\n')
    own = attributes_of(events, content.attributes, kinds)
    stream.write(",\n".join(_type(kind, names, events.schema) for kind, names in own.items()).encode())
    stream.write(b'\n],"objects":[\n')
    _write_all(stream, _objects(content))
    stream.write(b'\n],"events":[\n')
    blocks = (events.slice(start, ROWS) for start in range(0, events.num_rows, ROWS))
    _write_all(stream, (_events(block, content, path) for block in blocks))
    stream.write(b"\n]}\n")


def _write_all(stream: BinaryIO, blocks: Iterable[pa.Array]) -> None:
    """Write members of an array, which have to be parted by commas."""
    begun = False
    for texts in blocks:
        run = run_of_bytes(side_by_side([",\n", texts]))
        stream.write(run if begun else run[2:])
        begun = begun or len(run) > 0


def _type(kind: str, names: Sequence[str], schema: pa.Schema) -> str:
    told = [{"name": attribute_name(name), "type": TYPES[said_of(schema.field(name).type)]} for name in names]
    return json.dumps({"name": kind, "attributes": told}, ensure_ascii=False)


def _object_types(content: Content) -> Iterator[str]:
    for kind in content.types:
        table = content.objects.get(kind)
        names = [] if table is None else [name for name in table.column_names if name not in ("id", TIME)]
        yield _type(kind, names, pa.schema([]) if table is None else table.schema)


def _events(block: pa.Table, content: Content, path: Path) -> pa.Array:
    """Return the text of each event."""
    column = {name: one_array(block.column(name)) for name in block.column_names}
    times = iso_texts(filled(column[TIME], TIME, path), utc=True, where=TIME)
    pieces = ['{"id":', quoted(column[EVENT]), ',"type":', quoted(column[ACTIVITY]), ',"time":"', times,
              '","attributes":[', listed([_value(column[name], name) for name in content.attributes], ",", len(block)),
              '],"relationships":[', listed([_related(column[name], qualifier) for name, (_, qualifier) in
                                             content.references.items()], ",", len(block)), "]}"]  # fmt: skip
    return side_by_side(pieces)


def _value(array: pa.Array, name: str) -> pa.Array:
    """Return the text of an attribute, null where it has no value."""
    return side_by_side([f'{{"name":{_word(attribute_name(name))},"value":', quoted(texts_of(array, name)), "}"])


def _related(ids: pa.Array, qualifier: str) -> pa.Array:
    """Return the text of what an event refers to by a column, null where it refers to nothing."""
    if pa.types.is_list(ids.type):
        texts = joined(_related(ids.values, qualifier), np.asarray(ids.offsets), ",")
        return pc.if_else(pc.equal(pc.list_value_length(ids), 0), NOTHING, texts)
    return side_by_side(['{"objectId":', quoted(ids), f',"qualifier":{_word(qualifier)}}}'])


def _objects(content: Content) -> Iterator[pa.Array]:
    """Yield the text of objects, type by type."""
    linked = _links(content)
    for kind in content.types:
        ids = content.ids(kind)
        told = _changes(content.objects.get(kind), ids)
        head = f',"type":{_word(kind)},"attributes":['
        for start in range(0, len(ids), ROWS):
            part = ids.slice(start, ROWS)
            attributes = EMPTY if told is None else told.slice(start, ROWS)
            related = EMPTY if linked is None else pc.fill_null(linked[1].take(pc.index_in(part, linked[0])), EMPTY)
            yield side_by_side(['{"id":', quoted(part), head, attributes, '],"relationships":[', related, "]}"])


def _changes(table: pa.Table | None, ids: pa.Array) -> pa.Array | None:
    """Return the values that each object has, from when, as the members of a list; None where it has none."""
    names = [] if table is None else [name for name in table.column_names if name not in ("id", TIME)]
    if table is None or not names:
        return None
    owner = np.asarray(pc.index_in(one_array(table.column("id")), ids)).astype(np.int64)
    since: pa.Array | pa.Scalar = pa.scalar(EPOCH)
    order = np.argsort(owner, kind="stable")
    if TIME in table.column_names:
        moments = one_array(table.column(TIME))
        if not pa.types.is_null(moments.type):
            since = pc.fill_null(iso_texts(moments, utc=True, where=TIME), EPOCH)
            order = np.lexsort((np.asarray(pc.fill_null(moments.cast(pa.int64()), -(2**63))), owner))
    cells = []
    for name in names:
        texts = quoted(texts_of(one_array(table.column(name)), name))
        cells.append(
            side_by_side([f'{{"name":{_word(attribute_name(name))},"time":"', since, '","value":', texts, "}"])
        )
    rows = listed(cells, ",", table.num_rows)
    return _by_owner(pc.if_else(pc.equal(rows, EMPTY), NOTHING, rows), owner, order, len(ids))


def _by_owner(texts: pa.Array, owner: np.ndarray, order: np.ndarray, size: int) -> pa.Array:
    """Return the texts of each owner joined by commas, in order; those that are missing are left out."""
    order = order[np.asarray(texts.is_valid())[order]]
    offsets = np.concatenate([[0], np.cumsum(np.bincount(owner[order], minlength=size))])
    return joined(texts.take(pa.array(order)), offsets, ",")


def _links(content: Content) -> tuple[pa.Array, pa.Array] | None:
    """Return the objects that have links, and what these are as the members of a list."""
    if content.links is None or not content.links.num_rows:
        return None
    source, target, qualifier = (one_array(content.links.column(name)) for name in ("source", "target", "qualifier"))
    coded = source.dictionary_encode()
    owner = np.asarray(coded.indices).astype(np.int64)
    texts = side_by_side(['{"objectId":', quoted(target), ',"qualifier":', quoted(qualifier), "}"])
    return coded.dictionary, _by_owner(texts, owner, np.argsort(owner, kind="stable"), len(coded.dictionary))


def texts_of(array: pa.Array, where: str) -> pa.Array:
    """Return values as texts, in the fewest digits, moments in UTC; null where one is missing (NaN is)."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        return texts_of(array.dictionary, where).take(array.indices)
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return iso_texts(array, utc=True, where=where)
    return array.cast(pa.string()) if is_words(kind) else as_text(pa.chunked_array([array])).cast(pa.string())


def quoted(texts: pa.Array) -> pa.Array:
    """Return strings as they stand in JSON.

    >>> quoted(pa.array(['say "hi"', None])).to_pylist()
    ['"say \\\\"hi\\\\""', None]
    """
    if pa.types.is_dictionary(texts.type):
        return quoted(texts.dictionary).take(texts.indices)
    texts = texts.cast(pa.string())
    data = bytes(texts.buffers()[2] or b"") if len(texts) else b""
    if len(data.translate(None, _MARKS)) < len(data):
        for character, written in _ESCAPES.items():
            if character.encode() in data:
                texts = pc.replace_substring(texts, character, written)
    return side_by_side(['"', texts, '"'])


def _word(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
