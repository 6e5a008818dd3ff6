"""Do models of synthetic rows lean on the same columns as models of real rows?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from likewise.core.seeds import generator
from likewise.evaluation.boosting import Floats
from likewise.evaluation.pairing import Compared, Part
from likewise.evaluation.score import ALARM, Score
from likewise.evaluation.utility.contest import detectable_fall, so_much_worse, verdict_by
from likewise.evaluation.utility.learners import Goal, losses

ROWS = 400
MOST_COLUMNS = 30


@dataclass(frozen=True, eq=False)
class Importances:
    """Hold the rank correlation of the columns' importances, and the same of small models a side.

    `agreement` is that of the synthetic with the real model, `floor` that of a small real model with other real
    ones. Each of the small figures correlates one part's importances, not ranked, with the mean of real parts, itself
    left out: ranks of columns that hardly matter are noise. `columns` is how many columns were shuffled.
    """

    agreement: float
    floor: float
    synthetic: tuple[float, ...]
    real: tuple[float, ...]
    columns: int


def permuted(columns: Sequence[Compared], test: Part, without: int, seed: int) -> list[Part]:
    """Return test rows as they are, then once for each column with that column shuffled; at most 30 columns."""
    rng = generator(seed, "importance")
    rows = test.sample(ROWS, seed, "importance", "rows")
    places = [i for i in range(len(columns)) if i != without]
    if len(places) > MOST_COLUMNS:
        places = sorted(rng.permutation(places)[:MOST_COLUMNS].tolist())
    order = rng.permutation(rows.rows)
    made = [rows]
    for place in places:
        arrays = list(rows.arrays)
        arrays[place] = arrays[place][order]
        made.append(Part(tuple(arrays), rows.rows))
    return made


def importances(
    aim: Goal, columns: Sequence[Compared], test: Part, real: list[Floats], synthetic: list[Floats],
    parts: list[list[list[Floats]]], seed: int,
) -> Importances | None:  # fmt: skip
    """Compare importances (Breiman, 2001): what shuffling a column of the test rows adds to the loss.

    The predictions are those for `permuted` rows. None with fewer than 3 columns.
    """
    if len(real) < 4:
        return None
    truth = aim.labels(test.sample(ROWS, seed, "importance", "rows"))

    def costs(predicted: list[Floats]) -> Floats:
        mean = np.array([losses(aim, truth, p).mean() for p in predicted])
        return np.asarray(mean[1:] - mean[0])

    own, made = ([costs(p) for p in side] for side in parts)
    rest = [_mean_but(own, k) for k in range(len(own))]
    floor = float(np.mean([_ranked(o, r) for o, r in zip(own, rest)])) if own else float("nan")
    beside = tuple(_correlation(o, r) for o, r in zip(own, rest))
    against = tuple(_correlation(m, r) for m, r in zip(made, rest))
    return Importances(_ranked(costs(synthetic), costs(real)), floor, against, beside, len(real) - 1)


def _mean_but(costs: list[Floats], left: int) -> Floats:
    return np.asarray(np.mean([c for k, c in enumerate(costs) if k != left], axis=0))


def _ranked(first: Floats, second: Floats) -> float:
    """Return Spearman's correlation (1904)."""
    from scipy.stats import rankdata

    return _correlation(rankdata(first), rankdata(second))


def _correlation(first: Floats, second: Floats) -> float:
    """Return the correlation, 0 where one side does not vary."""
    first, second = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / scale if scale > 0 else 0.0


def importance_score(found: Importances | None, target: str) -> Score:
    """Say whether the same columns matter for the prediction."""
    if found is None:
        return Score(name="importance_agreement", title="Same columns matter", family="utility", value=None,
                     unit="share", ideal=1.0, n=0, of="columns", verdict="unknown",
                     meaning="There are fewer than three columns to predict from, too few to rank.")  # fmt: skip
    chance = so_much_worse(found.synthetic, found.real)
    fall = float(np.mean(found.real) - np.mean(found.synthetic)) if found.real else 0.0
    blind = not found.real or detectable_fall(found.synthetic, found.real) > max(float(np.mean(found.real)), 0.1)
    said = (
        f"; weighed by how much a column matters, small models of synthetic rows agree with real ones at "
        f"{np.mean(found.synthetic):.2f}, of other real rows at {np.mean(found.real):.2f}"
        if found.real
        else ""
    )
    weak = " There are too few rows to see a disagreement (underpowered)." if blind and chance >= ALARM else ""
    return Score(
        name="importance_agreement", title="Same columns matter", family="utility", value=found.agreement, unit="share",
        ideal=1.0, floor=found.floor if found.real else None, chance=chance, n=found.columns, of="columns",
        verdict=verdict_by(fall, chance, fair=0.2, poor=0.5, blind=blind),
        meaning=f"The columns that matter for predicting `{target}` are ranked alike by models of synthetic and of "
        f"real rows with a correlation of {found.agreement:.2f} (1 is the same order){said}.{weak}",
    )  # fmt: skip
