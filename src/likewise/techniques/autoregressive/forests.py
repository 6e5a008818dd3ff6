"""A column given all others, whatever the order of drawing: trees grown on rows that the model itself draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.modalities.tabular.codec import Codec, known_symbols
from likewise.modalities.tabular.numbers import NumberCodec
from likewise.techniques.autoregressive.copied import repeats_in
from likewise.techniques.autoregressive.steps import Lookup
from likewise.techniques.autoregressive.telling import most_telling, outputs_for, ranked
from likewise.techniques.autoregressive.trees import Tree, filled, grown_nodes, unfilled

if TYPE_CHECKING:
    from likewise.techniques.autoregressive.model import AutoregressiveModel

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ROWS = 20_000
"""Rows that the model draws for its forests to be grown on."""

TREES, LEAF, SHARE_OF_COLUMNS = 5, 10, 0.5
"""Trees of a forest, rows in a leaf at least, and the share of the columns that each split chooses from."""

MOST_PREDICTORS = 40
"""Columns that a forest looks at, the most telling ones."""

FEWEST_ROWS = 100
"""Rows below which no forest is grown."""


@dataclass(frozen=True, eq=False)
class Forest:
    """Tell how likely each of `count` symbols is beside all other columns: what the leaves of several trees hold.

    `predictors` are the columns it looks at and `ranks` how their levels are ranked (None for numbers).
    """

    count: int
    trees: tuple[Tree, ...]
    predictors: tuple[int, ...]
    ranks: tuple[Ints | None, ...]

    @cached_property
    def overall(self) -> Floats:
        """How likely each symbol is in rows of any kind."""
        held: Floats = np.bincount(self.trees[0].donors, minlength=self.count) / len(self.trees[0].donors)
        return held

    def shares(self, symbols: Ints) -> Floats:
        """Return (rows, symbols of the column): the mean over the trees of the shares in the leaf of each row."""
        rows = symbols.shape[1]
        seen = zip(self.predictors, self.ranks, strict=True)
        features = np.stack([symbols[p] if ranks is None else ranks[symbols[p]] for p, ranks in seen])
        found = np.zeros(rows * self.count)
        for tree, (start, held, share) in zip(self.trees, self._held, strict=True):
            leaves = tree.leaves(features)
            first = start[leaves]
            size = start[leaves + 1] - first
            row = np.repeat(np.arange(rows), size)
            place = np.arange(len(row)) + np.repeat(first - np.cumsum(size) + size, size)
            found += np.bincount(row * self.count + held[place], weights=share[place], minlength=len(found))
        return found.reshape(rows, self.count) / len(self.trees)

    @cached_property
    def _held(self) -> list[tuple[Longs, Longs, Floats]]:
        """The symbols that the leaves of each tree hold, once each, with their shares: leaves may hold one a lot."""
        return [_distinct(tree) for tree in self.trees]


@dataclass(frozen=True, eq=False)
class Forests:
    """Grow the forests of a model when they are first asked for: rows and trees are the same whatever the seed."""

    model: AutoregressiveModel
    _grown: dict[tuple[int, bool], Forest | None] = field(default_factory=dict)

    def of(self, column: int, *, known: bool) -> Forest | None:
        """Return the forest of a column, of symbols that fill a gap if `known`; None where too few rows have any."""
        key = column, known
        if key not in self._grown:
            self._grown[key] = self._learned(column, known)
        return self._grown[key]

    @cached_property
    def _rows(self) -> Ints:
        return self.model.propose(ROWS, generator(0, "forests"), {}, {})[0]

    def _learned(self, column: int, known: bool) -> Forest | None:
        """Grow a forest on the rows in which a column is not a repeated value, nor missing if it is to be `known`."""
        codecs, symbols = self.model.all_codecs, self._rows
        usable = np.ones(symbols.shape[1], dtype=bool)
        if known:
            usable = known_symbols(codecs[column])[symbols[column]] > 0
        for repeats in repeats_in(self.model.steps):
            if repeats.column == column:
                usable &= symbols[repeats.which] == 0
        others = self._telling(column)
        if usable.sum() < FEWEST_ROWS or not others:
            return None
        return grown_forest(column, others, codecs, symbols[:, usable])

    def _telling(self, column: int) -> list[int]:
        """Return what a forest may look at: columns that none decides, and how the others end, but not its own.

        What is decided tells nothing beside what decides it; whether a value is repeated shows in the value.
        """
        steps, endings = self.model.steps, self.model.endings
        chosen_for = {repeats.which: repeats.column for repeats in repeats_in(steps)}
        out = {column, *chosen_for, chosen_for.get(column, column), endings.get(column, column)}
        return [s.column for s in steps if not isinstance(s, Lookup) and s.column not in out]


def grown_forest(column: int, others: Sequence[int], codecs: Sequence[Codec], symbols: Ints) -> Forest:
    """Return the forest of one column beside `others`, grown on `symbols` (columns, rows).

    Each tree sees rows drawn with replacement, and its leaves hold all rows (Breiman, 2001, Machine Learning 45;
    donors from the leaves of a forest: Doove, van Buuren and Dusseldorp, 2014, CSDA 72).
    """
    own, count = symbols[column], codecs[column].symbols + 1
    telling = most_telling(symbols[list(others)], own, MOST_PREDICTORS)
    predictors = [others[place] for place in telling]
    is_number = isinstance(codecs[column], NumberCodec)
    split_on = outputs_for(own, count, symbols[predictors], is_number=is_number)
    features, ranks = ranked(symbols, predictors, codecs, split_on)
    trees = list[Tree]()
    for number in range(TREES):
        seed = int(generator(0, "forest", column, number).integers(2**31))
        rows = generator(seed, "rows").integers(len(own), size=len(own))
        nodes = grown_nodes(features[:, rows], split_on[rows], min_leaf=LEAF, seed=seed, looks_at=SHARE_OF_COLUMNS)
        trees.append(filled(nodes, unfilled(nodes).leaves(features), own, rare=None))
    return Forest(count, tuple(trees), tuple(predictors), ranks)


def _distinct(tree: Tree) -> tuple[Longs, Longs, Floats]:
    """Return where each leaf begins, the distinct symbols in it, and what share of the leaf has each."""
    size = np.diff(tree.start)
    key = np.repeat(np.arange(len(size)), size) * 65_536 + tree.donors
    distinct, count = np.unique(key, return_counts=True)
    start = np.searchsorted(distinct, np.arange(len(size) + 1) * 65_536)
    return start, distinct % 65_536, count / size[distinct // 65_536]
