"""The nearest-neighbour distance ratio (NNDR) as papers read it out: nearest over second nearest real row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from likewise.evaluation.distance import nearest_neighbours, scale
from likewise.evaluation.pairing import Compared, Part
from likewise.evaluation.score import FEWEST, Score

QUERIES = 1_000
CELLS = 300_000
"""Cells (rows x columns) of the real rows that are searched."""


def nndr(columns: Sequence[Compared], real: Part, other: Part, *, seed: int) -> float | None:
    """Return the 5th percentile of the distance to the nearest over that to the second nearest real row, 0 to 1.

    Two real rows in one place count 1. None with fewer than 50 rows on a side.

    Zhao et al., 2021, ACML (CTAB-GAN). Use when: a figure beside published ones is wanted. Avoid when: anonymity is in
    question: a low ratio may be nature, and a high one hides copies among many rows.
    """
    if min(real.rows, other.rows) < FEWEST or not columns:
        return None
    known = real.sample(max(FEWEST, CELLS // len(columns)), seed, "nndr", "real")
    asked, rows = scale(columns, known, [other.sample(QUERIES, seed, "nndr", "asked"), known], robust=True)
    near = nearest_neighbours(asked, rows, 2)[0].astype(np.float64)
    return float(np.quantile(np.where(near[:, 1] > 0, near[:, 0] / np.maximum(near[:, 1], 1e-12), 1.0), 0.05))


def nndr_score(value: float | None, floor: float | None, n: int) -> Score:
    """Read the ratio out beside that of fresh real rows; it has no part in any verdict."""
    text = (
        "Too few rows for the ratio of distances that papers report."
        if value is None
        else f"The distance to the nearest real row over that to the second nearest is {value:.2f} at the 5th "
        "percentile. Shown to be compared with papers: it is no evidence of anonymity."
    )
    return Score(name="nndr", title="Nearest over second nearest (NNDR)", family="privacy", value=value, unit="ratio",
                 ideal=1.0, floor=floor, readout=True, n=min(n, QUERIES), verdict="unknown", meaning=text)  # fmt: skip
