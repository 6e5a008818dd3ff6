"""Three families of models trained on synthetic and on real rows: TSTR, TRTR and TRTS of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.evaluation.boosting import Floats
from likewise.evaluation.pairing import Compared, Paired, Part
from likewise.evaluation.score import ALARM, FEWEST
from likewise.evaluation.utility.contest import detectable_fall, equal_parts, so_much_worse
from likewise.evaluation.utility.crossed import LEAST, Crossed, cross, guessing
from likewise.evaluation.utility.importance import Importances, importances, permuted
from likewise.evaluation.utility.learners import (
    MODELS,
    Design,
    Goal,
    Model,
    Unit,
    design,
    goal,
    hopeless,
    losses,
    predict,
    quality,
)
from likewise.evaluation.utility.split import train_and_test

TRAINING_ROWS = 8_000
TEST_ROWS = 4_000
RESAMPLES = 100


@dataclass(frozen=True, eq=False)
class Trained:
    """Hold how models of one family do.

    `tstr` and `trtr` are AUC or R2 (synthetic tested on real, real on real). The errors are bootstrap standard errors
    over test rows, `gap_error` that of `tstr - trtr`, paired. `lost` is the loss of `tstr` beyond that of `trtr`, as a
    share of what real rows teach (of guessing's loss less `trtr`'s). Each `chance` is that of so bad a figure where
    synthetic rows are as fresh real ones: in the order of the predictions and in their loss. `detectable` is the fall
    of AUC or R2 that the small models behind the first chance would show.
    """

    model: Model
    unit: Unit
    tstr: float
    trtr: float
    error: float
    gap_error: float
    lost: float
    chance: float
    chance_lost: float
    detectable: float
    loss_ratio: float
    crossed: Crossed

    @property
    def blind(self) -> bool:
        """Whether the rows are too few to show even the loss of all that real rows teach."""
        guess = 0.5 if self.unit == "AUC" else 0.0
        return self.detectable > max(self.trtr - guess, 0.0)

    @property
    def useless(self) -> bool:
        """Whether even real rows hardly teach this family."""
        return hopeless(self.trtr, self.unit)

    @property
    def unsure(self) -> str:
        """Say what the rows are too few to show; empty where a verdict can be given."""
        if not self.blind or self.chance < ALARM:
            return ""
        most = f"a fall of less than {self.detectable:.2f}" if np.isfinite(self.detectable) else "any fall"
        return f" There are too few rows to be sure to see {most} (underpowered)."


@dataclass(frozen=True, eq=False)
class Models:
    """Hold the families that were tried, or a sentence why none was; `rows` are the test rows."""

    target: str
    unit: Unit = "AUC"
    families: tuple[Trained, ...] = ()
    rows: int = 0
    seen: bool = False
    trouble: str = ""
    importances: Importances | None = None

    def family(self, model: Model) -> Trained | None:
        """Return one family, None if it was not tried."""
        return next((f for f in self.families if f.model == model), None)


@dataclass(frozen=True, eq=False)
class Field:
    """Hold the rows of one comparison, all with a known target."""

    columns: Sequence[Compared]
    aim: Goal
    coding: Design
    real: Part
    synthetic: Part
    test: Part
    parts: list[list[Part]]
    seen: bool


def train_models(paired: Paired, target: str, *, seed: int, models: Sequence[Model] = MODELS) -> Models:
    """Train each family on synthetic and on real rows and score it on rows held back.

    At most 8,000 training and 4,000 test rows. Classes beyond the five commonest are one class; a number is predicted
    as its rank. The chances come from five small models a side, trained on disjoint parts of equal size, so that the
    noise of the training rows is in them, and for TRTS from the losses of synthetic rows beside those of real rows.

    Use when a target is known. Avoid as the only evidence: rows may be useful for one target and wrong elsewhere.

    Esteban et al., 2017 (arXiv 1706.02633).
    """
    place = paired.position(target)
    if place is None:
        return Models(target, trouble=f"`{target}` is not among the columns that are compared.")
    real, test, seen = train_and_test(paired, seed)
    aim = goal(paired.columns, place, real)
    if aim is None:
        return Models(target, trouble=f"`{target}` has one value only in the real rows, or too few rows of a second.")
    unit: Unit = "AUC" if aim.size else "R2"
    known = [aim.known(p) for p in (real, paired.synthetic, test)]
    if min(p.rows for p in known) < FEWEST:
        return Models(target, unit, rows=known[2].rows, seen=seen,
                      trouble=f"Fewer than {FEWEST} rows of a table have a known `{target}`.")  # fmt: skip
    labels = aim.labels(known[2])
    if len(np.unique(labels)) < 2 or len(paired.columns) < 2:
        return Models(target, unit, rows=known[2].rows, seen=seen,
                      trouble=f"There is nothing to predict of `{target}`, or nothing to predict it from.")  # fmt: skip
    parts = equal_parts(known[:2], seed, "models")
    real, synthetic = (p.sample(TRAINING_ROWS, seed, "models", c) for p, c in zip(known, ("real", "synthetic")))
    test = known[2].sample(TEST_ROWS, seed, "models", "test")
    coding = design(paired.columns, real, without=place)
    field = Field(paired.columns, aim, coding, real, synthetic, test, parts, seen)
    families = []
    agreement = None
    for model in models:
        trained, found = _family(field, model, seed)
        families.append(trained)
        agreement = agreement or found
    return Models(target, unit, tuple(families), test.rows, seen, importances=agreement)


def _family(field: Field, model: Model, seed: int) -> tuple[Trained, Importances | None]:
    """Train one family; the boosted one also says which columns it leans on."""
    aim, test = field.aim, field.test
    shuffled = permuted(field.columns, test, aim.place, seed) if model == "boosted" else []

    def fit(train: Part, tests: Sequence[Part]) -> list[Floats]:
        return predict(model, field.columns, aim, train, tests, coding=field.coding, seed=seed)

    by_real, *real_moved = fit(field.real, [test, *shuffled])
    by_synthetic, *synthetic_moved = fit(field.synthetic, [test, *shuffled])
    tried = [[fit(part, [test, *shuffled]) for part in side] for side in field.parts]
    truth = aim.labels(test)
    figures = [[quality(aim, truth, p[0]) for p in side] for side in tried]
    costs = [[-float(losses(aim, truth, p[0]).mean()) for p in side] for side in tried]
    found = None
    if shuffled:
        moved = [[p[1:] for p in side] for side in tried]
        found = importances(aim, field.columns, test, real_moved, synthetic_moved, moved, seed)
    own, made = (losses(aim, truth, p) for p in (by_real, by_synthetic))
    taught = max(guessing(aim, aim.labels(field.real), truth) - float(own.mean()), LEAST)
    error, gap_error = _resampled(aim, truth, by_synthetic, by_real, seed)
    return Trained(
        model=model,
        unit="AUC" if aim.size else "R2",
        tstr=quality(aim, truth, by_synthetic),
        trtr=quality(aim, truth, by_real),
        error=error,
        gap_error=gap_error,
        lost=float(made.mean() - own.mean()) / taught,
        chance=so_much_worse(figures[1], figures[0]),
        chance_lost=so_much_worse(costs[1], costs[0]),
        detectable=detectable_fall(figures[1], figures[0]),
        loss_ratio=float(made.mean() / max(own.mean(), 1e-6)),
        crossed=cross(aim, fit, field.real, test, field.synthetic, seen=field.seen, seed=seed),
    ), found


def _resampled(aim: Goal, truth: npt.NDArray[Any], synthetic: Floats, real: Floats, seed: int) -> tuple[float, float]:
    """Return the standard errors of TSTR and of TSTR less TRTR over test rows drawn again, the same for both."""
    rng = generator(seed, "models", "resampled")
    drawn = []
    for _ in range(RESAMPLES):
        rows = rng.integers(0, len(truth), len(truth))
        first = quality(aim, truth[rows], synthetic[rows])
        drawn.append((first, first - quality(aim, truth[rows], real[rows])))
    spread = np.std(drawn, axis=0, ddof=1)
    return float(spread[0]), float(spread[1])
