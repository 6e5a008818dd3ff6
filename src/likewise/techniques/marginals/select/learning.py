"""Select, measure, generate: which counts are bought, and the distribution that they tell of.

Single columns first, then every column beside the target, then a tree of pairs that depend most on each other, then,
round after round, what the model gets most wrong (McKenna et al., 2022, VLDB 15, whose annealing of the price is kept).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.progress import Progress
from likewise.privacy.contract import Coded, Domain
from likewise.privacy.pieces import Pieces, levels_of
from likewise.techniques.marginals.graph import Graph, Measurement, size_of
from likewise.techniques.marginals.select.bins import Bins, binned, told_apart
from likewise.techniques.marginals.select.plan import MOST_ADAPTIVE, TOTAL, Mode, Plan, planned
from likewise.techniques.marginals.select.public import Public
from likewise.techniques.marginals.select.summed import Summed
from likewise.techniques.marginals.select.teller import Clique, Teller
from likewise.techniques.marginals.wide import Chain
from likewise.techniques.marginals.zeros import Ruled, kinds_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Zeros = Sequence[tuple[Clique, npt.NDArray[np.bool_]]]

MEAN = math.sqrt(2 / math.pi)
"""The mean of |N(0, 1)|: what noise of standard deviation 1 adds to the distance of a cell."""

MOST_BINS = 32
"""Bins of a column, about, at most."""

ROUGH = 2.0
"""How many times the noise of a cell a bin's count is off by, about, as it is put together from pieces."""

MOST_CELLS = 20_000
"""Cells of a clique that is measured, at most."""

FINISHED = 100
"""Walks of the last fit, at most."""

PUBLIC = 2
"""Pairs a column, at most, that public rows are counted for."""

LAST = 1.7
"""A round is the last where less than so many times its price is left."""


DUST = 1e-3
"""The part of a budget's `mu` that is not worth spending: answers for it would be all noise."""


@dataclass
class Loop:
    """Buy counts until nothing is left, and keep the graph that they tell of."""

    teller: Teller | Summed
    sizes: tuple[int, ...]
    target: int | None
    total: float
    plan: Plan
    memory: int
    measured: list[Measurement]
    zeros: Zeros = ()
    wide: bool = False
    told: dict[Clique, tuple[float, Floats]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        features = [a for a in range(len(self.sizes)) if a != self.target]
        self.pairs = list(itertools.combinations(features, 2))
        self.done: set[Clique] = set()
        planned = max(self.plan.pairs * len(self.sizes), 1)
        squared = self.teller.account.mu**2
        self.unit = squared * self.plan.rest / planned
        self.per_choice = math.sqrt(squared * self.plan.choice / planned)
        self.typical = float(np.mean([self.cells(pair) for pair in self.pairs])) if self.pairs else 1.0
        self.refit(anew=True)

    # -- what is bought -----------------------------------------------------------------------------------------------
    def beside_target(self) -> None:
        """Measure every column beside the target, each at a price for its size."""
        if self.target is None:
            return
        pairs = [tuple(sorted((a, self.target))) for a in range(len(self.sizes)) if a != self.target]
        weights = np.array([self.cells(pair) ** (2 / 3) for pair in pairs])
        self.buy(pairs, self.teller.account.share(self.plan.target) ** 2 * weights / weights.sum())
        self.refit()

    def tree(self, *, all_of_it: bool) -> None:
        """Measure pairs that join all columns but the target: each time one that depends much, and closes no circle."""
        if self.pairs:
            self.bought_round(len(self.sizes) - 1 - (self.target is not None), forest=True, last=all_of_it)

    def warmed(self, public: Public) -> None:
        """Put in what public rows tell of pairs that depend most, as far as noisy counts say that both are alike."""
        off = public.unlike([m for m in self.measured if len(m.clique) > 1] or self.measured, self.total)
        expected = self.graph.marginals(self.pairs)
        score = [np.abs(self.total * public.shares(q) - e).sum() for q, e in zip(self.pairs, expected, strict=True)]
        held = [m.clique for m in self.measured]
        for place in np.argsort(score)[::-1][: PUBLIC * len(self.sizes)].tolist():
            pair = self.pairs[place]
            if self.memory_of([*held, pair]) <= self.memory // 2:
                held.append(pair)
                self.measured.append(public.counts(pair, self.total, off))
        self.refit()

    def rounds(self, progress: Progress) -> None:
        """Measure what the model gets most wrong, some a round, until nothing is left."""
        account = self.teller.account
        while account.left > DUST * account.mu and self.bought_round(max(len(self.sizes) // 4, 2)):
            progress("choosing pairs", round(100 * (1 - (account.left / account.mu) ** 2)), 100)

    def spend(self) -> None:
        """Spend what is left on measuring again what was measured: no counts are left that could be chosen."""
        left = self.teller.account.left
        again = sorted(self.done) or [(a,) for a in range(len(self.sizes))]
        if left > DUST * self.teller.account.mu:
            weights = np.array([self.cells(clique) ** (2 / 3) for clique in again])
            self.buy(again, left**2 * weights / weights.sum())
            self.refit()

    # -- a round ------------------------------------------------------------------------------------------------------
    def bought_round(self, count: int, *, forest: bool = False, last: bool = False) -> bool:
        """Choose and measure up to `count` cliques, for all that is left if it is the last; False where none is."""
        candidates = self.candidates(forest)
        if not candidates:
            return False
        expected = self.graph.marginals(candidates)
        self.teller.compare(candidates, expected, [MEAN * self.cells(q) / math.sqrt(self.price(q)) for q in candidates])
        picks = self.picked(candidates, count, forest)
        if not picks:
            return False
        prices = np.array([self.price(clique) for clique in picks])
        left = self.teller.account.left**2
        if last or (not forest and left <= LAST * count * self.unit) or prices.sum() >= left:
            prices *= left / prices.sum()
        new = self.buy(picks, prices)
        self.note(candidates, expected, new[0])
        before = self.graph
        self.refit()
        pairs = zip(new, before.marginals(picks), self.graph.marginals(picks), strict=True)
        noise = [np.abs(now - old).sum() < MEAN * m.sigma * m.values.size for m, old, now in pairs]
        if not forest and sum(noise) > len(noise) / 2:  # fewer answers then, nearer to the truth
            self.unit *= 2
        return True

    def can_choose(self) -> bool:
        """Return whether a choice and a measurement of as much are left."""
        return self.teller.account.left**2 > 2 * self.per_choice**2

    def candidates(self, forest: bool) -> list[Clique]:
        """Return the cliques that may be measured next: pairs, alone and with the target, that memory allows."""
        found: list[Clique] = []
        held = [m.clique for m in self.measured]
        for pair in self.pairs:
            both = (
                [pair] if self.target is None or len(self.sizes) > 60 else [pair, tuple(sorted((*pair, self.target)))]
            )
            found += [q for q in both if q not in self.done and self.cells(q) <= MOST_CELLS]
        return [q for q in found if forest or self.memory_of([*held, q]) <= self.memory]

    def picked(self, candidates: Sequence[Clique], count: int, forest: bool) -> list[Clique]:
        """Choose cliques one after another; in a forest they close no circle, else no two have a column in common."""
        features = [frozenset(q) - {self.target} for q in candidates]
        open_ = np.ones(len(candidates), dtype=bool)
        parts = list(range(len(self.sizes)))
        held = [m.clique for m in self.measured]
        picks: list[Clique] = []
        while len(picks) < count and open_.any() and self.can_choose():
            place = self.teller.pick(np.flatnonzero(open_), self.per_choice)
            open_[place] = False
            if not forest and self.memory_of([*held, candidates[place]]) > self.memory:
                continue
            picks.append(candidates[place])
            held.append(candidates[place])
            if forest:
                one, other = (parts[a] for a in features[place])
                parts = [one if part == other else part for part in parts]
                open_ &= [len({parts[a] for a in f}) > 1 for f in features]
            else:
                open_ &= [not f & features[place] for f in features]
        return picks

    def buy(self, cliques: Sequence[Clique], squares: Floats) -> list[Measurement]:
        """Measure cliques at prices in squares of `mu`."""
        new = []
        for clique, square in zip(cliques, squares.tolist(), strict=True):
            mu = min(math.sqrt(square), self.teller.account.left)
            new.append(self.teller.measure(clique, mu))
            self.done.add(clique)
        self.measured += new
        return new

    def refit(self, *, anew: bool = False, rounds: int | None = None) -> None:
        """Fit the model to all that was measured, from where it was."""
        known: dict[str, Any] = {"total": self.total, "zeros": self.zeros}
        if self.wide:
            start = None if anew or not isinstance(self.graph, Chain) else self.graph
            self.graph: Graph | Chain = Chain.fit(self.sizes, self.measured, start=start, **known)
        else:
            begun = None if anew or not isinstance(self.graph, Graph) else self.graph
            self.graph = Graph.fit(self.sizes, self.measured, start=begun, rounds=rounds or self.plan.rounds, **known)

    def note(self, candidates: Sequence[Clique], expected: Sequence[Floats], first: Measurement) -> None:
        """Note what a round's first choice tells of all that it was chosen among.

        The chosen clique is at most so far from the model as its noisy counts, and the noise's distance, say; the
        others are hardly farther, else one of them had been chosen (McKenna et al., 2022, theorem 4). Each part fails
        with a probability of 2.5 %.
        """
        place = candidates.index(first.clique)
        penalties = [MEAN * self.cells(q) / math.sqrt(self.price(q)) for q in candidates]
        away = float(np.abs(first.values - expected[place]).sum()) + 1.96 * first.sigma * math.sqrt(first.values.size)
        slack = self.teller.slack(len(candidates), self.per_choice)
        if len(candidates) > 1 and math.isfinite(slack):
            for clique, marginal, penalty in zip(candidates, expected, penalties, strict=True):
                if len(clique) == 2:
                    self.told[clique] = (away + penalty - penalties[place] + slack, marginal)

    def bounds(self) -> Floats:
        """Return how far unmeasured pairs may be from the truth (see `Learned`)."""
        found = np.full((len(self.sizes), len(self.sizes)), np.nan)
        open_ = [clique for clique in self.told if clique not in self.done]
        for clique, now in zip(open_, self.graph.marginals(open_), strict=True):
            away, then = self.told[clique]
            found[clique] = found[clique[::-1]] = max(away, 0.0) + np.abs(now - then).sum()
        return found

    def memory_of(self, cliques: Sequence[Clique]) -> int:
        """Return the bytes that the graph's tables take where these are measured; no data has a say in it."""
        if self.wide:
            return 0
        return size_of(self.sizes, [*cliques, *(clique for clique, _ in self.zeros)])

    def price(self, clique: Clique) -> float:
        """Return what a measurement costs: noise on many cells adds up to more, so that less of it is worth more."""
        return float(self.unit * (self.cells(clique) / self.typical) ** (2 / 3))

    def cells(self, clique: Sequence[int]) -> float:
        """Return the number of cells of a clique."""
        return float(math.prod(self.sizes[a] for a in clique))


@dataclass(frozen=True, eq=False)
class Learned:
    """Hold what noisy counts tell: bins of each column, their joint distribution, the number of rows and its noise.

    `bounds[a, b]` is how far, in L1 distance of counts, the pair of columns a and b is from the truth at most, with
    95 % confidence, where it was never measured; NaN where it was, and where no choice tells.
    """

    bins: tuple[Bins, ...]
    graph: Graph | Chain
    total: float
    sigma: float
    bounds: Floats


def learn(
    teller: Teller | Summed,
    domains: Sequence[Domain],
    *,
    target: int | None,
    mode: Mode,
    memory: int,
    rules: Sequence[Ruled],
    public: Coded | None,
    progress: Progress,
) -> Learned:
    """Spend the account on counts of coded rows and return what they tell."""
    account, count = teller.account, len(domains)
    total, sigma = teller.total(account.share(TOTAL))
    mode = resolved(mode, count)
    target = target if count > 1 else None
    plan = planned(total, count, account.mu, target=target is not None, mode=mode)
    progress("counting columns", 0, count)
    pieces, noises, total, sigma = counted(teller, domains, plan.columns, total, sigma)
    most, least = plan.bins(count, account.mu, total, MOST_BINS)
    apart = kinds_of(rules, [domain.size for domain in domains])
    bins = parted(pieces, domains, apart, most=most, least=least)
    teller.part(bins)
    rows = max(total, 1.0)
    shares = [own.masses / max(own.masses.sum(), 1.0) for own in bins]
    singles = [Measurement((a,), rows * shares[a], ROUGH * noises[a]) for a in range(count)]
    zeros = [rule.barred(bins) for rule in rules]
    sizes = tuple(own.count for own in bins)
    loop = Loop(teller, sizes, target, rows, plan, memory, singles, zeros, wide=mode == "wide")
    loop.beside_target()
    if public is not None and loop.pairs:
        loop.warmed(Public(public, bins))
    loop.tree(all_of_it=mode == "fast")
    loop.rounds(progress)
    loop.spend()
    loop.refit(rounds=FINISHED)
    return Learned(bins, loop.graph, total, sigma, loop.bounds())


def resolved(mode: Mode, columns: int) -> Mode:
    """Return the mode that `auto` stands for with so many columns."""
    if mode != "auto":
        return mode
    return "standard" if columns <= MOST_ADAPTIVE else "fast"


def counted(
    teller: Teller | Summed, domains: Sequence[Domain], part: float, total: float, sigma: float
) -> tuple[list[Pieces], list[float], float, float]:
    """Count the cells of each column for a part of the budget; return what they tell, and their noise.

    Cells of a column that is counted at several levels cost as much more, so that noise is alike in all columns. They
    tell of the number of rows too, which is returned with its standard error after averaging it with `total`.
    """
    kinds = [domain.column().is_number for domain in domains]
    levels = np.array([len(levels_of(domain.cells, ordered=kind)) for domain, kind in zip(domains, kinds, strict=True)])
    prices = teller.account.share(part) ** 2 * levels / levels.sum()
    found, noises, weights = [], [], [sigma**-2]
    for place, (domain, ordered) in enumerate(zip(domains, kinds, strict=True)):
        mu = math.sqrt(float(prices[place]))
        found.append(teller.column(place, ordered=ordered, missing=domain.has_missing, mu=mu))
        noises.append(teller.most * math.sqrt(float(levels[place])) / mu)
        weights.append(found[-1].error ** -2)
    mean = np.average([total, *(pieces.total for pieces in found)], weights=weights)
    return found, noises, float(mean), sum(weights) ** -0.5


def parted(
    pieces: Sequence[Pieces], domains: Sequence[Domain], apart: Sequence[Ints], *, most: int, least: float
) -> tuple[Bins, ...]:
    """Return the bins of each column; cells that rules tell `apart` are in different ones."""
    found = []
    for own, domain, kinds in zip(pieces, domains, apart, strict=True):
        ordered = domain.column().is_number
        bins = binned(own, ordered=ordered, missing=domain.has_missing, most=most, least=least)
        found.append(told_apart(bins, kinds) if kinds.any() else bins)
    return tuple(found)
