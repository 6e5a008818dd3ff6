"""Choose among made rows by a discriminator: those that a learner cannot tell from real ones."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import FitError
from likewise.evaluation.boosting import booster, features, filled, one_thread
from likewise.evaluation.pairing import pair_tables

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int64]
How = Literal["rejection", "top"]

FEWEST = 20
"""Rows a side below which a discriminator would learn nothing."""
LEARNED = 20_000
"""Rows a side that it learns from at most; all made rows are told."""
FOLDS, ROUNDS = 5, 75
SURE = 20.0
"""Log odds beyond which a discriminator is not believed."""


@one_thread()
def log_ratios(real: Table, made: Table, groups: tuple[Codes, Codes] | None, *, seed: int) -> Floats:
    """Return for each made row the log of how much denser real rows lie there than made ones, 0 where alike.

    Boosted trees learn to tell the two apart and say of each row, out of fold, how likely it is real; the odds are then
    calibrated on a line (Platt). With `groups`, the codes of a level for each real and each made row, sides count alike
    within every level, so that a level of which more rows were made does not look less real. Identifiers and free texts
    are not looked at. Raises FitError for fewer than 20 rows on a side.
    """
    if min(real.rows, made.rows) < FEWEST:
        what = f"a discriminator needs {FEWEST} real and {FEWEST} made rows at least"
        raise FitError("fit.too-few", f"{what}, and there are {real.rows:,} and {made.rows:,}",
                       hint="leave the filter out, or make more rows")  # fmt: skip
    paired = pair_tables(real, made, None)
    coded = features(paired.columns, (paired.real, paired.synthetic))
    if not coded.positions:
        return np.zeros(made.rows)
    matrix = np.concatenate(coded.matrices)
    truth = np.arange(len(matrix)) < real.rows
    weight = _weights(truth, groups)
    rng = generator(seed, "discriminator")
    fold = _folds(truth, rng)
    learned = np.concatenate([rng.permutation(np.flatnonzero(truth == side))[:LEARNED] for side in (True, False)])
    odds = np.zeros(len(matrix))
    for k in range(FOLDS):
        train, test = learned[fold[learned] != k], fold == k
        model = booster("classify", coded.categorical, rows=len(train), rounds=ROUNDS, seed=seed + k)
        model.fit(filled(matrix[train]), truth[train], sample_weight=weight[train])
        odds[test] = model.decision_function(matrix[test])
    return _calibrated(np.clip(odds, -SURE, SURE), truth, weight)[real.rows :]


def chosen(ratios: Floats, groups: Codes | None, *, keep: float, how: How, seed: int) -> Mask:
    """Return which rows are kept: a share of each group, by rejection in proportion to the ratios, or the top ones.

    Rejection keeps a row with a probability in proportion to its ratio, at most 1, set so that exactly the share is
    kept (discriminator rejection sampling: Azadi et al., 2019, ICLR; Turner et al., 2019, ICML; systematic, Madow,
    1949).

    >>> chosen(np.array([0.0, 5.0, 0.0, 5.0]), None, keep=0.5, how="top", seed=0).tolist()
    [False, True, False, True]
    """
    kept = np.zeros(len(ratios), dtype=bool)
    rng = generator(seed, "filter")
    for group in [None] if groups is None else np.unique(groups).tolist():
        rows = np.arange(len(ratios)) if group is None else np.flatnonzero(groups == group)
        order = rng.permutation(rows)
        count = round(keep * len(rows))
        if how == "top":
            picked = order[np.argsort(-ratios[order], kind="stable")[:count]]
        else:
            picked = order[_systematic(_inclusion(ratios[order], count), rng)]
        kept[picked] = True
    return kept


def _weights(truth: Mask, groups: tuple[Codes, Codes] | None) -> Floats:
    """Return weights under which both sides count alike, within every group; 0 for a group that one side lacks."""
    level = np.zeros(len(truth), dtype=np.int64) if groups is None else np.concatenate(groups)
    _, level = np.unique(level, return_inverse=True)
    sides = [np.bincount(level[truth == side], minlength=level.max() + 1) for side in (False, True)]
    both = sides[0] + sides[1]
    own = np.where(truth, sides[1][level], sides[0][level])
    there = (sides[0] > 0) & (sides[1] > 0)
    return np.where(there[level], both[level] / (2 * np.maximum(own, 1)), 0.0)


def _folds(truth: Mask, rng: np.random.Generator) -> Codes:
    """Return a fold for each row, each fold with its share of both sides."""
    fold = np.empty(len(truth), dtype=np.int64)
    for side in (False, True):
        where = rng.permutation(np.flatnonzero(truth == side))
        fold[where] = np.arange(len(where)) % FOLDS
    return fold


def _calibrated(odds: Floats, truth: Mask, weight: Floats) -> Floats:
    """Return log odds put on the line that fits them best, never one that falls."""
    from sklearn.linear_model import LogisticRegression

    if np.ptp(odds) == 0 or not weight.any():
        return np.zeros(len(odds))
    line: Any = LogisticRegression(C=1e6).fit(odds[:, None], truth, sample_weight=weight)
    slope, level = float(line.coef_[0, 0]), float(line.intercept_[0])
    return np.zeros(len(odds)) if slope <= 0 else slope * odds + level


def _inclusion(ratios: Floats, count: int) -> Floats:
    """Return probabilities in proportion to the ratios, at most 1, that sum to `count`."""
    shares = np.exp(ratios - ratios.max()) if len(ratios) else np.empty(0)
    sure = np.zeros(len(shares), dtype=bool)
    while True:
        rest = count - int(sure.sum())
        total = shares[~sure].sum()
        wanted = np.where(sure, 1.0, rest * shares / total if total else 0.0)
        over = (wanted > 1) & ~sure
        if not over.any():
            return wanted
        sure |= over


def _systematic(probabilities: Floats, rng: np.random.Generator) -> Codes:
    """Return places picked with these probabilities, as many as they sum to."""
    ends = np.cumsum(probabilities)
    count = round(float(ends[-1])) if len(ends) else 0
    points = (rng.random() + np.arange(count)) * (ends[-1] / count if count else 0.0)
    return np.searchsorted(ends, points, side="right").clip(max=max(len(ends) - 1, 0)).astype(np.int64)
