"""The shadow game: fit a technique again and again with and without a person, and see whether the output tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.progress import Progress
from likewise.core.seeds import generator
from likewise.core.table import Table, concat
from likewise.evaluation.boosting import auc
from likewise.evaluation.chance import share_interval
from likewise.evaluation.distance import nearest_neighbours, scale
from likewise.evaluation.pairing import Compared, Part, pair_tables

FitAndSample = Callable[[Table, int, int], Table]
"""What is audited: learn a table, and return so many rows drawn with a seed."""
Floats = npt.NDArray[np.float64]

TARGETS, FITS, ROWS = 16, 24, 1_500
"""People that the game is about, fits, and rows that each fit learns: many small fits tell more than few large ones."""
SEARCHED = 4_000
QUERIES, WIDTH = 40, 3
"""Random subsets of columns in which synthetic rows that agree with a person are counted, and columns of each."""
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Shadow:
    """Hold how well the output tells who was in: the area under the curve of each person, the mean, epsilon's bound.

    `chance` is that of such a mean if the output told nothing.
    """

    aucs: tuple[float, ...]
    mean: float
    error: float
    epsilon: float
    fits: int
    chance: float

    @property
    def worst(self) -> float:
        """The area under the curve of the person who is told best; of many, some are told well by luck."""
        return max(self.aucs)


def shadow_game(
    table: Table, fit_and_sample: FitAndSample, *, seed: int, progress: Progress,
    targets: int = TARGETS, fits: int = FITS, rows: int = ROWS,
) -> Shadow | None:  # fmt: skip
    """Return whether the output of a technique tells if the most isolated people of a table were in.

    Each fit learns a random part of the other rows and each of the people by the toss of a coin. What it draws is asked
    how near it comes to a person and how many rows agree with them in random subsets of columns. None for fewer than
    200 rows. Cost: `fits` fits of `rows` rows.

    Stadler et al., 2022, USENIX Security; queries as in TAPAS (Houssiau et al., 2022).
    """
    if table.rows < 200:
        return None
    size = min(rows, table.rows // 2)
    pair = pair_tables(table, table, None)
    if not pair.columns:
        return None
    places = isolated_rows(pair.columns, pair.real, min(targets, table.rows // 20), seed)
    people = table.take(places)
    rest = np.setdiff1d(np.arange(table.rows), places)
    inside = np.zeros((fits, len(places)), dtype=bool)
    scores = np.zeros((fits, len(places)))
    for k in range(fits):
        progress("audit: shadow fits", k, fits)
        rng = generator(seed, "shadow", k)
        inside[k] = rng.random(len(places)) < 0.5
        some = table.take(rng.permutation(rest)[:size])
        learned = concat([some, people.take(inside[k])]) if inside[k].any() else some
        drawn = fit_and_sample(learned, learned.rows, int(rng.integers(2**31)))
        scores[k] = _told(table, people, drawn, seed)
    progress("audit: shadow fits", fits, fits)
    return _counted(scores, inside)


def isolated_rows(columns: tuple[Compared, ...], real: Part, count: int, seed: int) -> npt.NDArray[np.int64]:
    """Return the rows that lie farthest from the others: from their second nearest of 4,000, itself perhaps among."""
    some = real.sample(SEARCHED, seed, "isolated")
    asked, rows = scale(columns, real, [real, some], robust=True)
    away = nearest_neighbours(asked, rows, 2)[0][:, 1]
    return np.argsort(-away, kind="stable")[:count].astype(np.int64)


def _told(table: Table, people: Table, drawn: Table, seed: int) -> Floats:
    """Return how much the rows drawn speak of each person: how near they come, and how often they agree in part."""
    pair = pair_tables(table, drawn, people)
    assert pair.holdout is not None
    made = pair.synthetic.sample(SEARCHED, seed, "shadow", "drawn")
    asked, rows = scale(pair.columns, pair.real, [pair.holdout, made], robust=True)
    away = nearest_neighbours(asked, rows, min(2, made.rows))[0].astype(np.float64)
    near = -np.log(0.01 + away).mean(axis=1)
    agreed = np.zeros(pair.holdout.rows)
    rng = generator(seed, "shadow", "queries")
    spans = [_within(c, a) for c, a in zip(pair.columns, pair.real.arrays, strict=True)]
    for _ in range(QUERIES):
        which = rng.permutation(len(pair.columns))[:WIDTH]
        for person in range(pair.holdout.rows):
            match = np.ones(made.rows, dtype=bool)
            for i in which:
                match &= np.abs(made.arrays[i] - pair.holdout.arrays[i][person]) <= spans[i]
            agreed[person] += np.log1p(match.sum())
    return np.asarray(near + agreed / QUERIES)


def _within(compared: Compared, values: npt.NDArray[np.float64]) -> float:
    if not compared.numeric or np.isnan(values).all():
        return 0.0
    return 0.01 * float(np.nanmax(values) - np.nanmin(values))


def _counted(scores: Floats, inside: npt.NDArray[np.bool_]) -> Shadow:
    from scipy.stats import norm

    both = inside.any(axis=0) & ~inside.all(axis=0)
    aucs, spread, accused = [], [], np.zeros_like(inside)
    for j in np.flatnonzero(both):
        area, _ = auc(inside[:, j], scores[:, j])
        yes = int(inside[:, j].sum())
        aucs.append(area)
        # The variance of guessing: with this few fits that of the areas themselves is often nothing.
        spread.append((len(scores) + 1) / (12 * yes * (len(scores) - yes)))
        # The threshold looks at no answer, so that the counts of right and false accusations stay honest.
        accused[:, j] = scores[:, j] > np.median(scores[:, j])
    if not aucs:
        return Shadow((0.5,), 0.5, 0.5, 0.0, len(scores), 1.0)
    error = float(np.sqrt(np.sum(spread))) / len(aucs)
    mean = float(np.mean(aucs))
    chance = float(norm.sf((mean - 0.5) / error))
    epsilon = _epsilon(accused[:, both], inside[:, both])
    return Shadow(tuple(aucs), mean, error, epsilon, len(scores), chance)


def _epsilon(accused: npt.NDArray[np.bool_], inside: npt.NDArray[np.bool_]) -> float:
    """Return a lower bound of epsilon from both kinds of right and false answers, each interval 97.5 % sure."""
    sure = 1 - (1 - CONFIDENCE) / 2
    hits, of = int(accused[inside].sum()), int(inside.sum())
    false, beside = int(accused[~inside].sum()), int((~inside).sum())
    yes, no = share_interval(hits, of, confidence=sure), share_interval(false, beside, confidence=sure)
    bounds = [np.log(max(yes[0], 1e-9) / max(no[1], 1e-9)), np.log(max(1 - no[1], 1e-9) / max(1 - yes[0], 1e-9))]
    return float(max(0.0, *bounds))
