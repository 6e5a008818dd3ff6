"""Sampling noise: what stands in for the floor where no real rows were held back."""

from __future__ import annotations

import numpy as np

from likewise.core.seeds import generator
from likewise.evaluation.pairing import Part
from likewise.evaluation.score import FEWEST, Score, judge

ENOUGH = 5_000
"""Rows from which one draw says well enough how large the noise is; of fewer, three are averaged."""


def redraws(real: Part, rows: int, seed: int) -> list[Part]:
    """Return samples of `rows` real rows, drawn with replacement: how far they lie from the real rows is noise.

    Efron, 1979, Annals of Statistics 7.
    """
    draws = 1 if min(real.rows, rows) >= ENOUGH else 3
    return [real.take(generator(seed, "noise", k).integers(0, real.rows, rows)) for k in range(draws)]


def of_fresh_rows(error: float, real: int, rows: int) -> float:
    """Return the mean error of redraws, widened to that of fresh rows, from which the real ones differ by chance too.

    >>> of_fresh_rows(0.1, 300, 900)
    0.2
    """
    return min(1.0, float(error * np.sqrt(1 + rows / real)))


def error_score(
    name: str, title: str, said: str, *, value: float, floor: float | None, noise: float, rows: int, good: float
) -> Score:  # fmt: skip
    """Return the score of a mean error in percent, of which up to `good` is always good, and 2.5 times that fair.

    The verdict allows for the floor, or for `noise` (a share: what sampling alone makes) where there is no holdout.
    `said` is the sentence without its end.
    """
    usual = 100 * noise if floor is None else floor
    verdict = judge(value, good=max(good, 1.5 * usual), fair=max(2.5 * good, 3 * usual))
    return Score(
        name=name,
        title=title,
        family="fidelity",
        value=value,
        unit="%",
        ideal=0.0,
        floor=floor,
        n=rows,
        verdict=verdict if rows >= FEWEST else "unknown",
        meaning=f"{said} by {value:.2f} % on average{_fresh_sample(floor, noise)}.",
    )


def _fresh_sample(floor: float | None, noise: float) -> str:
    """Say what fresh real rows would score, for a sentence: `floor` in percent as measured, else the noise, a share."""
    if floor is not None:
        return f"; a fresh sample of real rows differs by {floor:.2f} %"
    if not noise:
        return ""
    return f"; sampling alone would make about {100 * noise:.2f} % with so few rows, an estimate without a holdout"
