"""Global utility: every column is a target in turn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from likewise.core.seeds import generator
from likewise.evaluation.boosting import Floats
from likewise.evaluation.pairing import Compared, Paired, Part
from likewise.evaluation.score import ALARM, Score
from likewise.evaluation.utility.contest import FINE, detectable_fall, equal_parts, so_much_worse, verdict_by
from likewise.evaluation.utility.learners import Goal, design, goal, predict, quality
from likewise.evaluation.utility.split import train_and_test

TARGETS = 16
PARTS = 4
PART_ROWS = 600
TEST_ROWS = 1_500
ROUNDS = 15
CLASSES = 3
WEAK = 0.55
"""Performance of real rows below which a column cannot be predicted, so that its ratio would be noise."""


@dataclass(frozen=True, eq=False)
class GlobalUtility:
    """Hold the ratio of performances of each small model: rows are parts, columns targets.

    `synthetic` and `real` are ratios to other real parts. `names` are the targets; `hopeless` counts columns that real
    rows cannot predict, `left_out` those beyond the most that are tried.
    """

    names: tuple[str, ...]
    synthetic: Floats
    real: Floats
    rows: int
    hopeless: int = 0
    left_out: int = 0
    trouble: str = ""

    @property
    def figures(self) -> tuple[list[float], list[float]]:
        """The mean of min(1, ratio) over targets, of each synthetic and each real part."""
        return np.minimum(1, self.synthetic).mean(axis=1).tolist(), np.minimum(1, self.real).mean(axis=1).tolist()


def global_utility(paired: Paired, *, seed: int) -> GlobalUtility:
    """Predict each column from all others with boosted trees trained on synthetic and on real parts of equal size.

    The performance of a model is its AUC, or (1 + R2) / 2 for a number's rank, on 1,500 rows held back; a part's
    figure is the mean over columns of min(1, performance / performance of other real parts). At most 16 columns, drawn
    at random, and four parts of 600 rows a side.

    Use when no target is known, and to see a column that lost its ties to the others. Avoid for single rows: it says
    nothing of copies.

    Jiang et al., 2025 (TabStruct, arXiv 2509.11950).
    """
    real, test, _ = train_and_test(paired, seed)
    test = test.sample(TEST_ROWS, seed, "global", "test")
    sides = equal_parts([real, paired.synthetic], seed, "global", count=PARTS, most=PART_ROWS)
    none = np.empty((0, 0))
    if not sides[0] or len(paired.columns) < 2 or test.rows < 2:
        few = "There are too few rows, or fewer than two columns, to predict every column from the others."
        return GlobalUtility((), none, none, test.rows, trouble=few)
    places = list(range(len(paired.columns)))
    tried = sorted(generator(seed, "global", "targets").permutation(places)[:TARGETS].tolist())
    names, figures = [], []
    for place in tried:
        aim = goal(paired.columns, place, real, most=CLASSES)
        found = None if aim is None else _figures(paired.columns, aim, sides, test, seed)
        if found is not None and found[0].mean() >= WEAK:
            names.append(paired.columns[place].name)
            figures.append(found)
    if not names:
        hopeless = "Even real rows predict no column from the others, so there is nothing that could be lost."
        return GlobalUtility((), none, none, test.rows, len(tried), trouble=hopeless)
    own, made = (np.array([f[k] for f in figures]).T for k in (0, 1))
    rest = (own.sum(axis=0) - own) / (len(own) - 1)
    return GlobalUtility(tuple(names), made / rest, own / rest, test.rows, len(tried) - len(names),
                         len(places) - len(tried))  # fmt: skip


def _figures(
    columns: tuple[Compared, ...], aim: Goal, sides: list[list[Part]], test: Part, seed: int
) -> tuple[Floats, Floats] | None:
    """Return the performances of real and of synthetic parts, None where the test rows cannot tell any."""
    test = aim.known(test)
    truth = aim.labels(test)
    if len(np.unique(truth)) < 2:
        return None
    coding = design(columns, test, without=aim.place)
    found = []
    for side in sides:
        figures = []
        for part in side:
            part = aim.known(part)
            if part.rows < 2:
                figures.append(0.5)
                continue
            said = predict("boosted", columns, aim, part, [test], coding=coding, seed=seed, rounds=ROUNDS)[0]
            value = quality(aim, truth, said)
            figures.append(value if aim.size else (1 + max(0.0, value)) / 2)
        found.append(np.array(figures))
    return found[0], found[1]


def global_utility_scores(found: GlobalUtility) -> tuple[Score, Score]:
    """Return the mean over the columns, and the worst column."""
    titles = "Every column as a target", "Worst column as a target"
    if found.trouble:
        return tuple(
            Score(name=n, title=t, family="utility", value=None, unit="share", ideal=1.0, n=0, of="columns",
                  verdict="unknown", meaning=found.trouble)
            for n, t in zip(("global_utility", "global_utility_worst"), titles)
        )  # type: ignore[return-value]  # fmt: skip
    made, own = found.figures
    value, floor, chance = float(np.mean(made)), float(np.mean(own)), so_much_worse(made, own)
    blind = detectable_fall(made, own) > 0.2
    error = 1.96 * float(np.std(made, ddof=1) / np.sqrt(len(made)))
    skipped = f" {found.hopeless} columns that even real rows do not predict do not count." if found.hopeless else ""
    drawn = f" {found.left_out} more columns were not tried." if found.left_out else ""
    whole = Score(
        name="global_utility", title=titles[0], family="utility", value=value, unit="share", ideal=1.0, floor=floor,
        interval=(value - error, min(1.0, value + error)), chance=chance, n=len(found.names), of="columns",
        verdict=verdict_by(floor - value, chance, fair=0.02, poor=0.08, blind=blind),
        meaning=f"Each column being predicted from the others, models of synthetic rows reach {100 * value:.1f} % of "
        f"what models of real rows reach, on average over {len(found.names)} columns; other real rows reach "
        f"{100 * floor:.1f} %.{skipped}{drawn}",
    )  # fmt: skip
    return whole, _worst(found, titles[1])


def _worst(found: GlobalUtility, title: str) -> Score:
    """Say which column fell most, its chance times the number of columns (Bonferroni)."""
    from scipy.stats import t

    made, own = found.synthetic, found.real
    fall = own.mean(axis=0) - made.mean(axis=0)
    spread = (own.var(axis=0, ddof=1) + made.var(axis=0, ddof=1)) / 2
    # The spread of one column, from few parts, is itself uncertain; it is not taken as less than that of most.
    error = np.sqrt(np.maximum(np.maximum(spread, np.median(spread)), FINE**2) * 2 / len(own))
    place = int(np.argmax(fall / error))
    chance = min(1.0, float(t.sf(fall[place] / error[place], 2 * len(own) - 2)) * len(fall))
    told = int(np.argmin(made.mean(axis=0))) if chance >= ALARM else place
    value = float(np.minimum(made[:, told].mean(), 1.0))
    return Score(
        name="global_utility_worst", title=title, family="utility", value=value, unit="share", ideal=1.0,
        floor=float(own.mean(axis=0).min()), chance=chance, n=len(found.names), of="columns",
        verdict=verdict_by(float(fall[place]), chance, fair=0.05, poor=0.15),
        meaning=f"The column that models of synthetic rows predict worst beside models of real rows is "
        f"`{found.names[told]}`: they reach {100 * value:.1f} % of the performance"
        f"{', which is more than chance does.' if chance < ALARM else ', which is within what chance does.'}",
    )  # fmt: skip
