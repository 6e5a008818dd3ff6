"""The eleven imbalanced sets: KEEL's, mammography, oil spill and phoneme; their folds, and the learners that judge."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "imbalanced_keel"
SETS = ("abalone19", "ecoli4", "glass5", "kddcup-land_vs_satan", "mammography", "oil_spill", "page-blocks0", "phoneme",
        "shuttle-c0-vs-c4", "vehicle1", "yeast4")  # fmt: skip
CLASS = "class"
REPEATS = 5
METRICS = ("PR-AUC", "F1")
LEARNERS = ("linear", "boosted")
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class RareSet:
    """Hold one set: a table whose column `class` is `rare` or `usual`, and how many times it is parted."""

    name: str
    table: pa.Table
    repeats: int

    @classmethod
    def read(cls, name: str, folder: Path = DATA, repeats: int = REPEATS) -> RareSet:
        """Read a set; its smaller class is the rare one."""
        with gzip.open(folder / f"{name}.csv.gz") as packed:
            table = csv.read_csv(io.BytesIO(packed.read()))
        labels = table[CLASS].to_numpy()
        levels, counts = np.unique(labels, return_counts=True)
        said = np.where(labels == levels[counts.argmin()], "rare", "usual")
        return cls(name, table.drop_columns([CLASS]).append_column(CLASS, pa.array(said)), repeats)

    @property
    def rare(self) -> Bools:
        """Which rows are rare."""
        return is_rare(self.table)

    def folds(self) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
        """Yield the rows to learn from and to judge by: `repeats` times two halves with the same share of rare rows."""
        for repeat in range(self.repeats):
            halves = StratifiedKFold(2, shuffle=True, random_state=repeat)
            yield from halves.split(np.zeros(self.table.num_rows), self.rare)

    @cached_property
    def levels(self) -> dict[str, list[str]]:
        """The levels of each column of texts."""
        texts = [name for name in self.table.column_names if name != CLASS and self.is_text(name)]
        return {name: sorted(self.table[name].unique().to_pylist()) for name in texts}

    def is_text(self, name: str) -> bool:
        """Say whether a column holds texts."""
        return pa.types.is_string(self.table.schema.field(name).type)

    def matrix(self, table: pa.Table) -> Floats:
        """Return features as learners want them: numbers, and an indicator a level."""
        blocks = []
        for name in self.table.column_names:
            if name in self.levels:
                values = np.asarray(table[name].to_pylist(), dtype=object)
                blocks += [(values == level).astype(float) for level in self.levels[name]]
            elif name != CLASS:
                blocks.append(table[name].to_numpy().astype(float))
        return np.column_stack(blocks)


def is_rare(table: pa.Table) -> Bools:
    """Return which rows are rare."""
    return np.asarray(table[CLASS].to_pylist(), dtype=object) == "rare"


def learner(name: str, **weights: Any) -> Any:
    """Return an unfitted learner with fixed settings."""
    if name == "linear":
        return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000, **weights))
    return HistGradientBoostingClassifier(max_iter=60, max_leaf_nodes=15, min_samples_leaf=5, early_stopping=False,
                                          random_state=0, **weights)  # fmt: skip


def scores(name: str, train: tuple[Floats, Bools], test: tuple[Floats, Bools], **weights: Any) -> dict[str, float]:
    """Return what a learner of the training rows scores on the others, by the area and at one half."""
    said = _chances(learner(name, **weights).fit(*train), test[0])
    return {"PR-AUC": average_precision_score(test[1], said), "F1": f1_score(test[1], said >= 0.5, zero_division=0.0)}


def scores_at_best(name: str, train: tuple[Floats, Bools], test: tuple[Floats, Bools]) -> dict[str, float]:
    """Return the scores where the threshold is the one of best F1 in three parts of the training rows."""
    parts = StratifiedKFold(3, shuffle=True, random_state=0)
    inner = cross_val_predict(learner(name), *train, cv=parts, method="predict_proba")[:, 1]
    order = np.argsort(-inner, kind="stable")
    hits = np.cumsum(train[1][order])
    best = int(np.argmax(2 * hits / (np.arange(1, len(hits) + 1) + hits[-1])))
    said = _chances(learner(name).fit(*train), test[0])
    threshold = inner[order][best]
    return {
        "PR-AUC": average_precision_score(test[1], said),
        "F1": f1_score(test[1], said >= threshold, zero_division=0.0),
    }


def _chances(fitted: Any, matrix: Floats) -> Floats:
    return np.asarray(fitted.predict_proba(matrix))[:, list(fitted.classes_).index(True)]
