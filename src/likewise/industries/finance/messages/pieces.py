"""Texts of whole blocks, put together column by column: templates, and columns of fixed width."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Template:
    """Hold a text with places for columns, and parts that fall away in rows where one of their columns is null.

    `{name}` is a place, `[...]` a part that may fall away. Blanks around line ends are no part of the text, so that a
    template can be laid out; a space within a line is. Outside of such parts, nulls are empty texts.

    >>> names = pa.array(["Ann", None]), pa.array(["x", "y"])
    >>> Template.of("<p>[<n>{name}</n>]{id}</p>").fill({"name": names[0], "id": names[1]}).to_pylist()
    ['<p><n>Ann</n>x</p>', '<p>y</p>']
    """

    parts: tuple[tuple[bool, tuple[str, ...]], ...]

    @classmethod
    def of(cls, text: str, line_end: str = "|") -> Template:
        """Read a template; `|` in it is where lines of messages end."""
        flat = re.sub(r"\s*\n\s*", "", text).replace("|", line_end)
        cut = re.split(r"(?s)\[(.*?)\]", flat)
        return cls(tuple((place % 2 == 1, tuple(re.split(r"{(\w+)}", part))) for place, part in enumerate(cut) if part))

    def fill(self, columns: Mapping[str, Any]) -> pa.Array:
        """Return a text for each row; a column may be one text for all rows."""
        pieces: list[Any] = []
        for is_optional, part in self.parts:
            own = [columns[piece] if place % 2 else piece for place, piece in enumerate(part) if place % 2 or piece]
            if not is_optional:
                pieces += own
            elif not any(isinstance(piece, pa.Array) and piece.null_count == len(piece) > 0 for piece in own):
                pieces.append(together(*own))
        return joined(*pieces)


def joined(*pieces: Any) -> pa.Array:
    """Return the pieces of each row as one text, without those that are null.

    >>> joined("a", pa.array(["b", None]), "c").to_pylist()
    ['abc', 'ac']
    """
    return pc.binary_join_element_wise(*pieces, "", null_handling="skip")


def together(*pieces: Any) -> pa.Array:
    """Return the pieces of each row as one text, null where one of them is.

    >>> together("a", pa.array(["b", None])).to_pylist()
    ['ab', None]
    """
    return pc.binary_join_element_wise(*pieces, "", null_handling="emit_null")


def fixed(grid: Bytes) -> pa.Array:
    """Return rows of characters, all of one width, as texts.

    >>> fixed(np.frombuffer(b"abcd", np.uint8).reshape(2, 2)).to_pylist()
    ['ab', 'cd']
    """
    rows, width = grid.shape
    ends = np.arange(0, (rows + 1) * width, width, dtype=np.int32) if width else np.zeros(rows + 1, np.int32)
    values = pa.py_buffer(np.ascontiguousarray(grid))
    return pa.Array.from_buffers(pa.string(), rows, [None, pa.py_buffer(ends), values])


def characters(texts: pa.Array) -> Bytes:
    """Return the bytes of texts that all have one width and are not null, a row each.

    >>> characters(pa.array(["ab", "cd"])).tolist()
    [[97, 98], [99, 100]]
    """
    ends = ends_of(texts)
    width = int(ends[1] - ends[0]) if len(texts) else 0
    if not width:
        return np.empty((len(texts), 0), np.uint8)
    found: Bytes = bytes_of(texts).reshape(len(texts), width)
    return found


def ends_of(texts: pa.Array) -> npt.NDArray[np.int32]:
    """Return where in its buffer each text begins, and the last ends."""
    buffer = texts.buffers()[1]
    if buffer is None:
        return np.zeros(1, np.int32)
    return np.frombuffer(buffer, np.int32, len(texts) + 1, texts.offset * 4)


def bytes_of(texts: pa.Array) -> Bytes:
    """Return the bytes of all texts, one after another."""
    ends, buffer = ends_of(texts), texts.buffers()[2]
    if buffer is None:
        return np.empty(0, np.uint8)
    return np.frombuffer(buffer, np.uint8, int(ends[-1] - ends[0]), int(ends[0]))


def padded(texts: pa.Array, width: int) -> pa.Array:
    """Return texts cut to a width, and with spaces behind up to it."""
    return pc.ascii_rpad(pc.utf8_slice_codeunits(texts, 0, width), width, " ")


def shown(numbers: npt.NDArray[np.integer[Any]], width: int = 0) -> pa.Array:
    """Return numbers as digits, with zeros in front up to a width.

    >>> shown(np.array([7, 120]), 3).to_pylist()
    ['007', '120']
    """
    texts = pa.array(numbers).cast(pa.string())
    return pc.ascii_lpad(texts, width, "0") if width else texts
