"""Draw confidential numbers anew, given the others of the row, by the joint ranks of the table."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from likewise.core.protocol import Arrays
from likewise.core.schema import NUMBERS, Kind
from likewise.core.table import Table
from likewise.modalities.tabular.covariance import root
from likewise.techniques.noise.additive import correlations
from likewise.techniques.noise.lines import Floats, Line, line_of
from likewise.techniques.noise.operation import Changed, Dice, Learned, RowOperation
from likewise.techniques.noise.quantile import Ranks, ranks_of


class Shuffle(RowOperation):
    """Draw numbers anew from real values of their column, given other columns: data shuffling.

    The normal scores of `columns` are drawn from their normal distribution given the scores of `beside`; so marginals,
    and rank correlations with `beside` and among themselves, are kept, and beyond these the new values tell nothing of
    the old. Use when a few columns are confidential and the others are known anyway. Muralidhar and Sarathy, 2006,
    Management Science 52.
    """

    op: ClassVar[str] = "shuffle"
    kinds: ClassVar[frozenset[Kind]] = NUMBERS
    reads: ClassVar[frozenset[Kind]] = NUMBERS

    beside: tuple[str, ...] = Field(default=())

    def needs(self) -> tuple[str, ...]:
        """Return the columns that are known."""
        return self.beside

    def learn(self, table: Table, names: tuple[str, ...]) -> Learned:
        """Learn the quantile functions, and how scores of the columns follow from those beside them."""
        arrays: Arrays = {}
        every = (*self.beside, *names)
        for number, name in enumerate(every):
            values = table.numbers(name)
            own = ranks_of(values[~np.isnan(values)], real=True).arrays()
            arrays |= {f"{number}.{key}": array for key, array in own.items()}
        middle = np.full(table.rows, 0.5)
        scores = np.array([_scores(_ranks(arrays, i), table.numbers(n), middle) for i, n in enumerate(every)])
        correlation = correlations(scores)
        known = len(self.beside)
        slope = correlation[known:, :known] @ np.linalg.pinv(correlation[:known, :known], hermitian=True)
        left = correlation[known:, known:] - slope @ correlation[:known, known:]
        arrays |= {"slope": slope, "root": root(left, np.sqrt(np.maximum(np.diag(left), 0)))}
        return Learned({"lines": [line_of(table, table.schema[name]).to_meta() for name in names]}, arrays)

    def change_rows(self, rows: Table, names: tuple[str, ...], learned: Learned, dice: Dice) -> Changed:
        """Draw scores, and return the values that have them."""
        from scipy.special import ndtr

        known = len(self.beside)
        drawn = dice.rng.random((rows.rows, known))
        own = [_scores(_ranks(learned.arrays, i), rows.numbers(n), drawn[:, i]) for i, n in enumerate(self.beside)]
        scores = np.array(own).reshape(known, rows.rows).T @ learned.arrays["slope"].T
        scores = scores + dice.split(1)[0].rng.standard_normal((rows.rows, len(names))) @ learned.arrays["root"].T
        new = {}
        for number, (name, meta) in enumerate(zip(names, learned.meta["lines"], strict=True)):
            ranks = _ranks(learned.arrays, known + number)
            values = ranks.at(ndtr(scores[:, number])) if len(ranks.values) else np.full(rows.rows, np.nan)
            new[name] = Line.from_meta(rows.schema[name], meta).typed(values, rows.numbers(name))
        return new


def _ranks(arrays: Arrays, number: int) -> Ranks:
    return Ranks.from_arrays({key: arrays[f"{number}.{key}"] for key in ("values", "ends")})


def _scores(ranks: Ranks, values: Floats, within: Floats) -> Floats:
    """Return normal scores of values, 0 where missing."""
    from scipy.special import ndtri

    if not len(ranks.values):
        return np.zeros(len(values))
    scores = ndtri(np.clip(ranks.of(values, within), 1e-6, 1 - 1e-6))
    return np.where(np.isnan(values), 0.0, scores)
