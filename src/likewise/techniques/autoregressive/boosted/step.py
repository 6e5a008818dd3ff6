"""The step that draws a column of levels by boosted decisions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt

from likewise.core.spread import spread
from likewise.techniques.autoregressive.boosted.decisions import Decisions
from likewise.techniques.autoregressive.steps import LEAST_SHARE, SPARE_SHARE, Draw, Grown, drawn_from_either

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

AT_ONCE = 8192
"""Rows whose distributions are held in memory at a time."""


@dataclass(frozen=True, eq=False)
class Boosted:
    """Draw a column from boosted decisions; the leaves of `grown` say which rows are alike, and share draws evenly.

    A share `by_leaf` of the rows is drawn from the leaves instead: numbers have detail there that decisions lack.
    """

    grown: Grown
    decisions: Decisions
    by_leaf: float = 0.0

    @property
    def column(self) -> int:
        """The column that is drawn."""
        return self.grown.column

    @property
    def count(self) -> int:
        """The symbols of the column, the missing one among them."""
        return self.grown.count

    def drawn(
        self, symbols: Ints, rng: np.random.Generator, wanted: Floats | None, fixed: Ints | None, blur: int = 0,
        of_donors: Floats | None = None,
    ) -> Draw:  # fmt: skip
        """Draw each row by its chances, among the wanted symbols; a known cell weighs by its own chance."""
        if not self.by_leaf:
            return self._decided(symbols, rng, wanted, fixed, blur)
        by_leaf = partial(self.grown.drawn, of_donors=of_donors)
        return drawn_from_either(by_leaf, self._decided, self.by_leaf, symbols, rng, wanted, fixed, blur)

    def _decided(
        self, symbols: Ints, rng: np.random.Generator, wanted: Floats | None, fixed: Ints | None, blur: int
    ) -> Draw:
        features = self.grown.features(symbols)
        leaves = self.grown.tree.leaves(features)
        if wanted is None:
            own, mass = self.decisions.draw(features, leaves, self._seen, rng), np.ones(symbols.shape[1])
        else:
            own, mass = self._drawn_within(features, leaves, wanted, rng)
        if fixed is not None:
            share = self.decisions.share(features, leaves, self._seen, np.maximum(fixed, 0))
            likely = np.maximum(share + SPARE_SHARE / self.grown.count, LEAST_SHARE)
            own, mass = np.where(fixed >= 0, fixed, own), np.where(fixed >= 0, likely, 1.0)
        return Draw(own, None if wanted is None and fixed is None else mass)

    def _drawn_within(
        self, features: Ints, leaves: Ints, wanted: Floats, rng: np.random.Generator
    ) -> tuple[Ints, Floats]:
        own, mass = np.empty(len(leaves), dtype=np.int32), np.empty(len(leaves))
        for start in range(0, len(leaves), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            shares = self.decisions.shares(features[:, part], leaves[part], self._seen, len(wanted))
            sums = np.cumsum(shares * wanted, axis=1)
            numbers = spread(leaves[part], rng) * sums[:, -1]
            own[part] = np.minimum((sums <= numbers[:, None]).sum(axis=1), len(wanted) - 1)
            mass[part] = sums[:, -1]
        return own, mass

    def share(self, symbols: Ints, own: Ints) -> Floats:
        """Return how likely each row's `own` symbol is to be drawn beside the symbols before it."""
        features = self.grown.features(symbols)
        share = self.decisions.share(features, self.grown.tree.leaves(features), self._seen, own)
        return share if not self.by_leaf else (1 - self.by_leaf) * share + self.by_leaf * self.grown.share(symbols, own)

    def chances(self, symbols: Ints) -> Floats:
        """Return how likely each symbol is by the decisions: (rows, symbols of the column)."""
        features = self.grown.features(symbols)
        return self.decisions.shares(features, self.grown.tree.leaves(features), self._seen, self.count)

    @cached_property
    def _seen(self) -> npt.NDArray[np.int64]:
        """What each leaf saw, along the line of the decisions."""
        start = self.grown.tree.start
        leaf = np.repeat(np.arange(len(start) - 1), np.diff(start))
        return self.decisions.seen_in(leaf, self.grown.tree.donors.astype(np.int64), len(start) - 1)

    def between(self, symbols: Ints) -> tuple[Ints, Ints] | None:
        """Return the first and last symbol that the limits allow each row, None without limits."""
        return self.grown.between(symbols)

    def looks_at(self, column: int) -> bool:
        """Whether what is drawn depends on a column drawn before."""
        return self.grown.looks_at(column)
