"""Draw a number such that it ends as a hidden column before it says: whole or not, round or not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.conditions import Condition
from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.modalities.tabular.codec import Codec, rounded
from likewise.modalities.tabular.levels import LevelsCodec
from likewise.modalities.tabular.numbers import NumberCodec
from likewise.techniques.autoregressive.boosted.step import Boosted
from likewise.techniques.autoregressive.steps import LEAST_SHARE, Draw, Grown
from likewise.techniques.autoregressive.trees import Tree

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

BY_DONOR = 0.9
"""How much of the weight of a donor is that of its own way, beside the share of its symbol's rows that have it."""


@dataclass(frozen=True, eq=False)
class Ended:
    """Draw a column from its step among the rows that have the way that column `which` says.

    In the leaves of its tree `donors` are known by their own way; what a leaf does not tell follows from `held`, (ways,
    symbols): how many rows of each symbol have each way, missing last of both. Without `donors` all does. No table has
    the column `which`: its number comes after those of the table's.
    """

    step: Grown | Boosted
    which: int
    held: npt.NDArray[np.int64]
    donors: npt.NDArray[np.uint8] | None = None

    @cached_property
    def shares(self) -> Floats:
        """What share of the rows of each symbol has each way; any, where no row has the symbol."""
        rows = self.held.sum(axis=0)
        return np.where(rows > 0, self.held / np.maximum(rows, 1), 1.0)

    @property
    def column(self) -> int:
        """The column that is drawn."""
        return self.step.column

    def drawn(
        self, symbols: Ints, rng: np.random.Generator, wanted: Floats | None, fixed: Ints | None, blur: int = 0
    ) -> Draw:
        """Draw the rows of one way after another; where no leaf has such a row, from all rows of the way."""
        own, mass = np.empty(symbols.shape[1], dtype=np.int32), np.ones(symbols.shape[1])
        for way, rows in self._rows(symbols):
            part, known = np.ascontiguousarray(symbols[:, rows]), None if fixed is None else fixed[rows]
            found = self._of_way(way, part, rng, wanted, known, blur)
            own[rows], mass[rows] = found.symbols, _mass(found)
        return Draw(own, None if wanted is None and fixed is None else mass)

    def _of_way(
        self, way: int, symbols: Ints, rng: np.random.Generator, wanted: Floats | None, fixed: Ints | None, blur: int
    ) -> Draw:
        found = self._weighed(way, symbols, rng, None, None)
        whole = _mass(found)
        if wanted is None and fixed is None:
            none = np.flatnonzero(whole <= 0)
            found.symbols[none] = self._anyhow(way, np.ascontiguousarray(symbols[:, none]), rng)
            return found
        asked = self._weighed(way, symbols, rng, wanted, fixed, blur)
        own, mass = asked.symbols, _mass(asked)
        if wanted is not None:
            known = np.zeros(len(own), dtype=bool) if fixed is None else fixed >= 0
            mass = np.where(known, mass, mass / np.where(whole > 0, whole, 1.0))
        none = np.flatnonzero((whole <= 0) if wanted is None else (mass <= 0))
        if len(none):
            part = None if fixed is None else fixed[none]
            again = self.step.drawn(np.ascontiguousarray(symbols[:, none]), rng, wanted, part, blur)
            own[none], mass[none] = again.symbols, LEAST_SHARE * _mass(again)
        return Draw(own, mass)

    def _anyhow(self, way: int, symbols: Ints, rng: np.random.Generator) -> Ints:
        """Return symbols of a way that no row of the leaf has, or any that the limits allow where there are such."""
        rows = np.cumsum(self.held[way])
        if not rows[-1] or self.step.between(symbols) is not None:
            return self.step.drawn(symbols, rng, None, None).symbols
        picked: Ints = np.searchsorted(rows, rng.random(symbols.shape[1]) * rows[-1], side="right").astype(np.int32)
        return picked

    def _weighed(
        self, way: int, symbols: Ints, rng: np.random.Generator, wanted: Floats | None, fixed: Ints | None,
        blur: int = 0,
    ) -> Draw:  # fmt: skip
        """Draw from the step by the weights of one way."""
        shares = self.shares[way] if wanted is None else self.shares[way] * wanted
        return self.step.drawn(symbols, rng, shares, fixed, blur, self._of_donors(way, shares, wanted))

    def _of_donors(self, way: int, shares: Floats, wanted: Floats | None) -> Floats | None:
        if self.donors is None:
            return None
        own = tree_of(self.step).donors
        matched = (self.donors == way) * (1.0 if wanted is None else wanted[own])
        weights: Floats = BY_DONOR * matched + (1 - BY_DONOR) * shares[own]
        return weights

    def share(self, symbols: Ints, own: Ints) -> Floats:
        """Return how likely each row's `own` symbol is beside the symbols before it; the tree looks at the way too."""
        return self.step.share(symbols, own)

    def between(self, symbols: Ints) -> tuple[Ints, Ints] | None:
        """Return the first and last symbol that the limits allow each row, None without limits."""
        return self.step.between(symbols)

    def looks_at(self, column: int) -> bool:
        """Whether what is drawn depends on a column drawn before."""
        return column == self.which or self.step.looks_at(column)

    def _rows(self, symbols: Ints) -> list[tuple[int, npt.NDArray[np.int64]]]:
        ways = np.minimum(symbols[self.which], len(self.shares) - 1)
        return [(way, np.flatnonzero(ways == way)) for way in np.unique(ways).tolist()]


def _mass(draw: Draw) -> Floats:
    return np.ones(len(draw.symbols)) if draw.mass is None else draw.mass


def tree_of(step: Grown | Boosted) -> Tree:
    """Return the tree whose leaves say which rows are alike."""
    return step.grown.tree if isinstance(step, Boosted) else step.tree


def ended_by(step: Grown | Boosted, which: int, symbols: Ints, *, count: int) -> Ended:
    """Return the step of a number that draws it by its way, from the rows that it was learned from: (columns, rows)."""
    grown = step.grown if isinstance(step, Boosted) else step
    own, ways = symbols[step.column], symbols[which]
    # In the order of the tree's donors, and by way among those of one symbol, so that no row can be followed.
    order = np.lexsort((ways, own, grown.tree.leaves(grown.features(symbols))))
    return with_donors(step, which, ways[order].astype(np.uint8), count=count)


def with_donors(step: Grown | Boosted, which: int, donors: npt.NDArray[np.uint8], *, count: int) -> Ended:
    """Return the step of a number, of whose donors the ways are known, among `count` of them."""
    return Ended(step, which, ways_held(tree_of(step).donors, donors, step.count, count), donors)


def ways_held(
    own: npt.NDArray[np.integer[Any]], ways: npt.NDArray[np.integer[Any]], symbols: int, most: int
) -> npt.NDArray[np.int64]:
    """Return (ways, symbols): how many rows of each symbol have each way."""
    return np.bincount(ways.astype(np.int64) * symbols + own, minlength=most * symbols).reshape(most, symbols)


def endings_in(codecs: Sequence[Codec], first: int) -> dict[int, int]:
    """Return the hidden column that says how a number ends, by the number's column: numbered on from `first`."""
    own = [number for number, codec in enumerate(codecs) if _tells(codec)]
    return {number: first + place for place, number in enumerate(own)}


def ending_codecs(codecs: Sequence[Codec]) -> tuple[LevelsCodec, ...]:
    """Return a codec for each hidden column: its levels are the numbers of the ways."""
    own = [codec for codec in codecs if isinstance(codec, NumberCodec) and _tells(codec)]
    return tuple(LevelsCodec(tuple(str(way) for way in range(codec.ways))) for codec in own)


def ways_in(codecs: Sequence[Codec], names: Sequence[str], rows: Table) -> Ints:
    """Return how the numbers of a table end, (hidden columns, rows): symbols of the hidden columns' codecs."""
    found = []
    for codec, name in zip(codecs, names, strict=True):
        if isinstance(codec, NumberCodec) and _tells(codec):
            values = rows.numbers(name) if name in rows.schema else np.full(rows.rows, np.nan)
            found.append(np.where(np.isnan(values), codec.ways + 1, codec.ways_of(values)).astype(np.int32))
    return np.stack(found) if found else np.empty((0, rows.rows), dtype=np.int32)


def _tells(codec: Codec) -> bool:
    return isinstance(codec, NumberCodec) and codec.ways > 1


def with_ends_of(drawn: Collection[str], codecs: Sequence[Codec], names: Sequence[str]) -> list[Codec]:
    """Return the codecs, with ways to end for the numbers that are `drawn` alone: others follow from these."""
    return [
        codec.without_ways() if isinstance(codec, NumberCodec) and name not in drawn else codec
        for name, codec in zip(names, codecs, strict=True)
    ]


def ended(
    codec: NumberCodec, column: Column, values: Floats, symbols: Ints, ways: Ints, condition: Condition | None,
    rng: np.random.Generator,
) -> Floats:  # fmt: skip
    """Return a column's values such that they end as drawn, where a condition still allows them."""
    found = rounded(codec.moved(values, symbols, ways, rng), column)
    if condition is None:
        return found
    allowed = np.any([(found >= low) & (found <= high) for low, high in condition.ranges], axis=0)
    return np.where(allowed, found, values)
