"""The text of many rows at once: pieces side by side, column by column, and all rows as one run of bytes."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

LARGE = pa.large_string()
NOTHING = pa.scalar(None, LARGE)
EMPTY = pa.scalar("", LARGE)

Piece = Any
"""A string, or an Arrow array or scalar of strings."""


def side_by_side(pieces: Sequence[Piece], *, missing: Literal["skip", "emit_null"] = "emit_null") -> pa.Array:
    """Return pieces joined row by row: words that stand in every row, and columns of strings.

    A row of which a piece is missing is missing, or goes without that piece (`skip`). At least one is a column, and in
    no row may all be missing that are to be skipped.

    >>> side_by_side(["<", pa.array(["a", None]), ">"]).to_pylist()
    ['<a>', None]
    """
    merged: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    wide = [pa.scalar(piece, LARGE) if isinstance(piece, str) else piece.cast(LARGE) for piece in merged]
    return pc.binary_join_element_wise(*wide, EMPTY, null_handling=missing)


def listed(members: Sequence[pa.Array], separator: str, rows: int) -> pa.Array:
    """Return members with a separator between them, row by row, without those that are missing.

    >>> listed([pa.array(["a", None, None]), pa.array(["b", "c", None])], ",", 3).to_pylist()
    ['a,b', 'c', '']
    """
    if not members:
        return pa.repeat(EMPTY, rows)
    wide = [member.cast(LARGE) for member in members]
    none = functools.reduce(pc.and_, [member.is_null() for member in wide])
    if pc.any(none).as_py():  # Arrow (26) drops rows of which every member is skipped
        wide.append(pc.if_else(none, EMPTY, NOTHING))
    return pc.binary_join_element_wise(*wide, pa.scalar(separator, LARGE), null_handling="skip")


def joined(texts: pa.Array, offsets: np.ndarray, separator: str) -> pa.Array:
    """Return the texts of each list with a separator between them: list i goes from `offsets[i]` to `offsets[i + 1]`.

    >>> joined(pa.array(["a", "b", "c"]), np.array([0, 2, 2, 3]), "+").to_pylist()
    ['a+b', '', 'c']
    """
    lists = pa.LargeListArray.from_arrays(pa.array(offsets, pa.int64()), texts.cast(LARGE))
    return pc.binary_join(lists, pa.scalar(separator, LARGE))


def run_of_bytes(texts: pa.Array) -> memoryview:
    """Return all texts, none of them missing, as one run of bytes: that is how a column of strings lies in memory.

    >>> bytes(run_of_bytes(side_by_side([pa.array(["a", "bc"]), ";"])))
    b'a;bc;'
    """
    if not len(texts):
        return memoryview(b"")
    ends = np.frombuffer(texts.buffers()[1], dtype=np.int64)
    return memoryview(texts.buffers()[2])[int(ends[texts.offset]) : int(ends[texts.offset + len(texts)])]
