"""Rows that need no protection: they propose pairs, and stand in for counts until counts are bought."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from likewise.privacy.contract import Coded
from likewise.techniques.marginals.graph import Measurement
from likewise.techniques.marginals.select.bins import Bins

Clique = tuple[int, ...]
Floats = npt.NDArray[np.float64]


class Public:
    """Count rows of a public table in the bins that noisy counts of the private one made."""

    def __init__(self, coded: Coded, bins: Sequence[Bins]) -> None:
        self.rows = coded.rows
        self._sizes = [own.count for own in bins]
        self._codes = [own.of(codes) for own, codes in zip(bins, coded.codes.T, strict=True)]

    def shares(self, clique: Clique) -> Floats:
        """Return which part of the rows each combination of bins has."""
        at = np.zeros(self.rows, dtype=np.int64)
        for a in clique:
            at = at * self._sizes[a] + self._codes[a]
        shape = [self._sizes[a] for a in clique]
        return np.bincount(at, minlength=math.prod(shape)).reshape(shape) / max(self.rows, 1)

    def unlike(self, measured: Sequence[Measurement], total: float) -> float:
        """Return how far public shares are off, the root of their summed squares, judged by noisy private counts.

        Two samples of one population are about sqrt(1/n + 1/m) apart; what is more tells of another population.
        """
        squares, expected = 0.0, 0.0
        for m in measured:
            shares = self.shares(m.clique)
            squares += float(((m.values - total * shares) ** 2).sum()) - m.sigma**2 * m.values.size
            expected += total**2
        sampled = 1 / max(total, 1.0) + 1 / max(self.rows, 1)
        return math.sqrt(max(squares / max(expected, 1.0), sampled))

    def counts(self, clique: Clique, total: float, off: float) -> Measurement:
        """Return the counts that the private rows would have if they were like these, and how far they are off."""
        values = total * self.shares(clique)
        return Measurement(clique, values, max(total * off / math.sqrt(values.size), 1.0))
