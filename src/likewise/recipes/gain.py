"""Which technique's rows help a learner most: a small race on the rows themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.progress import Progress, quiet
from likewise.core.registry import techniques
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import FitError, LikewiseError
from likewise.evaluation.boosting import booster, features, filled, one_thread
from likewise.evaluation.pairing import pair_tables

CANDIDATES = ("smote", "autoregressive")
"""Techniques that `auto` chooses between; the first wins a tie."""
MOST = 10_000
"""Rows that the race is run on at most."""
FOLDS, TIMES, ROUNDS = 3, 2, 75
FEWEST = 6
"""Rows of the rarest class below which no fold can tell anything."""

Floats = npt.NDArray[np.float64]
Balance = Callable[[str, Table], Table]
"""Return a table balanced by the technique of a name."""


@dataclass(frozen=True)
class Chosen:
    """Hold the technique that a race took, and a sentence that tells what each of them scored."""

    technique: str
    said: str


def best_for_balance(
    table: Table, target: str, balance: Balance, *, seed: int, progress: Progress = quiet
) -> Chosen:  # fmt: skip
    """Return the technique whose rows raise the average precision of the rare classes most, over 2 x 3 folds.

    Each is fitted to two thirds of the rows, balances them, and boosted trees that learned the result are judged on the
    last third, as are trees that learned the real rows alone. It says when balancing helps no learner at all.
    """
    names = [name for name in CANDIDATES if name in techniques()]
    if len(names) == 1:
        return Chosen(names[0], f"`{names[0]}` is the only technique to choose")
    codes = table.codes(target)
    if int(np.bincount(codes[codes >= 0]).min(initial=FEWEST, where=np.bincount(codes[codes >= 0]) > 0)) < FEWEST:
        return Chosen(names[0], f"the rarest class has fewer than {FEWEST} rows, too few for a race: `{names[0]}`")
    found: dict[str, list[float]] = {name: [] for name in ("none", *names)}
    folds = list(_folds(table, target, seed))
    for place, (train, test) in enumerate(folds):
        progress("choosing a technique", place, len(folds))
        found["none"].append(precision(train, train, test, target, seed))
        for name in names:
            found[name].append(_raced(name, balance, train, test, target, seed))
    progress("choosing a technique", len(folds), len(folds))
    means = {name: float(np.mean(values)) for name, values in found.items()}
    best = max(names, key=lambda name: means[name])
    if not np.isfinite(means[best]):
        raise FitError("fit.cannot-balance", "no technique can balance these rows", where=target,
                       hint="name a technique to see why")  # fmt: skip
    gains = np.subtract(found[best], found["none"])
    error = float(gains.std(ddof=1) / np.sqrt(len(gains)))
    scored = ", ".join(f"{name} {mean:.3f}" for name, mean in means.items())
    helped = "" if gains.mean() > 2 * error else "; no gain over the real rows alone is beyond chance"
    return Chosen(best, f"`{best}` was chosen by the average precision of the rare classes: {scored}{helped}")


@one_thread()
def precision(learned: Table, real: Table, test: Table, target: str, seed: int) -> float:
    """Return the mean average precision on `test` of the classes of `real` that are not its largest.

    Boosted trees learn `learned`; a class that `test` lacks does not count.
    """
    from sklearn.metrics import average_precision_score

    paired = pair_tables(real, learned, test)
    place = paired.position(target)
    assert place is not None and paired.holdout is not None
    coded = features(paired.columns, (paired.real, paired.synthetic, paired.holdout), without=place)
    own, truth = (part.arrays[place] for part in (paired.synthetic, paired.holdout))
    counts = np.bincount(paired.real.arrays[place][paired.real.arrays[place] >= 0])
    rare = [c for c in np.flatnonzero(counts).tolist() if c != counts.argmax() and (truth == c).any()]
    known = own >= 0
    if not coded.positions or not rare:
        return float(np.mean([np.mean(truth == c) for c in rare])) if rare else 0.0
    model = booster("classify", coded.categorical, rows=int(known.sum()), rounds=ROUNDS, seed=seed)
    model.fit(filled(coded.matrices[1][known]), own[known])
    said = model.predict_proba(coded.matrices[2])
    where = {int(label): place for place, label in enumerate(model.classes_)}
    return float(np.mean([average_precision_score(truth == c, said[:, where[c]]) for c in rare if c in where]))


def _raced(name: str, balance: Balance, train: Table, test: Table, target: str, seed: int) -> float:
    try:
        learned = balance(name, train)
    except LikewiseError:
        return -np.inf  # a technique that cannot balance these rows is out of the race
    return precision(learned, train, test, target, seed)


def _folds(table: Table, target: str, seed: int) -> Iterator[tuple[Table, Table]]:
    """Yield rows to learn from and to be judged on, with the classes of each fold as in the whole."""
    codes = table.codes(target)
    for time in range(TIMES):
        rng = generator(seed, "gain", time)
        rows = rng.permutation(np.flatnonzero(codes >= 0))[:MOST]
        rows = rows[np.argsort(codes[rows], kind="stable")]
        fold = np.arange(len(rows)) % FOLDS
        for k in range(FOLDS):
            yield table.take(np.sort(rows[fold != k])), table.take(np.sort(rows[fold == k]))
