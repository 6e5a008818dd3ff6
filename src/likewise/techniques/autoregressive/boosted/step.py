"""The step that draws a column of levels by boosted decisions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from likewise.core.spread import spread
from likewise.techniques.autoregressive.boosted.decisions import Decisions
from likewise.techniques.autoregressive.steps import LEAST_SHARE, SPARE_SHARE, Draw, Grown

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

AT_ONCE = 16_384
"""Rows whose distributions are held in memory at a time."""


@dataclass(frozen=True, eq=False)
class Boosted:
    """Draw a column from boosted decisions; the leaves of `grown` say which rows are alike, and share draws evenly."""

    grown: Grown
    decisions: Decisions

    @property
    def column(self) -> int:
        """The column that is drawn."""
        return self.grown.column

    @property
    def count(self) -> int:
        """The symbols of the column, the missing one among them."""
        return self.grown.count

    def drawn(
        self, symbols: Ints, rng: np.random.Generator, wanted: Floats | None, fixed: Ints | None, blur: int = 0
    ) -> Draw:
        """Draw each row by its chances, among the wanted symbols; a known cell weighs by its own chance."""
        features = self.grown.features(symbols)
        leaves = self.grown.tree.leaves(features)
        if wanted is None:
            own, mass = self.decisions.draw(features, leaves, self._seen, rng), np.ones(symbols.shape[1])
        else:
            own, mass = self._drawn_within(features, leaves, wanted, rng)
        if fixed is not None:
            likely = (
                self.decisions.share(features, leaves, self._seen, np.maximum(fixed, 0))
                + SPARE_SHARE / self.grown.count
            )
            own = np.where(fixed >= 0, fixed, own)
            mass = np.where(fixed >= 0, np.maximum(likely, LEAST_SHARE), mass if wanted is None else 1.0)
        return Draw(own, None if wanted is None and fixed is None else mass)

    def _drawn_within(
        self, features: Ints, leaves: Ints, wanted: Floats, rng: np.random.Generator
    ) -> tuple[Ints, Floats]:
        own, mass = np.empty(len(leaves), dtype=np.int32), np.empty(len(leaves))
        for part in _parts(len(leaves)):
            shares = self.decisions.shares(features[:, part], leaves[part], self._seen, len(wanted))
            sums = np.cumsum(shares * wanted, axis=1)
            numbers = spread(leaves[part], rng) * sums[:, -1]
            own[part] = np.minimum((sums <= numbers[:, None]).sum(axis=1), len(wanted) - 1)
            mass[part] = sums[:, -1]
        return own, mass

    def share(self, symbols: Ints, own: Ints) -> Floats:
        """Return how likely each row's `own` symbol is to be drawn beside the symbols before it."""
        features = self.grown.features(symbols)
        return self.decisions.share(features, self.grown.tree.leaves(features), self._seen, own)

    @cached_property
    def _seen(self) -> npt.NDArray[np.int64]:
        """What each leaf saw, along the line of the decisions."""
        start = self.grown.tree.start
        leaf = np.repeat(np.arange(len(start) - 1), np.diff(start))
        return self.decisions.seen_in(leaf, self.grown.tree.donors.astype(np.int64), len(start) - 1)

    def between(self, symbols: Ints) -> tuple[Ints, Ints] | None:
        """Return None: nothing limits a level."""
        return self.grown.between(symbols)

    def looks_at(self, column: int) -> bool:
        """Whether what is drawn depends on a column drawn before."""
        return self.grown.looks_at(column)


def _parts(rows: int) -> Iterator[slice]:
    for start in range(0, rows, AT_ONCE):
        yield slice(start, start + AT_ONCE)
