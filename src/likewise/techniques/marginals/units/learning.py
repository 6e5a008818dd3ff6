"""Select and measure for rows of which a unit may have many: pairs of what is given and what is drawn.

Pairs are chosen round after round, those first that the model gets most wrong (McKenna et al., 2022, VLDB 15). Pairs of
two given columns are never bought: rows that the tables before drew tell what they are like.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from likewise.core.progress import Progress
from likewise.privacy.contract import Domain
from likewise.techniques.marginals.graph import Measurement
from likewise.techniques.marginals.select.bins import Bins
from likewise.techniques.marginals.select.learning import (
    LAST,
    MEAN,
    MOST_BINS,
    MOST_CELLS,
    ROUGH,
    counted,
    parted,
)
from likewise.techniques.marginals.select.plan import TOTAL, planned
from likewise.techniques.marginals.select.teller import Clique
from likewise.techniques.marginals.units.conditional import Conditional
from likewise.techniques.marginals.units.given import Given
from likewise.techniques.marginals.units.weighed import Weighed

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


SETTLED = 3
"""Fits after the last answer: each by the rows that the one before leads to."""

TURNS = 20
"""Turns of each pair in these fits: more than in those between answers, which the next ones mend."""


@dataclass(frozen=True, eq=False)
class Branch:
    """Hold what noisy counts tell of rows that belong to others: bins of each column, and how they are drawn.

    `total` is the number of units that have such rows, `sigma` its standard error.
    """

    bins: tuple[Bins, ...]
    rows: Conditional
    total: float
    sigma: float


def learn_rows(teller: Weighed, domains: Sequence[Domain], given: Given, progress: Progress) -> Branch:
    """Spend the teller's account on rows and return what the answers tell."""
    account, count = teller.account, len(domains)
    total, sigma = teller.total(account.share(TOTAL))
    plan = planned(total, count + len(given.following), account.mu, target=False, mode="standard")
    progress("counting columns", 0, count)
    pieces, noises, total, sigma = counted(teller, domains, plan.columns, total, sigma)
    most, least = plan.bins(count + len(given.following), account.mu, total, MOST_BINS)
    apart = [np.zeros(domain.size, dtype=np.int64) for domain in domains]
    bins = parted(pieces, domains, apart, most=most, least=least)
    teller.part(bins)
    sizes, given = given.put(teller, [own.count for own in bins])
    known, rows = len(sizes) - count, max(total, 1.0)
    shares = [own.masses / max(own.masses.sum(), 1.0) for own in bins]
    singles = [Measurement((known + a,), rows * shares[a], ROUGH * noises[a]) for a in range(count)]
    squared = account.mu**2
    pairs = max(plan.pairs * (count + len(given.following)), 1.0)
    growth = Growth(teller, sizes, known, given, rows, singles, squared * plan.rest / pairs,
                    math.sqrt(squared * plan.choice / pairs))  # fmt: skip
    growth.paced()
    growth.rounds(progress)
    growth.spend()
    growth.settle(SETTLED, TURNS)
    return Branch(bins, growth.model, total, sigma)


@dataclass
class Growth:
    """Buy pairs until nothing is left, and keep the model that they tell of."""

    teller: Weighed
    sizes: tuple[int, ...]
    known: int
    given: Given
    total: float
    measured: list[Measurement]
    unit: float
    per_choice: float
    done: set[Clique] = field(default_factory=set)

    def __post_init__(self) -> None:
        own = range(self.known, len(self.sizes))
        self.pairs = [(a, b) for b in own for a in range(b)
                      if self.given.tells(a, b - self.known) and self.cells((a, b)) <= MOST_CELLS]  # fmt: skip
        self.typical = float(np.mean([self.cells(pair) for pair in self.pairs])) if self.pairs else 1.0
        self.model, self.drawn = self.fitted(None, 8)
        self.settle(1)

    def rounds(self, progress: Progress) -> None:
        """Measure what the model gets most wrong, some pairs a round, until nothing is left."""
        account, count = self.teller.account, len(self.sizes) - self.known
        while account.left > 1e-6 * account.mu and self.bought_round(count):
            progress("choosing pairs", round(100 * (1 - (account.left / account.mu) ** 2)), 100)
            count = max((len(self.sizes) - self.known) // 2, 2)

    def paced(self) -> None:
        """Measure how steps hang on the number of rows: who comes often has many, and each unit counts alike."""
        if self.given.goes is not None:
            pair = (self.given.count, self.known + self.given.goes)
            self.buy([pair], np.array([self.price(pair)]))
            self.refit()

    def bought_round(self, count: int) -> bool:
        """Choose and measure up to `count` pairs; False where none is left."""
        candidates = [pair for pair in self.pairs if pair not in self.done]
        if not candidates:
            return False
        expected = [self.expected(pair) for pair in candidates]
        less = [MEAN * self.cells(pair) / math.sqrt(self.price(pair)) for pair in candidates]
        self.teller.compare(candidates, expected, less)
        open_, picks = np.ones(len(candidates), dtype=bool), list[int]()
        while len(picks) < count and open_.any():
            picks.append(self.teller.pick(np.flatnonzero(open_), self.per_choice))
            drawn = candidates[picks[-1]][1]
            open_ &= [pair[1] != drawn for pair in candidates]
        prices = np.array([self.price(candidates[place]) for place in picks])
        left = self.teller.account.left**2
        if left <= LAST * prices.sum():
            prices *= left / prices.sum()
        new = self.buy([candidates[place] for place in picks], prices)
        self.refit()
        moved = [np.abs(self.expected(m.clique) - expected[place]).sum() for m, place in zip(new, picks, strict=True)]
        noise = [MEAN * m.sigma * m.values.size for m in new]
        if sum(one < other for one, other in zip(moved, noise, strict=True)) > len(new) / 2:
            self.unit *= 2  # fewer answers then, nearer to the truth
        return True

    def spend(self) -> None:
        """Spend what is left on measuring again what was measured: no pairs are left that could be chosen."""
        left = self.teller.account.left
        again = sorted(self.done) or [(a,) for a in range(self.known, len(self.sizes))]
        if left > 1e-6 * self.teller.account.mu:
            weights = np.array([self.cells(clique) ** (2 / 3) for clique in again])
            self.buy(again, left**2 * weights / weights.sum())
            self.refit()

    def buy(self, cliques: Sequence[Clique], squares: Floats) -> list[Measurement]:
        """Measure cliques at prices in squares of `mu`."""
        new = []
        for clique, square in zip(cliques, squares.tolist(), strict=True):
            new.append(self.teller.measure(clique, min(math.sqrt(square), self.teller.account.left)))
            self.done.add(clique)
        self.measured += new
        return new

    def refit(self, turns: int = 8) -> None:
        """Fit to all that was measured, by rows that follow those which the last fit leads to."""
        if self.given.following:
            self.given = self.given.walked(self.model, self.sizes)
        self.model, self.drawn = self.fitted(self.model, turns)

    def fitted(self, start: Conditional | None, turns: int) -> tuple[Conditional, Ints]:
        """Return what fits all that was measured, and the rows that it was fitted by."""
        return Conditional.fit(self.sizes, self.given.rows, self.measured, total=self.total,
                               zeros=self.given.zeros(self.sizes), start=start, rounds=turns)  # fmt: skip

    def settle(self, times: int, turns: int = 8) -> None:
        """Fit some times over, as rows that follow one another change with each fit."""
        for _ in range(times if self.given.following else 1):
            self.refit(turns)

    def expected(self, clique: Clique) -> Floats:
        """Return how many units the model gives each combination of a clique's bins."""
        shape = [self.sizes[a] for a in clique]
        at = np.ravel_multi_index([self.drawn[:, a] for a in clique], shape)
        counts = np.bincount(at, minlength=math.prod(shape)).reshape(shape)
        return np.asarray(counts * (self.total / len(self.drawn)), dtype=np.float64)

    def price(self, clique: Clique) -> float:
        """Return what a measurement costs: noise on many cells adds up to more, so that less of it is worth more."""
        return float(self.unit * (self.cells(clique) / self.typical) ** (2 / 3))

    def cells(self, clique: Sequence[int]) -> float:
        """Return the number of cells of a clique."""
        return float(math.prod(self.sizes[a] for a in clique))
