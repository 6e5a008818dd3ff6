"""Which technique's rows help a learner most: a small race on the rows themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.progress import Progress, quiet
from likewise.core.registry import techniques
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import FitError, LikewiseError
from likewise.evaluation.boosting import booster, features, filled, one_thread
from likewise.evaluation.pairing import pair_tables

MOST = 10_000
"""Rows that the race is run on at most."""
FOLDS, TIMES, ROUNDS = 3, 2, 75
CHOOSING = "choosing a technique"
"""What is said while techniques are raced."""
FEWEST = 6
"""Rows of the rarest class below which no fold can tell anything."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Candidate:
    """Hold a technique with settings that balance rows."""

    technique: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The technique with its settings."""
        return " ".join([self.technique, *(f"{name}={value}" for name, value in self.settings.items())])


CANDIDATES = (Candidate("smote"), Candidate("smote", {"variant": "safe-level"}), Candidate("autoregressive"))
"""What `auto` chooses between; the first wins a tie."""

Balance = Callable[[Candidate, Table], Table]
"""Return a table balanced by a candidate."""


@dataclass(frozen=True)
class Chosen:
    """Hold the candidate that a race took, and a sentence that tells what each of them scored."""

    candidate: Candidate
    said: str


def best_for_balance(
    table: Table, target: str, balance: Balance, *, seed: int, progress: Progress = quiet
) -> Chosen:  # fmt: skip
    """Return the technique whose rows raise the average precision of the rare classes most, over 2 x 3 folds.

    Each is fitted to two thirds of the rows, balances them, and boosted trees that learned the result are judged on the
    last third, as are trees that learned the real rows alone. It says when balancing helps no learner at all.
    """
    able = [candidate for candidate in CANDIDATES if candidate.technique in techniques()]
    codes = table.codes(target)
    counts = np.bincount(codes[codes >= 0])
    if counts[counts > 0].min(initial=FEWEST) < FEWEST:
        return Chosen(able[0], f"the rarest class has fewer than {FEWEST} rows, too few for a race: `{able[0].name}`")
    alone: list[float] = []
    found: list[list[float]] = [[] for _ in able]
    folds = list(_folds(table, target, seed))
    for place, (train, test) in enumerate(folds):
        progress(CHOOSING, place, len(folds))
        alone.append(precision(train, train, test, target, seed))
        for scored, candidate in zip(found, able):
            scored.append(_raced(candidate, balance, train, test, target, seed))
    progress(CHOOSING, len(folds), len(folds))
    means = [float(np.mean(scored)) for scored in found]
    best = int(np.argmax(means))
    if not np.isfinite(means[best]):
        raise FitError("fit.cannot-balance", "no technique can balance these rows", where=target,
                       hint="name a technique to see why")  # fmt: skip
    gains = np.subtract(found[best], alone)
    error = float(gains.std(ddof=1) / np.sqrt(len(gains)))
    told = ", ".join(f"{candidate.name} {mean:.3f}" for candidate, mean in zip(able, means))
    helped = "" if gains.mean() > 2 * error else "; no gain over the real rows alone is beyond chance"
    said = f"was chosen by the average precision of the rare classes: none {np.mean(alone):.3f}, {told}{helped}"
    return Chosen(able[best], f"`{able[best].name}` {said}")


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


def _raced(candidate: Candidate, balance: Balance, train: Table, test: Table, target: str, seed: int) -> float:
    try:
        learned = balance(candidate, train)
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
