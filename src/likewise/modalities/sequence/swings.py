"""How much a series moves in all, apart from how it moves: quiet and wild series are drawn as often as they were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.modalities.sequence.channels import Channel, Channels

Floats = npt.NDArray[np.float64]

FEWEST, ROWS = 16, 100
"""Coordinates, and rows, below which sizes of rows tell too little."""
WORTH = 2.0
"""How many times as much as those of normal noise the logarithms of sizes have to vary."""
LEAST = 1e-6
"""The least size of a row, where a row's is 1 on average."""


@dataclass(frozen=True, eq=False)
class Swing:
    """Part whitened coordinates into those of size 1, row by row, and a normal score of the size, behind them.

    The size of a row is the root mean square of its coordinates but the first. Networks learn what is usual first, and
    of the rows that move much there are few: taken apart, sizes come back as they were, and coordinates of one size are
    near to normal. Where sizes vary no more than those of noise would (`scores` is None), nothing is parted.

    Clark 1973 (a subordinated process) holds prices for normal given how much happens.
    """

    scores: Channel | None = None

    @classmethod
    def fit(cls, coordinates: Floats) -> Swing:
        """Learn the sizes of rows (n x coordinates, each of deviation 1)."""
        rows, size = coordinates.shape
        if rows < ROWS or size < FEWEST:
            return cls()
        sizes = np.log(_size(coordinates))
        noise = 1 / np.sqrt(2 * (size - 1))
        return cls(Channel.fit(sizes) if sizes.std() > WORTH * noise else None)

    @property
    def extra(self) -> int:
        """How many numbers there are beside the coordinates: 0 or 1."""
        return int(self.scores is not None)

    def parted(self, coordinates: Floats) -> Floats:
        """Return coordinates of one size, and scores of sizes."""
        if self.scores is None:
            return coordinates
        sizes = _size(coordinates)
        scores = self.scores.encode(np.log(sizes))
        return np.concatenate([coordinates[:, :1], coordinates[:, 1:] / sizes[:, None], scores[:, None]], axis=1)

    def joined(self, numbers: Floats) -> Floats:
        """Return the coordinates of what `parted` returns, and of what is drawn like it."""
        if self.scores is None:
            return numbers
        first, others = numbers[:, :1], numbers[:, 1:-1]
        sizes = np.exp(self.scores.decode(numbers[:, -1])) / _size(numbers[:, :-1])
        return np.concatenate([first, others * sizes[:, None]], axis=1)

    def state(self) -> dict[str, Any] | None:
        """Return what a model file keeps of it, as JSON values."""
        return None if self.scores is None else Channels((self.scores,)).state()

    @classmethod
    def from_state(cls, meta: dict[str, Any] | None) -> Swing:
        """Rebuild it from a model file."""
        return cls(None if meta is None else Channels.from_state(meta).each[0])


def _size(coordinates: Floats) -> Floats:
    return np.asarray(np.maximum(np.sqrt(np.mean(coordinates[:, 1:] ** 2, axis=1)), LEAST))
