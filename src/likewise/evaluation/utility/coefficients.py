"""Would an analyst read the same from a regression? Interval overlap of its coefficients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from likewise.core.seeds import generator
from likewise.evaluation.boosting import Floats
from likewise.evaluation.pairing import Paired, Part
from likewise.evaluation.score import ALARM, FEWEST, Score, Verdict
from likewise.evaluation.utility.contest import verdict_by
from likewise.evaluation.utility.learners import Goal, design, goal

ROWS = 20_000
LEVELS = 4
TERMS = 60
ROWS_A_TERM = 5
RIDGE = 1e-3
STEPS = 30


@dataclass(frozen=True, eq=False)
class Coefficients:
    """Hold the mean overlap of 95 % intervals with those of real rows.

    Of synthetic rows (`overlap`) and, as the floor, of as many held rows (`fresh`, None without a holdout). `shift` is
    the mean distance of synthetic coefficients from those of held rows in units of a standard deviation of the outcome
    (of its log-odds where it is a class). `chance` is that of such a difference between synthetic and held rows.
    """

    target: str
    overlap: float | None = None
    fresh: float | None = None
    shift: float = 0.0
    chance: float | None = None
    terms: int = 0
    rows: int = 0
    trouble: str = ""


def compare_coefficients(paired: Paired, target: str, *, seed: int) -> Coefficients:
    """Fit one regression to each table, and compare the intervals of its coefficients.

    Logistic where the target is a class (its commonest against the rest), linear on ranks where it is a number; on
    scaled numbers and indicators of up to four levels, 60 terms at most. The chance is Hotelling's test (1931) of the
    scores of synthetic against held rows at the real coefficients, right for unequal sizes.

    Use for data that will be analysed with regressions. Avoid for data with hardly more rows than columns.

    Karr et al., 2006, The American Statistician 60.
    """
    place = paired.position(target)
    aim = None if place is None else goal(paired.columns, place, paired.real)
    if place is None or aim is None:
        return Coefficients(target, trouble=f"`{target}` does not vary, or is not compared.")
    real, made = (aim.known(p).sample(ROWS, seed, "coefficients") for p in (paired.real, paired.synthetic))
    held = None if paired.holdout is None else aim.known(paired.holdout).sample(ROWS, seed, "coefficients")
    rows = min(p.rows for p in (real, made, held) if p is not None)
    coding = design(paired.columns, real, without=place, most=LEVELS)
    matrices = [_terms(coding.matrix(p), seed) for p in (real, made, held) if p is not None]
    terms = matrices[0].shape[1] - 1
    if rows < max(FEWEST, ROWS_A_TERM * terms) or not terms:
        return Coefficients(target, terms=terms, rows=rows, trouble="There are too few rows for a regression.")
    outcomes = [_outcome(aim, p) for p in (real, made, held) if p is not None]
    if any(o.min() == o.max() for o in outcomes):
        return Coefficients(target, terms=terms, rows=rows, trouble=f"A table holds one value of `{target}` only.")
    fits = [_fit(m, o, bool(aim.size), rows) for m, o in zip(matrices, outcomes)]
    overlap = _overlap(*fits[0], *fits[1])
    if held is None:
        return Coefficients(target, overlap, terms=terms, rows=rows)
    scores = [m * (o - _mean(m @ fits[0][0], bool(aim.size)))[:, None] for m, o in zip(matrices[1:], outcomes[1:])]
    scale = 1.0 if aim.size else max(float(outcomes[0].std()), 1e-9)
    shift = float(np.abs(fits[1][0] - fits[2][0])[1:].mean()) / scale
    return Coefficients(target, overlap, _overlap(*fits[0], *fits[2]), shift, _hotelling(*scores), terms, rows)


def _terms(matrix: Floats, seed: int) -> Floats:
    """Return the design with a column of ones before at most 60 terms, drawn at random."""
    if matrix.shape[1] > TERMS:
        matrix = matrix[:, np.sort(generator(seed, "coefficients", "terms").permutation(matrix.shape[1])[:TERMS])]
    return np.column_stack([np.ones(len(matrix)), matrix])


def _outcome(aim: Goal, part: Part) -> Floats:
    labels = aim.labels(part)
    return (labels == 0).astype(np.float64) if aim.size else np.asarray(labels, dtype=np.float64)


def _mean(linear: Floats, logistic: bool) -> Floats:
    return 1 / (1 + np.exp(-np.clip(linear, -30, 30))) if logistic else linear


def _fit(matrix: Floats, outcome: Floats, logistic: bool, rows: int) -> tuple[Floats, Floats]:
    """Return coefficients and half-widths of their 95 % intervals, as if there were `rows` rows.

    A slight ridge keeps separated classes and terms that follow from others finite.
    """
    penalty = RIDGE * len(matrix) * np.eye(matrix.shape[1])
    penalty[0, 0] = 0.0
    beta = np.zeros(matrix.shape[1])
    for _ in range(STEPS if logistic else 1):
        said = _mean(matrix @ beta, logistic)
        weight = np.maximum(said * (1 - said), 1e-6) if logistic else np.ones(len(matrix))
        curve = (matrix * weight[:, None]).T @ matrix + penalty
        step = np.linalg.lstsq(curve, matrix.T @ (outcome - said) - penalty @ beta, rcond=None)[0]
        beta = beta + step
        if float(np.abs(step).max()) < 1e-8:
            break
    noise = 1.0 if logistic else float(((outcome - matrix @ beta) ** 2).mean())
    spread = np.sqrt(np.maximum(np.diag(np.linalg.pinv(curve, hermitian=True)), 0) * noise * len(matrix) / rows)
    return beta, 1.96 * spread


def _overlap(first: Floats, wide: Floats, second: Floats, other: Floats) -> float:
    """Return the mean share of two intervals that they have in common, 0 where they do not meet."""
    shares = []
    for a, u, b, v in zip(first[1:], wide[1:], second[1:], other[1:]):
        shared = max(0.0, min(a + u, b + v) - max(a - u, b - v))
        if u > 0 and v > 0:
            shares.append((shared / u + shared / v) / 4)
    return float(np.mean(shares)) if shares else 0.0


def _hotelling(first: Floats, second: Floats) -> float:
    """Return the chance of means of rows that differ so much, where both are draws of one kind."""
    from scipy.stats import f

    sizes = len(first), len(second)
    centred = np.concatenate([first - first.mean(axis=0), second - second.mean(axis=0)])
    values, vectors = np.linalg.eigh(centred.T @ centred / (sum(sizes) - 2))
    kept = values > 1e-9 * max(float(values.max()), 1e-300)
    gap = (first.mean(axis=0) - second.mean(axis=0)) @ vectors[:, kept]
    rank, freedom = int(kept.sum()), sum(sizes) - int(kept.sum()) - 1
    if not rank or freedom < 1:
        return 1.0
    square = float((gap**2 / values[kept]).sum()) * sizes[0] * sizes[1] / sum(sizes)
    return float(f.sf(square * freedom / (rank * (sum(sizes) - 2)), rank, freedom))


def coefficients_score(found: Coefficients) -> Score:
    """Say how far the intervals of the coefficients overlap."""
    if found.overlap is None:
        return Score(name="coefficient_overlap", title="Regression coefficients", family="utility", value=None,
                     unit="share", ideal=1.0, n=found.rows, verdict="unknown", meaning=found.trouble)  # fmt: skip
    if found.fresh is None or found.chance is None:
        verdict: Verdict = "good" if found.overlap >= 0.5 else "unknown"
        said = " Without a holdout it cannot be said how much overlap fresh rows would have."
    else:
        # The shift keeps a fault that only very many rows can show from counting as a large one.
        fall = min((found.fresh - found.overlap) / max(found.fresh, 0.1), found.shift * 5)
        verdict = verdict_by(fall, found.chance, fair=0.15, poor=0.5)
        differ = "differ from" if found.chance < ALARM else "differ no more than by chance from"
        said = f" Held back real rows overlap by {found.fresh:.2f}; synthetic coefficients {differ} theirs."
    return Score(
        name="coefficient_overlap", title="Regression coefficients", family="utility", value=found.overlap,
        unit="share", ideal=1.0, floor=found.fresh, chance=found.chance, n=found.rows, verdict=verdict,
        meaning=f"In a regression of `{found.target}` on the other columns ({found.terms} coefficients), the 95 % "
        f"intervals from synthetic and from real rows overlap by {found.overlap:.2f} on average (1 is the same).{said}",
    )  # fmt: skip
