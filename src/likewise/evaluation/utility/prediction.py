"""Train on synthetic, test on real (TSTR), beside train on real, test on real (TRTR)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.evaluation.boosting import auc, booster, features, one_thread, without_empty
from likewise.evaluation.chance import more_often
from likewise.evaluation.pairing import Compared, Paired, Part
from likewise.evaluation.score import FEWEST, Score, Verdict
from likewise.evaluation.utility.contest import verdict_by
from likewise.evaluation.utility.learners import Unit, hopeless
from likewise.evaluation.utility.models import Trained
from likewise.evaluation.utility.split import train_and_test

FAIR, POOR = 0.03, 0.1
"""Shares of what real rows are worth from whose loss usefulness is called fair and poor."""
ROUNDS = 100
TREES = 300
"""Trees in all; many classes, each with a tree a round, get fewer rounds."""
TRAINING_ROWS = 100_000
TEST_ROWS = 50_000
RARE = 10
"""Test rows of a class below which its AUC is noise."""
FEW_VALUES = 20
"""A whole number with at most this many values is predicted as a class."""
GUESSING = 0.5
"""The AUC of a model that was taught nothing."""


@dataclass(frozen=True)
class Prediction:
    """Hold how well models predict the target of the test rows after training on synthetic and on real rows.

    `error` is the standard error of `synthetic`. `trouble` is a sentence when no figure could be taken. `seen` says
    that the generator saw the test rows. `lone` is, where synthetic rows hold one class only and so teach nothing, the
    chance that fresh real rows would.
    """

    target: str
    unit: Unit = "AUC"
    synthetic: float | None = None
    real: float | None = None
    rows: int = 0
    seen: bool = False
    trouble: str = ""
    error: float = 0.0
    lone: float | None = None


class TooLittle(Exception):
    """A side of the comparison cannot be trained or scored; the text is a sentence."""


def predict_target(paired: Paired, target: str, *, seed: int) -> Prediction:
    """Train boosted trees on synthetic and on real rows and score both on the holdout.

    The score is the AUC of each class against the others, averaged, or R2 where the target is a number. Rows whose
    target is missing are left out. Without a holdout a fifth of the real rows is kept back for the test.

    Classes of fewer than 10 test rows do not count, nor any beyond the 20 commonest.

    Esteban et al., 2017 (arXiv 1706.02633).
    """
    place = paired.position(target)
    if place is None:
        return Prediction(
            target, trouble=f"`{target}` is not among the columns that both tables hold and that are compared."
        )
    real, test, seen = train_and_test(paired, seed)
    test = _with_target(test, place).sample(TEST_ROWS, seed, "prediction", "test")
    real = _with_target(real, place).sample(TRAINING_ROWS, seed, "prediction", "real")
    synthetic = _with_target(paired.synthetic, place).sample(TRAINING_ROWS, seed, "prediction", "synthetic")
    unit: Unit = "AUC" if _is_class(paired.columns[place], real.arrays[place]) else "R2"
    score = _class_score if unit == "AUC" else _number_score
    try:
        for part, called in ((real, "real"), (test, "test"), (synthetic, "synthetic")):
            if part.rows < FEWEST:
                raise TooLittle(
                    f"Fewer than {FEWEST} {called} rows have a known `{target}`, too few to judge a prediction."
                )
        by_real, _ = score(paired.columns, place, real, test, "real", seed)
        lone = _lone(synthetic.arrays[place], real.arrays[place]) if unit == "AUC" else None
        if lone is not None:
            return Prediction(target, unit, GUESSING, by_real, test.rows, seen, lone=lone)
        by_synthetic, error = score(paired.columns, place, synthetic, test, "synthetic", seed)
    except TooLittle as fault:
        return Prediction(target, unit, rows=test.rows, seen=seen, trouble=str(fault))
    return Prediction(target, unit, by_synthetic, by_real, test.rows, seen, error=error)


def _with_target(part: Part, place: int) -> Part:
    values = part.arrays[place]
    known = ~np.isnan(values) if values.dtype == np.float64 else values >= 0
    return part if bool(known.all()) else part.take(known)


def _lone(synthetic: npt.NDArray[Any], real: npt.NDArray[Any]) -> float | None:
    """Return the chance that as many fresh rows hold the one class that synthetic ones do; None where they hold two."""
    if (synthetic != synthetic[0]).any():
        return None
    return more_often(len(synthetic), len(synthetic), int((real == synthetic[0]).sum()), len(real))


def _is_class(compared: Compared, values: npt.NDArray[Any]) -> bool:
    return not compared.numeric or (compared.column.kind == "integer" and len(np.unique(values)) <= FEW_VALUES)


def _class_score(
    columns: Sequence[Compared], place: int, train: Part, test: Part, called: str, seed: int
) -> tuple[float, float]:
    """Return the macro average over classes of the test rows of one-against-the-rest AUC, and its standard error.

    The errors of the classes are averaged as if they went together: too large rather than too small.
    """
    truth = test.arrays[place]
    classes, counts = np.unique(truth, return_counts=True)
    common = [k for k in np.argsort(-counts, kind="stable")[:FEW_VALUES] if counts[k] >= RARE]
    classes = np.sort(classes[common])
    train = train.take(np.isin(train.arrays[place], classes))
    labels = train.arrays[place]
    if len(classes) < 2:
        raise TooLittle(
            f"The test rows hold fewer than two classes of `{columns[place].name}` with {RARE} rows or more."
        )
    if len(np.unique(labels)) < 2 or train.rows < FEWEST:
        raise TooLittle(
            f"The {called} rows hold too little of `{columns[place].name}` to learn it: one class, or too few rows."
        )
    coded = without_empty(features(columns, [train, test], without=place))
    if not coded.positions:
        raise TooLittle("There is no other column to predict from.")
    rounds = min(ROUNDS, max(10, TREES // (len(classes) if len(classes) > 2 else 1)))
    chance = np.zeros((test.rows, len(classes)))
    with one_thread():
        model = booster("classify", coded.categorical, rows=train.rows, rounds=rounds, seed=seed)
        model.fit(coded.matrices[0], labels)
        chance[:, np.searchsorted(classes, model.classes_)] = model.predict_proba(coded.matrices[1])
    value, error = np.mean([auc(truth == level, chance[:, k]) for k, level in enumerate(classes)], axis=0)
    return float(value), float(error)


def _number_score(
    columns: Sequence[Compared], place: int, train: Part, test: Part, called: str, seed: int
) -> tuple[float, float]:
    """Return R2, the share of the test rows' variance that is explained (below 0: worse than their mean).

    The second value is its standard error, by the influence of each test row.
    """
    truth = test.arrays[place]
    spread = float(((truth - truth.mean()) ** 2).sum())
    if spread == 0:
        raise TooLittle(f"`{columns[place].name}` has one value only in the test rows, so there is nothing to predict.")
    coded = without_empty(features(columns, [train, test], without=place))
    if not coded.positions:
        raise TooLittle("There is no other column to predict from.")
    with one_thread():
        model = booster("regress", coded.categorical, rows=train.rows, rounds=ROUNDS, seed=seed)
        guess = model.fit(coded.matrices[0], train.arrays[place]).predict(coded.matrices[1])
    lost = float(((truth - guess) ** 2).sum()) / spread
    pull = ((truth - guess) ** 2 - lost * (truth - truth.mean()) ** 2) * test.rows / spread
    return 1 - lost, float(pull.std() / np.sqrt(test.rows))


def prediction_scores(found: Prediction, small: Trained | None) -> tuple[Score, Score]:
    """Return the figure of the model trained on synthetic rows (its floor: real rows), and the ratio of the two.

    `small` are boosted trees of small parts of the same rows (`models.train_models`), None where there were none: a
    fall counts where it is larger than what chance does among them, and what they could not show is unknown.
    """
    ratio = _ratio(found)
    chance = found.lone if found.lone is not None else small.chance if small else None
    verdict: Verdict = "unknown"
    if ratio is not None and chance is not None:
        verdict = verdict_by(1 - ratio, chance, fair=FAIR, poor=POOR, blind=small is None or small.blind)
    if found.synthetic is None or found.real is None:
        meaning = ratio_meaning = found.trouble
    else:
        unsure = small.unsure if small and ratio is not None and found.lone is None else ""
        one = " Synthetic rows hold one class only, which teaches nothing." if found.lone is not None else ""
        scale = "0.50 is guessing" if found.unit == "AUC" else "0 is guessing the mean"
        seen = " The generator saw the rows it was tested on, so this is weaker evidence." if found.seen else ""
        meaning = (
            f"A model trained on synthetic rows predicts `{found.target}` of real rows with {found.unit} "
            f"{found.synthetic:.3f}; trained on real rows, {found.real:.3f} ({scale}, 1 is perfect).{one}{unsure}{seen}"
        )
        ratio_meaning = (
            f"For predicting `{found.target}`, synthetic rows are worth {100 * ratio:.1f} % of real ones.{one}{unsure}"
            if ratio is not None
            else f"Even real rows hardly predict `{found.target}`, so a ratio would say nothing."
        )
    shared: dict[str, Any] = {"family": "utility", "ideal": 1.0, "n": found.rows, "verdict": verdict,
                              "chance": chance}  # fmt: skip
    tstr = Score(name="tstr", title="Train on synthetic, test on real", value=found.synthetic, unit=found.unit,
                 floor=found.real, interval=_interval(found), meaning=meaning, **shared)  # fmt: skip
    return tstr, Score(name="tstr_ratio", title="Worth for training", value=ratio, unit="ratio", floor=None,
                       meaning=ratio_meaning, **shared)  # fmt: skip


def _interval(found: Prediction) -> tuple[float, float] | None:
    if found.synthetic is None:
        return None
    return found.synthetic - 1.96 * found.error, min(1.0, found.synthetic + 1.96 * found.error)


def _ratio(found: Prediction) -> float | None:
    if found.synthetic is None or found.real is None:
        return None
    return None if hopeless(found.real, found.unit) else found.synthetic / found.real
