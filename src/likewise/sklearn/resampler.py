"""An estimator that evens out classes by rows that any technique draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sklearn.base import BaseEstimator, OneToOneFeatureMixin
from sklearn.utils import Tags, check_random_state

from likewise.core.conditions import levels_of
from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.recipes.balance import Balancing, filled
from likewise.recipes.rows import Rows
from likewise.sklearn.classes import Classes, Strategy, read_classes, rows_lacking
from likewise.sklearn.features import Features, read_features
from likewise.sklearn.refusals import InvalidData, InvalidParameter, refusing, validating
from likewise.sklearn.tags import sampler_tags
from likewise.techniques.smote import uncontradicted


class Resampler(OneToOneFeatureMixin, BaseEstimator):  # type: ignore[misc]
    """Even out classes: return all real rows and, after them, drawn ones of the classes that have too few.

    `technique` and `settings` are those of `likewise.balance`: any technique that draws rows of a class, or `auto` for
    the one whose rows help a learner most on the rows themselves. `clean` (`none`, `enn` or `tomek`) then removes rows
    that their neighbours contradict, real ones too. `sampling_strategy` is that of imbalanced-learn's over-samplers:
    `auto`, `minority`, `not majority`, `not minority`, `all`, the least ratio to the largest class in (0, 1], the rows
    that each class shall have, or a callable of `y` that returns those. `random_state` is a whole number, a
    `RandomState` or None; the same number gives the same rows.

    `X` is a pandas or polars frame, an Arrow table, a dict of columns, an array, a list of lists or a sparse matrix,
    with texts, dates and missing values as they are; what is returned is of the same kind. `y` holds one class a row.
    Afterwards `sampling_strategy_` holds how many rows each class lacked, and `notes_` sentences on what was done: what
    `auto` took and whether any gain is beyond chance, and how private the new rows are.

    Use within a pipeline, or on the training part alone: drawn rows must not reach the rows that judge a learner. Avoid
    where moving the threshold or weighing classes does as well: neither takes rows nor time. Raises InvalidData,
    InvalidParameter and InvalidType, which are LikewiseErrors and the ValueErrors or TypeErrors that scikit-learn
    promises. Cost: that of the technique; 100,000 rows of ten numbers take about 0.4 CPU seconds with SMOTE.

    >>> X, y = np.arange(400.0).reshape(200, 2) % 7, np.array(["rare"] * 40 + ["usual"] * 160)
    >>> more, classes = Resampler("bootstrap").fit_resample(X, y)
    >>> more.shape, [int((classes == c).sum()) for c in ("rare", "usual")]
    ((320, 2), [160, 160])

    Chawla et al., 2002, Journal of Artificial Intelligence Research 16.
    """

    def __init__(
        self,
        technique: str = "smote",
        *,
        settings: Mapping[str, Any] | None = None,
        clean: str = "none",
        sampling_strategy: Strategy = "auto",
        random_state: int | np.random.RandomState | None = 0,
    ) -> None:
        self.technique = technique
        self.settings = settings
        self.clean = clean
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Check features and classes and note what `fit_resample` would add, without learning anything."""
        with refusing():
            self._read(X, y)
        return self

    def fit_resample(self, X: Any, y: Any) -> tuple[Any, Any]:
        """Return the real rows and, after them, those drawn for each class that lacks rows; and their classes."""
        with refusing():
            features, classes = self._read(X, y)
            real, target = _with_target(features.table, classes)
            lacks = {str(label): count for label, count in self.sampling_strategy_.items()}
            settings = {} if self.settings is None else self.settings
            asked = Balancing.from_dict({"column": target, "technique": self.technique, "settings": settings})
            rows = filled(Rows.real(real), asked, lacks, seed=self._seed())
            self.notes_ = rows.notes
            kept = self._kept(rows.table, target)
            made = rows.table.take(kept[kept >= real.rows])
            places = {str(label): code for code, label in enumerate(classes.labels)}
            levels = np.array([places[level] for level in levels_of(made.schema[target])], dtype=np.int64)
            still = kept[kept < real.rows]
            return (
                features.followed_by(made, still),
                classes.followed_by(levels[made.codes(target)], still),
            )

    def _read(self, X: Any, y: Any) -> tuple[Features, Classes]:
        features = read_features(self, X).measured()
        classes = read_classes(y, features.table.rows)
        self.sampling_strategy_ = rows_lacking(self.sampling_strategy, classes)
        return features, classes

    def _kept(self, rows: Table, target: str) -> npt.NDArray[np.int64]:
        """Return the places of the rows that cleaning leaves."""
        if self.clean == "none":
            return np.arange(rows.rows)
        if self.clean not in ("enn", "tomek"):
            raise InvalidParameter("settings.clean", f"there is no method `{self.clean}` of cleaning", where="clean",
                                   hint="write 'none', 'enn' or 'tomek'")  # fmt: skip
        return uncontradicted(rows, target, method="enn" if self.clean == "enn" else "tomek")

    def _seed(self) -> int:
        """Return the seed of the draws; a whole number is taken as it is."""
        if isinstance(self.random_state, int | np.integer):
            return int(self.random_state)
        with validating("random_state", "use a whole number of at least 0"):
            return int(check_random_state(self.random_state).randint(2**31 - 1))

    def __sklearn_tags__(self) -> Tags:
        return sampler_tags(super().__sklearn_tags__())


def _with_target(features: Table, classes: Classes) -> tuple[Table, str]:
    """Return features beside their classes, and the name of the column of classes."""
    name = str(getattr(classes.came, "name", None) or "target")
    while name in features.names:
        name += "_"
    levels = tuple(map(str, classes.labels))
    if len(set(levels)) < len(levels):
        raise InvalidData("fit.target", "several labels of `y` are written alike", where="y",
                          hint="give labels that differ as texts")  # fmt: skip
    target = Column(name=name, kind="category", role="target", levels=levels, missing=())
    columns = features.columns.append_column(
        name, pa.DictionaryArray.from_arrays(pa.array(classes.codes.astype(np.int32)), pa.array(levels))
    )
    schema = Schema(columns=(*features.schema.columns, target), nested=features.schema.nested)
    return Table(columns, schema, features.container), name
