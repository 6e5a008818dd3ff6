"""How a budget is parted: by what a fit has to go by before it begins, and by noisy counts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Mode = Literal["auto", "fast", "standard", "wide"]

MOST_ADAPTIVE = 40
"""Columns up to which pairs are chosen round after round: each round looks at all pairs."""

FEWEST = 3
"""Bins of a column, at least, where its values are as many."""

TOTAL = 0.005
"""Part of the budget for the number of rows."""


@dataclass(frozen=True)
class Plan:
    """Hold parts of a budget, in squares of `mu`, and how finely columns are binned.

    `columns` goes to the cells of single columns, `target` to each column beside the target, `choice` to choosing
    pairs, the rest to `pairs` of them a column. A bin is so wide that the
    cell of a pair has `thick` times its noise where all are alike, and has `least` times that noise at least.
    """

    columns: float
    target: float
    choice: float
    pairs: float
    thick: float
    least: float = 6.0
    rounds: int = 40

    @property
    def rest(self) -> float:
        """The part that is left for pairs."""
        return 1 - TOTAL - self.columns - self.target - self.choice

    def noise(self, columns: int, mu: float) -> float:
        """Return the standard deviation of the noise on a cell of a pair, where all that are planned cost alike."""
        return math.sqrt(self.pairs * columns / self.rest) / mu

    def bins(self, columns: int, mu: float, rows: float, most: int) -> tuple[int, float]:
        """Return how many bins a column should have about, and how many rows a bin at least."""
        noise = self.noise(columns, mu)
        count = min(max(round(math.sqrt(max(rows, 1.0) / (self.thick * noise))), FEWEST), most)
        return count, min(self.least * noise, max(rows, 1.0) / (2 * count))


def planned(rows: float, columns: int, mu: float, *, target: bool, mode: Mode) -> Plan:
    """Return the plan for a table of about so many rows: where noise is large, fewer pairs of coarser bins."""
    strength = max(rows, 1.0) * mu / columns
    little = min(max((math.log(strength) - math.log(100)) / (math.log(500) - math.log(100)), 0.0), 1.0)
    columns_part = 0.3 - 0.15 * little
    pairs = 1.2 + 1.3 * little if mode != "fast" else 1.0
    label = (0.2 - 0.05 * little) if target else 0.0
    return Plan(columns_part, label, 0.04, pairs, 2.0 + little)
