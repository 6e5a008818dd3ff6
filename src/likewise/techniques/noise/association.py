"""How strongly columns of any kind hang together, and how much of that is left."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import numpy.typing as npt

from likewise.core.schema import Column
from likewise.core.table import Table

Floats = npt.NDArray[np.float64]
Pairs = Mapping[tuple[str, str], float]

WEAKEST = 0.1
"""Strength below which a relation of two columns is not looked at: it may be chance."""
LEVELS = 50
"""Levels of a column that are told apart, the commonest; all others are one."""


def associations(table: Table) -> Pairs:
    """Return the strength (0 to 1) of each pair of columns: rank correlation, correlation ratio, or Cramer's V.

    What is missing tells nothing: it weakens what is said of the rest. Texts and constants are left out.
    """
    numbers = {c.name: _ranks(table.numbers(c.name)) for c in table.schema.columns if c.is_number}
    levels = {c.name: _levels(table, c) for c in table.schema.columns if c.is_levels and c.kind != "constant"}
    found = {}
    for one, other in combinations([n for n in table.names if n in numbers or n in levels], 2):
        if one in numbers and other in numbers:
            strength = abs(_mean(numbers[one] * numbers[other]))
        elif one in levels and other in levels:
            strength = _cramer(levels[one], levels[other])
        else:
            number, level = (one, other) if one in numbers else (other, one)
            strength = _ratio(numbers[number], levels[level])
        found[one, other] = strength
    return found


def kept(before: Pairs, after: Pairs) -> Pairs:
    """Return for each pair that hung together how much of its strength is left, 1 at most."""
    return {pair: min(1.0, after.get(pair, 0.0) / own) for pair, own in before.items() if own >= WEAKEST}


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else 0.0


def _ranks(values: Floats) -> Floats:
    """Return ranks of mean 0 and variance 1; 0 where missing, and everywhere where nothing varies."""
    from scipy.stats import rankdata

    known = ~np.isnan(values)
    ranks = np.zeros(len(values))
    if known.any():
        own = rankdata(values[known])
        ranks[known] = (own - own.mean()) / (own.std() or 1.0)
    return ranks


def _levels(table: Table, column: Column) -> npt.NDArray[np.int64]:
    """Return numbers from 0 for the commonest levels, -1 where missing."""
    codes = table.codes(column.name).astype(np.int64)
    counts = np.bincount(codes[codes >= 0], minlength=1)
    place = np.empty(len(counts), dtype=np.int64)
    place[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
    return np.where(codes < 0, -1, np.minimum(place[codes], LEVELS))


def _ratio(ranks: Floats, codes: npt.NDArray[np.int64]) -> float:
    """Return the correlation ratio: the share of the variance that is between levels, its root."""
    known = codes >= 0
    counts = np.bincount(codes[known])
    sums = np.bincount(codes[known], weights=ranks[known])
    with np.errstate(invalid="ignore", divide="ignore"):
        between = np.nansum(np.where(counts > 0, sums**2 / counts, 0.0)) / max(len(codes), 1)
    return float(np.sqrt(min(1.0, between)))


def _cramer(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> float:
    """Return Cramer's V of the rows in which both are there, times their share."""
    known = (one >= 0) & (other >= 0)
    if not known.any():
        return 0.0
    one, other = one[known], other[known]
    width = int(other.max(initial=0)) + 1
    joint = np.bincount(one * width + other, minlength=(int(one.max(initial=0)) + 1) * width).reshape(-1, width)
    joint = joint[joint.sum(axis=1) > 0][:, joint.sum(axis=0) > 0]
    least = min(joint.shape) - 1
    if least < 1:
        return 0.0
    expected = np.outer(joint.sum(axis=1), joint.sum(axis=0)) / joint.sum()
    square = float(((joint - expected) ** 2 / expected).sum() / joint.sum())
    return float(np.sqrt(min(1.0, square / least)) * known.mean())
