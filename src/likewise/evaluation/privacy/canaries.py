"""Canaries: planted rows that bound from below, in one fit, how much a technique tells of any single row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.evaluation.boosting import auc
from likewise.evaluation.distance import nearest_neighbours, scale
from likewise.evaluation.pairing import pair_tables

Floats = npt.NDArray[np.float64]

CONFIDENCE = 0.95
GUESSED = (0.1, 0.3, 1.0)
"""Shares of the canaries that are guessed, the surest first; each is tried, and the confidence allows for that."""
SEARCHED = 20_000
NEIGHBOURS = 3


@dataclass(frozen=True)
class Canaries:
    """Hold the bound on epsilon, and what it rests on: so many `right` of `guesses`, of `planted` canaries."""

    epsilon: float
    right: int
    guesses: int
    planted: int
    auc: float
    error: float
    chance: float


def make_canaries(table: Table, count: int, *, seed: int) -> Table:
    """Return rows that nobody has: each column drawn on its own from the table's rows, so that the parts do not fit.

    >>> make_canaries(Table.from_any({"a": [1, 2], "b": ["x", "y"]}), 3, seed=0).rows
    3
    """
    import pyarrow as pa

    drawn = {
        name: table.column(name).take(pa.array(generator(seed, "canaries", name).integers(0, table.rows, count)))
        for name in table.names
    }
    return Table(pa.table(drawn), table.schema, table.container)


def planted(canaries: Table, *, seed: int) -> npt.NDArray[np.bool_]:
    """Return which canaries go in: each by the toss of a coin."""
    return np.asarray(generator(seed, "canaries", "planted").random(canaries.rows) < 0.5)


def audit_canaries(real: Table, synthetic: Table, canaries: Table, inside: npt.NDArray[np.bool_]) -> Canaries:
    """Return what synthetic rows betray of which canaries were planted: a lower bound on epsilon, 95 % sure.

    Guesses are made by how much nearer a canary lies to synthetic rows than to real ones other than canaries. With
    rows that differ in one canary a technique of that epsilon (delta 0) would be guessed right no more often.

    Steinke, Nasr and Jagielski, 2023, NeurIPS: privacy auditing with one training run.
    """
    pair = pair_tables(real, synthetic, canaries)
    assert pair.holdout is not None
    made, known = pair.synthetic.sample(SEARCHED, 0, "canaries"), pair.real.sample(SEARCHED, 0, "canaries", "real")
    asked, near, beside = scale(pair.columns, pair.real, [pair.holdout, made, known], robust=True)
    k = min(NEIGHBOURS, near.rows, beside.rows)
    to_made, to_known = (nearest_neighbours(asked, rows, k)[0].astype(np.float64) for rows in (near, beside))
    score = np.log((to_known + 0.01) / (to_made + 0.01))
    # A copy shows in the nearest row alone, a model that leans towards a canary in several.
    return _bounded(np.maximum(score[:, 0], score.mean(axis=1)), inside)


def _bounded(score: Floats, inside: npt.NDArray[np.bool_]) -> Canaries:
    order = np.argsort(-score, kind="stable")
    count = len(score)
    tried = []
    for share in GUESSED:
        half = max(1, round(share * count / 2)) if count > 1 else 0
        right = int(inside[order[:half]].sum() + (~inside[order[count - half :]]).sum())
        tried.append((epsilon_bound(right, 2 * half, (1 - CONFIDENCE) / len(GUESSED)), right, 2 * half))
    epsilon, right, guesses = max(tried)
    both = bool(inside.any()) and not bool(inside.all())
    area, error = auc(inside, score) if both else (0.5, 0.5)
    chance = min(1.0, len(GUESSED) * min(_chance(r, g) for _, r, g in tried))
    return Canaries(epsilon, right, guesses, count, area, error, chance)


def _chance(right: int, guesses: int) -> float:
    from scipy.stats import binom

    return float(binom.sf(right - 1, guesses, 0.5)) if guesses else 1.0


def epsilon_bound(right: int, guesses: int, doubt: float) -> float:
    """Return the largest epsilon that so many right guesses rule out, with a doubt of at most `doubt`.

    A technique of that epsilon lets each guess be right with a probability of at most e^epsilon / (1 + e^epsilon).

    >>> epsilon_bound(50, 100, 0.05), round(epsilon_bound(100, 100, 0.05), 2)
    (0.0, 3.49)
    """
    from scipy.stats import beta

    if not guesses or not right:
        return 0.0
    least = float(beta.ppf(doubt, right, guesses - right + 1))
    return float(max(0.0, np.log(least / (1 - least)))) if least < 1 else float("inf")
