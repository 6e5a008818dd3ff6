"""A level chosen by decisions: is it among the first of a line of levels or among the others, until one is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from likewise.techniques.autoregressive.boosted.ensemble import Ensembles

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


UNHEARD = 0.004
"""Chance below which a side that a leaf never saw is not taken."""


_STEPS = 2**20 - 1
"""Steps of the line on which rows of one leaf are put by their chance."""


@dataclass(frozen=True, eq=False)
class Decisions:
    """Draw a symbol by nested decisions, each between two neighbouring stretches of a line of symbols.

    `line` lists the symbols and `held` the rows that hold each. Decision `d` is between the stretches `low[d]` to
    `cut[d]` and `cut[d]` to `high[d]` of the line, and ensemble `d` tells the log odds of the second. `after[d]` is the
    decision that follows on either side, always a later one, or -1: then a symbol is drawn from the stretch as it was
    held. `leaves` are the rows' leaves in the column's own tree, and `seen` (leaves, symbols + 1) the running counts of
    what each leaf saw along the line (see `seen_in`). Nested dichotomies after Frank and Kramer, 2004, ICML 21;
    boosted ones for tables: McCarter, 2024, arXiv 2407.05593.
    """

    line: Ints
    held: Floats
    low: Ints
    cut: Ints
    high: Ints
    after: Ints
    ensembles: Ensembles

    def draw(self, features: Ints, leaves: Ints, seen: Longs, rng: np.random.Generator) -> Ints:
        """Return a symbol for each row of `features` (features, rows), drawn evenly over the rows of one leaf."""
        rows = features.shape[1]
        at, low, high = self._start(rows)
        for decision in range(len(self.cut)):
            here = np.flatnonzero(at == decision)
            if len(here):
                upper = _drawn_evenly(self._upper(decision, features[:, here], leaves[here], seen), leaves[here], rng)
                self._go(decision, here, upper, at, low, high)
        totals = np.append(0.0, np.cumsum(self.held))
        number = totals[low] + rng.random(rows) * (totals[high] - totals[low])
        place = np.searchsorted(totals, number, side="right") - 1
        drawn: Ints = self.line[np.clip(place, low, high - 1)]
        return drawn

    def share(self, features: Ints, leaves: Ints, seen: Longs, own: Ints) -> Floats:
        """Return how likely each row's `own` symbol is; 0 for symbols that no row held."""
        place = np.full(max(int(self.line.max()), int(own.max(initial=0))) + 1, -1, dtype=np.int64)
        place[self.line] = np.arange(len(self.line))
        mine = place[own]
        at, low, high = self._start(len(own))
        share = np.ones(len(own))
        for decision in range(len(self.cut)):
            here = np.flatnonzero(at == decision)
            if len(here):
                chance = self._upper(decision, features[:, here], leaves[here], seen)
                upper = mine[here] >= self.cut[decision]
                share[here] *= np.where(upper, chance, 1 - chance)
                self._go(decision, here, upper, at, low, high)
        totals = np.append(0.0, np.cumsum(self.held))
        within: Floats = self.held[mine] / np.maximum(totals[high] - totals[low], 1e-300)
        return np.where(mine < 0, 0.0, share * within)

    def shares(self, features: Ints, leaves: Ints, seen: Longs, count: int) -> Floats:
        """Return how likely each of `count` symbols is: (rows, count)."""
        rows = features.shape[1]
        found, reached = np.zeros((rows, count)), {0: np.ones(rows)}
        if not len(self.cut):
            return self._spread(found, reached[0], 0, len(self.line))
        for decision in range(len(self.cut)):
            here, chance = reached.pop(decision), self._upper(decision, features, leaves, seen)
            ends = int(self.low[decision]), int(self.cut[decision]), int(self.high[decision])
            for side, part in enumerate((here * (1 - chance), here * chance)):
                follows = int(self.after[decision, side])
                if follows >= 0:
                    reached[follows] = part
                else:
                    self._spread(found, part, ends[side], ends[side + 1])
        return found

    def _spread(self, found: Floats, part: Floats, low: int, high: int) -> Floats:
        """Share a probability of each row out over the symbols of a stretch, as they were held."""
        held = self.held[low:high]
        found[:, self.line[low:high]] = part[:, None] * (held / held.sum())
        return found

    def _upper(self, decision: int, features: Ints, leaves: Ints, seen: Longs) -> Floats:
        """Return how likely each row is to go to the upper side; certain where its leaf says so and boosting nearly.

        Sums of trees never say never: without their leaf's word, a few rows in a hundred would be impossible ones.
        """
        chance = 1 / (1 + np.exp(-np.clip(self.ensembles.all[decision].log_odds(features), -40, 40)))
        low, cut, high = (seen[leaves, ends[decision]] for ends in (self.low, self.cut, self.high))
        only_lower, only_upper = (low < cut) & (cut == high), (low == cut) & (cut < high)
        chance = np.where(only_lower & (chance < UNHEARD), 0.0, chance)
        certain: Floats = np.where(only_upper & (chance > 1 - UNHEARD), 1.0, chance)
        return certain

    def _start(self, rows: int) -> tuple[Longs, Longs, Longs]:
        """Return where rows begin: the decision they are at, and the stretch that is left to them."""
        first = 0 if len(self.cut) else -1
        return np.full(rows, first), np.zeros(rows, dtype=np.int64), np.full(rows, len(self.line))

    def _go(self, decision: int, rows: Longs, upper: npt.NDArray[np.bool_], at: Longs, low: Longs, high: Longs) -> None:
        """Send rows to their sides of a decision."""
        low[rows] = np.where(upper, self.cut[decision], self.low[decision])
        high[rows] = np.where(upper, self.high[decision], self.cut[decision])
        at[rows] = self.after[decision][upper.astype(np.int64)]

    def seen_in(self, leaf: Longs, donors: Longs, count: int) -> Longs:
        """Return the running counts along the line of the donors of each of `count` leaves."""
        place = np.full(max(int(self.line.max()), int(donors.max(initial=0))) + 1, -1, dtype=np.int64)
        place[self.line] = np.arange(len(self.line))
        on_line, width = place[donors] >= 0, len(self.line)
        cells = np.bincount(leaf[on_line] * width + place[donors[on_line]], minlength=count * width)
        return np.pad(np.cumsum(cells.reshape(count, width), axis=1), ((0, 0), (1, 0)))

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return its arrays, for a model file."""
        own = {name: getattr(self, name) for name in ("line", "held", "low", "cut", "high", "after")}
        return own | {f"ensemble.{name}": array for name, array in self.ensembles.arrays().items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Rebuild them from a model file."""
        own = {name: arrays[name] for name in ("line", "held", "low", "cut", "high", "after")}
        inner = {n.removeprefix("ensemble."): a for n, a in arrays.items() if n.startswith("ensemble.")}
        return cls(**own, ensembles=Ensembles.from_arrays(inner))


def _drawn_evenly(chance: Floats, leaves: Ints, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Return yes for each row by its chance, such that as many rows of a leaf say so as are expected, within one.

    Rows are put in line by their leaf and their chance, and every whole number that the running sum of chances passes
    is a yes (systematic sampling; Madow, 1949). Which rows stand first is drawn, and so is where the counting begins.
    """
    near = (chance * _STEPS).astype(np.int64)
    order = np.argsort((leaves.astype(np.int64) << 42) | (near << 22) | rng.integers(1 << 22, size=len(chance)))
    passed = np.floor(np.cumsum(chance[order]) + rng.random())
    yes = np.empty(len(chance), dtype=bool)
    yes[order] = np.diff(passed, prepend=0.0) > 0
    yes[chance == 1] = True  # what is certain stays so, however the running sum is rounded
    return yes
