"""What a metric says: one number, beside the floor that makes it readable."""

from __future__ import annotations

from typing import Literal

from likewise.core.spec import Spec

Family = Literal["fidelity", "utility", "privacy", "fairness", "drift"]
Verdict = Literal["good", "fair", "poor", "unknown"]

FEWEST = 50
"""Rows of a table below which no metric gives a verdict."""

ALARM = 0.001
"""Chance below which a figure counts as found: thirty tests of fresh real rows err in one report of thirty."""


class Score(Spec):
    """Hold one measured figure of a synthetic table.

    `floor` is what a fresh sample of real rows scores on the same data (None when there is no holdout), `n` the number
    of rows (or pairs, or columns: `of`) the figure rests on, `interval` its 95 % interval where one is known, `chance`
    how likely a figure so far out is where synthetic rows are as fresh real ones, `meaning` plain words with the figure
    in them. A figure that could not be taken has the value None and the verdict `unknown`. A `readout` is a figure as
    papers define it, shown to be compared with theirs: it has no part in any verdict.
    """

    name: str
    title: str
    family: Family
    value: float | None
    unit: Literal["%", "AUC", "share", "R2", "ratio", "distance"]
    ideal: float
    floor: float | None = None
    interval: tuple[float, float] | None = None
    chance: float | None = None
    readout: bool = False
    n: int
    of: str = "rows"
    verdict: Verdict
    meaning: str


def judge(value: float, *, good: float, fair: float) -> Verdict:
    """Return the verdict on a figure of which less is better.

    >>> judge(0.4, good=1.0, fair=2.5), judge(3.0, good=1.0, fair=2.5)
    ('good', 'poor')
    """
    return "good" if value <= good else "fair" if value <= fair else "poor"
