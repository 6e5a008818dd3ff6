"""Universally unique ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.counted import Counted, Ints
from likewise.core.schema import Column
from likewise.techniques.rules.maker import Maker, Rows, told

HEX = np.array([[ord(f"{byte:02x}"[0]), ord(f"{byte:02x}"[1])] for byte in range(256)], dtype=np.uint8).view(np.uint16)
"""The two characters of each byte."""

PLACES = np.array([0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34])
"""Where the bytes of a UUID are written."""


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
        return written(uuid_bytes(rows.numbers, rows.random, self.version))


def uuid_bytes(numbers: Ints, random: Counted, version: int) -> npt.NDArray[np.uint8]:
    """Return the 16 bytes of each row's UUID."""
    first, second = random.at("high").bits(numbers), random.at("low").bits(numbers)
    if version == 7:  # milliseconds since 2024, one a row, then chance
        first = ((numbers.astype(np.uint64) + np.uint64(1_704_067_200_000)) << np.uint64(16)) | (
            first & np.uint64(0xFFFF)
        )
    grid = np.empty((len(numbers), 2), dtype=">u8")
    grid[:, 0], grid[:, 1] = first, second
    found = grid.view(np.uint8)
    found[:, 6] = (found[:, 6] & 0x0F) | (version << 4)
    found[:, 8] = (found[:, 8] & 0x3F) | 0x80
    return found


def written(grid: npt.NDArray[np.uint8]) -> pa.Array:
    """Return bytes as UUIDs are written."""
    rows = len(grid)
    pairs = HEX[grid, 0]
    found = np.full((rows, 36), ord("-"), dtype=np.uint8)
    found[:, PLACES] = pairs & 0xFF
    found[:, PLACES + 1] = pairs >> 8
    offsets = np.arange(0, 36 * (rows + 1), 36, dtype=np.int32)
    return pa.Array.from_buffers(pa.string(), rows, [None, pa.py_buffer(offsets), pa.py_buffer(found)])
