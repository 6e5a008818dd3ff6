"""Universally unique ids."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.counted import Bits, Counted, Ints
from likewise.core.schema import Column
from likewise.techniques.rules.maker import Maker, Rows, told

Words = npt.NDArray[np.uint32]

_AT_ONCE = 16_384
"""Rows that are written at a time, so that what is computed on the way stays in the processor's cache."""


def _table(shape: str) -> Words:
    """Return four characters for each number in hexadecimal digits: `h` is one, others stand as they are."""
    count = shape.count("h")
    texts = ("".join(digits[shape[:at].count("h")] if sign == "h" else sign for at, sign in enumerate(shape))
             for digits in (f"{number:0{count}x}" for number in range(16**count)))  # fmt: skip
    return np.frombuffer("".join(texts).encode(), dtype=np.uint32)


@cache
def _tables() -> tuple[tuple[Words, int, int], ...]:
    """Return what each four of the 36 characters are looked up in: a table, of which half, and how far to the right.

    Half 2 is where both halves meet: the last two digits of the first and the first of the last.
    """
    four = _table("hhhh")
    return ((four, 0, 48), (four, 0, 32), (_table("-hhh"), 0, 20), (_table("h-hh"), 0, 8), (_table("hh-h"), 2, 0),
            (_table("hhh-"), 1, 48), (four, 1, 32), (four, 1, 16), (four, 1, 0))  # fmt: skip


class Uuid(Maker):
    """Make UUIDs: of version 4, all of chance, or of version 7, which rise with the row.

    122 random bits keep those of version 4 apart (two of a billion are alike with a chance of 1e-19); version 7
    counts rows, and never repeats.
    """

    word: ClassVar[str] = "uuid"
    placed: ClassVar[bool] = True

    version: int = 4

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Read the version."""
        if value not in (None, 4, 7):
            raise told(path, "a UUID is of version 4 or 7", "write {uuid: 4}")
        return cls(version=value or 4)

    def distinct(self, rows: int, path: str) -> Maker:
        """Return itself."""
        return self

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return a text."""
        return Column(name=name, kind="text", dtype="string")

    def make(self, rows: Rows) -> pa.Array:
        """Return the UUIDs of some rows."""
        return written(*uuid_bits(rows.numbers, rows.random, self.version))


def uuid_bits(numbers: Ints, random: Counted, version: int) -> tuple[Bits, Bits]:
    """Return the first and the last 64 bits of each row's UUID."""
    first, last = random.at("high").bits(numbers), random.at("low").bits(numbers)
    if version == 7:  # milliseconds since 2024, one a row, then chance
        first &= np.uint64(0xFFFF)
        first |= (numbers.astype(np.uint64) + np.uint64(1_704_067_200_000)) << np.uint64(16)
    first &= np.uint64(0xFFFF_FFFF_FFFF_0FFF)
    first |= np.uint64(version << 12)
    last &= np.uint64(0x3FFF_FFFF_FFFF_FFFF)
    last |= np.uint64(1 << 63)
    return first, last


def written(first: Bits, last: Bits) -> pa.Array:
    """Return UUIDs as they are written, from their first and their last 64 bits."""
    rows = len(first)
    found = np.empty((rows, 9), dtype=np.uint32)
    for start in range(0, rows, _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        both = ((first[part] & np.uint64(0xFF)) << np.uint64(4)) | (last[part] >> np.uint64(60))
        halves = (first[part], last[part], both)
        for place, (table, half, shift) in enumerate(_tables()):
            digits = (halves[half] >> np.uint64(shift)) & np.uint64(len(table) - 1)
            found[part, place] = table[digits.view(np.int64)]
    offsets = np.arange(0, 36 * (rows + 1), 36, dtype=np.int32)
    return pa.Array.from_buffers(pa.string(), rows, [None, pa.py_buffer(offsets), pa.py_buffer(found)])
