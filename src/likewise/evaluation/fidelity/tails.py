"""Numbers: their middle, spread and tails, and values that lie out of the real range."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from likewise.evaluation.fidelity.findings import Findings, Test, findings_score, sift, split_chances
from likewise.evaluation.fidelity.sides import Sides
from likewise.evaluation.score import Score

Floats = npt.NDArray[np.float64]

TAILS = (0.001, 0.01, 0.05)
"""Shares of all rows beyond a tail's threshold, on each side."""
SHIFT = 0.05
"""Excess chance of a synthetic number to lie above a real one from which a shift matters."""
BEYOND = 0.002
"""Share of synthetic numbers out of the real range from which it matters."""
PILED = 0.01
"""Share of synthetic numbers at the two ends of their range, beyond that of real ones, from which it matters."""


def tails(sides: Sides) -> Findings | None:
    """Return which columns of numbers have shifted, spread or shrunk, lost or grown tails, or left the real range.

    Middle and spread: rank tests (Mann and Whitney, 1947; Mood, 1954). Tails: exact tests of how many lie beyond the
    .1, 1 and 5 % quantiles of all rows on either side, and of how many are piled up at the ends, as clipping leaves
    them. Missing values do not count.

    Use when: extremes matter (risk, capacity), or units may have been changed. None without rows or numbers.
    """
    if not sides.enough:
        return None
    tests: list[Test] = []
    columns = 0
    for column, synthetic, real in zip(sides.columns, sides.synthetic.arrays, sides.real.arrays, strict=True):
        if not column.numeric:
            continue
        columns += 1
        mine, others = np.sort(synthetic[~np.isnan(synthetic)]), np.sort(real[~np.isnan(real)])
        if len(mine) and len(others):
            tests += [*_shifts(column.name, mine, others), *_tails(column.name, mine, others)]
            tests += [*_beyond(column.name, mine, others), _piled(column.name, mine, others)]
    return sift(tests, columns) if columns else None


def tails_score(found: Findings | None, sides: Sides) -> Score:
    """Say what was found, the gravest first."""
    return findings_score("tails", "Middle, spread and tails", "the middle, spread and tails of numbers", found, sides)


def _shifts(name: str, mine: Floats, others: Floats) -> Iterator[Test]:
    """Yield the tests of the middle and of the spread by ranks; equal values have equal ranks."""
    from scipy.stats import norm, rankdata

    n, m = len(mine), len(others)
    if min(n, m) < 10:
        return
    ranks = (rankdata(np.concatenate([mine, others])) - 0.5) / (n + m) - 0.5
    outward = rankdata(np.abs(ranks)) / (n + m)
    for scores, low, high in ((ranks, "too low", "too high"), (outward, "spread too narrow", "spread too wide")):
        spread = float(scores.std()) * np.sqrt((n + m) / (n + m - 1) * (1 / n + 1 / m))
        gap = float(scores[:n].mean() - scores[n:].mean())
        chance = float(2 * norm.sf(abs(gap) / spread)) if spread else 1.0
        # Twice the mean rank's gap is the excess chance of one side to lie above the other.
        yield Test(name, high if gap > 0 else low, 2 * abs(gap) / SHIFT, chance)


def _tails(name: str, mine: Floats, others: Floats) -> Iterator[Test]:
    """Yield the tests of how many lie beyond thresholds that both sides together set."""
    n, m = len(mine), len(others)
    both = np.sort(np.concatenate([mine, others]))
    places = [int(q * (n + m)) for q in TAILS]
    low, high = both[places], both[[-1 - p for p in places]]
    of_mine = np.concatenate([np.searchsorted(mine, low, "left"), n - np.searchsorted(mine, high, "right")])
    of_others = np.concatenate([np.searchsorted(others, low, "left"), m - np.searchsorted(others, high, "right")])
    chances = split_chances(of_mine, of_mine + of_others, n, m)
    for k, (a, b, chance) in enumerate(zip(of_mine / n, of_others / m, chances, strict=True)):
        share, side = TAILS[k % len(TAILS)], "lower" if k < len(TAILS) else "upper"
        relative = abs(a - b) / max(a, b) if max(a, b) else 0.0
        # The outermost thousandth alone is never worse than fair.
        size = min(relative / 0.35, 2.5 if share < 0.01 else np.inf)
        yield Test(name, f"{side} tail ({100 * share:g} %) too {'thin' if a < b else 'thick'}", float(size),
                   float(chance))  # fmt: skip


def _beyond(name: str, mine: Floats, others: Floats) -> Iterator[Test]:
    n, m = len(mine), len(others)
    below, above = int(np.searchsorted(mine, others[0], "left")), n - int(np.searchsorted(mine, others[-1], "right"))
    out = np.array([below, above])
    chances = split_chances(out, out, n, m, sided=1)
    for found, chance, side in zip(out, chances, ("below", "above"), strict=True):
        yield Test(name, f"values {side} all real ones", found / n / BEYOND, float(chance) if found else 1.0)


def _piled(name: str, mine: Floats, others: Floats) -> Test:
    """Return the test of how many synthetic numbers are their largest or smallest, beside real ones of those values."""
    n, m = len(mine), len(others)
    ends = np.unique([mine[0], mine[-1]])
    found = int(np.isin(mine, ends).sum())
    both = found + int(np.isin(others, ends).sum())
    chance = float(split_chances(np.array([found]), np.array([both]), n, m, sided=1)[0])
    # The ends are those of the synthetic rows, so that these hold each at least once.
    chance = min(1.0, chance * ((n + m) / n) ** len(ends))
    excess = found / n - (both - found) / m
    return Test(name, "rows piled up at the ends of its range", max(0.0, excess) / PILED, chance)
