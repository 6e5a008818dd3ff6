"""Measure whether a technique leaks the very table it is to learn, and make its settings stricter until it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from likewise.core.draw import stream
from likewise.core.progress import Progress, quiet
from likewise.core.protocol import Synthesizer
from likewise.core.seeds import generator
from likewise.core.table import Table, concat
from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.panels import one_each, row_parts
from likewise.evaluation.privacy.copies import copies_score, count_copies, row_keys
from likewise.evaluation.privacy.membership import membership, membership_scores
from likewise.evaluation.privacy.near_copies import near_copies, near_copies_score
from likewise.evaluation.score import Score

ROWS = 20_000
"""Rows that are measured on at most: half are learned from, half held back as those that chance alone brings near."""
FEWEST = 400
"""Rows below which nothing can be told."""
GUARDING = "guarding"
"""What is said while trials are attacked."""


@dataclass(frozen=True)
class Guarded:
    """Hold the settings to learn all rows with, and sentences on what was measured, for the card."""

    synthesizer: Synthesizer
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trial:
    """Hold settings that were tried, which attacks were a clear success, and whether any could be judged."""

    synthesizer: Synthesizer
    leaks: tuple[str, ...]
    judged: bool


def guarded(synthesizer: Synthesizer, table: Table, *, seed: int, progress: Progress = quiet) -> Guarded:
    """Return the first settings, from those given to ever stricter ones, with which a trial leaks nothing clearly.

    A trial learns half of at most 20,000 rows and is attacked beside the other half: exact copies, near copies and
    membership, as in the report, where `poor` is a clear success. A technique without stricter settings is not tried.

    Use when a model is to leave the house and nobody chose the settings. Avoid reading it as a guarantee: it finds what
    the attacks find on so many rows; for one take a differentially private technique.
    """
    if synthesizer.stricter() is None or table.rows < FEWEST:
        return Guarded(synthesizer)
    learned, held, whose = _halves(synthesizer, table, seed)
    if not learned.rows or not held.rows:
        return Guarded(synthesizer, ("no trial was made: there are too few entities to learn some beside others",))
    trials: list[Trial] = []
    while True:
        progress(GUARDING, len(trials), len(trials) + 1)
        scores = attacked(synthesizer, learned, held, seed, whose)
        leaks = tuple(score.title.lower() for score in scores if score.verdict == "poor")
        trials.append(Trial(synthesizer, leaks, any(score.verdict != "unknown" for score in scores)))
        stricter = synthesizer.stricter()
        if stricter is None or not trials[-1].leaks:
            progress(GUARDING, len(trials), len(trials))
            return _chosen(trials, learned.rows)
        synthesizer = stricter


def _halves(synthesizer: Synthesizer, table: Table, seed: int) -> tuple[Table, Table, str | None]:
    """Return rows to learn and about as many beside them, and which column says whose they are, if one does: then these
    are rows of other entities, whole ones.
    """
    half, rng = min(ROWS, table.rows) // 2, generator(seed, "guard", "held")
    held = synthesizer.held_back(table, half / table.rows, rng)
    if held.entity is None:
        order = generator(seed, "guard").permutation(table.rows)[: 2 * half]
        return table.take(np.sort(order[:half])), table.take(np.sort(order[half:])), None
    others = table.take(np.setdiff1d(np.arange(table.rows), held.rows))
    own = synthesizer.held_back(others, min(half / max(others.rows, 1), 1.0), rng).rows
    return others.take(np.sort(own)), table.take(np.sort(held.rows)), held.entity


def _chosen(trials: Sequence[Trial], rows: int) -> Guarded:
    """Return the settings that leak least, the least strict of those."""
    best = min(trials, key=lambda trial: len(trial.leaks))
    notes = [
        f"a trial on {rows:,} rows leaked with {_said(trial.synthesizer)} ({', '.join(trial.leaks)})"
        for trial in trials
        if trial.leaks
    ]
    if best.leaks:
        notes.append(f"nothing stricter leaks less than {_said(best.synthesizer)}: read the report before sharing rows")
    elif not best.judged:
        notes.append(
            f"a trial of {rows:,} rows with {_said(best.synthesizer)} had too little to attack to say anything"
        )
    else:
        notes.append(f"no attack on a trial of {rows:,} rows with {_said(best.synthesizer)} was a clear success")
    return Guarded(best.synthesizer, tuple(notes))


def attacked(
    synthesizer: Synthesizer, learned: Table, held: Table, seed: int, whose: str | None = None
) -> tuple[Score, ...]:
    """Return the scores of attacks on as many drawn rows as were learned, one of each entity where that is told."""
    model = synthesizer.for_trial().fit(learned, seed=seed)
    drawn = concat(list(stream(model, learned.rows, seed=seed)))
    sides = [learned, drawn, held]
    paired = one_each(pair_tables(*row_parts(sides, whose, None)), sides, whose, seed=seed)
    if not paired.columns or paired.holdout is None:
        return ()
    parts = paired.columns, paired.real, paired.synthetic, paired.holdout
    keys = [row_keys(part) for part in (paired.real, paired.synthetic, paired.holdout)]
    return (
        copies_score(count_copies(*keys)),
        near_copies_score(near_copies(*parts, seed=seed)),
        *membership_scores(membership(*parts, seed=seed)),
    )


def _said(synthesizer: Synthesizer) -> str:
    """Return the settings that differ from the defaults."""
    told = synthesizer.inside.to_dict()
    return ", ".join(f"{name}={value}" for name, value in told.items()) or "the default settings"
