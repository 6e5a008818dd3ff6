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

    `both` is that of real and held rows together, `chance` that of synthetic rows differing so much from it, in either
    direction, corrected for the number of sensitive columns.
    """

    column: str
    synthetic: float
    real: float
    held: float
    both: float
    chance: float
    rows: int


def compare_association(paired: Paired, target: str, places: Sequence[int], *, seed: int) -> tuple[Association, ...]:
    """Return the association of each sensitive column with the target in synthetic, real and held rows.

    The chance is by labels shuffled among synthetic and all other rows.
    """
    place = paired.position(target)
    real, held, _ = train_and_test(paired, seed)
    if place is None:
        return ()
    columns, tables = as_event(paired.columns, place, real, [real, paired.synthetic, held])
    aim = event(columns, place, tables[0])
    real, made, held = (p if aim is None else aim.known(p) for p in tables)
    if aim is None or min(real.rows, made.rows, held.rows) < FEWEST:
        return ()
    real, made, held = (p.sample(ROWS, seed, "association", k) for k, p in enumerate((real, made, held)))
    truth = [(aim.labels(p) == 1).astype(np.float64) for p in (made, real, held)]
    found = []
    tried = [i for i in places if i != place]
    for i in tried:
        groups = column_groups(columns, i, real)
        if not groups:
            continue
        members = [np.array([g.holds(p) for g in groups], dtype=np.float64) for p in (made, real, held)]
        weights = members[1].mean(axis=1)
        of_made, of_real, of_held = (
            _distance(m.sum(axis=1), m @ t, len(t), float(t.sum()), weights) for m, t in zip(members, truth)
        )
        pooled, events = np.concatenate(members, axis=1), np.concatenate(truth)
        both, gaps = _dealt(pooled, events, made.rows, weights, generator(seed, "association", i))
        usual = gaps[1:].mean()
        chance = so_far_out(abs(gaps[0] - usual), (gaps[1:] - usual).tolist())
        found.append(
            Association(
                columns[i].name,
                of_made,
                of_real,
                of_held,
                both,
                min(1.0, 2 * chance * len(tried)),
                min(made.rows, held.rows),
            )
        )
    return tuple(found)


def _distance(rows: Floats, hits: Floats, whole: int, events: float, weights: Floats) -> float:
    rates = np.where(rows > 0, hits / np.maximum(rows, 1), events / whole)
    return float((weights * np.abs(rates - events / whole)).sum() / weights.sum())


def _dealt(
    members: Floats, events: Floats, made: int, weights: Floats, rng: np.random.Generator
) -> tuple[float, Floats]:
    """Return the association of all but the synthetic rows, which come first, and how far that of these lies above it.

    The first difference is that of the rows as they are, the others are of as many rows drawn at random.
    """
    whole = len(events)
    table = np.concatenate([members, members * events, events[None]])
    total, gaps, both = table.sum(axis=1), [], 0.0
    for k in range(RELABELLED + 1):
        drawn = np.arange(made) if k == 0 else rng.permutation(whole)[:made]
        mine = table[:, drawn].sum(axis=1)
        first, second = (
            _distance(s[: len(members)], s[len(members) : -1], size, float(s[-1]), weights)
            for s, size in ((mine, made), (total - mine, whole - made))
        )
        both = second if k == 0 else both
        gaps.append(first - second)
    return both, np.array(gaps)


def association_score(found: Sequence[Association], target: str | None) -> Score:
    """Say how many times as strong the association is as in real rows."""
    name, title = "bias_in_data", "Bias in the data"
    if not found:
        return Score(name=name, title=title, family="fairness", value=None, unit="ratio", ideal=1.0, n=0,
                     verdict="unknown", meaning="There is no such column, or there are too few rows.")  # fmt: skip
    worst = min(found, key=lambda a: (a.chance, -abs(a.synthetic - a.both)))
    value, floor = (x / max(worst.real, LEAST) for x in (worst.synthetic, worst.held))
    fall = abs(worst.synthetic - worst.both) / max(worst.both, 0.05)
    return Score(
        name=name, title=title, family="fairness", value=value, unit="ratio", ideal=1.0, floor=floor,
        chance=worst.chance, n=worst.rows, verdict=verdict_by(fall, worst.chance, fair=0.2, poor=0.5),
        meaning=f"In synthetic rows, groups of `{worst.column}` differ in `{target}` {value:.2f} times as much as in "
        f"real rows (held back real rows: {floor:.2f}). More is amplified bias, less is a tie that was lost.",
    )  # fmt: skip
