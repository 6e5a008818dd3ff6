"""Train on real, test on synthetic (TRTS): are synthetic rows as hard to predict as real ones?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.evaluation.boosting import Floats
from likewise.evaluation.pairing import Part
from likewise.evaluation.utility.learners import Goal, losses, quality

ROWS = 4_000
FOLDS = 5
LEAST = 1e-3
"""The loss that real rows are taken to teach to avoid at least, so that shares of it stay finite."""

Fit = Callable[[Part, Sequence[Part]], list[Floats]]


@dataclass(frozen=True, eq=False)
class Crossed:
    """Hold how a model of real rows does on synthetic rows (`trts`) and on other real rows (`trtr`): AUC or R2.

    `harder` is the loss of synthetic rows beyond that of the other real rows, as a share of what the model was taught;
    below 0 they are easier. `chance` is that of so large a difference where synthetic rows are as fresh real ones.
    """

    trts: float
    trtr: float
    harder: float
    chance: float


def cross(aim: Goal, fit: Fit, real: Part, test: Part, synthetic: Part, *, seen: bool, seed: int) -> Crossed:
    """Train on rows that the generator did not see, and test on synthetic rows and on those that it saw.

    Where nothing is wrong both are draws of one kind, and copies are no easier than what they were copied from. Where
    the generator has `seen` all real rows each fold of them is predicted by a model of the others, and so is a fold of
    the synthetic rows; as such a model knows the copies among these, only harder rows count then.

    Esteban et al., 2017 (arXiv 1706.02633).
    """
    made = synthetic.sample(ROWS, seed, "crossed", "made")
    trials = _folds(real, made, seed) if seen else [(test, real.sample(ROWS, seed, "crossed", "beside"), made)]
    said = [fit(learned, [beside, others]) for learned, beside, others in trials]
    predicted = [np.concatenate(side) for side in zip(*said)]
    truths = [np.concatenate([aim.labels(t[k]) for t in trials]) for k in (1, 2)]
    guessed = [guessing(aim, aim.labels(learned), aim.labels(beside)) for learned, beside, _ in trials]
    own, crossed = (losses(aim, t, p) for t, p in zip(truths, predicted))
    trtr, trts = (quality(aim, t, p) for t, p in zip(truths, predicted))
    upper = _dearer(crossed, own)
    chance = upper if seen else min(1.0, 2 * min(upper, _dearer(own, crossed)))
    taught = max(float(np.mean(guessed) - own.mean()), LEAST)
    return Crossed(trts, trtr, float(crossed.mean() - own.mean()) / taught, chance)


def _folds(real: Part, made: Part, seed: int) -> list[tuple[Part, Part, Part]]:
    """Return, for each fold, the real rows of all other folds, its own real rows and its own synthetic ones."""
    folds = [
        np.array_split(generator(seed, "crossed", "folds", k).permutation(p.rows), FOLDS)
        for k, p in enumerate((real, made))
    ]
    return [
        (real.take(np.concatenate([f for f in folds[0] if f is not own])), real.take(own), made.take(other))
        for own, other in zip(*folds)
    ]


def guessing(aim: Goal, labels: npt.NDArray[Any], truth: npt.NDArray[Any]) -> float:
    """Return the mean loss of saying the shares of the classes, or the mean rank, of the training rows always."""
    share = np.bincount(labels, minlength=aim.size) / len(labels) if aim.size else np.array([labels.mean()])
    return float(losses(aim, truth, np.tile(share, (len(truth), 1))).mean())


def _dearer(first: Floats, second: Floats) -> float:
    """Return the chance that rows of one kind differ so much in their mean loss, the first losing more (Welch, 1947).

    The model saw neither.
    """
    from scipy.stats import t

    sizes = np.array([len(first), len(second)])
    errors = np.array([first.var(ddof=1), second.var(ddof=1)]) / sizes
    error = float(errors.sum())
    if error <= 0:
        return 1.0
    freedom = error**2 / float((errors**2 / (sizes - 1)).sum())
    return float(t.sf((first.mean() - second.mean()) / np.sqrt(error), freedom))
