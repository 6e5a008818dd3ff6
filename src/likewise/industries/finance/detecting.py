"""How well fraud is detected: by each feature alone, and by boosted trees that learn from earlier days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import EvaluationError
from likewise.industries.finance.arrays import Array, Bools, Floats
from likewise.industries.finance.known import features

WORDS = ("kind", "channel", "entry_mode", "purpose", "mcc", "country")
"""Features whose numbers mean nothing but themselves."""

LEARNED = 150_000
"""Ordinary payments that trees learn from at most."""


@dataclass(frozen=True, eq=False)
class Detection:
    """Hold how well fraud in the later days is told from ordinary payments.

    `single` is the AUC of each feature alone, whichever way it points, words by how often each was fraud in the earlier
    days; `boosted` and `precision` are the AUC and the average precision of boosted trees. `score` and `truth` are
    those of the later payments.
    """

    single: dict[str, float]
    boosted: float
    precision: float
    score: Floats
    truth: Bools


def detected(
    tables: Mapping[str, Table], *, share: float = 0.6, known: Array | None = None, seed: int = 0
) -> Detection:  # fmt: skip
    """Return how well fraud is detected by those who learn from the first `share` of the payments.

    `known` says which payments they take for fraud; all that are, where it is not given. Needs transactions, customers
    and merchants. Raises EvaluationError where either part has fewer than ten fraudulent payments.

    Use when a bank is to be neither too easy nor too hard for detectors. Cost: a few seconds for a million payments.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import average_precision_score, roc_auc_score

    truth = np.asarray(tables["transactions"].column("is_fraud"))
    told = truth if known is None else known
    cut = int(len(truth) * share)
    if min(told[:cut].sum(), truth[cut:].sum()) < 10:
        what = "there are fewer than ten fraudulent payments to learn from, or to judge by"
        raise EvaluationError("evaluate.rare", what, where="is_fraud",
                              hint="use more customers, more days or a higher fraud_rate")  # fmt: skip
    found = features(tables)
    single = {name: _alone(values, name in WORDS, told, truth, cut) for name, values in found.items()}
    columns = np.column_stack(list(found.values()))
    chance = generator(seed, "detecting").random(cut)
    rows = np.flatnonzero(told[:cut] | (chance < LEARNED / cut))
    trees = HistGradientBoostingClassifier(max_iter=120, min_samples_leaf=40, l2_regularization=1.0,
                                           early_stopping=False, random_state=seed)  # fmt: skip
    score = trees.fit(columns[rows], told[rows]).predict_proba(columns[cut:])[:, 1]
    return Detection(single, float(roc_auc_score(truth[cut:], score)),
                     float(average_precision_score(truth[cut:], score)), score, truth[cut:])  # fmt: skip


def _alone(values: Floats, is_word: bool, told: Bools, truth: Bools, cut: int) -> float:
    """Return the AUC of a feature in the later payments."""
    from sklearn.metrics import roc_auc_score

    held = np.where(np.isnan(values), -1.0, values)
    if is_word:
        levels, place = np.unique(held, return_inverse=True)
        bad = np.bincount(place[:cut], told[:cut], len(levels)) + told[:cut].mean()
        held = (bad / (np.bincount(place[:cut], minlength=len(levels)) + 1.0))[place]
    area = float(roc_auc_score(truth[cut:], held[cut:]))
    return max(area, 1.0 - area)


def reported_by(transactions: Table, share: float = 0.6) -> Bools:
    """Return which payments had been reported as fraud when a share of all payments had been made."""
    time = transactions.column("time")
    now = time[int(len(time) * share)]
    return np.asarray(pc.fill_null(pc.less(transactions.column("reported_at"), now), pa.scalar(False)))
