"""The share of distance to closest record (DCR): do synthetic rows lie nearer to the rows that were learned from?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from likewise.core.seeds import generator
from likewise.evaluation.distance import nearest_distances, scale
from likewise.evaluation.pairing import Compared, Part
from likewise.evaluation.score import FEWEST, Score, Verdict

QUERIES = 2_500
CELLS = 3_000_000
"""Cells (rows x columns) of the real and holdout rows that are searched; more are sampled down, both alike."""


@dataclass(frozen=True)
class Closeness:
    """Hold the share, its standard error, the share a pure copier would get and the number of queries."""

    share: float
    error: float
    copier: float
    queries: int


def closeness(
    columns: Sequence[Compared], real: Part, synthetic: Part, holdout: Part, *, seed: int
) -> Closeness | None:
    """Return how often a synthetic row lies nearer to a chunk of the real rows than to equally many held back ones.

    Averaged over all chunks of the real rows, ties count half: 0.5 is ideal, a copier gets `copier`. At most 2,500
    synthetic rows ask. None with fewer than 50 rows on a side. A few copied rows among many do not show in it, so it is
    no evidence of anonymity.

    Platzer and Reutterer, 2021, Frontiers in Big Data 4.
    """
    if min(real.rows, synthetic.rows, holdout.rows) < FEWEST or not columns:
        return None
    ratio = min(1.0, CELLS / len(columns) / (real.rows + holdout.rows))
    held = holdout.sample(max(FEWEST, min(int(ratio * holdout.rows), real.rows)), seed, "closeness", "holdout")
    known = real.take(
        generator(seed, "closeness", "real").permutation(real.rows)[: max(FEWEST, int(ratio * real.rows))]
    )
    asked = synthetic.sample(QUERIES, seed, "closeness", "queries")
    ask, train, held_back = scale(columns, real, [asked, known, held])
    # Chunks and holdout are of one size to the row: the larger of two samples lies nearer to anything.
    chunks = max(1, round(known.rows / held.rows))
    size = min(held.rows, known.rows // chunks)
    away = nearest_distances(ask, held_back.slice(0, size))
    nearer = np.zeros(asked.rows)
    for start in range(0, chunks * size, size):
        near = nearest_distances(ask, train.slice(start, start + size))
        nearer += (near < away) + 0.5 * (near == away)
    nearer /= chunks
    # Queries that lie near one holdout row are decided by it together: its rows are a sample as much as the queries.
    error = float(np.sqrt(nearer.var(ddof=1) / len(nearer) + 0.25 / size))
    return Closeness(float(nearer.mean()), error, 0.5 + 0.5 / chunks, asked.rows)


def closeness_score(found: Closeness | None, *, trouble: str = "") -> Score:
    """Say what the distances found; `trouble` is a sentence when there was nothing to measure or to trust."""
    shared = {
        "name": "dcr_share",
        "title": "Nearer to training rows (DCR share; no evidence of anonymity)",
        "family": "privacy",
        "unit": "share",
        "ideal": 0.5,
        "readout": True,
    }
    if found is None:
        text = trouble or f"Fewer than {FEWEST} rows on one side are too few to compare distances."
        return Score.model_validate({**shared, "value": None, "n": 0, "verdict": "unknown", "meaning": text})
    low, high = found.share - 1.96 * found.error, found.share + 1.96 * found.error
    meaning = (
        f"Synthetic rows lie nearer to rows that were learned from than to equally many held back in "
        f"{100 * found.share:.1f} % of cases; 50 % is ideal, and a generator that copies every row would get "
        f"{100 * found.copier:.0f} %. This is not evidence of anonymity: a few copied rows would not show here."
    )
    return Score.model_validate(
        {
            **shared,
            "value": found.share,
            "floor": 0.5,
            "interval": (max(0.0, low), min(1.0, high)),
            "n": found.queries,
            "verdict": "unknown" if trouble else _verdict(found),
            "meaning": f"{meaning} {trouble}".strip(),
        }
    )


def _verdict(found: Closeness) -> Verdict:
    above = found.share - 0.5
    if above > max(0.04, 3 * found.error):
        return "poor"
    if found.error > 0.025:
        return "unknown"
    return "good" if above <= max(0.015, 2 * found.error) else "fair"
