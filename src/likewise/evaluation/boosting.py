"""Gradient boosting on raw mixed columns: the learner behind detection and utility."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.evaluation.pairing import Compared, Part

Floats = npt.NDArray[np.float64]

MOST_LEVELS = 254
"""Levels a category keeps; the trees take 255 at most, and the rest share one."""
MOST_LEAVES, ROWS_A_LEAF = 31, 75
"""Leaves of a tree: smaller ones learn more from few rows, in less time."""


@dataclass(frozen=True, eq=False)
class Features:
    """Hold the matrices of several parts in one coding: NaN where missing, rare levels of long lists in one."""

    matrices: tuple[Floats, ...]
    categorical: npt.NDArray[np.bool_]
    positions: tuple[int, ...]


def features(columns: Sequence[Compared], parts: Sequence[Part], *, without: int | None = None) -> Features:
    """Return feature matrices of aligned parts; columns that hold one value only, and `without`, are left out."""
    kept: list[int] = []
    blocks: list[list[Floats]] = []
    for i, compared in enumerate(columns):
        if i == without:
            continue
        block = [_feature(p.arrays[i], compared) for p in parts]
        if not compared.numeric and len(compared.levels) > MOST_LEVELS:
            block = _shortened(block, len(compared.levels))
        known = np.concatenate([b[:1] for b in block])
        if all(np.array_equal(b, np.broadcast_to(known[:1], b.shape), equal_nan=True) for b in block):
            continue
        kept.append(i)
        blocks.append(block)
    matrices = tuple(
        np.column_stack([b[k] for b in blocks]) if blocks else np.empty((p.rows, 0)) for k, p in enumerate(parts)
    )
    return Features(matrices, np.array([not columns[i].numeric for i in kept], dtype=bool), tuple(kept))


def _feature(values: npt.NDArray[Any], compared: Compared) -> Floats:
    if compared.numeric:
        return np.asarray(values, dtype=np.float64)
    return np.where(values < 0, np.nan, values).astype(np.float64)


def _shortened(block: list[Floats], levels: int) -> list[Floats]:
    counts = sum(np.bincount(b[~np.isnan(b)].astype(np.int64), minlength=levels) for b in block)
    rank = np.empty(levels)
    rank[np.argsort(-np.asarray(counts), kind="stable")] = np.arange(levels)
    rank = np.minimum(rank, MOST_LEVELS)
    return [np.where(np.isnan(b), np.nan, rank[np.nan_to_num(b).astype(np.int64)]) for b in block]


def without_empty(coded: Features) -> Features:
    """Return the features less the columns that are all missing in the first part, which trees cannot learn from."""
    kept = np.asarray(~np.isnan(coded.matrices[0]).all(axis=0), dtype=bool)
    if kept.all() or not len(coded.matrices[0]):
        return coded
    positions = tuple(p for p, k in zip(coded.positions, kept) if k)
    return Features(tuple(m[:, kept] for m in coded.matrices), coded.categorical[kept], positions)


def filled(matrix: Floats) -> Floats:
    """Return a matrix to learn from, 0 where a whole column is missing: trees cannot split on it, and would fail."""
    empty = np.isnan(matrix).all(axis=0)
    return np.where(empty, 0.0, matrix) if empty.any() else matrix


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep learners and sums of matrices to one thread, within a context or a function that this decorates.

    The last digit of a sum hangs on the number of threads, and a report must not. Little is lost: small models gain
    nothing from a second thread, which beside other work mostly waits.
    """
    with _threads().limit(limits=1):
        yield


@cache
def _threads() -> Any:
    """Return the handle of the thread pools; looking for them takes as long as a small model, so it is done once."""
    import sklearn.ensemble  # noqa: F401  loads the pool of the trees
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def booster(task: str, categorical: npt.NDArray[np.bool_], *, rows: int, rounds: int, seed: int) -> Any:
    """Return an unfitted booster to `classify` or `regress` from `rows` rows: learning rate 0.1, no early stopping.

    A tree has a leaf for each 75 rows, from 4 to 31.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    family = HistGradientBoostingClassifier if task == "classify" else HistGradientBoostingRegressor
    return family(
        max_iter=rounds,
        learning_rate=0.1,
        max_leaf_nodes=max(4, min(MOST_LEAVES, rows // ROWS_A_LEAF)),
        min_samples_leaf=20,
        max_features=0.9,
        early_stopping=False,
        categorical_features=categorical,
        random_state=seed % 2**32,
    )


def auc(truth: npt.NDArray[np.bool_], score: Floats) -> tuple[float, float]:
    """Return the area under the ROC curve and its standard error; both classes must occur.

    >>> auc(np.array([False, False, True, True]), np.array([0.1, 0.4, 0.35, 0.8]))[0]
    0.75

    DeLong et al., 1988, Biometrics 44 (by midranks: Sun and Xu, 2014).
    """
    yes, no = score[truth], score[~truth]
    above = (np.searchsorted(np.sort(no), yes, "left") + np.searchsorted(np.sort(no), yes, "right")) / (2 * len(no))
    below = (np.searchsorted(np.sort(yes), no, "left") + np.searchsorted(np.sort(yes), no, "right")) / (2 * len(yes))
    spread = above.var(ddof=min(1, len(yes) - 1)) / len(yes) + below.var(ddof=min(1, len(no) - 1)) / len(no)
    return float(above.mean()), float(np.sqrt(spread))
