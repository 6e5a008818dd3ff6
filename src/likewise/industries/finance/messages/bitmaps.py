"""ISO 8583 in ASCII: fields of rows put together behind the bitmap that says which there are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.industries.finance.messages.identities import hexadecimal
from likewise.industries.finance.messages.pieces import fixed, joined, shown, together

Fields = Mapping[int, pa.Array]
"""The texts of each field by its number, null where a row does not have it."""


def message(kinds: pa.Array, fields: Fields) -> pa.Array:
    """Return a message of each row: its type, its bitmaps in hexadecimal, and its fields in their order.

    >>> message(pa.array(["0200", "0200"]), {3: pa.array(["000000"] * 2), 70: pa.array(["301", None])}).to_pylist()
    ['0200A0000000000000000400000000000000000000301', '02002000000000000000000000']
    """
    order = sorted(fields)
    first, second = _bits(len(kinds), {field: fields[field] for field in order if field <= 64}), None
    if order[-1] > 64:
        second = _bits(len(kinds), {field - 64: fields[field] for field in order if field > 64})
        first |= (second != 0).astype(np.uint64) << np.uint64(63)
    parts = [fields[field] for field in order]
    return joined(kinds, _written(first), *([] if second is None else [_written(second, second == 0)]), *parts)


def _bits(rows: int, fields: Fields) -> npt.NDArray[np.uint64]:
    """Return the bitmap of each row: the first bit stands for the first field."""
    found = np.zeros(rows, np.uint64)
    for field, texts in fields.items():
        bit = np.uint64(1 << (64 - field))
        found |= bit if not texts.null_count else np.where(np.asarray(texts.is_valid()), bit, np.uint64(0))
    return found


def _written(bits: npt.NDArray[np.uint64], absent: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    texts = pc.ascii_upper(fixed(hexadecimal(bits)))
    return texts if absent is None else pc.if_else(pa.array(absent), pa.scalar(None, pa.string()), texts)


def counted(texts: pa.Array) -> pa.Array:
    """Return texts with their length in two digits in front (LLVAR).

    >>> counted(pa.array(["4111", None])).to_pylist()
    ['044111', None]
    """
    sizes = pc.fill_null(pc.binary_length(texts), 0).to_numpy()
    return together(shown(sizes, 2), texts)


def in_lines(messages: pa.Array, later: pa.Array) -> pa.Array:
    """Return the messages of each row, each in a line of its own, the later ones where there are any."""
    return joined(messages, "\n", together(later, "\n"))


def framed(messages: pa.Array, later: pa.Array) -> pa.Array:
    """Return the messages of each row, each with its length in two bytes in front, the higher byte first."""
    nothing = pa.scalar(b"", pa.binary())
    parts = (_length(messages), messages.cast(pa.binary()), _length(later), later.cast(pa.binary()))
    return pc.binary_join_element_wise(*parts, nothing, null_handling="skip")


def _length(messages: pa.Array) -> pa.Array:
    sizes = pc.binary_length(messages)
    values = pa.py_buffer(pc.fill_null(sizes, 0).to_numpy().astype(">u2"))
    ends = pa.py_buffer(np.arange(0, 2 * len(messages) + 2, 2, dtype=np.int32))
    texts = pa.Array.from_buffers(pa.binary(), len(messages), [None, ends, values])
    return pc.if_else(sizes.is_valid(), texts, pa.scalar(None, pa.binary()))
