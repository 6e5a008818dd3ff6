"""Marginal error: how far the counts of single columns, pairs and triples are from the real ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.evaluation.fidelity.cells import Cells, cut, fitting_bins
from likewise.evaluation.fidelity.dealing import counts, deal, mean_chance, most_chance, standardised
from likewise.evaluation.fidelity.sides import Sides
from likewise.evaluation.pairing import Compared
from likewise.evaluation.score import ALARM, Score, Verdict

Floats = npt.NDArray[np.float64]
Subset = tuple[int, ...]

MOST_BINS = {1: 20, 2: 20, 3: 6}
MOST_SUBSETS = {1: 5_000, 2: 2_000, 3: 500}
"""Subsets that are counted; of more, a random choice this large."""
SCREENED = 40_000
"""Triples that are looked through for the most suspicious where not all are counted."""
SCREEN_ROWS = 4_000
SUSPECTS = 30
WORDS = {1: "columns", 2: "pairs of columns", 3: "triples of columns"}
TITLES = {1: "Single columns", 2: "Pairs of columns", 3: "Triples of columns"}
MEAN = {1: (0.01, 0.03), 2: (0.015, 0.04), 3: (0.015, 0.04)}
"""Mean excess over fresh rows up to which marginals are good, and fair."""
WORST = (0.04, 0.12)
"""The same for the worst subset alone."""


@dataclass(frozen=True, eq=False)
class Marginals:
    """Hold the total variation of each subset of `k` columns, in [0, 1], and what fresh rows would have (`fresh`).

    `spread` is the standard deviation of the mean over fresh rows. `chance` is that of the mean or of the worst
    subset, whichever is the smaller, doubled; `counted` of `possible` subsets were counted.
    """

    k: int
    subsets: tuple[Subset, ...]
    errors: Floats
    fresh: Floats
    spread: float
    chance: float
    suspicious: Floats
    possible: int
    rows: int
    bins: int

    @property
    def excess(self) -> Floats:
        """How far each subset is off beyond what fresh rows would be."""
        return self.errors - self.fresh

    @property
    def worst_decile(self) -> float:
        """The mean excess of the worst tenth of subsets."""
        size = -(-len(self.errors) // 10)
        return float(np.sort(self.excess)[-size:].mean())

    def worst(self, most: int = 3) -> list[int]:
        """Where the subsets stand that differ most surely, the surest first."""
        return [int(j) for j in np.argsort(-self.suspicious, kind="stable")[:most]]


def marginals(sides: Sides, k: int, *, seed: int) -> Marginals | None:
    """Return how far the synthetic counts of every `k` columns together are from the real ones.

    Numbers are cut at up to 20 quantiles (6 for triples, fewer for few rows), with cells for spikes, missing values and
    values out of range; levels beyond the commonest share a cell. All columns and pairs are counted up to a stated
    number, else a random choice; of many triples a random choice and those 30 that looked worst on the other half of
    the rows. None with fewer than 50 rows a side or fewer than `k` columns.

    Use when: dependence among `k` columns may be lost that fewer columns do not show (XOR needs triples).
    Measure: NIST k-marginal score (Sexton, Task, 2019), here beside what fresh rows would score.

    Cost: O(rows x subsets x deals).
    """
    if not sides.enough or len(sides.columns) < k:
        return None
    possible = comb(len(sides.columns), k)
    bins = fitting_bins(sides.rows, k, MOST_BINS[k])
    screening = k == 3 and possible > MOST_SUBSETS[k]
    if screening:
        bins = fitting_bins(sides.rows // 2, k, MOST_BINS[k])
    cells = cut(sides, bins)
    subsets = choose_subsets(len(sides.columns), k, MOST_SUBSETS[k], seed)
    if screening:
        half = generator(seed, "marginals", "half").random(cells.rows) < 0.5
        looked_through = choose_subsets(len(sides.columns), k, SCREENED, seed)
        suspects = _suspects(cells.take(half), looked_through, seed)
        subsets = list(dict.fromkeys([*suspects, *subsets[: MOST_SUBSETS[k] - len(suspects)]]))
        cells = cells.take(~half)
    dealt = deal(cells.synthetic, cells.rows, len(subsets), seed, "marginals", k)
    errors = np.array([_errors(cells, s, dealt) for s in subsets])
    scaled = standardised(errors, 0.5 / cells.synthetic)
    # Suspects are no random choice, so that the mean is taken of the others alone.
    means = errors[SUSPECTS if screening else 0 :].mean(axis=0)
    chance = min(1.0, 2 * min(mean_chance(means), most_chance(scaled)))
    return Marginals(k, tuple(subsets), errors[:, 0], errors[:, 1:].mean(axis=1), float(means[1:].std(ddof=1)), chance,
                     scaled[:, 0], possible, min(cells.synthetic, cells.rows - cells.synthetic), bins)  # fmt: skip


def choose_subsets(columns: int, k: int, most: int, seed: int) -> list[Subset]:
    """Return all subsets of `k` columns, or a random choice of `most`.

    >>> choose_subsets(3, 2, 10, 0), len(choose_subsets(1000, 3, 7, 0))
    ([(0, 1), (0, 2), (1, 2)], 7)
    """
    possible = comb(columns, k)
    if possible <= most:
        return list(combinations(range(columns), k))
    rng = generator(seed, "subsets", k)
    if possible <= 500_000:
        every = list(combinations(range(columns), k))
        return [every[i] for i in np.sort(rng.permutation(possible)[:most])]
    found: dict[Subset, None] = {}
    while len(found) < most:
        found[tuple(sorted(int(i) for i in rng.choice(columns, k, replace=False)))] = None
    return list(found)


def _suspects(cells: Cells, subsets: Sequence[Subset], seed: int) -> list[Subset]:
    """Return the subsets whose counts differ most surely by the chi-squared statistic."""
    mine = np.arange(cells.rows) < cells.synthetic
    rng = generator(seed, "marginals", "screen")
    some = [rng.permutation(np.flatnonzero(side))[:SCREEN_ROWS] for side in (mine, ~mine)]
    codes = [[c[s] for c in cells.codes] for s in some]
    n, m = (len(s) for s in some)
    surest = np.empty(len(subsets))
    for at, (i, j, k) in enumerate(subsets):
        b, c = cells.sizes[j], cells.sizes[k]
        p, q = (np.bincount((side[i] * b + side[j]) * c + side[k], minlength=cells.sizes[i] * b * c) for side in codes)
        total = p + q
        used = total > 0
        df = max(1, int(used.sum()) - 1)
        gap = (np.sqrt(m / n) * p[used] - np.sqrt(n / m) * q[used]) ** 2 / total[used]
        surest[at] = (gap.sum() - df) / np.sqrt(2 * df)
    return [subsets[i] for i in np.argsort(-surest, kind="stable")[:SUSPECTS]]


def _errors(cells: Cells, subset: Subset, dealt: npt.NDArray[np.int64]) -> Floats:
    code, size = cells.joint(subset)
    mine, others = counts(code, size, dealt)
    n = cells.synthetic
    return np.asarray(np.abs(mine / n - others / (cells.rows - n)).sum(axis=1) / 2)


def marginals_score(found: Marginals | None, sides: Sides, k: int) -> Score:
    """Say how far `k` columns at a time are off, beside fresh rows, and which are the worst."""
    name, title = f"marginal_{k}", TITLES[k]
    if found is None:
        why = f"Fewer than {k} columns or too few rows." if k > 1 else "Too few rows or no columns."
        return Score(name=name, title=title, family="fidelity", value=None, unit="%", ideal=0.0, n=0,
                     verdict="unknown", meaning=f"{why} Nothing was counted.")  # fmt: skip
    value, floor = 100 * float(found.errors.mean()), 100 * float(found.fresh.mean())
    ratio = f" ({value / floor:.2f} times as much)" if floor else ""
    counted = f"{len(found.subsets):,}" + (f" of {found.possible:,}" if len(found.subsets) < found.possible else "")
    where = f" Worst: {'; '.join(_named(found, j, sides.columns) for j in found.worst())}." if _is_found(found) else ""
    spread = 196 * found.spread
    return Score(
        name=name,
        title=title,
        family="fidelity",
        value=value,
        unit="%",
        ideal=0.0,
        floor=floor,
        interval=(max(0.0, value - spread), min(100.0, value + spread)),
        chance=found.chance,
        n=found.rows,
        of="rows a side",
        verdict=_verdict(found),
        meaning=f"Over {counted} {WORDS[k]}, {value:.2f} % of synthetic rows fall where real ones do not; of fresh "
        f"real rows {floor:.2f} % would{ratio}. The worst tenth is off by "
        f"{_beyond(found.worst_decile)} than fresh rows are.{where}{sides.beside}",
    )


def _beyond(share: float) -> str:
    return f"{100 * share:.2f} points more" if share > 0 else "no more"


def _is_found(found: Marginals) -> bool:
    return found.chance < ALARM


def _named(found: Marginals, at: int, columns: Sequence[Compared]) -> str:
    names = " with ".join(f"`{columns[i].name}`" for i in found.subsets[at])
    return f"{names} ({100 * found.excess[at]:.1f} points too many)"


def _verdict(found: Marginals) -> Verdict:
    if not _is_found(found):
        return "good"
    mean, worst = float(found.excess.mean()), float(found.excess[found.worst(5)].max())
    good, fair = MEAN[found.k]
    if mean <= good and worst <= WORST[0]:
        return "good"
    return "fair" if mean <= fair and worst <= WORST[1] else "poor"
