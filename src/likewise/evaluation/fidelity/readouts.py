"""Figures as papers define them, to be compared with theirs; none has a part in any verdict.

The shape and trend error of this report are already those of SDMetrics, TabSyn and TabDiff (1 minus their score).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.evaluation.boosting import auc
from likewise.evaluation.pairing import Compared, Paired, Part
from likewise.evaluation.score import FEWEST, Score

Floats = npt.NDArray[np.float64]

ROWS = 4_000
DETECTOR_ROWS = 5_000
FOLDS = 3
MOST_LEVELS = 30
"""Levels of a category that have a feature of their own; the others share one."""
STEPS = 30
FAR = 1e6
"""Real ranges beyond which a value is no farther: squares must not overflow."""


def matrices(columns: Sequence[Compared], real: Part, parts: Sequence[Part]) -> list[Floats]:
    """Return parts as those papers feed them: numbers from 0 to 1, levels one-hot, gaps as the mean."""
    blocks: list[list[Floats]] = [[] for _ in parts]
    for i, column in enumerate(columns):
        known = real.arrays[i]
        if column.numeric:
            known = known[~np.isnan(known)]
            low, span = (float(known.min()), float(np.ptp(known)) or 1.0) if len(known) else (0.0, 1.0)
            middle = float(((known - low) / span).mean()) if len(known) else 0.0
            for block, part in zip(blocks, parts, strict=True):
                scaled = np.clip((part.arrays[i] - low) / span, -FAR, FAR)
                block.append(np.where(np.isnan(scaled), middle, scaled)[:, None])
            continue
        counts = np.bincount(known[known >= 0], minlength=len(column.levels) + 1)
        commonest = np.argsort(-counts, kind="stable")[:MOST_LEVELS]
        for block, part in zip(blocks, parts, strict=True):
            block.append((part.arrays[i][:, None] == commonest[None, :]).astype(np.float64))
    return [np.concatenate(b, axis=1) if b else np.empty((p.rows, 0)) for b, p in zip(blocks, parts, strict=True)]


def alpha_precision(real: Floats, synthetic: Floats) -> float:
    """Return how well synthetic rows fill the balls around the centre that hold each share of the real rows.

    1 is ideal. Alaa et al., 2022, ICML (arXiv 2102.08921), on scaled columns without an embedding (`naive`). Balls
    around one centre see neither direction nor modes: use coverage and precision for a verdict.
    """
    centre = real.mean(axis=0)
    ours, theirs = (np.linalg.norm(rows - centre, axis=1) for rows in (synthetic, real))
    alphas = np.linspace(0, 1, STEPS)
    reached = np.array([(ours <= radius).mean() for radius in np.quantile(theirs, alphas)])
    return float(1 - np.abs(alphas - reached).sum() / alphas.sum())


def beta_recall(real: Floats, synthetic: Floats) -> float:
    """Return how many real rows are met by synthetic ones of each inner share (beta-recall); 1 is ideal.

    A real row is met when its nearest synthetic row is no farther than its nearest real one. Alaa et al., 2022.
    Fresh real rows reach about a half, and a copier the most.
    """
    from sklearn.neighbors import NearestNeighbors

    near = NearestNeighbors(n_neighbors=2).fit(real).kneighbors(real)[0][:, 1]
    far, which = NearestNeighbors(n_neighbors=1).fit(synthetic).kneighbors(real)
    from_centre = np.linalg.norm(synthetic - synthetic.mean(axis=0), axis=1)
    alphas = np.linspace(0, 1, STEPS)
    met, place = far[:, 0] <= near, from_centre[which[:, 0]]
    reached = np.array([(met & (place <= radius)).mean() for radius in np.quantile(from_centre, alphas)])
    return float(1 - np.abs(alphas - reached).sum() / alphas.sum())


def logistic_detection(real: Floats, synthetic: Floats, *, seed: int) -> float:
    """Return 1 minus twice what a logistic regression's area under the curve has above a half: 1 is undetected.

    As SDMetrics and the TabSyn papers define their C2ST, on three folds. A linear detector sees no lost dependence: it
    calls columns shuffled on their own nearly undetectable. The boosted detector of this report is for verdicts.
    """
    from sklearn.linear_model import LogisticRegression

    size = min(len(real), len(synthetic))
    rng = generator(seed, "readouts", "logistic")
    matrix = np.concatenate([rows[rng.permutation(len(rows))[:size]] for rows in (real, synthetic)])
    truth = np.arange(2 * size) >= size
    fold = np.tile(np.arange(size) % FOLDS, 2)
    told = []
    for k in range(FOLDS):
        model = LogisticRegression(max_iter=200).fit(matrix[fold != k], truth[fold != k])
        told.append(max(0.5, auc(truth[fold == k], model.decision_function(matrix[fold == k]))[0]))
    return float(1 - np.mean([2 * area - 1 for area in told]))


def readout_scores(paired: Paired, *, seed: int) -> tuple[Score, ...]:
    """Return the figures for synthetic rows against the real ones, beside those of rows held back."""
    sides = [paired.real, paired.synthetic, *([paired.holdout] if paired.holdout is not None else [])]
    if min(p.rows for p in sides) < FEWEST or not paired.columns:
        return ()
    size = min(DETECTOR_ROWS, *(p.rows for p in sides))
    sampled = [p.sample(size, seed, "readouts", k) for k, p in enumerate(sides)]
    real, *others = matrices(paired.columns, paired.real, sampled)
    found = [
        (alpha_precision(real[:ROWS], o[:ROWS]), beta_recall(real[:ROWS], o[:ROWS]),
         logistic_detection(real, o, seed=seed))
        for o in others
    ]  # fmt: skip
    told = (
        ("alpha_precision", "alpha-precision", "how well synthetic rows fill the ground of real ones", min(size, ROWS)),
        ("beta_recall", "beta-recall", "how many real rows synthetic ones meet", min(size, ROWS)),
        (
            "logistic_c2st",
            "Logistic C2ST score",
            "how badly a linear detector tells synthetic rows from real ones",
            size,
        ),
    )
    return tuple(_readout(name, title, said, n, [f[k] for f in found]) for k, (name, title, said, n) in enumerate(told))


def _readout(name: str, title: str, said: str, rows: int, found: Sequence[float]) -> Score:
    value, floor = found[0], found[1] if len(found) > 1 else None
    beside = f" (rows held back: {floor:.3f})" if floor is not None else ""
    shared: dict[str, Any] = {"family": "fidelity", "unit": "share", "ideal": 1.0, "of": "rows a side"}
    return Score(name=name, title=title, value=value, floor=floor, n=rows, readout=True, verdict="unknown",
                 meaning=f"As papers define it, {said}: {value:.3f}{beside}. Shown to compare only.",
                 **shared)  # fmt: skip
