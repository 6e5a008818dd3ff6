"""A step that draws some rows from a tree and the others from the network: what one of them gets wrong, half show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.progress import Progress
from likewise.core.spread import spread
from likewise.modalities.tabular.codec import Codec
from likewise.modalities.tabular.numbers import NumberCodec
from likewise.techniques.autoregressive.boosted.step import Boosted
from likewise.techniques.autoregressive.copied import Choice, Copied
from likewise.techniques.autoregressive.network.layout import Layout
from likewise.techniques.autoregressive.network.network import AT_ONCE, Network
from likewise.techniques.autoregressive.network.train import train
from likewise.techniques.autoregressive.steps import LEAST_SHARE, Draw, Grown, drawn_from_either

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

SHARE = 0.5
"""Share of the rows that the network draws."""

FEWEST = 1000
"""Rows below which a network would learn too little."""

MOST_SYMBOLS = 1000
"""Symbols from which on a column is left to its tree."""

PASSES = 200_000
"""Rows that the network sees in all, so that large tables are passed over less often (4 to 20 times)."""

_PLACES = 100_000
"""Steps of the line on which rows are put by their expected symbol, so that like rows are drawn evenly."""


@dataclass(frozen=True, eq=False)
class Blended:
    """Draw a column from a mixture: for `share_of_network` of the rows from the network, for the others from `forest`.

    `place` is the column's in the network's order; `rare` is the symbol that is never drawn, if there is one.
    """

    forest: Grown | Boosted
    network: Network
    place: int
    rare: int | None
    share_of_network: float

    @property
    def column(self) -> int:
        """The column that is drawn."""
        return self.forest.column

    def between(self, symbols: Ints) -> tuple[Ints, Ints] | None:
        """Return the first and last symbol that the limits allow each row, None without limits."""
        return self.forest.between(symbols)

    def drawn(
        self, symbols: Ints, rng: np.random.Generator, wanted: Floats | None, fixed: Ints | None, blur: int = 0
    ) -> Draw:
        """Draw each row from one of the two, chosen at random."""
        share = self.share_of_network
        return drawn_from_either(self._drawn_by_network, self.forest.drawn, share, symbols, rng, wanted, fixed, blur)

    def _drawn_by_network(
        self, symbols: Ints, rng: np.random.Generator, wanted: Floats | None, fixed: Ints | None, blur: int
    ) -> Draw:
        own, mass = np.empty(symbols.shape[1], dtype=np.int32), np.ones(symbols.shape[1])
        for part, shares in self._shares(symbols):
            weighted = shares if wanted is None else shares * wanted
            sums = np.cumsum(weighted, axis=1)
            middle = (shares @ np.arange(self.forest.count)) * (_PLACES / self.forest.count)
            numbers = spread(middle.astype(np.int64), rng) * sums[:, -1]
            own[part] = np.minimum((sums <= numbers[:, None]).sum(axis=1), self.forest.count - 1)
            mass[part] = sums[:, -1]
            if fixed is not None:
                known = fixed[part]
                likely = np.maximum(shares[np.arange(len(known)), np.maximum(known, 0)], LEAST_SHARE)
                mass[part] = np.where(known >= 0, likely, 1.0)
                own[part] = np.where(known >= 0, known, own[part])
        return Draw(own, mass)

    def share(self, symbols: Ints, own: Ints) -> Floats:
        """Return how likely each row's `own` symbol is to be drawn beside the symbols before it."""
        found = np.empty(symbols.shape[1])
        for part, shares in self._shares(symbols):
            found[part] = shares[np.arange(shares.shape[0]), own[part]]
        mixed: Floats = self.share_of_network * found
        return mixed + (1 - self.share_of_network) * self.forest.share(symbols, own)

    def looks_at(self, column: int) -> bool:
        """Whether what is drawn depends on a column drawn before."""
        return column in self.network.columns[: self.place] or self.forest.looks_at(column)

    def _shares(self, symbols: Ints) -> Iterator[tuple[slice, Floats]]:
        """Yield stretches of rows and what the network says of them, within what columns drawn before allow."""
        from threadpoolctl import threadpool_limits

        between, line = self.forest.between(symbols), np.arange(self.forest.count)
        for start in range(0, symbols.shape[1], AT_ONCE):
            part = slice(start, start + AT_ONCE)
            with threadpool_limits(limits=1, user_api="blas"):  # sums in one order, however many threads there are
                shares = self.network.probabilities(self.place, symbols[:, part]).astype(np.float64)
            if self.rare is not None:
                shares[:, self.rare] = 0
            if between is not None:
                first, last = between[0][part, None], between[1][part, None]
                inside = ((line >= first) & (line <= last)) | (line == self.forest.count - 1)
                shares = np.where(inside, shares + 1e-9, 0)
            sums = shares.sum(axis=1, keepdims=True)
            yield part, np.divide(shares, sums, out=np.full_like(shares, 1 / self.forest.count), where=sums > 0)


def blend(steps: Sequence[Any], symbols: Ints, codecs: Sequence[Codec], *, seed: int, progress: Progress) -> list[Any]:
    """Learn a network of the columns that have trees and not too many symbols, and return the steps with it mixed in.

    `symbols` is (columns, rows). Of a column that repeats others the network knows the choice, and draws, as the tree
    does, the rows that repeat nothing. Tables of fewer than `FEWEST` rows or two such columns are left to their trees.
    """
    columns = tuple(s.column for s in steps if _forest_of(s) is not None and codecs[s.column].symbols < MOST_SYMBOLS)
    rows = symbols.shape[1]
    if rows < FEWEST or len(columns) < 2:
        return list(steps)
    counts = [codecs[column].symbols + 1 for column in columns]
    ordered = [isinstance(codecs[column], NumberCodec) for column in columns]
    own = symbols[list(columns)]
    epochs = int(np.clip(round(PASSES / rows), 4, 20))
    layout = Layout.of(own, counts, ordered)
    network = train(own, layout, columns, seed=seed, epochs=epochs, progress=progress)
    place = {column: number for number, column in enumerate(columns)}

    def mixed(step: Any) -> Any:
        forest = _forest_of(step)
        if forest is None or step.column not in place:
            return step
        found = Blended(forest, network, place[step.column], codecs[step.column].rare, SHARE)
        return found if forest is step else replace(step, step=found)

    return [mixed(step) for step in steps]


def _forest_of(step: Any) -> Grown | Boosted | None:
    """Return what draws a column, or the part of it that repeats nothing, without the network; None for look-ups."""
    own = step.step if isinstance(step, Choice | Copied) else step
    return own if isinstance(own, Grown | Boosted) else None
