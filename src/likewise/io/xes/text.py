"""Columns as the values of XML attributes: escaped, and refused where XML has no way to write them."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.values import is_words
from likewise.errors import SourceError
from likewise.io.cells import as_text
from likewise.io.iso import iso_texts

Tag = Literal["string", "date", "int", "float", "boolean"]

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_MARKS = "".join(_ESCAPES).encode()
_IMPOSSIBLE = bytes(code for code in range(32) if code not in b"\t\n\r")
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
"""U+FFFE and U+FFFF, which XML has no way to write, in UTF-8."""


class Values(NamedTuple):
    """Hold the values of a column as XES writes them, null where there is none, with the tag they stand under."""

    tag: Tag
    texts: pa.Array


def values_of(column: pa.Array, where: str, *, worded: bool = False) -> Values:
    """Return a column as escaped texts, whatever its type; as strings where `worded`.

    Raises SourceError for control characters, which XML cannot hold, and for moments of no year of four digits.
    """
    if pa.types.is_dictionary(column.type):
        tag, texts = values_of(column.dictionary, where, worded=worded)
        return Values(tag, texts.take(column.indices))
    if is_words(column.type):
        return Values("string", escaped(column.cast(pa.string()), where))
    kind, tag = column.type, _tag(column)
    if worded or tag == "string":
        return Values("string", escaped(as_text(pa.chunked_array([column])).cast(pa.string()), where))
    if tag == "date":
        return Values(tag, iso_texts(column, where=where))
    if tag == "float" and pa.types.is_floating(kind):
        return Values(tag, _floats(column))
    return Values(tag, column.cast(pa.string()))


def _tag(column: pa.Array) -> Tag:
    kind = column.type
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_integer(kind):
        huge = pa.types.is_uint64(kind) and (pc.max(column).as_py() or 0) >= 2**63
        return "string" if huge else "int"  # the standard's whole numbers have 64 bits with their sign
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "float"
    return "date" if pa.types.is_date(kind) or pa.types.is_timestamp(kind) else "string"


def _floats(column: pa.Array) -> pa.Array:
    """Return floats in the fewest digits that tell them from others; NaN is a missing value, as everywhere."""
    if pa.types.is_float16(column.type):
        column = column.cast(pa.float32())
    texts = pc.if_else(pc.is_nan(column), pa.scalar(None, pa.string()), column.cast(pa.string()))
    if pc.any(pc.is_inf(column)).as_py():
        texts = pc.if_else(pc.is_inf(column), pc.replace_substring(texts, "inf", "INF"), texts)
    return texts


def escaped(texts: pa.Array, where: str) -> pa.Array:
    """Return strings as they stand between double quotes in XML. Raises SourceError for characters that it cannot hold.

    >>> escaped(pa.array(["a < b", 'say "hi"', None]), "note").to_pylist()
    ['a &lt; b', 'say &quot;hi&quot;', None]
    """
    data = bytes(texts.buffers()[2] or b"") if len(texts) else b""
    if len(data.translate(None, _IMPOSSIBLE)) < len(data) or any(character in data for character in _NO_CHARACTERS):
        _check(texts, where)
    if len(data.translate(None, _MARKS)) < len(data):
        for character, written in _ESCAPES.items():
            if character.encode() in data:
                texts = pc.replace_substring(texts, character, written)
    return texts


def _check(texts: pa.Array, where: str) -> None:
    """Refuse texts with characters that XML has no way to write; the buffer may hold more than the texts."""
    broken = pc.match_substring_regex(texts, "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\ufffe\uffff]")
    if rows := int(np.count_nonzero(np.asarray(pc.fill_null(broken, False)))):
        raise SourceError("source.encoding", f"`{where}` holds control characters in {rows:,} places, which XML cannot "
                          "hold", where=where, hint="take them out, or write .parquet or .csv")  # fmt: skip
