"""How much each cell of a row surprises a model of the real rows, given the rest of the row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from likewise.evaluation.boosting import Floats
from likewise.evaluation.pairing import Compared, Part
from likewise.evaluation.utility.learners import design, goal, losses, predict

TRAINING_ROWS = 2_500
ROUNDS = 15
CLASSES = 3


def surprises(
    columns: Sequence[Compared], real: Part, parts: Sequence[Part], places: Sequence[int], seed: int
) -> list[Floats]:
    """Return for each part the losses of models of real rows, a row each and a column for each of `places`.

    Losses stand as ranks among all rows of the parts, from 0 to 1, 0.5 where a value is missing, so that no outlier
    counts much. One column more at the end ranks the mean of the others. Rows that the models did not see, real or
    synthetic, have surprises of one kind where nothing is wrong.
    """
    from scipy.stats import rankdata

    real = real.sample(TRAINING_ROWS, seed, "surprise")
    made = []
    for place in places:
        aim = goal(columns, place, real, most=CLASSES)
        train = None if aim is None else aim.known(real)
        if aim is None or train is None or train.rows < 2:
            continue
        coding = design(columns, real, without=place)
        # Trees see what is bent, the linear model makes more of few rows; the mean of both does better than either.
        trees = predict("boosted", columns, aim, train, parts, coding=coding, seed=seed, rounds=ROUNDS)
        lines = predict("linear", columns, aim, train, parts, coding=coding, seed=seed)
        lost, known = [], []
        for part, predicted in zip(parts, [(a + b) / 2 for a, b in zip(trees, lines)]):
            labels = aim.labels(part)
            sure = (labels >= 0) & (labels < aim.size) if aim.size else ~np.isnan(labels)
            lost.append(losses(aim, np.where(sure, labels, 0).astype(int if aim.size else float), predicted))
            known.append(sure)
        whole, sure = np.concatenate(lost), np.concatenate(known)
        ranks = np.full(len(whole), 0.5)
        ranks[sure] = (rankdata(whole[sure]) - 0.5) / max(1, int(sure.sum()))
        made.append(ranks)
    rows = sum(p.rows for p in parts)
    if made:
        made.append((rankdata(np.mean(made, axis=0)) - 0.5) / rows)
    table = np.column_stack(made) if made else np.empty((rows, 0))
    return np.split(table, np.cumsum([p.rows for p in parts])[:-1])
