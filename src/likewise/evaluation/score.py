"""What a metric says: one number, beside the floor that makes it readable."""

from __future__ import annotations

from typing import Literal

from likewise.core.spec import Spec

Family = Literal["fidelity", "utility", "privacy", "fairness", "drift"]
Verdict = Literal["good", "fair", "poor", "unknown"]


class Score(Spec):
    """Hold one measured figure of a synthetic table.

    `floor` is what a fresh sample of real rows scores on the same data (None when there is no holdout), `n` the number
    of rows (or pairs, or columns: `of`) the figure rests on, `meaning` one plain sentence with the figure in it.
    """

    name: str
    title: str
    family: Family
    value: float | None
    unit: Literal["%", "AUC", "share", "R2", "ratio"]
    ideal: float
    floor: float | None = None
    n: int
    of: str = "rows"
    verdict: Verdict
    meaning: str
