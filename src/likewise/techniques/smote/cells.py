"""Rows as numbers and codes of levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Cells:
    """Hold rows as numbers, NaN where missing, and codes of levels, -1 where missing; both (rows, columns)."""

    numbers: Floats
    codes: Codes

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, rows: npt.NDArray[np.integer[Any]] | slice) -> Cells:
        """Return some of the rows; (rows, k) positions give (rows, k, columns) cells."""
        return Cells(self.numbers[rows], self.codes[rows])

    def hashes(self) -> Hashes:
        """Return 64 bits that tell rows apart: equal rows have equal ones, others but by a chance of 2^-64 do not."""
        found = np.zeros(len(self), dtype=np.uint64)
        for column in (*map(_bits, self.numbers.T), *self.codes.T.astype(np.uint64)):
            found ^= column
            found *= np.uint64(0x9E3779B97F4A7C15)
            found ^= found >> np.uint64(29)
        return found


def _bits(column: Floats) -> Hashes:
    """Return the bits of numbers, of which there is one zero and one that is missing."""
    own = column + 0.0
    own[np.isnan(own)] = np.nan
    return own.view(np.uint64)


def distinct(cells: Cells) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the first of each group of equal rows, in order, and how many there are of it."""
    _, first, counts = np.unique(cells.hashes(), return_index=True, return_counts=True)
    order = np.argsort(first)
    return first[order], counts[order]
