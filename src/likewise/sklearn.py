"""A scikit-learn style estimator: fit to features and classes, draw new rows, even out rare classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError

from likewise.core.draw import stream
from likewise.core.protocol import Model
from likewise.core.schema import Schema
from likewise.core.table import Table, concat
from likewise.errors import ConditionError, FitError, SettingsError
from likewise.recipes.verbs import fit


class TableSynthesizer(BaseEstimator):  # type: ignore[misc]
    """Learn a table of features, perhaps with a column of classes, and draw rows like it.

    `X` is a pandas or polars frame, an Arrow table, a dict of columns or a 2-D array; what is drawn is of the same
    kind. `technique` and `settings` are those of `likewise.fit`, `random_state` is its seed. `sampling_strategy` says
    how many rows `fit_resample` gives each class: `auto` as many as the largest has, or a count for some classes, as in
    imbalanced-learn; rows are only ever added. Use it where code wants the interface of scikit-learn or of
    imbalanced-learn's samplers; `likewise.synthesize` judges what it makes, this does not.

    >>> X, y = np.arange(400.0).reshape(200, 2) % 7, np.array(["rare"] * 40 + ["usual"] * 160)
    >>> more, classes = TableSynthesizer().fit_resample(X, y)
    >>> more.shape, [int((classes == c).sum()) for c in ("rare", "usual")]
    ((320, 2), [160, 160])

    Chawla et al., 2002, Journal of Artificial Intelligence Research 16 (adding synthetic rows to rare classes).
    """

    def __init__(
        self,
        technique: str = "auto",
        *,
        settings: Mapping[str, Any] | None = None,
        sampling_strategy: str | Mapping[Any, int] = "auto",
        random_state: int = 0,
    ) -> None:
        self.technique = technique
        self.settings = settings
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn from features, and from one class (or number) a row where `y` is given."""
        features, like = _table(X)
        self._like: npt.NDArray[Any] | None = like
        self.n_features_in_ = len(features.names)
        self.target_: str | None = None
        if y is not None:
            self.target_ = _target_name(y, features)
            features = _beside(features, _classes(y, self.target_, features.rows))
        self.model_: Model = fit(features, technique=self.technique, seed=self.random_state, **(self.settings or {}))
        return self

    def sample(self, n_samples: int = 1, *, given: Any = None) -> Any:
        """Return `n_samples` new rows; with their classes, as a pair, where `y` was given to `fit`.

        `given` are conditions as in `Model.sample`. The same `random_state` gives the same rows.
        """
        self._check_fitted()
        drawn = concat(list(stream(self.model_, n_samples, given=given, seed=self.random_state)))
        return self._parted(drawn)

    def score_samples(self, X: Any, y: Any = None) -> npt.NDArray[np.float64]:
        """Return the log-likelihood of each row under the model; `y` is wanted where `fit` was given one."""
        self._check_fitted()
        if not hasattr(self.model_, "log_prob"):
            raise SettingsError("settings.technique", f"technique `{self.model_.technique}` tells no likelihood",
                                where="score_samples", hint="use technique='autoregressive'")  # fmt: skip
        rows, _ = _table(X)
        if (y is None) != (self.target_ is None):
            raise FitError("fit.target", "`y` is given to both `fit` and `score_samples` or to neither",
                           hint="score with the classes that were learned")  # fmt: skip
        if self.target_ is not None:
            rows = _beside(rows, _classes(y, self.target_, rows.rows))
        found: npt.NDArray[np.float64] = self.model_.log_prob(rows)
        return found

    def fit_resample(self, X: Any, y: Any) -> tuple[Any, Any]:
        """Return all real rows and, after them, synthetic ones of the classes that have too few.

        Raises FitError for missing classes, and for those of fewer rows than `min_count` protects.
        """
        self.fit(X, y)
        assert self.target_ is not None
        features, _ = _table(X)
        real = _beside(features, _classes(y, self.target_, features.rows))
        parts = [real]
        for level, short in self._short(y).items():
            try:
                parts += stream(self.model_, short, given={self.target_: [level]}, seed=self.random_state)
            except ConditionError:
                raise FitError("fit.rare-class", f"too few rows are of class {level!r} to learn what they are like",
                               where="y", hint="lower `min_count` in `settings`, or leave the class out of "
                                               "`sampling_strategy`") from None  # fmt: skip
        more, classes = self._parted(_stacked(parts))
        return more, classes

    def _short(self, y: Any) -> dict[Any, int]:
        """Return how many rows each class lacks."""
        classes = pa.array(y, from_pandas=True).value_counts()
        if classes.field("values").null_count:
            raise FitError("fit.missing-class", "`y` holds missing values, which are no class", where="y",
                           hint="drop those rows, or name the class")  # fmt: skip
        have = {pair["values"].as_py(): pair["counts"].as_py() for pair in classes}
        if isinstance(self.sampling_strategy, Mapping):
            wanted = {_plain(level): int(count) for level, count in self.sampling_strategy.items()}
            unknown = [level for level in wanted if level not in have]
            if unknown:
                raise SettingsError("settings.sampling-strategy", f"`y` has no class {unknown[0]!r}",
                                    hint="list classes that `y` holds")  # fmt: skip
        elif self.sampling_strategy == "auto":
            wanted = dict.fromkeys(have, max(have.values()))
        else:
            raise SettingsError("settings.sampling-strategy", "`sampling_strategy` is 'auto' or a count for each class",
                                hint="use e.g. {'fraud': 1000}")  # fmt: skip
        return {level: count - have[level] for level, count in wanted.items() if count > have[level]}

    def _parted(self, rows: Table) -> Any:
        """Return features, or features and classes, in the kind that `fit` was given."""
        names = [name for name in rows.names if name != self.target_]
        features = rows.select(names).to_native()
        if self._like is not None:
            features = np.column_stack([features[name] for name in names]).astype(self._like.dtype)
        if self.target_ is None:
            return features
        classes = rows.select([self.target_]).to_native()[self.target_]
        return features, np.asarray(classes) if self._like is not None else classes

    def _check_fitted(self) -> None:
        if not hasattr(self, "model_"):
            raise NotFittedError("this TableSynthesizer has learned nothing yet; call `fit` first")


def _table(X: Any) -> tuple[Table, npt.NDArray[Any] | None]:
    """Return features as a Table, and the array that they came as, if they did."""
    if not isinstance(X, np.ndarray):
        return Table.from_any(X), None
    if X.ndim != 2:
        raise FitError("fit.shape", f"an array of features has two dimensions, not {X.ndim}",
                       hint="use X.reshape(-1, 1) for a single feature")  # fmt: skip
    return Table.from_any({f"x{place}": X[:, place] for place in range(X.shape[1])}), X[:0]


def _target_name(y: Any, features: Table) -> str:
    name = str(getattr(y, "name", None) or "target")
    while name in features.names:
        name += "_"
    return name


def _classes(y: Any, name: str, rows: int) -> Table:
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


def _stacked(parts: list[Table]) -> Table:
    """Return rows of several tables whose levels may differ, typed as those of the first."""
    first = parts[0]
    written = pa.concat_tables([part.written() for part in parts], promote_options="permissive")
    return Table.from_arrow(written, first.schema, first.container)


def _plain(level: Any) -> Any:
    return level.item() if isinstance(level, np.generic) else level
