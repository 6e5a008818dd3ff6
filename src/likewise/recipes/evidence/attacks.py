"""The attack table: what was found, how sure that is, and which leak would have been missed."""

from __future__ import annotations

import math

from likewise.evaluation.report import wording
from likewise.evaluation.report.model import Report
from likewise.evaluation.score import ALARM, Score
from likewise.recipes.evidence.facts import Attack

OFTEN = 0.8
"""How often a leak must be found to count as one that would be."""
SIZES = {
    "AUC": (0.05, "+0.05"),
    "R2": (0.05, "+0.05"),
    "share": (0.05, "+5 points"),
    "%": (1.0, "+1 point"),
    "ratio": (1.0, "epsilon 1"),
}
"""The leak whose power is told, by the unit of a score."""

ROWS_ONLY = "the drawn rows"
WHOLE = "the drawn rows, and the whole record of the one sought"
KNOWN = {
    "exact_copies": ("copies", ROWS_ONLY),
    "near_copies": ("copies", ROWS_ONLY),
    "membership": ("membership", WHOLE),
    "membership_isolated": ("membership", WHOLE),
    "membership_subgroup": ("membership", WHOLE),
    "attribute_inference": ("inference", "the drawn rows, and all but one column of the one sought"),
    "singling_out": ("singling out", ROWS_ONLY),
    "linkability": ("linkability", "the drawn rows, and two parts of a record from two sources"),
    "canary_epsilon": ("membership", "the drawn rows, and rows that were chosen to be told easily"),
    "shadow_game": ("membership", "technique, settings and all other rows: the strongest attacker"),
}
"""What each attack asks for, in the words of WP216 where it has one, and what its attacker is given."""


def attacks_of(report: Report | None) -> tuple[Attack, ...]:
    """Return the attacks of a report that found a figure or tried to; read-outs, which judge nothing, are left out."""
    scores = () if report is None else report.scores
    return tuple(_line(score) for score in scores if score.family == "privacy" and not score.readout)


def _line(score: Score) -> Attack:
    from scipy.special import ndtr, ndtri

    asks, knows = KNOWN.get(score.name, ("disclosure", ROWS_ONLY))
    spread = spread_of(score)
    size, said = SIZES[score.unit]
    power = None if spread is None else float(ndtr(size / spread + ndtri(ALARM)))
    detectable = None if spread is None else _excess(spread * float(ndtri(OFTEN) - ndtri(ALARM)), score.unit)
    if score.name == "canary_epsilon" and score.n:
        detectable, power = f"epsilon {epsilon_detected(score.n):.2f}", power_of_canaries(score.n, size)
    return Attack(
        name=score.name,
        title=score.title,
        asks=asks,
        knows=knows,
        value=wording.figure(score.value, score.unit),
        floor=wording.figure(score.floor, score.unit),
        interval=wording.interval(score),
        n=score.n,
        of=score.of,
        verdict=score.verdict,
        detectable=detectable,
        power=power,
        size=said if power is not None else "",
        meaning=score.meaning,
    )


def spread_of(score: Score) -> float | None:
    """Return the standard error of a figure, from the width of its 95 % interval."""
    from scipy.special import ndtri

    if score.interval is None or score.interval[1] <= score.interval[0]:
        return None
    return (score.interval[1] - score.interval[0]) / (2 * float(ndtri(0.975)))


def epsilon_detected(canaries: int) -> float:
    """Return the smallest epsilon that so many guesses would show four times of five, if each leaked all that it may.

    >>> round(epsilon_detected(600), 2), round(epsilon_detected(50), 2)
    (0.33, 1.26)
    """
    from scipy.stats import binom

    least = int(binom.isf(ALARM, canaries, 0.5)) + 1
    low, high = 0.5, 1 - 1e-9
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if binom.sf(least - 1, canaries, middle) >= OFTEN else (middle, high)
    return math.log(high / (1 - high))


def power_of_canaries(canaries: int, epsilon: float) -> float:
    """Return the chance to find a leak of so much epsilon from so many guesses."""
    from scipy.stats import binom

    least = int(binom.isf(ALARM, canaries, 0.5)) + 1
    return float(binom.sf(least - 1, canaries, 1 / (1 + math.exp(-epsilon))))


def _excess(value: float, unit: str) -> str:
    return {"AUC": f"+{value:.3f}", "share": f"+{100 * value:.1f} points", "%": f"+{value:.2f} points"}.get(
        unit, f"+{value:.2g}"
    )
