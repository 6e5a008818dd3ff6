"""Is the tie between a sensitive column and the target stronger in the data than it really is?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from likewise.core.seeds import generator
from likewise.evaluation.boosting import Floats
from likewise.evaluation.chance import so_far_out
from likewise.evaluation.fairness.groups import column_groups
from likewise.evaluation.fairness.parity import as_event, event
from likewise.evaluation.pairing import Paired
from likewise.evaluation.score import FEWEST, Score
from likewise.evaluation.utility.contest import verdict_by
from likewise.evaluation.utility.split import train_and_test

RELABELLED = 200
ROWS = 20_000
LEAST = 0.01
"""An association that smaller ones count as, lest a ratio be of noise."""


@dataclass(frozen=True)
class Association:
    """Hold the mean over groups of |P(event | group) - P(event)|, weighed by real group shares, of three tables.

    `chance` is that of synthetic and held rows differing so much in it, in either direction, corrected for the number
    of sensitive columns.
    """

    column: str
    synthetic: float
    real: float
    held: float
    chance: float
    rows: int


def compare_association(paired: Paired, target: str, places: Sequence[int], *, seed: int) -> tuple[Association, ...]:
    """Return the association of each sensitive column with the target in synthetic, real and held rows.

    The chance is by labels shuffled among synthetic and held rows.
    """
    place = paired.position(target)
    real, held, _ = train_and_test(paired, seed)
    if place is None:
        return ()
    columns, tables = as_event(paired.columns, place, real, [real, paired.synthetic, held])
    aim = event(columns, place, tables[0])
    real, made, held = (p if aim is None else aim.known(p) for p in tables)
    size = min(made.rows, held.rows, ROWS)
    if aim is None or min(size, real.rows) < FEWEST:
        return ()
    made, held = made.sample(size, seed, "association", "made"), held.sample(size, seed, "association", "held")
    truth = [(aim.labels(p) == 1).astype(np.float64) for p in (real, made, held)]
    found = []
    tried = [i for i in places if i != place]
    for i in tried:
        groups = column_groups(columns, i, real)
        if not groups:
            continue
        members = [np.array([g.holds(p) for g in groups], dtype=np.float64) for p in (real, made, held)]
        weights = members[0].mean(axis=1)
        figures = [_distance(m.sum(axis=1), m @ t, len(t), float(t.sum()), weights) for m, t in zip(members, truth)]
        pooled, events = np.concatenate(members[1:], axis=1), np.concatenate(truth[1:])
        gaps = _shuffled_gaps(pooled, events, size, weights, generator(seed, "association", i))
        chance = min(1.0, so_far_out(abs(figures[1] - figures[2]), [*gaps, *(-g for g in gaps)]) * 2)
        found.append(
            Association(columns[i].name, figures[1], figures[0], figures[2], min(1.0, chance * len(tried)), size)
        )
    return tuple(found)


def _distance(rows: Floats, hits: Floats, whole: int, events: float, weights: Floats) -> float:
    rates = np.where(rows > 0, hits / np.maximum(rows, 1), events / whole)
    return float((weights * np.abs(rates - events / whole)).sum() / weights.sum())


def _shuffled_gaps(
    members: Floats, events: Floats, size: int, weights: Floats, rng: np.random.Generator
) -> list[float]:
    """Return differences of the association between halves drawn at random from both tables together."""
    rows, hits, whole = members.sum(axis=1), members @ events, float(events.sum())
    both = np.concatenate([members, members * events, events[None]])
    gaps = []
    for _ in range(RELABELLED):
        label = np.zeros(2 * size, dtype=np.float64)
        label[rng.permutation(2 * size)[:size]] = 1
        sums = both @ label
        one, hit, some = sums[: len(members)], sums[len(members) : -1], float(sums[-1])
        first = _distance(one, hit, size, some, weights)
        gaps.append(first - _distance(rows - one, hits - hit, size, whole - some, weights))
    return gaps


def association_score(found: Sequence[Association], target: str | None) -> Score:
    """Say how many times as strong the association is as in real rows."""
    name, title = "bias_in_data", "Bias in the data"
    if not found:
        return Score(name=name, title=title, family="fairness", value=None, unit="ratio", ideal=1.0, n=0,
                     verdict="unknown", meaning="There is no such column, or there are too few rows.")  # fmt: skip
    worst = min(found, key=lambda a: (a.chance, -abs(a.synthetic - a.held)))
    value, floor = (x / max(worst.real, LEAST) for x in (worst.synthetic, worst.held))
    fall = abs(worst.synthetic - worst.held) / max(worst.held, 0.05)
    return Score(
        name=name, title=title, family="fairness", value=value, unit="ratio", ideal=1.0, floor=floor,
        chance=worst.chance, n=worst.rows, verdict=verdict_by(fall, worst.chance, fair=0.2, poor=0.5),
        meaning=f"In synthetic rows, groups of `{worst.column}` differ in `{target}` {value:.2f} times as much as in "
        f"real rows (held back real rows: {floor:.2f}). More is amplified bias, less is a tie that was lost.",
    )  # fmt: skip
