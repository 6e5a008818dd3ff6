"""Do synthetic rows help when they are added to real ones?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.evaluation.boosting import Floats
from likewise.evaluation.pairing import Paired, Part
from likewise.evaluation.score import FEWEST, Score
from likewise.evaluation.utility.contest import PARTS, equal_parts, so_much_worse, verdict_by
from likewise.evaluation.utility.learners import RARE, design, goal, predict
from likewise.evaluation.utility.split import train_and_test

TRAINING_ROWS = 4_000
TEST_ROWS = 5_000
PART_ROWS = 600
RESAMPLES = 100
BOTH = 2


@dataclass(frozen=True, eq=False)
class Augmentation:
    """Hold the precision-recall areas (PR-AUC) for the rarest class of the target.

    `alone` is that of real rows, `both` that of real and as many synthetic rows, `error` the standard error of the
    gain, paired over test rows. `synthetic` and `real` are gains of small real parts by a synthetic or another real
    part.
    """

    target: str
    alone: float | None = None
    both: float = 0.0
    error: float = 0.0
    synthetic: tuple[float, ...] = ()
    real: tuple[float, ...] = ()
    share: float = 0.0
    rows: int = 0
    trouble: str = ""


def augment(paired: Paired, target: str, *, seed: int) -> Augmentation:
    """Train boosted trees on real rows, and on real and as many synthetic rows, and compare them on rows held back.

    The figure is the area under the precision-recall curve of the target's rarest class (of at least 10 test rows):
    what matters where the class is sought. At most 4,000 rows of each.

    Use where synthetic rows are to enlarge real data. Avoid for a number as the target: there is no rare class.

    Davis and Goadrich, 2006, ICML.
    """
    place = paired.position(target)
    real, test, _ = train_and_test(paired, seed)
    aim = None if place is None else goal(paired.columns, place, real)
    if aim is None or not aim.size:
        return Augmentation(target, trouble=f"`{target}` is no class, so there is no rare one to find more of.")
    real, made, test = (aim.known(p) for p in (real, paired.synthetic, test))
    test = test.sample(TEST_ROWS, seed, "augmentation", "test")
    truth = aim.labels(test)
    counts = np.bincount(truth, minlength=aim.size)
    known = [k for k in range(aim.size) if RARE <= counts[k] < test.rows]
    if min(real.rows, made.rows, test.rows) < FEWEST or not known:
        return Augmentation(target, rows=test.rows, trouble=f"There are too few rows with a known `{target}`.")
    rare = min(known, key=lambda k: (counts[k], k))
    coding = design(paired.columns, real, without=aim.place)

    def sought(*parts: Part) -> Floats:
        train = _joined(parts)
        return predict("boosted", paired.columns, aim, train, [test], coding=coding, seed=seed)[0][:, rare]

    wanted = truth == rare
    own, new = (p.sample(TRAINING_ROWS, seed, "augmentation", c) for p, c in ((real, "real"), (made, "made")))
    alone, both = sought(own), sought(own, new)
    synthetic, fresh = _gains(real, made, lambda *p: precision_recall(wanted, sought(*p)), seed)
    return Augmentation(
        target, precision_recall(wanted, alone), precision_recall(wanted, both), _error(wanted, alone, both, seed),
        synthetic, fresh, float(wanted.mean()), test.rows,
    )  # fmt: skip


def _joined(parts: Sequence[Part]) -> Part:
    arrays = tuple(np.concatenate(a) for a in zip(*(p.arrays for p in parts)))
    return Part(arrays, sum(p.rows for p in parts))


def _gains(
    real: Part, made: Part, figure: Callable[..., float], seed: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the gains of small real parts when a synthetic and when another real part is added."""
    whole = equal_parts([real], seed, "augmentation", count=BOTH * PARTS, most=PART_ROWS)[0]
    if not whole:
        return (), ()
    base, other = whole[:PARTS], whole[PARTS:]
    added = equal_parts([made], seed, "augmentation", "made", most=base[0].rows)[0]
    if not added or added[0].rows < base[0].rows:
        return (), ()
    before = [figure(b) for b in base]
    gains = [tuple(figure(b, a) - f for b, a, f in zip(base, more, before)) for more in (added, other)]
    return gains[0], gains[1]


def precision_recall(truth: npt.NDArray[np.bool_], score: Floats) -> float:
    """Return the area under the precision-recall curve (average precision), 0 without a true row.

    >>> precision_recall(np.array([True, False, True]), np.array([0.9, 0.5, 0.4])).__round__(3)
    0.833
    """
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(truth[order])
    # Rows of one score are one step of the curve.
    last = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)
    steps = np.diff(hits[last], prepend=0)
    return float((steps * hits[last] / (last + 1)).sum() / max(1, hits[-1]))


def _error(truth: npt.NDArray[np.bool_], first: Floats, second: Floats, seed: int) -> float:
    rng = generator(seed, "augmentation", "resampled")
    drawn = []
    for _ in range(RESAMPLES):
        rows = rng.integers(0, len(truth), len(truth))
        drawn.append(precision_recall(truth[rows], second[rows]) - precision_recall(truth[rows], first[rows]))
    return float(np.std(drawn, ddof=1))


def augmentation_score(found: Augmentation) -> Score:
    """Say what is gained or lost; only harm, more than fresh real rows would do, is held against the rows."""
    if found.alone is None:
        return Score(name="augmentation_gain", title="Gain when added to real rows", family="utility", value=None,
                     unit="share", ideal=0.0, n=found.rows, verdict="unknown", meaning=found.trouble)  # fmt: skip
    gain = found.both - found.alone
    low, high = gain - 1.96 * found.error, gain + 1.96 * found.error
    chance = so_much_worse(found.synthetic, found.real) if found.real else None
    floor = float(np.mean(found.real)) if found.real else None
    beside = (
        f"; small samples gain {np.mean(found.synthetic):+.3f} by synthetic and {floor:+.3f} by real rows"
        if floor
        else ""
    )
    harm = -gain / max(found.alone - found.share, 0.05)
    return Score(
        name="augmentation_gain", title="Gain when added to real rows", family="utility", value=gain, unit="share",
        ideal=0.0, floor=floor, interval=(low, high), chance=chance, n=found.rows,
        verdict=verdict_by(harm, 1.0 if chance is None else chance, fair=0.1, poor=0.3, blind=chance is None),
        meaning=f"A model of real rows finds the rarest class of `{found.target}` with a precision-recall area of "
        f"{found.alone:.3f} ({found.share:.3f} is guessing); with as many synthetic rows added, {found.both:.3f} "
        f"(difference {low:+.3f} to {high:+.3f} with 95 % confidence){beside}.",
    )  # fmt: skip
