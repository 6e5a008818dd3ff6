"""Draw a number such that it ends as a hidden column before it says: whole or not, round or not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from likewise.core.conditions import Condition
from likewise.core.schema import Column
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.modalities.tabular.codec import Codec, rounded
from likewise.modalities.tabular.levels import LevelsCodec
from likewise.modalities.tabular.numbers import NumberCodec
from likewise.techniques.autoregressive.steps import LEAST_SHARE, Draw

if TYPE_CHECKING:
    from likewise.techniques.autoregressive.saving import Step

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ended:
    """Draw a column from its step among the symbols that have values of the way that column `which` says.

    `shares` holds, (ways, symbols), what share of the rows of each symbol has each way, missing last of both: by it the
    symbols weigh that the step draws. No table has the column `which`: its number comes after those of the table's.
    """

    step: Step
    which: int
    shares: Floats

    @property
    def column(self) -> int:
        """The column that is drawn."""
        return self.step.column

    def drawn(
        self, symbols: Ints, rng: np.random.Generator, wanted: Floats | None, fixed: Ints | None, blur: int = 0
    ) -> Draw:
        """Draw the rows of one way after another; where a row can have no value of its way, one of any."""
        own, mass = np.empty(symbols.shape[1], dtype=np.int32), np.ones(symbols.shape[1])
        for way, rows in self._rows(symbols):
            part, known = np.ascontiguousarray(symbols[:, rows]), None if fixed is None else fixed[rows]
            found = self._of_way(self.shares[way], part, rng, wanted, known, blur)
            own[rows] = found.symbols
            if found.mass is not None:
                mass[rows] = found.mass
        return Draw(own, None if wanted is None and fixed is None else mass)

    def _of_way(
        self, shares: Floats, symbols: Ints, rng: np.random.Generator, wanted: Floats | None, fixed: Ints | None,
        blur: int,
    ) -> Draw:  # fmt: skip
        found = self.step.drawn(symbols, rng, shares, None)
        own, whole = found.symbols, _mass(found)
        if wanted is None and fixed is None:
            none = np.flatnonzero(whole <= 0)
            own[none] = self.step.drawn(np.ascontiguousarray(symbols[:, none]), rng, None, None).symbols
            return Draw(own)
        asked = self.step.drawn(symbols, rng, shares if wanted is None else shares * wanted, fixed, blur)
        own, mass = asked.symbols, _mass(asked)
        if fixed is not None:  # a known cell weighs as its symbol does, and no more than its way does
            mass = np.where(fixed >= 0, mass * np.maximum(shares[np.maximum(fixed, 0)], LEAST_SHARE), mass * whole)
        none = np.flatnonzero((whole <= 0) if wanted is None else (mass <= 0))
        if len(none):
            part = None if fixed is None else fixed[none]
            again = self.step.drawn(np.ascontiguousarray(symbols[:, none]), rng, wanted, part, blur)
            own[none], mass[none] = again.symbols, LEAST_SHARE * _mass(again)
        return Draw(own, mass / np.where(whole > 0, whole, 1.0))

    def share(self, symbols: Ints, own: Ints) -> Floats:
        """Return how likely each row's `own` symbol is to be drawn beside the symbols before it and its way."""
        found, rng = self.step.share(symbols, own), generator(0, "ways")
        for way, rows in self._rows(symbols):
            whole = _mass(self.step.drawn(np.ascontiguousarray(symbols[:, rows]), rng, self.shares[way], None))
            likely = found[rows] * self.shares[way][own[rows]] / np.where(whole > 0, whole, 1.0)
            found[rows] = np.where(whole > 0, np.minimum(likely, 1.0), found[rows])
        return found

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


def shares_held(own: Ints, ways: Ints, symbols: int, most: int) -> Floats:
    """Return (ways, symbols): what share of the rows of each symbol has each way; any, where no row has the symbol."""
    held = np.bincount(ways.astype(np.int64) * symbols + own, minlength=most * symbols).reshape(most, symbols)
    rows = held.sum(axis=0)
    return np.where(rows > 0, held / np.maximum(rows, 1), 1.0)


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
