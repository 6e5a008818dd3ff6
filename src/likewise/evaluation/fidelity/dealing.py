"""Deal the rows of both sides anew: what figures would be if synthetic rows were fresh real ones.

Where nothing is wrong, the synthetic rows are as likely as any other choice of so many rows among all. So a figure is
taken for many such choices, and the one at hand is compared with them (permutation test; Fisher, 1935).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FEWEST_DEALS, MOST_DEALS = 40, 200
"""Choices that are tried: enough for a mean, a spread and a skew, from which the tail is reckoned."""
COST = 40_000_000
"""Rows that are counted over all deals and subsets, as far as the fewest deals allow."""
AT_ONCE = 1_000_000
EULER = 0.5772156649


def deal(synthetic: int, rows: int, subsets: int, seed: int, *path: int | str) -> Ints:
    """Return which rows play the synthetic ones: in the first line those that are, in the others a random choice.

    There are fewer lines where `subsets` of columns are to be counted in many rows.
    """
    rng = generator(seed, "deal", *path)
    deals = int(np.clip(COST // max(1, subsets * synthetic), FEWEST_DEALS, MOST_DEALS))
    lines = [np.arange(synthetic), *(rng.permutation(rows)[:synthetic] for _ in range(deals))]
    return np.array(lines, dtype=np.int64)


def counts(code: Ints, size: int, dealt: Ints) -> tuple[Ints, Ints]:
    """Return the rows in each cell: of those dealt to the synthetic side, a line a deal, and of the real side."""
    all_rows = np.bincount(code, minlength=size)
    step = max(1, AT_ONCE // dealt.shape[1])
    lines = []
    for start in range(0, len(dealt), step):
        some = dealt[start : start + step]
        moved = code[some] + size * np.arange(len(some))[:, None]
        lines.append(np.bincount(moved.ravel(), minlength=size * len(some)).reshape(len(some), size))
    mine = np.concatenate(lines)
    return mine, all_rows - mine


def mean_chance(figures: Floats) -> float:
    """Return the chance of the first figure or more, where the others are those of other deals.

    The tail is that of a gamma distribution (Pearson's third kind), for means of a few half-normal figures are skewed;
    the skew is taken at the upper end of what the deals allow.
    """
    from scipy.stats import pearson3, skew

    value, fresh = float(figures[0]), figures[1:]
    spread = float(fresh.std(ddof=1)) * float(np.sqrt(1 + 1 / len(fresh)))
    if spread < 1e-12:
        return 1.0 if value <= float(fresh[0]) + 1e-12 else 0.0
    bend = float(np.clip(float(skew(fresh)) + 2 * np.sqrt(6 / len(fresh)), 0.1, 1.2))
    return float(pearson3.sf((value - float(fresh.mean())) / spread, bend))


def standardised(figures: Floats, least: float) -> Floats:
    """Return each line's figures in units of their spread over deals; each deal is measured against the others only.

    `least` is a spread below which a line does not vary (half a row, say).
    """
    first, others = figures[:, :1], figures[:, 1:]
    size = others.shape[1]
    mean, variance = others.mean(axis=1, keepdims=True), others.var(axis=1, keepdims=True)
    rest_mean = (size * mean - others) / (size - 1)
    # The sum of squares of the others, once one is taken away (Welford's update, backwards).
    rest = np.maximum(0.0, size * variance - (others - mean) * (others - rest_mean)) / (size - 2)
    spread = np.sqrt(variance * size / (size - 1))
    ours = (first - mean) / np.maximum(spread, least)
    return np.concatenate([ours, (others - rest_mean) / np.maximum(np.sqrt(rest), least)], axis=1)


def most_chance(scaled: Floats) -> float:
    """Return the chance that the largest of the first column is so large, where the others are those of other deals.

    The tail is that of a largest value (Gumbel, 1935), fitted by moments.
    """
    largest = scaled.max(axis=0)
    return largest_chance(float(largest[0]), largest[1:])


def largest_chance(value: float, largest: Floats) -> float:
    """Return the chance of a largest value of `value` or more, where fresh rows gave these."""
    middle, width = _gumbel(largest)
    reduced = min(700.0, max(-30.0, (value - middle) / width))
    return -math.expm1(-math.exp(-reduced))


def largest_of(largest: Floats, chance: float) -> float:
    """Return the largest value that fresh rows exceed with this chance only."""
    middle, width = _gumbel(largest)
    return middle - width * math.log(-math.log1p(-chance))


def _gumbel(largest: Floats) -> tuple[float, float]:
    """Return the middle and the width, fitted by moments and widened for the doubt of few deals."""
    width = max(1e-12, float(largest.std(ddof=1)) * math.sqrt(6 * (1 + 1 / len(largest))) / math.pi)
    return float(largest.mean()) - EULER * width, width
