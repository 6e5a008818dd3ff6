"""Dependence between each two columns: how much of it was lost, and how much was invented, counted apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.evaluation.fidelity.cells import Cells, cut, fitting_bins
from likewise.evaluation.fidelity.dealing import (
    counts,
    deal,
    largest_chance,
    largest_of,
    mean_chance,
    standardised,
)
from likewise.evaluation.fidelity.marginals import Subset, choose_subsets
from likewise.evaluation.fidelity.sides import Sides
from likewise.evaluation.pairing import Compared
from likewise.evaluation.score import ALARM, Score, Verdict

Floats = npt.NDArray[np.float64]

MOST_PAIRS = 2_000
MOST_BINS = 8
REAL = 0.05
"""Strength, taken over both sides, from which columns count as dependent."""
NAMED = 0.01
"""Chance, over all pairs together, below which a pair counts as changed."""
MATTERS, GRAVE = 0.08, 0.2
"""Change in strength of one pair from which it matters, and from which it is poor."""
LOST_FAIR, LOST_POOR = 0.05, 0.2
"""The same for the share of all real dependence that is lost."""


@dataclass(frozen=True, eq=False)
class Dependence:
    """Hold the strength of each pair (bias-corrected Cramer's V, 0 to 1) among synthetic and among real rows.

    `lost` is the share of the real dependence that synthetic rows lack, `invented` the mean strength a pair has beyond
    the real one; `lost_fresh` and `invented_fresh` are what fresh rows would have. `gone` and `made` are the pairs
    where that is sure, the worst first.
    """

    pairs: tuple[Subset, ...]
    synthetic: Floats
    real: Floats
    lost: float
    lost_fresh: float
    lost_chance: float
    invented: float
    invented_fresh: float
    invented_chance: float
    gone: tuple[int, ...]
    made: tuple[int, ...]
    rows: int


def dependence(sides: Sides, *, seed: int) -> Dependence | None:
    """Return how the dependence of each two columns differs between synthetic and real rows.

    Numbers are cut at up to 8 quantiles, missing values count as a level, so that dependence of any form and between
    any kinds has one measure (Cramer, 1946; corrected for bias: Bergsma, 2013). At most 2,000 pairs, of more a random
    choice. None with fewer than 50 rows a side or two columns.

    Use when: trends by correlation may miss dependence that is no straight line, or skip pairs that were independent.

    Cost: O(rows x pairs x deals).
    """
    if not sides.enough or len(sides.columns) < 2:
        return None
    # A few values out of the real range would cost the synthetic side degrees of freedom that no other deal pays.
    cells = cut(sides, fitting_bins(sides.rows, 2, MOST_BINS), beyond=False)
    return changed_dependence(cells, choose_subsets(len(sides.columns), 2, MOST_PAIRS, seed), seed, "dependence")


def changed_dependence(cells: Cells, pairs: Sequence[Subset], seed: int, *path: int | str) -> Dependence:
    """Return how the dependence of given pairs differs, with the chance of it among fresh rows."""
    dealt = deal(cells.synthetic, cells.rows, len(pairs), seed, *path)
    n, m = cells.synthetic, cells.rows - cells.synthetic
    mine, others = np.empty((len(pairs), len(dealt))), np.empty((len(pairs), len(dealt)))
    overall = np.empty(len(pairs))
    for at, pair in enumerate(pairs):
        code, size = cells.joint(pair)
        shape = (-1, cells.sizes[pair[0]], cells.sizes[pair[1]])
        found, held = counts(code, size, dealt)
        mine[at], others[at] = strength(found.reshape(shape)), strength(held.reshape(shape))
        overall[at] = strength((found[:1] + held[:1]).reshape(shape))[0]
    gap = mine - others
    dependent = np.maximum(overall, np.maximum(mine, others).mean(axis=1)) >= REAL
    total = np.maximum(np.where(dependent[:, None], others, 0.0).sum(axis=0), 1e-12)
    lost = np.where(dependent[:, None], np.maximum(-gap, 0.0), 0.0).sum(axis=0) / total
    invented = np.maximum(gap, 0.0).mean(axis=0)
    # A strength that is zero in almost all deals would make of any other a wonder: it varies by that much at least.
    scaled = standardised(gap, 0.5 / np.sqrt(min(n, m)))
    up, down = scaled.max(axis=0), (-scaled).max(axis=0)
    gone = np.flatnonzero(-scaled[:, 0] > max(3.0, largest_of(down[1:], NAMED)))
    made = np.flatnonzero(scaled[:, 0] > max(3.0, largest_of(up[1:], NAMED)))
    return Dependence(
        tuple(pairs), mine[:, 0], others[:, 0],
        float(lost[0]), float(lost[1:].mean()),
        min(1.0, 2 * min(mean_chance(lost), largest_chance(float(down[0]), down[1:]))),
        float(invented[0]), float(invented[1:].mean()),
        min(1.0, 2 * min(mean_chance(invented), largest_chance(float(up[0]), up[1:]))),
        tuple(int(j) for j in gone[np.argsort(gap[gone, 0], kind="stable")]),
        tuple(int(j) for j in made[np.argsort(-gap[made, 0], kind="stable")]),
        min(n, m),
    )  # fmt: skip


def strength(tables: npt.NDArray[np.int64]) -> Floats:
    """Return Cramer's V of each contingency table, corrected for bias: 0 independent, 1 one tells the other.

    >>> strength(np.array([[[500, 0], [0, 500]], [[250, 250], [250, 250]]])).tolist()
    [1.0, 0.0]
    """
    n = tables.sum(axis=(1, 2))
    rows, columns = tables.sum(axis=2), tables.sum(axis=1)
    expected = rows[:, :, None] * (columns[:, None, :] / np.maximum(n, 1)[:, None, None])
    phi = np.divide(tables.astype(np.float64) ** 2, expected, out=np.zeros_like(expected), where=expected > 0)
    phi2 = phi.sum(axis=(1, 2)) / np.maximum(n, 1) - 1
    r, k = (rows > 0).sum(axis=1), (columns > 0).sum(axis=1)
    free = np.maximum(n - 1, 1)
    corrected = np.maximum(0.0, phi2 - (r - 1) * (k - 1) / free)
    least = np.minimum(r - (r - 1) ** 2 / free, k - (k - 1) ** 2 / free) - 1
    value = np.divide(corrected, least, out=np.zeros(len(tables)), where=(np.minimum(r, k) > 1) & (least > 1e-9))
    return np.asarray(np.sqrt(np.minimum(value, 1.0)))


def dependence_scores(found: Dependence | None, sides: Sides) -> tuple[Score, Score]:
    """Say how much dependence was lost and how much was invented, and between which columns."""
    names, titles = ("dependence_lost", "dependence_invented"), ("Dependence lost", "Dependence invented")
    if found is None:
        lost, made = (
            Score(name=n, title=t, family="fidelity", value=None, unit="%", ideal=0.0, n=0, verdict="unknown",
                  meaning="There are too few rows or columns to compare dependence.")
            for n, t in zip(names, titles, strict=True)
        )  # fmt: skip
        return lost, made
    what = f"Over {len(found.pairs):,} pairs of columns"
    lost = Score(
        name=names[0], title=titles[0], family="fidelity", unit="%", ideal=0.0, n=found.rows, of="rows a side",
        value=100 * found.lost, floor=100 * found.lost_fresh, chance=found.lost_chance,
        verdict=_lost_verdict(found),
        meaning=f"{what}, {100 * found.lost:.1f} % of the real dependence is missing; by chance alone fresh real rows "
        f"would lack {100 * found.lost_fresh:.1f} %. {_listed(found, found.gone, sides.columns, 'weaker than real')}"
        f"{sides.beside}",
    )  # fmt: skip
    made = Score(
        name=names[1], title=titles[1], family="fidelity", unit="%", ideal=0.0, n=found.rows, of="rows a side",
        value=100 * found.invented, floor=100 * found.invented_fresh, chance=found.invented_chance,
        verdict=_made_verdict(found),
        meaning=f"{what}, columns depend on one another by {100 * found.invented:.2f} points (of 100) more than real "
        f"ones on average; by chance alone fresh real rows would by {100 * found.invented_fresh:.2f}. "
        f"{_listed(found, found.made, sides.columns, 'stronger than real')}{sides.beside}",
    )  # fmt: skip
    return lost, made


def _listed(found: Dependence, which: tuple[int, ...], columns: Sequence[Compared], said: str) -> str:
    if not which:
        return f"No pair is surely {said}."
    named = [
        f"`{columns[found.pairs[j][0]].name}` with `{columns[found.pairs[j][1]].name}` "
        f"({found.synthetic[j]:.2f}, real {found.real[j]:.2f})"
        for j in which[:3]
    ]
    return f"Surely {said}: {len(which):,}; most so {', '.join(named)}."


def _lost_verdict(found: Dependence) -> Verdict:
    if found.lost_chance >= ALARM:
        return "good"
    worst = max((float(found.real[j] - found.synthetic[j]) for j in found.gone), default=0.0)
    share = found.lost - found.lost_fresh
    if share < LOST_FAIR and worst < MATTERS:
        return "good"
    return "fair" if share < LOST_POOR and worst < GRAVE else "poor"


def _made_verdict(found: Dependence) -> Verdict:
    if found.invented_chance >= ALARM:
        return "good"
    worst = max((float(found.synthetic[j] - found.real[j]) for j in found.made), default=0.0)
    if found.invented - found.invented_fresh < 0.02 and worst < MATTERS:
        return "good"
    return "fair" if worst < GRAVE else "poor"
