"""Resample folds with imbalanced-learn (0.14): FOLDS.npz RESAMPLED.npz METHOD. Run by an interpreter that has it.

FOLDS holds, for each fold i, `Xi` (numbers, and the codes of levels), `yi` and the seed i; `categorical` the columns of
codes. SMOTE is SMOTENC where there are such columns; the others are given an indicator a level, and the largest is
taken back. What a sampler refuses is left as it is, and named.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np
from imblearn.combine import SMOTEENN
from imblearn.over_sampling import ADASYN, SMOTE, SMOTENC, BorderlineSMOTE, RandomOverSampler

METHODS = {
    "SMOTE": lambda k, seed: SMOTE(k_neighbors=k, random_state=seed),
    "Borderline": lambda k, seed: BorderlineSMOTE(k_neighbors=k, random_state=seed),
    "ADASYN": lambda k, seed: ADASYN(n_neighbors=k, random_state=seed),
    "SMOTEENN": lambda k, seed: SMOTEENN(smote=SMOTE(k_neighbors=k, random_state=seed), random_state=seed),
    "random": lambda k, seed: RandomOverSampler(random_state=seed),
}
"""Each with as many neighbours as by default, or all other rare rows where there are fewer."""
NEIGHBOURS = 5


def main(folds: str, resampled: str, method: str) -> None:
    given = np.load(folds)
    codes = given["categorical"]
    count = sum(name.startswith("y") for name in given.files)
    made: dict[str, Any] = {}
    spent = time.process_time()
    for i in range(count):
        X, y = given[f"X{i}"], given[f"y{i}"]
        try:
            made[f"X{i}"], made[f"y{i}"] = resample(X, y, codes, method, i)
        except (ValueError, RuntimeError) as fault:
            print(f"fold {i}: {method} refuses: {str(fault).splitlines()[0]}", file=sys.stderr)
            made[f"X{i}"], made[f"y{i}"] = X, y
    np.savez(resampled, seconds=time.process_time() - spent, **made)


def resample(X: Any, y: Any, codes: Any, method: str, seed: int) -> tuple[Any, Any]:
    columns = np.flatnonzero(codes)
    neighbours = min(NEIGHBOURS, int(y.sum()) - 1)
    sampler = METHODS[method](neighbours, seed)
    if method == "SMOTE" and len(columns):
        sampler = SMOTENC(columns, k_neighbors=neighbours, random_state=seed)
    if not len(columns) or method in ("SMOTE", "random"):
        return sampler.fit_resample(X, y)
    levels = [np.unique(X[:, place]) for place in columns]
    blocks = [X[:, [place]] == own for place, own in zip(columns, levels)]
    wide, labels = sampler.fit_resample(np.column_stack([X[:, ~codes], *blocks]), y)
    back, at = np.empty((len(wide), X.shape[1])), int((~codes).sum())
    back[:, ~codes] = wide[:, :at]
    for place, own in zip(columns, levels):
        back[:, place] = own[wide[:, at : at + len(own)].argmax(axis=1)]
        at += len(own)
    return back, labels


if __name__ == "__main__":
    main(*sys.argv[1:])
