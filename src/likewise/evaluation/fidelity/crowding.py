"""Crowding: whether synthetic rows keep to themselves, as rows that nearly repeat one another do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from likewise.core.seeds import generator
from likewise.evaluation.distance import nearest_neighbours, scale
from likewise.evaluation.fidelity.dealing import deal, mean_chance
from likewise.evaluation.fidelity.sides import Sides, joined
from likewise.evaluation.score import ALARM, Score, Verdict

QUERIES = 4_000
COST = 1_000_000_000
"""Numbers that are compared: the nearest row is looked for from so many rows only, but among all."""
MATTERS, GRAVE = 0.03, 0.1
"""Share of synthetic rows with a synthetic neighbour, beyond that of fresh rows, from which it matters, and is poor."""


@dataclass(frozen=True)
class Crowding:
    """Hold the share of synthetic rows whose nearest row is synthetic, and what it would be of fresh rows."""

    share: float
    fresh: float
    chance: float
    rows: int


def crowding(sides: Sides, *, seed: int) -> Crowding | None:
    """Return how often the nearest row to a synthetic one, among as many real ones, is synthetic as well.

    Half of the time where both are alike, whatever the data: an exact test over other ways to deal the rows to the
    sides. Distances are Gower's, by the range of the middle 98 %. None with fewer than 50 rows a side.

    More often where synthetic rows nearly repeat one another, and where they lie apart from real ones.

    Schilling, 1986, JASA 81; Henze, 1988, Annals of Statistics 16. Use when: a generator may draw one row over and over
    with a little noise, or between two of its own, which no count of cells and no tree sees.

    Cost: up to 4,000 rows x all rows x columns, in blocks, and no more than a stated number.
    """
    if not sides.enough:
        return None
    size = sides.rows
    rng = generator(seed, "crowding")
    both = joined([part.sample(size, seed, "crowding", side)
                   for part, side in ((sides.synthetic, "synthetic"), (sides.real, "real"))])  # fmt: skip
    # In a random order, for of rows that are equally near the first is taken.
    order = rng.permutation(2 * size)
    (rows,) = scale(sides.columns, sides.real, [both.take(order)], robust=True)
    asked = max(100, min(2 * size, QUERIES, COST // (2 * size * len(sides.columns))))
    _, near = nearest_neighbours(rows.slice(0, asked), rows, 2)
    itself = np.arange(asked)
    nearest = np.where(near[:, 0] == itself, near[:, 1], near[:, 0])
    figures = []
    for dealt in deal(size, 2 * size, 1, seed, "crowding"):
        synthetic = np.zeros(2 * size, dtype=bool)
        synthetic[dealt] = True
        synthetic = synthetic[order]
        mine = synthetic[itself]
        figures.append(float(synthetic[nearest][mine].mean()) if mine.any() else 0.0)
    return Crowding(figures[0], float(np.mean(figures[1:])), mean_chance(np.array(figures)), size)


def crowding_score(found: Crowding | None, sides: Sides) -> Score:
    """Say how often synthetic rows have a synthetic row for their nearest."""
    shared: dict[str, Any] = {"name": "crowding", "title": "Rows near one another", "family": "fidelity", "unit": "%",
                              "ideal": 50.0, "of": "rows a side"}  # fmt: skip
    if found is None:
        return Score(value=None, n=0, verdict="unknown", meaning="There are too few rows to look for neighbours.",
                     **shared)  # fmt: skip
    told = " They nearly repeat one another, or lie where real rows do not." if _verdict(found) != "good" else ""
    return Score(
        value=100 * found.share, floor=100 * found.fresh, chance=found.chance, n=found.rows, verdict=_verdict(found),
        meaning=f"The row nearest to a synthetic one, among as many real rows, is synthetic in {100 * found.share:.1f} "
        f"% of cases; were it a fresh real row, in {100 * found.fresh:.1f} %.{told}{sides.beside}",
        **shared,
    )  # fmt: skip


def _verdict(found: Crowding) -> Verdict:
    excess = found.share - found.fresh
    if found.chance >= ALARM or excess < MATTERS:
        return "good"
    return "fair" if excess < GRAVE else "poor"
