"""Do models trained on synthetic rows treat groups less alike than models trained on real ones?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.evaluation.boosting import Floats, auc
from likewise.evaluation.fairness.groups import LARGE, Group, column_groups
from likewise.evaluation.pairing import Compared, Paired, Part
from likewise.evaluation.score import ALARM, FEWEST, Score
from likewise.evaluation.utility.contest import detectable_fall, equal_parts, so_much_worse, verdict_by
from likewise.evaluation.utility.learners import Goal, design, goal, predict
from likewise.evaluation.utility.split import train_and_test

TRAINING_ROWS = 6_000
TEST_ROWS = 6_000
PART_ROWS = 800
RESAMPLES = 100
FEWEST_OF_CLASS = 20
"""Test rows with and without the event that a group must have to be judged."""
MEASURES = ("parity", "opportunity", "odds", "calibration", "group_auc")
TITLES = {
    "parity": "Demographic parity",
    "opportunity": "Equal opportunity",
    "odds": "Equalised odds",
    "calibration": "Calibration across groups",
    "group_auc": "Worst group's prediction",
}
SAID = {
    "parity": "the share of rows that are picked differs between groups by",
    "opportunity": "the share of true cases that are picked differs between groups by",
    "odds": "the share of true or of other cases that are picked differs between groups by",
    "calibration": "in the worst group, predicted and true shares differ by",
    "group_auc": "in the worst group, cases are told from others with an AUC of",
}

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Parity:
    """Hold the five measures of one sensitive column.

    A row each of parity, opportunity, odds, calibration (gaps: less is better) and worst group's AUC. `synthetic` and
    `real` are those of models trained on all rows, `errors` the bootstrap standard error of `synthetic`, the parts'
    measures have a column for each small model.
    """

    column: str
    groups: int
    synthetic: Floats
    real: Floats
    errors: Floats
    synthetic_parts: Floats
    real_parts: Floats

    def chance(self, k: int) -> float:
        """The chance of so much worse a measure where synthetic rows are as real ones."""
        sign = 1 if MEASURES[k] == "group_auc" else -1
        return so_much_worse((sign * self.synthetic_parts[k]).tolist(), (sign * self.real_parts[k]).tolist())

    def blind(self, k: int) -> bool:
        """Say whether even a large worsening would not be found."""
        return detectable_fall(self.synthetic_parts[k].tolist(), self.real_parts[k].tolist()) > 0.5

    def fall(self, k: int) -> float:
        """How much worse the measure is than that of real rows."""
        gap = float(self.synthetic[k] - self.real[k])
        return -gap if MEASURES[k] == "group_auc" else gap


@dataclass(frozen=True, eq=False)
class Parities:
    """Hold the measures of every sensitive column, or why there are none; `rows` are the test rows."""

    target: str
    columns: tuple[Parity, ...] = ()
    rows: int = 0
    trouble: str = ""


def event(columns: Sequence[Compared], place: int, real: Part) -> Goal | None:
    """Return the goal whose class 1 is the event: the rarer of two classes, else what is not the commonest.

    None for a number that is predicted as such, or a column that does not vary.
    """
    found = goal(columns, place, real, most=1)
    return found if found is not None and found.size == 2 else None


def compare_parity(paired: Paired, target: str, places: Sequence[int], *, seed: int) -> Parities:
    """Train boosted trees on synthetic and on real rows and compare how alike they treat groups of held rows.

    As many rows are picked, by the highest predicted chance, as have the event among the real rows. The event is the
    rarer of two classes of the target; of many classes, all but the commonest; of a number, the upper half. Groups are
    levels or quarters with 50 real rows or more and 20 test rows with and without the event. Chances come from five
    small models a side.

    Use before people are scored by a model of synthetic rows. Avoid for a column that is itself made from the target.

    Hardt et al., 2016, NeurIPS; Barocas, Hardt and Narayanan, 2023.
    """
    place = paired.position(target)
    if place is None or not places:
        return Parities(target, trouble="No target is compared, or no column is sensitive.")
    real, test, _ = train_and_test(paired, seed)
    columns, tables = as_event(paired.columns, place, real, [real, paired.synthetic, test])
    aim = event(columns, place, tables[0])
    if aim is None:
        return Parities(target, trouble=f"`{target}` has one value only, or too few rows of a second.")
    real, made, test = (aim.known(p) for p in tables)
    if min(p.rows for p in (real, made, test)) < FEWEST:
        return Parities(target, rows=test.rows, trouble=f"There are too few rows with a known `{target}`.")
    test = test.sample(TEST_ROWS, seed, "parity", "test")
    truth = aim.labels(test) == 1
    held = {i: _judged(column_groups(columns, i, real), test, truth) for i in places if i != place}
    held = {i: m for i, m in held.items() if len(m) > 1}
    if not held:
        return Parities(target, rows=test.rows, trouble="No sensitive column has two groups that are large enough.")
    share = float((aim.labels(real) == 1).mean())
    coding = design(columns, real, without=place)

    def chances(train: Part) -> Floats:
        return predict("boosted", columns, aim, train, [test], coding=coding, seed=seed)[0][:, 1]

    parts = equal_parts([made, real], seed, "parity", most=PART_ROWS)
    whole = [chances(p.sample(TRAINING_ROWS, seed, "parity", c)) for p, c in ((made, "made"), (real, "real"))]
    small = [[chances(p) for p in side] for side in parts]
    found = tuple(_parity(columns[i].name, members, truth, whole, small, share, seed) for i, members in held.items())
    return Parities(target, found, test.rows)


def as_event(
    columns: Sequence[Compared], place: int, real: Part, parts: Sequence[Part]
) -> tuple[tuple[Compared, ...], list[Part]]:
    """Return columns and parts in which a number to predict is one of two levels: above the real median or not."""
    if not columns[place].numeric:
        return tuple(columns), list(parts)
    values = real.arrays[place]
    known = values[~np.isnan(values)]
    middle = float(np.median(known)) if len(known) else 0.0
    two = Compared(columns[place].column, False, ("lower", "upper"))
    made = []
    for part in parts:
        own = part.arrays[place]
        codes = np.where(np.isnan(own), -1, own > middle).astype(np.int32)
        made.append(Part((*part.arrays[:place], codes, *part.arrays[place + 1 :]), part.rows))
    return (*columns[:place], two, *columns[place + 1 :]), made


def _judged(groups: Sequence[Group], test: Part, truth: Mask) -> Mask:
    """Return the rows of each group that has enough test rows with and without the event."""
    held = [g.holds(test) for g in groups]
    kept = [
        h for h in held
        if h.sum() >= LARGE and (h & truth).sum() >= FEWEST_OF_CLASS and (h & ~truth).sum() >= FEWEST_OF_CLASS
    ]  # fmt: skip
    return np.array(kept, dtype=bool).reshape(len(kept), test.rows)


def _parity(
    column: str, members: Mask, truth: Mask, whole: Sequence[Floats], small: Sequence[Sequence[Floats]], share: float,
    seed: int,
) -> Parity:  # fmt: skip
    rng = generator(seed, "parity", "resampled", column)
    drawn = []
    for _ in range(RESAMPLES):
        rows = rng.integers(0, len(truth), len(truth))
        drawn.append(measures(members[:, rows], truth[rows], whole[0][rows], share))
    parts = [np.array([measures(members, truth, p, share) for p in side]).reshape(-1, 5).T for side in small]
    made, own = (measures(members, truth, p, share) for p in whole)
    return Parity(column, len(members), made, own, np.nanstd(drawn, axis=0, ddof=1), parts[0], parts[1])


def measures(members: Mask, truth: Mask, chance: Floats, share: float) -> Floats:
    """Return the five measures; a row of `members` for each group, `share` of the rows are picked.

    A group that lacks one of the classes, as a resample may, does not count.
    """
    picked = chance > np.quantile(chance, 1 - share)
    sizes = np.array([members.sum(axis=1), (members & truth).sum(axis=1), (members & ~truth).sum(axis=1)])
    kept = (sizes > 0).all(axis=0)
    if kept.sum() < 2:
        return np.array([0.0, 0.0, 0.0, 0.0, 0.5])
    members, sizes = members[kept], sizes[:, kept]
    rate, hit, miss = (
        (members & picked & wanted).sum(axis=1) / s for wanted, s in zip((truth | ~truth, truth, ~truth), sizes)
    )
    off = np.abs(members @ (chance - truth)) / sizes[0]
    worst = min(auc(truth[m], chance[m])[0] for m in members)
    return np.array([np.ptp(rate), np.ptp(hit), max(np.ptp(hit), np.ptp(miss)), off.max(), worst])


def parity_scores(found: Parities) -> tuple[Score, ...]:
    """Return a score for each measure, on the sensitive column where it is least by chance, and the amplification."""
    return (*(_score(found, k) for k in range(len(MEASURES))), _amplification(found))


def _score(found: Parities, k: int) -> Score:
    name, ranked = f"fair_{MEASURES[k]}", MEASURES[k] == "group_auc"
    if not found.columns:
        return Score(name=name, title=TITLES[MEASURES[k]], family="fairness", value=None,
                     unit="AUC" if ranked else "share", ideal=1.0 if ranked else 0.0, n=found.rows,
                     verdict="unknown", meaning=found.trouble)  # fmt: skip
    worst = min(found.columns, key=lambda c: (c.chance(k), -c.fall(k)))
    chance = min(1.0, worst.chance(k) * len(found.columns))
    value, floor, error = float(worst.synthetic[k]), float(worst.real[k]), 1.96 * float(worst.errors[k])
    blind = worst.blind(k)
    weak = " There are too few rows to see even a large difference (underpowered)." if blind and chance >= ALARM else ""
    fair, poor = (0.03, 0.1) if ranked else (0.05, 0.15)
    return Score(
        name=name, title=TITLES[MEASURES[k]], family="fairness", value=value, unit="AUC" if ranked else "share",
        ideal=1.0 if ranked else 0.0, floor=floor, interval=(max(0.0, value - error), min(1.0, value + error)),
        chance=chance, n=found.rows, verdict=verdict_by(worst.fall(k), chance, fair=fair, poor=poor, blind=blind),
        meaning=f"When a model trained on synthetic rows predicts `{found.target}`, {SAID[MEASURES[k]]} {value:.3f} "
        f"({worst.groups} groups of `{worst.column}`); of a model trained on real rows, {floor:.3f}.{weak}",
    )  # fmt: skip


def _amplification(found: Parities) -> Score:
    """Say how many times the gap between groups is that of models of real rows."""
    name, title = "bias_amplification", "Bias amplified by models"
    if not found.columns:
        return Score(name=name, title=title, family="fairness", value=None, unit="ratio", ideal=1.0, n=found.rows,
                     verdict="unknown", meaning=found.trouble)  # fmt: skip
    worst = min(found.columns, key=lambda c: (c.chance(0), -c.fall(0)))
    ratio = float(worst.synthetic[0] / max(worst.real[0], 0.01))
    chance = min(1.0, worst.chance(0) * len(found.columns))
    return Score(
        name=name, title=title, family="fairness", value=ratio, unit="ratio", ideal=1.0, floor=1.0, chance=chance,
        n=found.rows, verdict=verdict_by(worst.fall(0), chance, fair=0.05, poor=0.15, blind=worst.blind(0)),
        meaning=f"Models trained on synthetic rows pick groups of `{worst.column}` for `{found.target}` with "
        f"{ratio:.2f} times the gap that models trained on real rows leave (1 is the same; more is amplified bias).",
    )  # fmt: skip
