"""Three families of models that predict one column from the others: boosted trees, a linear one and neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from likewise.evaluation.boosting import Floats, auc, booster, features, one_thread, without_empty
from likewise.evaluation.pairing import Compared, Part

Model = Literal["boosted", "linear", "neighbours"]
Unit = Literal["AUC", "R2"]
MODELS: tuple[Model, ...] = ("boosted", "linear", "neighbours")
CALLED: dict[Model, str] = {
    "boosted": "a model of boosted trees",
    "linear": "a regularised linear model",
    "neighbours": "a model of nearest neighbours",
}
ROUNDS = 30
CLASSES = 5
"""Commonest classes that are told apart; all others are one class."""
RARE = 10
"""Rows of a class below which its own figures are noise."""
FEW_VALUES = 20
"""A whole number with at most this many values is predicted as a class."""
ONE_HOT = 12
"""Commonest levels of a category that get an indicator each."""
NEIGHBOURS = 25


@dataclass(frozen=True, eq=False)
class Goal:
    """Say what is predicted: one of `size` classes (`values` are those with a class of their own), or a rank.

    A number is predicted as its rank among the real values, from 0 to 1, so that no outlier rules the figures; then
    `size` is 0 and `values` are the sorted real values.
    """

    place: int
    size: int
    values: npt.NDArray[Any]

    def labels(self, part: Part) -> npt.NDArray[Any]:
        """Return the class or the rank of each row; -1 or NaN where the value is missing."""
        values = part.arrays[self.place]
        if not self.size:
            low, high = np.searchsorted(self.values, values, "left"), np.searchsorted(self.values, values, "right")
            return np.where(np.isnan(values), np.nan, (low + high) / (2 * len(self.values)))
        missing = np.isnan(values) if values.dtype == np.float64 else values < 0
        order = np.argsort(self.values, kind="stable")
        at = np.minimum(np.searchsorted(self.values[order], values), len(order) - 1)
        own = self.values[order][at] == values
        return np.where(missing, -1, np.where(own, order[at], len(self.values))).astype(np.int64)

    def known(self, part: Part) -> Part:
        """Return the rows whose value can be told."""
        labels = self.labels(part)
        kept = (labels >= 0) & (labels < self.size) if self.size else ~np.isnan(labels)
        return part if bool(kept.all()) else part.take(kept)


def goal(columns: Sequence[Compared], place: int, real: Part, *, most: int = CLASSES) -> Goal | None:
    """Return what to predict of a column, judged by its real rows; None where they hold one value only.

    Classes beyond the `most` commonest, and levels that real rows lack, are one class together, left out if rare.
    """
    values = real.arrays[place]
    values = values[~np.isnan(values)] if values.dtype == np.float64 else values[values >= 0]
    found, counts = np.unique(values, return_counts=True)
    whole = columns[place].column.kind == "integer" and len(found) <= FEW_VALUES
    if columns[place].numeric and not whole:
        return Goal(place, 0, np.sort(values)) if len(found) > 1 else None
    order = np.argsort(-counts, kind="stable")[:most]
    order = order[counts[order] >= RARE]
    rest = int(counts.sum() - counts[order].sum())
    size = len(order) + (rest >= RARE)
    return Goal(place, size, found[order]) if size > 1 and len(order) else None


@dataclass(frozen=True, eq=False)
class Design:
    """Hold how columns become scaled numbers and indicators, as the rows say that it was made from."""

    columns: tuple[tuple[int, tuple[float, ...] | npt.NDArray[Any]], ...]

    def matrix(self, part: Part) -> Floats:
        """Return the design matrix of rows: numbers about 0 with spread 1, each with a flag where one is missing."""
        blocks: list[Floats] = []
        for place, how in self.columns:
            values = part.arrays[place]
            if isinstance(how, tuple):
                low, high, middle, spread, gaps = how
                missing = np.isnan(values)
                block = (np.clip(np.where(missing, middle, values), low, high) - middle) / spread
                blocks.extend([block, missing.astype(float)] if gaps else [block])
            else:
                blocks.extend((values == level).astype(np.float64) for level in how)
        return np.column_stack(blocks) if blocks else np.empty((part.rows, 0))


def design(columns: Sequence[Compared], part: Part, *, without: int, most: int = ONE_HOT) -> Design:
    """Return how to code the columns of `part` and of parts like it; numbers are cut at their outermost 1 %."""
    made: list[tuple[int, tuple[float, ...] | npt.NDArray[Any]]] = []
    for i, compared in enumerate(columns):
        values = part.arrays[i]
        if i == without:
            continue
        if compared.numeric:
            known = values[~np.isnan(values)]
            if not len(known):
                continue
            low, high = np.quantile(known, [0.01, 0.99])
            cut = np.clip(known, low, high)
            spread = float(cut.std())
            gaps = len(known) < 0.98 * part.rows
            if spread > 0 and np.isfinite(spread):
                made.append((i, (float(low), float(high), float(cut.mean()), spread, float(gaps))))
            continue
        found, counts = np.unique(values, return_counts=True)
        order = np.argsort(-counts, kind="stable")
        # The commonest level is what the others are compared with.
        kept = found[order[1 : most + 1]][counts[order[1 : most + 1]] >= RARE]
        if len(kept):
            made.append((i, kept))
    return Design(tuple(made))


def predict(
    model: Model, columns: Sequence[Compared], aim: Goal, train: Part, tests: Sequence[Part], *, coding: Design,
    seed: int, rounds: int = ROUNDS,
) -> list[Floats]:  # fmt: skip
    """Train on the rows of one part and return predictions for others.

    A column a class with its probability, or one column with the rank. `train` holds rows with a known label only. A
    training part of one class, or without a column to predict from, predicts the shares of its classes.
    """
    labels = aim.labels(train)
    if model == "boosted":
        coded = without_empty(features(columns, [train, *tests], without=aim.place))
        matrices: Sequence[Floats] = coded.matrices
    else:
        matrices = [coding.matrix(p) for p in (train, *tests)]
    plain = len(np.unique(labels)) < 2 or not matrices[0].shape[1]
    if plain:
        share = np.bincount(labels, minlength=aim.size) / len(labels) if aim.size else np.array([labels.mean()])
        return [np.tile(share, (p.rows, 1)) for p in tests]
    with one_thread():
        if model == "boosted":
            task = "classify" if aim.size else "regress"
            learner = booster(task, coded.categorical, rows=train.rows, rounds=_rounds(aim, rounds), seed=seed)
        else:
            learner = _linear(aim) if model == "linear" else _neighbours(aim, train.rows)
        # One call for all parts: each costs milliseconds of checks.
        said = _predicted(learner.fit(matrices[0], labels), aim, np.concatenate(matrices[1:]))
    return np.split(said, np.cumsum([p.rows for p in tests])[:-1])


def _rounds(aim: Goal, rounds: int) -> int:
    """Return fewer rounds where each grows a tree for each of many classes."""
    return max(8, rounds * 2 // aim.size) if aim.size > 2 else rounds


def _linear(aim: Goal) -> Any:
    from sklearn.linear_model import LogisticRegression, Ridge

    return LogisticRegression(C=1.0, max_iter=1_000, tol=1e-3) if aim.size else Ridge(alpha=1.0)


def _neighbours(aim: Goal, rows: int) -> Any:
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

    family = KNeighborsClassifier if aim.size else KNeighborsRegressor
    return family(n_neighbors=min(NEIGHBOURS, rows), algorithm="brute")


def _predicted(learner: Any, aim: Goal, matrix: Floats) -> Floats:
    if not len(matrix):
        return np.empty((0, max(aim.size, 1)))
    if not aim.size:
        return np.asarray(learner.predict(matrix), dtype=np.float64)[:, None]
    chance = np.zeros((len(matrix), aim.size))
    chance[:, learner.classes_] = learner.predict_proba(matrix)
    return chance


def quality(aim: Goal, labels: npt.NDArray[Any], predicted: Floats) -> float:
    """Return how well the order of the predictions is: the AUC of each class against the rest, averaged, or R2.

    Classes of fewer than 2 rows among `labels` do not count; 0.5 where no class is left, 0 where ranks do not vary.
    """
    if not aim.size:
        spread = float(((labels - labels.mean()) ** 2).sum()) if len(labels) else 0.0
        return 1 - float(((labels - predicted[:, 0]) ** 2).sum()) / spread if spread > 0 else 0.0
    figures = [auc(labels == k, predicted[:, k])[0] for k in range(aim.size) if 1 < (labels == k).sum() < len(labels)]
    return float(np.mean(figures)) if figures else 0.5


def hopeless(figure: float, unit: Unit) -> bool:
    """Say whether a figure of a model of real rows is hardly above guessing, so that there is nothing to lose."""
    return figure < (0.55 if unit == "AUC" else 0.05)


def losses(aim: Goal, labels: npt.NDArray[Any], predicted: Floats) -> Floats:
    """Return the loss of each row: half the Brier score (0 to 1), or the squared error of the rank.

    Brier, 1950. Unlike the AUC it rises when probabilities are wrong and their order is right, as after label noise.
    """
    if not aim.size:
        return np.asarray((labels - predicted[:, 0]) ** 2)
    return np.asarray(((predicted - np.eye(aim.size)[labels]) ** 2).sum(axis=1) / 2)
