"""Can a learner tell synthetic from real rows within the groups that look worst?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.evaluation.boosting import auc, booster, features, one_thread, without_empty
from likewise.evaluation.fairness.groups import Group
from likewise.evaluation.fairness.subgroups import Gathered, judge_groups
from likewise.evaluation.pairing import Compared, Part
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
    than 50 rows in a half are not chosen.
    """
    if gathered is None:
        return ()
    rows = [_halves(p.rows, seed) for p in (gathered.made, gathered.held)]
    learn, check = ((gathered.made.take(rows[0][k]), gathered.held.take(rows[1][k])) for k in (0, 1))
    large = [g for g in gathered.groups if min(int(g.holds(p).sum()) for p in (*learn, *check)) >= FEWEST]
    if not large:
        return ()
    scan = judge_groups(large, gathered.evidence.take(rows[0][0], rows[1][0]), *learn)
    chosen = np.lexsort((scan.chances, -scan.sure))[:WORST]
    return tuple(_told(gathered.columns, large[k], learn, check, len(chosen), seed) for k in chosen)


def _halves(rows: int, seed: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    order = generator(seed, "told", "halves").permutation(rows)
    return order[: rows // 2], order[rows // 2 :]


def _told(
    columns: Sequence[Compared], group: Group, learn: tuple[Part, Part], check: tuple[Part, Part], tried: int, seed: int
) -> Told:
    from scipy.stats import norm

    inside = [p.take(group.holds(p)) for p in (*learn, *check)]
    size = min(inside[0].rows, inside[1].rows)
    inside[:2] = [p.sample(size, seed, "told", "size", k) for k, p in enumerate(inside[:2])]
    learned = Part(tuple(np.concatenate(a) for a in zip(*(p.arrays for p in inside[:2]))), 2 * size)
    coded = without_empty(features(columns, [learned, *inside[2:]]))
    rows = min(inside[2].rows, inside[3].rows)
    if not coded.positions:
        return Told(group, 0.5, 0.0, 1.0, rows)
    matrix, truth = coded.matrices[0], np.arange(2 * size) < size
    with one_thread():
        model = booster("classify", coded.categorical, rows=2 * size, rounds=ROUNDS, seed=seed)
        said = model.fit(matrix, truth).predict_proba(np.concatenate(coded.matrices[1:]))[:, 1]
    one, two = inside[2].rows, inside[3].rows
    value, error = auc(np.arange(one + two) < one, said)
    chance = float(norm.sf((value - 0.5) / np.sqrt((one + two + 1) / (12 * one * two))))
    return Told(group, value, error, min(1.0, chance * tried), rows)


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
