"""Learning decisions: each by gradient boosting on the rows that come to it, for as long as held-back rows gain."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.techniques.autoregressive.boosted.decisions import Decisions
from likewise.techniques.autoregressive.boosted.ensemble import Ensemble, Ensembles, ensemble_of

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

MOST_SYMBOLS = 50
"""Symbols that a column may have and still be decided on: with more, too few rows come to most decisions."""

FEWEST_ROWS, RARER_SIDE = 500, 40
"""Rows that a decision is learned from at least, and those of its rarer side."""

MOST_ROWS = 100_000
"""Rows that a decision is learned from at most."""


@dataclass(frozen=True)
class Pace:
    """Say how patiently to boost: small steps of larger trees (of 32 leaves at most) tell more, and take longer."""

    rate: float
    leaves: int
    rounds: int
    patience: int


QUICK = Pace(rate=0.2, leaves=8, rounds=100, patience=5)
"""For columns among others."""

THOROUGH = Pace(rate=0.1, leaves=31, rounds=200, patience=8)
"""For the column that models are to predict."""


@dataclass(frozen=True)
class _Learner:
    """Learn decisions one after another, and collect them: (low, cut, high) of each, what follows it, what tells it."""

    features: Ints
    place: Longs
    held: Longs
    pace: Pace
    seed: int
    fewest: int
    stretches: list[tuple[int, int, int]] = field(default_factory=list)
    after: list[list[int]] = field(default_factory=list)
    ensembles: list[Ensemble] = field(default_factory=list)

    def decide(self, rows: Longs, low: int, high: int) -> int:
        """Learn the decision that cuts a stretch, and those that follow; return its number, -1 where there is none."""
        if high - low < 2 or len(rows) < self.fewest:
            return -1
        sums = np.cumsum(self.held[low:high])
        cut = low + 1 + int(np.argmin(np.abs(sums[:-1] - sums[-1] / 2)))
        upper = self.place[rows] >= cut
        if min(upper.sum(), (~upper).sum()) < RARER_SIDE:
            return -1
        number = len(self.stretches)
        self.stretches.append((low, cut, high))
        self.after.append([-1, -1])
        self.ensembles.append(_boosted(self.features, rows, upper, self.pace, self.seed + number))
        self.after[number][:] = self.decide(rows[~upper], low, cut), self.decide(rows[upper], cut, high)
        return number


def learn_decisions(
    features: Ints, own: Ints, line: Ints, pace: Pace, seed: int, *, finest: float = 0.0
) -> Decisions | None:
    """Return the decisions that draw the symbols `own` given `features` (features, rows); None where there is none.

    `line` puts all symbols in the order in which they are cut in two: those that are alike lie together. Rows that
    come to no decision any more are too few, or less than a share `finest` of all. Cost: about 8 ms a round for 40,000
    rows of 15 columns, and some 25 rounds for each halving of the rows.
    """
    if len(own) < FEWEST_ROWS:
        return None
    held = np.bincount(own, minlength=len(line))[line]
    line, held = line[held > 0], held[held > 0]
    place = np.zeros(int(line.max()) + 1, dtype=np.int64)
    place[line] = np.arange(len(line))
    learner = _Learner(features, place[own], held, pace, seed, max(FEWEST_ROWS, int(finest * len(own))))
    learner.decide(np.arange(len(own)), 0, len(line))
    if not learner.stretches:
        return None
    low, cut, high = np.array(learner.stretches, dtype=np.int32).T
    after = np.array(learner.after, dtype=np.int32)
    return Decisions(line, held.astype(np.float64), low, cut, high, after, Ensembles(tuple(learner.ensembles)))


def _boosted(features: Ints, rows: Longs, upper: Mask, pace: Pace, seed: int) -> Ensemble:
    """Return an ensemble that tells the upper side, boosted until a tenth of the rows, held back, gain no more.

    The last rounds, which gained nothing, are kept: single decisions are told best without them, but rows drawn from
    chances that lie too near to even are easier to tell from real ones (docs/concepts/boosted-levels).
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    if len(rows) > MOST_ROWS:
        chosen = generator(seed, "boosting").permutation(len(rows))[:MOST_ROWS]
        rows, upper = rows[chosen], upper[chosen]
    learner = HistGradientBoostingClassifier(
        learning_rate=pace.rate, max_leaf_nodes=pace.leaves, max_iter=pace.rounds, n_iter_no_change=pace.patience,
        early_stopping=True, validation_fraction=0.1, scoring="loss", min_samples_leaf=20, random_state=seed % 2**32,
    )  # fmt: skip
    with threadpool_limits(limits=1, user_api="openmp"):  # sums in one order; and small tables gain little from more
        learner.fit(features[:, rows].T, upper)
    # Trees are kept as plain arrays: scikit-learn offers no public way to its nodes, so a test holds it to this one.
    nodes = [predictors[0].nodes for predictors in learner._predictors]
    return ensemble_of(nodes, float(learner._baseline_prediction[0, 0]), pace.leaves)
