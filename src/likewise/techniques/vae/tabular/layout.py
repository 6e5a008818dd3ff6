"""Where the symbols of all columns lie side by side, and what ranks their values have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.networks.tables import Coded, TableEncoding

Floats = npt.NDArray[np.float64]
Ranks = npt.NDArray[np.float32]
Longs = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Layout:
    """Lay the symbols of columns side by side: those of column c are `offsets[c]` and the next `cardinalities[c]`.

    `numbers` are the columns whose values have ranks within their symbols; `spans` says of each symbol where it begins
    among the ranks of its column, from 0 to 1, and how long it is (0 where a place within it tells nothing). `shares`
    are the shares of the rows that were learned.
    """

    cardinalities: tuple[int, ...]
    numbers: tuple[int, ...]
    spans: Floats
    shares: Floats

    @classmethod
    def of(cls, encoding: TableEncoding) -> Layout:
        """Return the layout of an encoding."""
        sizes = encoding.cardinalities
        spans, shares, numbers = [], [], []
        for number, (own, size) in enumerate(zip(encoding.columns, sizes, strict=True)):
            looked_up = number in encoding.decided
            own_spans = np.zeros((size, 2)) if looked_up else own.spans
            placed = np.zeros(size, dtype=bool) if looked_up else own.has_places
            own_spans[:, 1] *= placed
            spans.append(own_spans)
            shares.append(np.ones(1) if looked_up else own.shares)
            if placed.any():
                numbers.append(number)
        return cls(sizes, tuple(numbers), np.concatenate(spans), np.concatenate(shares))

    @property
    def offsets(self) -> Longs:
        """The first symbol of each column."""
        return np.cumsum((0, *self.cardinalities))[:-1]

    @property
    def size(self) -> int:
        """The number of symbols of all columns."""
        return sum(self.cardinalities)

    @property
    def slices(self) -> tuple[slice, ...]:
        """The symbols of each column."""
        starts = self.offsets.tolist()
        return tuple(slice(s, s + size) for s, size in zip(starts, self.cardinalities, strict=True))

    def coded(self, rows: Coded) -> tuple[Longs, Ranks]:
        """Return symbols side by side (rows x columns) and ranks (rows x numbers, centred: from -1 to 1)."""
        flat = rows.symbols + self.offsets
        own = flat[:, list(self.numbers)]
        ranks = self.spans[own, 0] + self.spans[own, 1] * rows.places[:, list(self.numbers)]
        return flat, (2 * ranks - 1).astype(np.float32)
