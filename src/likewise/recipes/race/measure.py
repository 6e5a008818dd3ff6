"""Measure one candidate: learn a part of the rows, draw, and compare with the part that was held back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from likewise.core.draw import stream
from likewise.core.protocol import Model
from likewise.core.seeds import generator
from likewise.core.table import Table, concat
from likewise.evaluation.fidelity.detection import detect
from likewise.evaluation.fidelity.shape import shape_errors
from likewise.evaluation.fidelity.trend import lower, trend_errors
from likewise.evaluation.media.suite import hugged
from likewise.evaluation.pairing import Paired, pair_tables
from likewise.evaluation.privacy.closeness import closeness
from likewise.evaluation.privacy.copies import count_copies, row_keys
from likewise.evaluation.utility.prediction import predict_target
from likewise.recipes.race.choose import fault
from likewise.recipes.race.result import Figure, Figures, Goal

HELD = 0.25
"""Share of the rows that candidates are measured on."""
MOST_ROWS = 20_000
"""Rows of a race at most, learned from and held back: enough to part candidates, and bounded in time and memory."""
COMMON = 0.01
"""The probability of so many copies by chance below which they are more than nature explains, as in the report."""


@dataclass(frozen=True, eq=False)
class Field:
    """Hold the rows of a race: those that candidates learn from and those that they are measured on."""

    learned: Table
    held: Table

    @property
    def rows(self) -> int:
        """All rows of the race."""
        return self.learned.rows + self.held.rows


def field_of(table: Table, seed: int, most: int = MOST_ROWS) -> Field:
    """Part at most `most` rows of a table, by the seed, into three quarters to learn from and one to measure on."""
    order = generator(seed, "race").permutation(table.rows)[:most]
    cut = len(order) - round(HELD * len(order))
    return Field(table.take(np.sort(order[:cut])), table.take(np.sort(order[cut:])))


def drawn_from(model: Model, field: Field, seed: int) -> Table:
    """Return as many rows as the model learned from."""
    return concat(list(stream(model, field.learned.rows, seed=seed)))


def measure(field: Field, drawn: Table, *, goal: Goal, target: str | None, seed: int) -> Figures:
    """Return the figures of drawn rows; those that repeat learned rows are not measured any further."""
    paired = pair_tables(field.learned, drawn, field.held)
    found = _privacy(paired, seed)
    if goal == "share" and not found.repeats and paired.media:
        tables = (field.learned, drawn, field.held)
        found = found.model_copy(update={"repeats": bool(hugged(tables, paired, seed=seed))})
    if fault("test", found) or not paired.columns or paired.holdout is None:
        return found
    if goal == "share" and found.repeats:
        return found
    told = detect(paired.columns, paired.holdout, paired.synthetic, seed=seed, explain=False)
    shape = 100 * float(shape_errors(paired.columns, paired.real, paired.synthetic).mean())
    pairs = lower(trend_errors(paired.columns, paired.real, [paired.synthetic])[0])
    predicted = None if target is None else predict_target(paired, target, seed=seed)
    worth = None if predicted is None else predicted.synthetic
    return found.model_copy(
        update={
            "c2st": None if told is None else Figure(value=told.auc, error=told.error, natural=0.5),
            "shape": Figure(value=shape),
            "trend": Figure(value=100 * float(pairs.mean()) if len(pairs) else 0.0),
            "tstr": None
            if worth is None or predicted is None
            else Figure(value=worth, error=predicted.error, natural=predicted.real),
        }
    )


def _privacy(paired: Paired, seed: int) -> Figures:
    """Return what is told of privacy, which is quick to measure and may settle the rest."""
    assert paired.holdout is not None
    counted = count_copies(row_keys(paired.real), row_keys(paired.synthetic), row_keys(paired.holdout))
    error = float(np.sqrt(counted.rate * (1 - counted.rate) / counted.synthetic))
    copies = Figure(value=counted.rate, error=error, natural=counted.natural)
    found = Figures(copies=copies, repeats=counted.chance < COMMON)
    if fault("test", found):
        return found
    near = closeness(paired.columns, paired.real, paired.synthetic, paired.holdout, seed=seed)
    shown = None if near is None else Figure(value=near.share, error=near.error, natural=0.5)
    return found.model_copy(update={"closeness": shown})
