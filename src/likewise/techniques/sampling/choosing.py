"""Learn copulas, and choose among them by the likelihood of rows that were held back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.modalities.tabular.copulas.copula import Copula
from likewise.modalities.tabular.copulas.elliptical import Elliptical
from likewise.modalities.tabular.copulas.vine.vine import Vine
from likewise.techniques.sampling.fitting import Nodes, Seen
from likewise.techniques.sampling.matching import matched

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Form = Literal["gaussian", "student-t", "vine", "independent"]

DEGREES = (3.0, 5.0, 10.0, 20.0)
"""Degrees of freedom of the Student-t copulas that are tried."""

USUAL = 5.0
"""Degrees of freedom where rows are too few to choose them by."""

VINE_ROWS = 20_000
"""Rows that a vine is learned from."""

MOST_OWN, CELLS = 48, 16
"""Bins that are cells of a checkerboard of their own, at most; else they are put together to so many cells."""

WIDEST = 100
"""Columns up to which a vine is tried unasked."""

HELD_BACK, MOST_HELD_BACK = 0.2, 10_000
"""Share of the rows that copulas are chosen by, and their number at most."""

FEWEST = 500
"""Rows from which on copulas are told apart; with fewer, the Gaussian is taken."""

LEARNED_FROM = 10_000
"""Rows that copulas are learned from to be compared, at most."""

DRAWN, DRAWN_CELLS = 10_000, 1_000_000
"""Rows drawn from each copula to see how likely it makes those that were held back; and rows times latents, at most."""

PAIRS = 500
"""Pairs of columns that are looked at, at most."""

ALIKE = 20.0
"""Rows that a copula's counts are mixed with, of what each two columns would be independently."""

CLEARLY = 2.0
"""Standard errors by which a copula must be better than a simpler one."""


@dataclass(frozen=True, eq=False)
class Joined:
    """Hold a copula and the latents that it joins: the nodes of categories, and whether missing numbers lie apart."""

    copula: Copula
    nodes: Nodes
    apart: bool


def joined(seen: Seen, form: Form | Literal["auto"], *, seed: int) -> tuple[Joined, str]:
    """Return the copula of a table's columns, and in a few words how it was found."""
    rng = generator(seed, "copula")
    if len(seen.columns) < 2:
        return learned(seen, "independent", None, rng), "a column alone"
    if form == "auto" and seen.rows < FEWEST:
        return learned(seen, "gaussian", None, rng), "too few rows to compare copulas"
    if form == "auto":
        forms: tuple[Form, ...] = ("gaussian", "student-t", "vine")
        tried = forms if len(seen.columns) <= WIDEST else forms[:2]
    elif form == "student-t" and seen.rows >= FEWEST:
        tried = (form,)
    else:
        return learned(seen, form, USUAL if form == "student-t" else None, rng), "asked for"
    chosen, df = best_of(seen, tried, seed=seed)
    return learned(seen, chosen, df, rng), "chosen by the likelihood of held-back rows"


def learned(seen: Seen, form: Form, df: float | None, rng: np.random.Generator) -> Joined:
    """Return the copula of one form; that of Student is one of the numbers, beside which categories are Gaussian."""
    apart = form in ("gaussian", "student-t")
    nodes = seen.orders("split" if apart else "whole", rng)
    latents = seen.binned(nodes, apart=apart)
    if form == "independent":
        return Joined(Elliptical(np.eye(len(latents))), nodes, apart=False)
    if apart:
        plain = tuple(place for place, latent in enumerate(latents) if not latent.line)
        return Joined(Elliptical(matched(latents, rng), df, plain), nodes, apart=True)
    rows = np.arange(seen.rows) if seen.rows <= VINE_ROWS else rng.choice(seen.rows, VINE_ROWS, replace=False)
    uniforms = np.stack([latent.take(rows).spread(rng) for latent in latents])
    return Joined(Vine.learned(uniforms, [grid_of(latent.ends) for latent in latents]), nodes, apart=False)


def best_of(seen: Seen, forms: Sequence[Form], *, seed: int) -> tuple[Form, float | None]:
    """Return which of several copulas makes rows that it did not see likeliest; of those as good, the first.

    Each is learned from some of the other rows, and a table is drawn from it. Of each two columns, cut into cells, the
    logarithm of the share of a held-back row's cell among those drawn is summed: a pairwise likelihood (Varin, Reid and
    Firth, 2011), which can be had of any copula, for ties and categories as for numbers.
    """
    rng = generator(seed, "held back")
    order = rng.permutation(seen.rows)
    cut = min(int(HELD_BACK * seen.rows), MOST_HELD_BACK)
    rest = seen.take(np.sort(order[cut : cut + LEARNED_FROM]))
    judge = Judge.of(seen.take(order[:cut]), rng)
    best: tuple[Form, float | None] = (forms[0], None)
    scores: Floats | None = None
    own: Joined | None = None
    for form in forms:
        if own is None or form != "student-t":  # that of Student differs from the Gaussian in its tails alone
            own = learned(rest, form, None, generator(seed, "tried"))
        for df in DEGREES if form == "student-t" else (None,):
            found = judge.scores(_with_degrees(own, df), generator(seed, "judged"))
            gain = found if scores is None else found - scores
            if scores is None or gain.mean() > CLEARLY * gain.std() / np.sqrt(len(gain)):
                best, scores = (form, df), found
    return best


def grid_of(ends: Floats) -> Floats:
    """Return the cells that a latent is cut into: its own bins, those of a number or of many levels put together."""
    inner = ends[(ends > 0) & (ends < 1)]
    own = np.concatenate([[0.0], np.unique(inner), [1.0]])
    if len(own) - 1 <= MOST_OWN:
        return own
    kept = [0.0]
    for end in own[1:-1].tolist():
        if end - kept[-1] >= 1 / CELLS and 1 - end >= 0.5 / CELLS:
            kept.append(end)
    return np.array([*kept, 1.0])


def _with_degrees(own: Joined, df: float | None) -> Joined:
    if df is None or not isinstance(own.copula, Elliptical):
        return own
    return replace(own, copula=replace(own.copula, df=df))


@dataclass(frozen=True, eq=False)
class Judge:
    """Hold rows that copulas are judged by, as cells (columns, rows) of which each two are looked at in `pairs`.

    `cells` is the cell of each symbol, a column each, and `shares` are those of the cells.
    """

    seen: Seen
    cells: tuple[Longs, ...]
    shares: tuple[Floats, ...]
    held: npt.NDArray[np.int64]
    pairs: list[tuple[int, int]]

    @classmethod
    def of(cls, seen: Seen, rng: np.random.Generator) -> Judge:
        """Return the judge of some rows."""
        cells = tuple(_cells(counts) for counts in seen.counts)
        sums = [np.bincount(own, weights=counts) for own, counts in zip(cells, seen.counts, strict=True)]
        held = np.stack([own[symbols] for own, symbols in zip(cells, seen.symbols, strict=True)])
        pairs = [*combinations(range(len(cells)), 2)]
        if len(pairs) > PAIRS:
            pairs = [pairs[number] for number in rng.choice(len(pairs), PAIRS, replace=False)]
        return cls(seen, cells, tuple(own / own.sum() for own in sums), held, pairs)

    def scores(self, own: Joined, rng: np.random.Generator) -> Floats:
        """Return for each held-back row the mean over pairs of how much likelier than independent it is, in nats."""
        rows = min(DRAWN, DRAWN_CELLS // own.copula.size)
        uniforms = own.copula.draw(rows, rng)
        symbols = self.seen.symbols_of(uniforms, own.nodes, apart=own.apart)
        drawn = np.stack([cells[of] for cells, of in zip(self.cells, symbols, strict=True)])
        total = np.zeros(self.held.shape[1])
        for a, b in self.pairs:
            even = np.outer(self.shares[a], self.shares[b])
            counts = np.bincount(drawn[a] * even.shape[1] + drawn[b], minlength=even.size).reshape(even.shape)
            with np.errstate(divide="ignore", invalid="ignore"):
                gain = np.log((counts + ALIKE * even) / (rows + ALIKE) / even)
            total += np.nan_to_num(gain, nan=0.0, posinf=0.0, neginf=0.0)[self.held[a], self.held[b]]
        return total / len(self.pairs)


def _cells(counts: Floats) -> Longs:
    """Return the cell of each symbol: its own where there are few, else neighbours share one of about equal mass."""
    if len(counts) <= CELLS:
        return np.arange(len(counts))
    middle = np.cumsum(counts) - counts / 2
    found: Longs = np.minimum(middle / counts.sum() * CELLS, CELLS - 1).astype(np.int64)
    return found
