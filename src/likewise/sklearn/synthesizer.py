"""An estimator that learns features, perhaps with a target, and draws rows like them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError

from likewise.core.draw import sample
from likewise.core.protocol import Model
from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.errors import FitError, PrivacyError, SettingsError
from likewise.recipes.verbs import fit
from likewise.sklearn.features import Features, read_features


class TableSynthesizer(BaseEstimator):  # type: ignore[misc]
    """Learn a table of features, perhaps with a column of classes, and draw rows like it.

    `X` is a pandas or polars frame, an Arrow table, a dict of columns or a 2-D array; what is drawn is of the same
    kind. `technique` and `settings` are those of `likewise.fit`, `random_state` is its seed. Use it where code wants
    the interface of scikit-learn; `Resampler` evens out classes, and `likewise.synthesize` judges what it makes.

    >>> X, y = np.arange(400.0).reshape(200, 2) % 7, np.array(["rare"] * 40 + ["usual"] * 160)
    >>> rows, classes = TableSynthesizer().fit(X, y).sample(10, given={"target": "rare"})
    >>> rows.shape, set(classes.tolist())
    ((10, 2), {'rare'})
    """

    def __init__(
        self, technique: str = "auto", *, settings: Mapping[str, Any] | None = None, random_state: int = 0
    ) -> None:  # fmt: skip
        self.technique = technique
        self.settings = settings
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn from features, and from one class (or number) a row where `y` is given."""
        if "epsilon" in (self.settings or {}):
            raise PrivacyError("privacy.looked-at", "features are looked at before they are learned, for which no "
                               "budget pays", where="settings",
                               hint="fit the frame itself: likewise.fit(frame, epsilon=..., domain=...)")  # fmt: skip
        self._features: Features = read_features(self, X)
        table = self._features.table
        self.target_: str | None = None
        if y is not None:
            self.target_ = _target_name(y, table)
            table = _beside(table, _column(y, self.target_, table.rows))
        self.model_: Model = fit(table, technique=self.technique, seed=self.random_state, **(self.settings or {}))
        return self

    def sample(self, n_samples: int = 1, *, given: Any = None) -> Any:
        """Return `n_samples` new rows; with their classes, as a pair, where `y` was given to `fit`.

        `given` are conditions as in `Model.sample`. The same `random_state` gives the same rows.
        """
        self._check_fitted()
        drawn = sample(self.model_, n_samples, given=given, seed=self.random_state)
        features = self._features.like(drawn)
        if self.target_ is None:
            return features
        target = drawn.select([self.target_]).to_native()[self.target_]
        return features, np.asarray(target) if isinstance(features, np.ndarray) else target

    def score_samples(self, X: Any, y: Any = None) -> npt.NDArray[np.float64]:
        """Return the log-likelihood of each row under the model; `y` is wanted where `fit` was given one."""
        self._check_fitted()
        if not hasattr(self.model_, "log_prob"):
            raise SettingsError("settings.technique", f"technique `{self.model_.technique}` tells no likelihood",
                                where="score_samples", hint="use technique='autoregressive'")  # fmt: skip
        rows = read_features(self, X).table
        if (y is None) != (self.target_ is None):
            raise FitError("fit.target", "`y` is given to both `fit` and `score_samples` or to neither",
                           hint="score with the classes that were learned")  # fmt: skip
        if self.target_ is not None:
            rows = _beside(rows, _column(y, self.target_, rows.rows))
        found: npt.NDArray[np.float64] = self.model_.log_prob(rows)
        return found

    def _check_fitted(self) -> None:
        if not hasattr(self, "model_"):
            raise NotFittedError("this TableSynthesizer has learned nothing yet; call `fit` first")


def _target_name(y: Any, features: Table) -> str:
    name = str(getattr(y, "name", None) or "target")
    while name in features.names:
        name += "_"
    return name


def _column(y: Any, name: str, rows: int) -> Table:
    """Return `y` as a Table of one column. Raises FitError when it is not one value a row."""
    table = Table.from_any(y.to_frame(name) if hasattr(y, "to_frame") else {name: np.asarray(y)})
    if table.rows != rows:
        raise FitError("fit.shape", f"`X` has {rows:,} rows and `y` {table.rows:,} values", where="y",
                       hint="give one class a row")  # fmt: skip
    return table


def _beside(left: Table, right: Table) -> Table:
    """Return the columns of two tables side by side, in the kind of the first."""
    columns = left.columns
    for name in right.names:
        columns = columns.append_column(name, right.column(name))
    return Table(columns, Schema(columns=(*left.schema.columns, *right.schema.columns), nested=left.schema.nested),
                 left.container)  # fmt: skip
