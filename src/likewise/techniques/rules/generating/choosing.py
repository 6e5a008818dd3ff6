"""Which rows are chosen to be so, where a share of all rows, or of those of each parent, has to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from likewise.constraints.language.evaluating import evaluate
from likewise.constraints.language.expression import Absent, Expression, Name, Not
from likewise.core.counted import Counted, Ints
from likewise.core.permutation import order_of
from likewise.techniques.rules.maker import told
from likewise.techniques.rules.makers.cells import cells_of

if TYPE_CHECKING:
    from likewise.techniques.rules.generating.rows import Block

CHOSEN = "?"
"""What the name of a column that tells the chosen rows begins with."""

PROBED = 4096
"""Rows by which it is found out how often something is true by chance."""


@dataclass(frozen=True)
class Chosen:
    """Choose between `low` and `high` of all rows, or of the rows of each parent by the reference `along`.

    Within the two it is as many as have `of` by chance. Without `of` it is one row of each parent.
    """

    path: str
    of: Expression | None
    low: float
    high: float
    along: str | None

    def among(self, block: Block, label: str) -> npt.NDArray[np.bool_]:
        """Return which rows of a block are chosen. Raises SettingsError where no whole number of rows is within."""
        random = block.tables.random(block.plan.name, "chosen", label)
        if self.along is None:
            total = block.tables.rows(block.plan.name)
            parents, places = np.zeros(1, np.int64), order_of(max(total, 1), random).at(block.numbers)
            counts = np.full(1, total)
        else:
            parents, ordinals, counts = block.placed(self.along)
            places = _ranks(block.numbers - ordinals, ordinals, counts, random)
        found: npt.NDArray[np.bool_] = places < self._many(block, label, counts, random.at("many").uniforms(parents))
        return found

    def _many(self, block: Block, label: str, counts: Ints, even: npt.NDArray[np.float64]) -> Ints:
        """Return how many of so many rows are chosen."""
        if self.of is None:
            return np.ones(len(counts), np.int64)
        # Shares are of whole rows: 0.1 of 10 is one, however a float writes that.
        least = np.ceil(self.low * counts - 1e-9).astype(np.int64)
        most = np.floor(self.high * counts + 1e-9).astype(np.int64)
        none = np.flatnonzero(least > most)
        if len(none):
            raise told(self.path, f"no whole number of {counts[none[0]]:,} rows of `{block.plan.name}` lies between "
                       f"{100 * self.low:g} % and {100 * self.high:g} %", "widen the range, or ask for other rows",
                       "settings.unmet")  # fmt: skip
        share = block.tables.kept((block.plan.name, label), lambda: self._by_chance(block))
        return np.clip(np.floor(share * counts + even).astype(np.int64), least, most)

    def _by_chance(self, block: Block) -> float:
        from likewise.techniques.rules.generating.rows import Raw

        assert self.of is not None
        missing = self.of.of if isinstance(self.of, Not) else self.of
        if isinstance(missing, Absent) and isinstance(missing.of, Name) and missing.of.column in block.plan.gaps:
            share = block.plan.gaps[missing.of.column].missing.share
            return 1 - share if isinstance(self.of, Not) else share
        raw = Raw(block.tables, block.plan, np.arange(min(PROBED, block.tables.rows(block.plan.name))))
        found = evaluate(self.of, lambda name: cells_of(raw.column(name), raw.meaning(name)), len(raw.numbers))
        return float(np.nan_to_num(np.nanmean(found.floats))) if found.known().any() else 0.0


def _ranks(firsts: Ints, ordinals: Ints, counts: Ints, random: Counted) -> Ints:
    """Return the place of rows in an order of chance among all rows of their parents, whose first ones are given."""
    starts, index, own = np.unique(firsts, return_index=True, return_inverse=True)
    sizes = counts[index]
    before = np.cumsum(sizes) - sizes
    everyone = np.arange(int(sizes.sum())) + np.repeat(starts - before, sizes)
    order = np.lexsort((random.bits(everyone), np.repeat(np.arange(len(starts)), sizes)))
    ranks = np.empty(len(everyone), np.int64)
    ranks[order] = np.arange(len(everyone)) - np.repeat(before, sizes)
    found: Ints = ranks[before[own] + ordinals]
    return found
