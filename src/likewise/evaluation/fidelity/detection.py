"""The two-sample test by classifier (C2ST): can a learner tell synthetic rows from real ones?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.evaluation.boosting import Features, auc, booster, features, filled, one_thread
from likewise.evaluation.fidelity.calendar import MOMENTS, calendar_parts
from likewise.evaluation.fidelity.corners import GRAVE, MATTERS, Corner, find_corner, needed_features
from likewise.evaluation.fidelity.digits import last_places
from likewise.evaluation.pairing import Compared, Part
from likewise.evaluation.score import ALARM, FEWEST, Score, Verdict, judge

ROWS = 20_000
FOLDS, FEW_FOLDS, MANY = 5, 3, 4_000
"""Folds, and the fewer that do from so many rows a side on: two thirds of them are enough to learn from."""
ROUNDS = 75
FOLDED = 1.4
"""How many times more figures of fresh rows spread over folds than over rows that nothing was learned from."""
ASKED = 2_000
"""Rows on which the telling columns are looked for."""
VARIES = 0.01
"""Share of numbers that must end at another place than others before the place is a feature."""
LARGE = (0.06, 0.15)
"""Area under the curve beyond what real rows score up to which detectability is good, and fair."""
BESIDE_GUESSING = 0.02
"""How far the interval must lie above what real rows score before columns are named: below it they would be noise."""


@dataclass(frozen=True)
class Detection:
    """Hold the area under the curve with its standard error, the rows a side and the columns that tell most.

    `corner` are rows that are surely told, `corner_telling` the columns that tell them.
    """

    auc: float
    error: float
    rows: int
    telling: tuple[str, ...] = ()
    corner: Corner | None = None
    corner_telling: tuple[str, ...] = ()

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval."""
        return max(0.0, self.auc - 1.96 * self.error), min(1.0, self.auc + 1.96 * self.error)


def detect(
    columns: Sequence[Compared], real: Part, other: Part, *, seed: int, explain: bool = True
) -> Detection | None:
    """Return how well boosted trees tell `other` from `real` out of fold, on equal counts of raw rows.

    0.5 is guessing, 1 is telling every row. At most 20,000 rows a side; None with fewer than 50. Missing values are
    features as they are, and so are how many decimals a number has and where a date stands in the calendar. The
    standard error is DeLong's, widened because the folds' models learn from one another's rows (Bates, Hastie and
    Tibshirani, 2024, JASA 119).

    Lopez-Paz and Oquab, 2017, ICLR. Avoid linear detectors: they cannot see lost dependence.
    """
    size = min(real.rows, other.rows, ROWS)
    if size < FEWEST or not columns:
        return None
    parts = [real.sample(size, seed, "detection", "real"), other.sample(size, seed, "detection", "other")]
    coded = _with_places(features(columns, parts), columns, parts)
    if not coded.positions:
        return Detection(0.5, 0.0, size)
    matrix = np.concatenate(coded.matrices)
    truth = np.arange(2 * size) >= size
    folds = FEW_FOLDS if size >= MANY else FOLDS
    fold = _folds(truth, folds, seed)
    score = np.zeros(2 * size)
    models = []
    with one_thread():
        for k in range(folds):
            train, test = fold != k, fold == k
            models.append(booster("classify", coded.categorical, rows=int(train.sum()), rounds=ROUNDS, seed=seed + k))
            score[test] = models[k].fit(filled(matrix[train]), truth[train]).predict_proba(matrix[test])[:, 1]
        value, error = auc(truth, score)
        if not explain:
            return Detection(value, FOLDED * error, size)
        names = [columns[i].name for i in coded.positions]
        test = fold == 0
        ranked = _telling(models[0], matrix[test], truth[test], seed)
        corner = find_corner(truth, score, fold)
        needed = _needed(models[0], matrix[test], corner.rows[test], corner.synthetic, seed) if corner else []
    told, corner_told = (tuple(dict.fromkeys(names[j] for j in which[:3])) for which in (ranked, needed))
    return Detection(value, FOLDED * error, size, told, corner, corner_told)


def _with_places(coded: Features, columns: Sequence[Compared], parts: Sequence[Part]) -> Features:
    """Add what trees cannot see in a number: its last place, or its place in the calendar, where that varies."""
    added: list[list[npt.NDArray[np.float64]]] = []
    positions = []
    for i, compared in enumerate(columns):
        for places in _places(compared, [p.arrays[i] for p in parts]) if compared.numeric else ():
            common = np.bincount(np.concatenate(places) + 1)[1:]
            if np.sum(common >= VARIES * common.sum()) > 1:
                added.append([p.astype(np.float64) for p in places])
                positions.append(i)
    if not added:
        return coded
    matrices = tuple(
        np.column_stack([matrix, *(block[k] for block in added)]) for k, matrix in enumerate(coded.matrices)
    )
    categorical = np.append(coded.categorical, np.zeros(len(added), dtype=bool))
    return Features(matrices, categorical, (*coded.positions, *positions))


def _places(compared: Compared, sides: Sequence[npt.NDArray[np.float64]]) -> Iterator[list[npt.NDArray[np.int64]]]:
    """Yield the codes of each place for every side, -1 where the number is missing."""
    gone = [np.isnan(values) for values in sides]
    known = [np.where(g, 0, values) for g, values in zip(gone, sides, strict=True)]
    kind = compared.column.kind
    if kind not in MOMENTS:
        found = [[last_places(values)] for values in known]
    else:
        found = [[codes for _, _, codes in calendar_parts(values, kind)] for values in known]
    for place in zip(*found, strict=True):
        yield [np.where(g, -1, codes) for g, codes in zip(gone, place, strict=True)]


def _folds(truth: npt.NDArray[np.bool_], folds: int, seed: int) -> npt.NDArray[np.int64]:
    """Return a fold for each row, each fold with its share of both sides."""
    rng = generator(seed, "detection", "folds")
    fold = np.empty(len(truth), dtype=np.int64)
    for side in (False, True):
        where = rng.permutation(np.flatnonzero(truth == side))
        fold[where] = np.arange(len(where)) % folds
    return fold


def _telling(
    model: Any, matrix: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_], seed: int
) -> list[int]:  # fmt: skip
    """Return the features whose shuffling costs the detector most, when it costs anything worth saying."""
    rng = generator(seed, "detection", "telling")
    rows = rng.permutation(len(matrix))[:ASKED]
    matrix, truth = matrix[rows], truth[rows]
    order = rng.permutation(len(rows))
    asked = [matrix]
    for j in range(matrix.shape[1]):
        shuffled = matrix.copy()
        shuffled[:, j] = matrix[order, j]
        asked.append(shuffled)
    said = model.predict_proba(np.concatenate(asked))[:, 1]
    full, *less = (auc(truth, part)[0] for part in np.split(said, len(asked)))
    costs = [full - value for value in less]
    return [int(j) for j in np.argsort(-np.array(costs), kind="stable") if costs[j] > 0.01]


def _needed(
    model: Any, matrix: npt.NDArray[np.float64], rows: npt.NDArray[np.bool_], synthetic: bool, seed: int
) -> list[int]:  # fmt: skip
    """Return the features without which rows of a corner would not be told, replaced by those of rows at random."""
    sure = matrix[rows][:ASKED]
    others = matrix[generator(seed, "detection", "needed").integers(0, len(matrix), len(sure))]
    return needed_features(model, sure, others, synthetic)


def detection_score(found: Detection | None, floor: Detection | None, *, against: str) -> Score:
    """Say what the detector found; `against` names the real rows it was asked to tell apart (holdout or real).

    A fault must be both large and no accident: the chance is that of guessing (Mann and Whitney, 1947), or of what real
    rows score where that is more.
    """
    from scipy.stats import norm

    if found is None:
        return Score(
            name="c2st", title="Detectability", family="fidelity", value=None, unit="AUC", ideal=0.5, n=0,
            verdict="unknown", meaning=f"A detector needs at least {FEWEST} rows on each side; there are too few.",
        )  # fmt: skip
    low, high = found.interval
    base = max(0.5, floor.auc if floor else 0.5)
    where = (
        "rows held back from training" if against == "holdout" else "the very rows that the synthetic data came from"
    )
    guessing = float(np.sqrt((2 * found.rows + 1) / 12) / max(1, found.rows))
    noise = max(found.error, FOLDED * guessing)
    chance = float(norm.sf((found.auc - base) / noise))
    beside = (
        f"; real rows against real rows score {floor.auc:.2f}"
        if floor
        else f"; without a floor, up to {0.5 + norm.isf(ALARM) * noise:.2f} counts as sampling noise"
    )
    told = found.telling if low > base + BESIDE_GUESSING else ()
    telling = f" What gives it away most: {', '.join(f'`{n}`' for n in told)}." if told else ""
    overall = "good" if chance >= ALARM else judge(found.auc - base, good=LARGE[0], fair=LARGE[1])
    sure, corner_said = _corner_said(found)
    return Score(
        name="c2st",
        title="Detectability",
        family="fidelity",
        value=found.auc,
        unit="AUC",
        ideal=0.5,
        floor=floor.auc if floor else None,
        interval=(low, high),
        chance=chance if found.corner is None else min(1.0, 2 * min(chance, found.corner.chance)),
        n=found.rows,
        of="rows a side",
        verdict=max(overall, sure, key=("good", "fair", "poor").index),
        meaning=f"A learner that tries to tell synthetic rows from {where} reaches {found.auc:.2f} (0.50 is guessing, "
        f"1.00 is always right; 95 % interval {low:.2f} to {high:.2f}){beside}.{telling}{corner_said}",
    )


def _corner_said(found: Detection) -> tuple[Verdict, str]:
    """Return the verdict on rows that are surely told, and what to say of them."""
    corner = found.corner
    if corner is None or corner.told < MATTERS:
        return "good", ""
    whose = "the synthetic rows are surely told" if corner.synthetic else "the real rows are of a kind that is missing"
    by = f", by {', '.join(f'`{n}`' for n in found.corner_telling)}" if found.corner_telling else ""
    return "fair" if corner.told < GRAVE else "poor", f" Some {100 * corner.told:.1f} % of {whose}{by}."
