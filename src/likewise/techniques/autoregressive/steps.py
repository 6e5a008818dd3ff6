"""One step of drawing a row: a column's symbol from those drawn before it, by a tree or by a look-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.spread import spread
from likewise.techniques.autoregressive.structure import Limit
from likewise.techniques.autoregressive.trees import Tree

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

LEAST_SHARE = 1e-6
"""Share of a leaf that a known symbol is taken to have where the leaf never saw it, so that a row stays possible."""


SPARE_SHARE = 0.02
"""Share of a leaf that is spread over all symbols when known cells are weighed."""


@dataclass(frozen=True, eq=False)
class Draw:
    """Hold the symbols of one step, and the weight that conditions give each row (None without conditions)."""

    symbols: Ints
    mass: Floats | None = None


Drawing = Callable[[Ints, np.random.Generator, Floats | None, Ints | None, int], Draw]
"""Draw a column beside the symbols before it, among wanted symbols, with known cells, and how widely these count."""


@dataclass(frozen=True, eq=False)
class Grown:
    """Draw a column from a tree.

    `predictors` are the columns it looks at, `ranks` how their levels are ranked (None for numbers), `limits` what
    columns drawn before allow. The tree's symbols end with the missing one, number `count - 1`.
    """

    column: int
    count: int
    tree: Tree
    predictors: tuple[int, ...]
    ranks: tuple[Ints | None, ...]
    limits: tuple[Limit, ...] = ()

    def drawn(
        self, symbols: Ints, rng: np.random.Generator, wanted: Floats | None, fixed: Ints | None, blur: int = 0,
        of_donors: Floats | None = None,
    ) -> Draw:  # fmt: skip
        """Draw from the leaf that each row so far falls into, among the wanted symbols and within the limits.

        Beside `wanted`, `of_donors` may weigh each of the tree's donors by itself.

        A known cell weighs by how common its symbol is in the leaf, with `blur` neighbours on either side: a leaf holds
        too few rows to tell one of hundreds of symbols from the next.
        """
        leaves, between = self.tree.leaves(self.features(symbols)), self.between(symbols)
        if wanted is None and between is None:
            own, mass = self.tree.draw(leaves, rng), None
        else:
            weights = np.ones(self.count) if wanted is None else wanted
            own, mass = self.tree.draw_within(leaves, weights, between, rng, of_donors)
            mass = None if wanted is None else mass
        if fixed is None:
            return Draw(own, mass)
        share = self._likeness(leaves, np.maximum(fixed, 0), blur)
        if between is not None:
            fits = ((fixed >= between[0]) & (fixed <= between[1])) | (fixed == self.count - 1)
            share = np.where(fits, share, LEAST_SHARE * LEAST_SHARE)
        return Draw(np.where(fixed >= 0, fixed, own), np.where(fixed >= 0, share, 1.0))

    def _likeness(self, leaves: Ints, own: Ints, blur: int) -> Floats:
        """Return what share of a leaf each symbol has, on average with its neighbours, and a little everywhere."""
        missing = own == self.count - 1
        first = np.where(missing, own, np.maximum(own - blur, 0))
        last = np.where(missing, own, np.minimum(own + blur, self.count - 2))
        share: Floats = self.tree.share_between(leaves, first, last) / (last - first + 1)
        return share + SPARE_SHARE / self.count

    def share(self, symbols: Ints, own: Ints) -> Floats:
        """Return how likely each row's `own` symbol is to be drawn beside the symbols before it."""
        leaves, between = self.tree.leaves(self.features(symbols)), self.between(symbols)
        if between is None:
            return self.tree.share(leaves, own)
        return self.tree.share_within(leaves, own, between, self.count - 1)

    def looks_at(self, column: int) -> bool:
        """Whether what is drawn depends on a column drawn before."""
        return column in self.predictors or any(limit.by == column for limit in self.limits)

    def features(self, symbols: Ints) -> Ints:
        """Return what the tree looks at of some rows: the symbols of its predictors, levels by their ranks."""
        features = np.empty((len(self.predictors), symbols.shape[1]), dtype=np.int32)
        for place, (predictor, ranks) in enumerate(zip(self.predictors, self.ranks, strict=True)):
            features[place] = symbols[predictor] if ranks is None else ranks[symbols[predictor]]
        return features

    def between(self, symbols: Ints) -> tuple[Ints, Ints] | None:
        """Return the first and last symbol that the limits allow each row; the first where they leave none."""
        if not self.limits:
            return None
        first = np.zeros(symbols.shape[1], dtype=np.int32)
        last = np.full(symbols.shape[1], self.count - 2, dtype=np.int32)
        for limit in self.limits:
            bound = limit.symbols[symbols[limit.by]]
            if limit.upper:
                last = np.minimum(last, bound)
            else:
                first = np.maximum(first, bound)
        return first, np.maximum(first, last)


@dataclass(frozen=True, eq=False)
class Lookup:
    """Read a column off another one that decides it: `symbols[s]` stands beside symbol `s` of column `by`."""

    column: int
    by: int
    symbols: Ints

    def drawn(
        self, symbols: Ints, rng: np.random.Generator, wanted: Floats | None, fixed: Ints | None, blur: int = 0
    ) -> Draw:
        """Look the symbols up; rows whose symbol is not wanted, or not the known one, weigh little or nothing."""
        own = self.symbols[symbols[self.by]]
        if fixed is not None:
            fits = np.where((fixed < 0) | (own == fixed), 1.0, LEAST_SHARE)
            return Draw(np.where(fixed >= 0, fixed, own), fits)
        return Draw(own, None if wanted is None else wanted[own])

    def share(self, symbols: Ints, own: Ints) -> Floats:
        """Return 1 where a row's `own` symbol is the one that stands beside the deciding one, else 0."""
        return np.asarray(self.symbols[symbols[self.by]] == own, dtype=np.float64)

    def between(self, symbols: Ints) -> tuple[Ints, Ints] | None:
        """Return None: nothing limits a column that another one decides."""
        return None

    def looks_at(self, column: int) -> bool:
        """Whether what is drawn depends on a column drawn before."""
        return column == self.by


def drawn_from_either(
    first: Drawing,
    second: Drawing,
    share: float,
    symbols: Ints,
    rng: np.random.Generator,
    wanted: Floats | None,
    fixed: Ints | None,
    blur: int,
) -> Draw:
    """Draw a `share` of the rows, chosen at random, from the first of two and the others from the second.

    Rows weigh what theirs gives the conditions: weighted so, they are draws from the mixture under the conditions.
    """
    by_first = spread(np.zeros(symbols.shape[1], dtype=np.int64), rng) < share
    own, mass = np.empty(symbols.shape[1], dtype=np.int32), np.ones(symbols.shape[1])
    for part, draw in ((np.flatnonzero(by_first), first), (np.flatnonzero(~by_first), second)):
        known = None if fixed is None else fixed[part]
        found = draw(np.ascontiguousarray(symbols[:, part]), rng, wanted, known, blur)
        own[part] = found.symbols
        if found.mass is not None:
            mass[part] = found.mass
    return Draw(own, None if wanted is None and fixed is None else mass)
