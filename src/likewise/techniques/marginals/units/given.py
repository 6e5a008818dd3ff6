"""What is given of rows before they are drawn: the row that they belong to, and the one before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from likewise.techniques.marginals.graph.grouping import Zeros
from likewise.techniques.marginals.units.conditional import Conditional
from likewise.techniques.marginals.units.weighed import Weighed

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


FARTHEST = 64
"""Rows that are walked, at most, to find what one far on follows."""


@dataclass(frozen=True, eq=False)
class Simulated:
    """Hold rows that stand for those to be learned, as the tables before them tell: what they belong to, in bins.

    `place` is which row of those that follow one another each is, from 0.
    """

    above: Ints
    place: Ints


@dataclass(frozen=True, eq=False)
class Given:
    """Hold the private rows' known columns, and simulated ones to fit to.

    `above` has the bins of the row that each belongs to, `previous` the row before it (-1 where there is none; None
    where rows have no order). `following` are the columns, of those to be learned, that a row takes on from the one
    before; `begins` and `goes` are those that only first rows have, and only later ones;
    `count` is which known column says how many rows there are.
    """

    above: Sequence[npt.NDArray[np.integer]]
    sizes: tuple[int, ...]
    names: tuple[str, ...]
    simulated: Simulated
    previous: Ints | None = None
    following: tuple[int, ...] = ()
    begins: int | None = None
    goes: int | None = None
    count: int = 0
    rows: Ints = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))

    @property
    def places(self) -> range:
        """The attributes that are of the previous row."""
        first = len(self.sizes) + (self.previous is not None)
        return range(first, first + len(self.following))

    def put(self, teller: Weighed, own: Sequence[int]) -> tuple[tuple[int, ...], Given]:
        """Put the known columns in front of those to be learned, whose bins are counted; return all sizes."""
        sizes = list(own)
        if self.previous is not None:
            teller.follow(self.previous, self.following)
            teller.beside([(self.previous < 0).astype(np.int32)], [2], ["first"])
            sizes = [2, *(own[a] + 1 for a in self.following), *own]
        teller.beside(self.above, self.sizes, self.names)
        sizes = [*self.sizes, *sizes]
        return tuple(sizes), replace(self, rows=self._begun(sizes))

    def _begun(self, sizes: Sequence[int]) -> Ints:
        """Return what is known of the simulated rows, as if each were a first one but for being told so."""
        above, place = self.simulated.above, self.simulated.place
        if self.previous is None:
            return above
        starts = [np.full(len(place), sizes[a] - 1) for a in self.places]
        return np.stack([*above.T, place == 0, *starts], axis=1).astype(np.int64)

    def tells(self, a: int, own: int) -> bool:
        """Say whether attribute `a` may tell of a column: of being first those that depend on it alone need not."""
        if self.previous is not None and a == len(self.sizes):
            return own not in (self.begins, self.goes)
        return not (a in self.places and own == self.begins)

    def zeros(self, sizes: Sequence[int]) -> Zeros:
        """Return which cells are impossible: first rows have no step behind them, and others do not begin."""
        known = self.places.stop
        rules = []
        for column, has in ((self.begins, 1), (self.goes, 0)):
            if column is not None:
                size = sizes[known + column]
                barred = np.zeros((2, size), dtype=bool)
                barred[has, size - 1] = barred[1 - has, : size - 1] = True
                rules.append(((len(self.sizes), known + column), barred))
        return tuple(rules)

    def walked(self, model: Conditional, sizes: Sequence[int]) -> Given:
        """Return the same with each simulated row following one that the model leads to, from the first row on."""
        place, known = np.minimum(self.simulated.place, FARTHEST), self.places.stop
        rows, rng = self.rows.copy(), np.random.default_rng(1)
        for a, column in zip(self.places, self.following, strict=True):
            rows[:, a] = sizes[known + column]
        for turn in range(int(place.max(initial=0))):
            on = np.flatnonzero(place > turn)
            before = rows[on]
            before[:, len(self.sizes)] = turn == 0
            drawn = model.draw(before, rng)
            for a, column in zip(self.places, self.following, strict=True):
                rows[on, a] = drawn[:, column]
        return replace(self, rows=rows)
