"""Can a learner tell synthetic from real rows within the groups that look worst?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.evaluation.boosting import auc, booster, features, one_thread, without_empty
from likewise.evaluation.fairness.groups import Group, Mask
from likewise.evaluation.fairness.scan import judge_groups
from likewise.evaluation.fairness.stack import Stack
from likewise.evaluation.fairness.subgroups import Gathered
from likewise.evaluation.pairing import Compared
from likewise.evaluation.score import ALARM, FEWEST, Score
from likewise.evaluation.utility.contest import verdict_by

WORST = 3
ROUNDS = 30


@dataclass(frozen=True)
class Told:
    """Hold how well a detector does in one group, on rows it did not learn from; `rows` a side."""

    group: Group
    auc: float
    error: float
    chance: float
    rows: int


def detect_in_groups(gathered: Gathered | None, *, seed: int) -> tuple[Told, ...]:
    """Choose the three worst groups on half of the rows, train a detector in each on them and test it on the others.

    So choice and test are independent, and the chance (Mann and Whitney, 1947; times three) is right. Groups of fewer
    than 50 rows of a side in a half are not chosen.
    """
    if gathered is None:
        return ()
    learn, check = (gathered.stack.take(rows) for rows in _halves(gathered.stack.made, seed))
    large = [g for g in gathered.groups if min(_sides(g, half) for half in (learn, check)) >= FEWEST]
    if not large:
        return ()
    scan = judge_groups(large, learn, gathered.first, seed=seed)
    chosen = np.lexsort((scan.chances, -scan.sure))[:WORST]
    return tuple(_told(gathered.columns, large[k], learn, check, len(chosen), seed) for k in chosen)


def _halves(made: Mask, seed: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the rows of two halves, each with its share of both sides."""
    rng = generator(seed, "told", "halves")
    sides = [rng.permutation(np.flatnonzero(made == side)) for side in (True, False)]
    first, second = (np.concatenate([s[half] for s in sides]) for half in (slice(0, None, 2), slice(1, None, 2)))
    return first, second


def _sides(group: Group, half: Stack) -> int:
    """Return the rows of the side that has fewer of a group."""
    held = group.holds(half.part)
    made = int((held & half.made).sum())
    return min(made, int(held.sum()) - made)


def _told(columns: Sequence[Compared], group: Group, learn: Stack, check: Stack, tried: int, seed: int) -> Told:
    from scipy.stats import norm

    inside = group.holds(learn.part), group.holds(check.part)
    truth = [half.made[held] for half, held in zip((learn, check), inside)]
    two, one = int((~truth[1]).sum()), int(truth[1].sum())
    coded = without_empty(features(columns, [half.part.take(held) for half, held in zip((learn, check), inside)]))
    if not coded.positions:
        return Told(group, 0.5, 0.0, 1.0, min(one, two))
    matrix, unseen = coded.matrices
    with one_thread():
        model = booster("classify", coded.categorical, rows=len(matrix), rounds=ROUNDS, seed=seed).fit(matrix, truth[0])
        value, error = auc(truth[1], model.predict_proba(unseen)[:, 1])
    chance = float(norm.sf((value - 0.5) / np.sqrt((one + two + 1) / (12 * one * two))))
    return Told(group, value, error, min(1.0, chance * tried), min(one, two))


def subgroup_detection_score(found: Sequence[Told]) -> Score:
    """Say how well rows are told apart in the group where it is least by chance."""
    if not found:
        return Score(name="worst_subgroup_c2st", title="Detectability in the worst subgroup", family="fairness",
                     value=None, unit="AUC", ideal=0.5, n=0, verdict="unknown",
                     meaning="No group is large enough for a detector of its own.")  # fmt: skip
    worst = min(found, key=lambda t: (t.chance, -t.auc))
    low, high = (float(np.clip(worst.auc + s * 1.96 * worst.error, 0, 1)) for s in (-1, 1))
    beyond = "more than guessing" if worst.chance < ALARM else "no more than guessing, chance allowed for"
    return Score(
        name="worst_subgroup_c2st", title="Detectability in the worst subgroup", family="fairness", value=worst.auc,
        unit="AUC", ideal=0.5, floor=0.5, interval=(low, high), chance=worst.chance, n=worst.rows,
        verdict=verdict_by(worst.auc - 0.5, worst.chance, fair=0.07, poor=0.17),
        meaning=f"Among rows with {worst.group.named}, a learner tells synthetic from real rows with an AUC of "
        f"{worst.auc:.2f} (0.50 is guessing; 95 % interval {low:.2f} to {high:.2f}): {beyond}.",
    )  # fmt: skip
