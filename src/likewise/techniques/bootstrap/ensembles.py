"""What the rows that a resample leaves out are good for: ensembles, splits and the error of a prediction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.errors import FitError, SettingsError, suggest
from likewise.techniques.bootstrap.resampling import Resampling, check_replicates, groups, resampling
from likewise.techniques.bootstrap.runs import Indices

Floats = npt.NDArray[np.float64]
Split = tuple[Indices, Indices]
Loss = Literal["auto", "zero-one", "squared", "absolute"]
LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    "zero-one": lambda y, predicted: y != predicted,
    "squared": lambda y, predicted: (y - predicted) ** 2,
    "absolute": lambda y, predicted: abs(y - predicted),
}

MOST_TRIES = 1000
"""Resamples that are drawn for one that leaves a row out."""


def out_of_bag(
    n: int, *, replicates: int = 100, strata: Any = None, entity: Any = None, seed: int = 0
) -> Iterator[Split]:
    """Yield the rows of each resample of `n` rows, and the rows that it leaves out (about 36.8 % of them), int64.

    `strata` (a label a row) keeps the size of each stratum; `entity` draws whole entities, so that none is on both
    sides. A resample that leaves nothing out is drawn again. The same seed gives the same rows.

    Use when each member of an ensemble is to be tried on rows that it has not learned. Avoid for series, of which a row
    that is left out lies beside rows that are not.

    Raises SettingsError for labels that do not fit, and FitError for fewer than two rows, or entities, or rows in every
    stratum.

    >>> [(len(rows), len(left)) for rows, left in out_of_bag(1000, replicates=2)]
    [(1000, 385), (1000, 373)]
    """
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 0:
        raise SettingsError("settings.n", "the number of rows is a whole number of at least 0", hint="use e.g. n=1000")
    check_replicates(replicates)
    generator(seed)
    scheme = resampling(int(n), strata=strata, entity=entity)
    if max(map(len, scheme.strata), default=len(scheme.entities) or n) < 2:
        raise FitError("fit.out-of-bag", "no resample leaves anything out", hint="give at least two rows, or entities")
    return _out_of_bag(scheme, int(replicates), seed)


def _out_of_bag(scheme: Resampling, replicates: int, seed: int) -> Iterator[Split]:
    for rng, count in groups(scheme, replicates, seed):
        for _ in range(count):
            for _ in range(MOST_TRIES):
                rows = scheme.indices(rng, 1)[0]
                left = np.ones(scheme.rows, dtype=bool)
                left[rows] = False
                if left.any():
                    break
            yield rows, np.flatnonzero(left)


@dataclass(frozen=True)
class BootstrapSplit:
    """Split rows into a resample to learn from and what it leaves out, `n_splits` times, as scikit-learn splits.

    `stratify` keeps the size of each class of y; where `groups` are given, whole groups are drawn. `n_splits` is at
    least 1.

    Use when `cross_val_score` and its like are to work out of bag. Avoid for series. Raises what `out_of_bag` raises.

    >>> splits = BootstrapSplit(3).split(range(10))
    >>> [len(left) for _, left in splits]
    [3, 4, 4]

    Efron, 1983, JASA 78.
    """

    n_splits: int = 100
    stratify: bool = False
    seed: int = 0

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[Split]:
        """Yield rows to learn from, with repeats, and rows to be tried on."""
        n = X.shape[0] if hasattr(X, "shape") else len(X)
        if self.stratify and y is None:
            raise SettingsError("settings.strata", "`stratify` keeps the classes of y, and there is no y",
                                hint="give y, or stratify=False")  # fmt: skip
        yield from out_of_bag(n, replicates=self.n_splits, strata=y if self.stratify else None, entity=groups,
                              seed=self.seed)  # fmt: skip

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Return the number of splits."""
        return self.n_splits


@dataclass(frozen=True)
class PredictionError:
    """Hold the error that a model will make on new rows, as four estimators see it, and what they are made of.

    `apparent` is that on the rows that were learned, `out_of_bag` that on rows that were left out (too large, as models
    learned from fewer different rows), `no_information` that of predictions dealt out at random; `overfitting` is
    0 for none and 1 for all. `e632` and `e632_plus` lie between the first two.
    """

    apparent: float
    out_of_bag: float
    no_information: float
    overfitting: float
    e632: float
    e632_plus: float


def prediction_error(
    estimator: Any,
    X: Any,
    y: Any,
    *,
    loss: Loss | Callable[[Any, Any], Any] = "auto",
    replicates: int = 100,
    strata: Any = None,
    entity: Any = None,
    seed: int = 0,
) -> PredictionError:
    """Return how far a scikit-learn estimator's predictions will be off, by the .632 and .632+ estimators.

    `X` is (rows, features) or a frame, `y` one value a row. `loss` is `zero-one` (for classifiers), `squared`,
    `absolute`, or a function of y and predictions that returns one number a row. Cost: `replicates` + 1 fits.

    Use when rows are few: these estimators vary less than cross-validation does. Avoid `.632` where the model can fit
    anything (1-nearest neighbour), for which `.632+` was made.

    Raises SettingsError for a loss that does not fit and what `out_of_bag` raises.

    >>> from sklearn.datasets import load_iris
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> found = prediction_error(DecisionTreeClassifier(random_state=0), *load_iris(return_X_y=True), replicates=30)
    >>> found.apparent, round(found.out_of_bag, 2), round(found.e632_plus, 2)
    (0.0, 0.05, 0.03)

    Efron and Tibshirani, 1997, JASA 92.
    """
    from sklearn.base import clone, is_classifier
    from sklearn.utils import _safe_indexing as picked

    target = np.asarray(y)
    if loss == "auto":
        loss = "zero-one" if is_classifier(estimator) else "squared"
    if not callable(loss) and loss not in LOSSES:
        raise SettingsError(
            "settings.loss", f"there is no loss `{loss}`", hint=suggest(str(loss), list(LOSSES), "loss")
        )
    lost = loss if callable(loss) else LOSSES[loss]
    splits = out_of_bag(len(target), replicates=replicates, strata=strata, entity=entity, seed=seed)
    predicted = np.asarray(clone(estimator).fit(X, target).predict(X))
    apparent = float(_losses(lost, target, predicted).mean())
    total, times = np.zeros(len(target)), np.zeros(len(target))
    for rows, left in splits:
        model = clone(estimator).fit(picked(X, rows), target[rows])
        total[left] += _losses(lost, target[left], np.asarray(model.predict(picked(X, left))))
        times[left] += 1
    seen = times > 0
    out = float((total[seen] / times[seen]).mean())
    return _error(apparent, out, _no_information(lost, target, predicted))


def _error(apparent: float, out: float, none: float) -> PredictionError:
    """Put the estimators together."""
    capped = min(out, none)
    overfitting = (capped - apparent) / (none - apparent) if capped > apparent and none > apparent else 0.0
    weight = 0.632 / (1 - 0.368 * overfitting)
    plus = (1 - weight) * apparent + weight * (capped if overfitting else out)
    return PredictionError(apparent, out, none, overfitting, 0.368 * apparent + 0.632 * out, plus)


def _losses(loss: Callable[[Any, Any], Any], y: Any, predicted: Any) -> Floats:
    try:
        values = np.asarray(loss(y, predicted), dtype=np.float64)
    except (TypeError, ValueError):
        values = np.full(1, np.nan)
    if values.shape != y.shape or not np.isfinite(values).all():
        raise SettingsError("settings.loss", "the loss is not one number for each row",
                            hint="give a function of y and predictions, or `zero-one` for classes")  # fmt: skip
    return values


def _no_information(loss: Callable[[Any, Any], Any], y: Any, predicted: Any) -> float:
    """Return the mean loss over all pairs of a row's y and another's prediction, each distinct pair worked out once."""
    values, counts = np.unique(predicted, return_counts=True)
    total = 0.0
    for value, count in zip(values, counts.tolist()):
        total += count * float(_losses(loss, y, np.full(len(y), value)).mean())
    return total / len(predicted)
