"""Trend error: how far the dependence between each two columns is off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.evaluation.fidelity.noise import error_score
from likewise.evaluation.pairing import Compared, Part
from likewise.evaluation.score import Score

Floats = npt.NDArray[np.float64]

BINS = 10
DENSE_CELLS = 1_000_000
"""Contingency tables up to this size are counted in place; larger ones by sorting."""


@dataclass(frozen=True, eq=False)
class Coded:
    """Hold one part for the pair metric: codes of every column, and the correlations of its numbers."""

    codes: tuple[npt.NDArray[np.int64], ...]
    correlation: Floats


def trend_errors(columns: Sequence[Compared], real: Part, others: Sequence[Part]) -> list[Floats]:
    """Return for each of `others` the errors in [0, 1] of all pairs, as a matrix whose lower triangle counts.

    Two numbers: half the difference of their Pearson correlations, over rows where both are known; 1 where only one of
    the tables has a correlation, 0 where neither has. A pair with a category: total variation of the contingency table,
    numbers cut into ten equal-width bins of the real range (with a bin below, above and for missing). On complete data
    this is 1 minus the Column Pair Trends of the TabSyn and TabDiff papers (2024, 2025), which count every pair.

    Cost: O(rows x columns^2).
    """
    edges = [_edges(c, a) for c, a in zip(columns, real.arrays, strict=True)]
    sizes = [BINS + 3 if c.numeric else len(c.levels) + 1 for c in columns]
    base = _code(columns, real, edges)
    results = []
    for part in others:
        coded = _code(columns, part, edges)
        matrix = np.zeros((len(columns), len(columns)))
        for i, first in enumerate(columns):
            for j in range(i):
                if first.numeric and columns[j].numeric:
                    matrix[i, j] = _correlation_error(base.correlation[i, j], coded.correlation[i, j])
                else:
                    matrix[i, j] = _contingency_error(base.codes, coded.codes, i, j, sizes)
        results.append(matrix)
    return results


def lower(matrix: Floats) -> Floats:
    """Return the entries below the diagonal, one a pair."""
    return np.asarray(matrix[np.tril_indices(len(matrix), -1)])


def trend_score(errors: Floats, floors: Floats | None, rows: int, noise: float = 0.0) -> Score | None:
    """Sum all pairs up: their mean error in percent beside a fresh real sample's; None for fewer than two columns."""
    if len(errors) < 2:
        return None
    pairs = lower(errors)
    said = f"Taken two at a time ({len(pairs):,} pairs), the columns go together differently from the real ones"
    floor = None if floors is None else float(100 * lower(floors).mean())
    return error_score("trend_error", "Trend error", said,
                       value=float(100 * pairs.mean()), floor=floor, noise=noise, rows=rows, good=2.5)  # fmt: skip


def _edges(compared: Compared, values: npt.NDArray[Any]) -> Floats:
    if not compared.numeric:
        return np.empty(0)
    return np.histogram_bin_edges(values[~np.isnan(values)], BINS)


def _code(columns: Sequence[Compared], part: Part, edges: Sequence[Floats]) -> Coded:
    codes = []
    for compared, values, cuts in zip(columns, part.arrays, edges, strict=True):
        binned = np.where(np.isnan(values), BINS + 2, np.digitize(values, cuts)) if compared.numeric else values + 1
        codes.append(binned.astype(np.int64))
    return Coded(tuple(codes), _correlations(columns, part))


def _correlations(columns: Sequence[Compared], part: Part) -> Floats:
    """Return Pearson's correlation of each two number columns over rows where both are known, NaN where undefined."""
    full = np.full((len(columns), len(columns)), np.nan)
    places = [i for i, c in enumerate(columns) if c.numeric]
    if len(places) < 2:
        return full
    values = np.column_stack([_standardised(part.arrays[i]) for i in places])
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    mask = known.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        n = mask.T @ mask
        total, square = filled.T @ mask, (filled**2).T @ mask
        spread = square / n - (total / n) ** 2
        covariance = filled.T @ filled / n - total * total.T / n**2
        ratio = covariance / np.sqrt(spread * spread.T)
    # After standardising, a spread at rounding level means that the column is constant on the pair's rows.
    ratio[(spread < 1e-12) | (spread.T < 1e-12) | (n < 2)] = np.nan
    full[np.ix_(places, places)] = np.clip(ratio, -1, 1)
    return full


def _standardised(values: Floats) -> Floats:
    known = values[~np.isnan(values)]
    if not len(known) or known.min() == known.max():
        return np.where(np.isnan(values), np.nan, 0.0)
    scale = np.abs(known).max()
    scaled = known / scale
    return np.asarray((values / scale - scaled.mean()) / (scaled.std() or 1.0))


def _correlation_error(real: float, other: float) -> float:
    if np.isnan(real) and np.isnan(other):
        return 0.0
    return 1.0 if np.isnan(real) or np.isnan(other) else abs(real - other) / 2


def _contingency_error(
    real: Sequence[npt.NDArray[np.int64]], other: Sequence[npt.NDArray[np.int64]], i: int, j: int, sizes: Sequence[int]
) -> float:
    first, second = real[i] * sizes[j] + real[j], other[i] * sizes[j] + other[j]
    cells = sizes[i] * sizes[j]
    if cells > DENSE_CELLS:
        _, joint = np.unique(np.concatenate([first, second]), return_inverse=True)
        first, second, cells = joint[: len(first)], joint[len(first) :], int(joint.max()) + 1
    p, q = np.bincount(first, minlength=cells), np.bincount(second, minlength=cells)
    return float(np.abs(p / len(first) - q / len(second)).sum() / 2)
