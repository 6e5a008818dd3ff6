"""Random counting queries: how many rows meet two or three conditions at once?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator
from likewise.evaluation.boosting import Floats
from likewise.evaluation.chance import so_far_out
from likewise.evaluation.pairing import Compared, Paired, Part
from likewise.evaluation.score import ALARM, FEWEST, Score
from likewise.evaluation.utility.contest import verdict_by

QUERIES = 300
ROWS = 20_000
RELABELLED = 100
SHARES = (50, 95)
"""Percentiles of the error that are told."""
SANITY = 0.001
"""Share of the rows that a count is taken to be at least, when an error is put beside it."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Queries:
    """Hold the relative errors of the queries' answers.

    `synthetic` and `fresh` are those of synthetic rows and of as many held rows, against the real ones; of halves of
    the real ones without a holdout. `chances` are those of a median and of a 95th percentile so far above
    the fresh ones. `rows` are those that answered.
    """

    synthetic: Floats
    fresh: Floats
    chances: tuple[float, ...]
    rows: int
    trouble: str = ""


def random_queries(paired: Paired, *, seed: int) -> Queries:
    """Ask 300 random queries, each a conjunction of conditions on two or three columns, of every table.

    A query is met by a real row drawn at random: a category must equal its level, a number lie within a random range
    of ranks around it, a missing value be missing. The relative error of an answer is |share - real share| / max(real
    share, 0.1 %). The chance comes from labels shuffled among synthetic and held rows; without a holdout
    the rows that the generator saw are halved.

    Use for data that will be counted and tabulated. Avoid as evidence of privacy.

    Vogel et al. and the query workloads of Barak et al., 2007; sanity bound: Garofalakis and Kumar, 2005.
    """
    if paired.holdout is None:
        order = generator(seed, "queries", "halves").permutation(paired.real.rows)
        real, held = (paired.real.take(h) for h in np.array_split(order, 2))
    else:
        real, held = paired.real, paired.holdout
    size = min(held.rows, paired.synthetic.rows, ROWS)
    if min(size, real.rows) < FEWEST or not paired.columns:
        return Queries(np.empty(0), np.empty(0), (), size, f"Fewer than {FEWEST} rows of a table, or no column.")
    real = real.sample(ROWS, seed, "queries", "real")
    made, fresh = (p.sample(size, seed, "queries", c) for p, c in ((paired.synthetic, "made"), (held, "held")))
    met = _met(paired.columns, real, [real, made, fresh], seed)
    truth = met[0].mean(axis=0)
    scale = np.maximum(truth, SANITY)
    pooled = np.concatenate(met[1:]).astype(np.float32)
    errors = [np.abs(m.mean(axis=0) - truth) / scale for m in met[1:]]
    found = np.percentile(errors[0], SHARES) - np.percentile(errors[1], SHARES)
    rng = generator(seed, "queries", "relabelled")
    labels = np.zeros((RELABELLED, 2 * size), dtype=np.float32)
    for label in labels:
        label[rng.permutation(2 * size)[:size]] = 1
    first = labels @ pooled
    sides = [np.abs(c / size - truth) / scale for c in (first, pooled.sum(axis=0) - first)]
    gap = np.subtract(*(np.percentile(side, SHARES, axis=1) for side in sides))
    # Either half may be called synthetic.
    chances = tuple(so_far_out(float(f), [*g.tolist(), *(-g).tolist()]) for f, g in zip(found, gap))
    return Queries(errors[0], errors[1], chances, size)


def _met(columns: tuple[Compared, ...], real: Part, parts: list[Part], seed: int) -> list[Mask]:
    """Return which rows of each part meet which query."""
    rng = generator(seed, "queries", "drawn")
    places = [i for i, c in enumerate(columns) if _varies(real.arrays[i])] or [0]
    ordered = {i: np.sort(real.arrays[i][~np.isnan(real.arrays[i])]) for i in places if columns[i].numeric}
    met = [np.ones((p.rows, QUERIES), dtype=bool) for p in parts]
    for query in range(QUERIES):
        row = int(rng.integers(real.rows))
        for place in rng.permutation(places)[: int(rng.integers(2, 4))]:
            value = real.arrays[place][row]
            low = high = value
            if columns[place].numeric and not np.isnan(value):
                rank = np.searchsorted(ordered[place], value) / len(ordered[place])
                width = rng.uniform(0.05, 0.3)
                low, high = np.quantile(ordered[place], np.clip([rank - width, rank + width], 0, 1))
            for mask, part in zip(met, parts):
                values = part.arrays[place]
                if columns[place].numeric and np.isnan(value):
                    mask[:, query] &= np.isnan(values)
                else:
                    mask[:, query] &= (values >= low) & (values <= high)
    return met


def _varies(values: npt.NDArray[np.generic]) -> bool:
    return bool((values[1:] != values[:-1]).any()) and not bool((values != values).all())


def queries_scores(found: Queries) -> tuple[Score, Score]:
    """Return the median relative error of the queries and the 95th percentile."""
    return _score(found, 0), _score(found, 1)


def _score(found: Queries, k: int) -> Score:
    name, title = ("query_error", "query_error_p95")[k], ("Random counts: usual error", "Random counts: large error")[k]
    if found.trouble:
        return Score(name=name, title=title, family="utility", value=None, unit="%", ideal=0.0, n=found.rows,
                     verdict="unknown", meaning=found.trouble)  # fmt: skip
    value, floor = (100 * float(np.percentile(e, SHARES[k])) for e in (found.synthetic, found.fresh))
    chance = found.chances[k]
    fair, poor = ((0.05, 0.2), (0.15, 0.5))[k]
    what = ("Half of", "Ninety-five in a hundred of")[k]
    noise = " That is no more than chance does." if chance >= ALARM else ""
    return Score(
        name=name, title=title, family="utility", value=value, unit="%", ideal=0.0, floor=floor, chance=chance,
        n=found.rows, verdict=verdict_by((value - floor) / 100, chance, fair=fair, poor=poor),
        meaning=f"{what} {len(found.synthetic)} random counts of rows that meet two or three conditions are off by "
        f"{value:.1f} % or less in synthetic rows; in fresh real rows, by {floor:.1f} % or less.{noise}",
    )  # fmt: skip
