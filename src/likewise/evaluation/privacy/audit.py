"""Audit a technique on one's own rows: fit it anew with rows held back and rows planted, and attack what it draws."""

from __future__ import annotations

import numpy as np

from likewise import __version__
from likewise.core.progress import Progress, quiet
from likewise.core.seeds import generator
from likewise.core.table import Table, concat
from likewise.errors import EvaluationError
from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.privacy.canaries import Canaries, audit_canaries, make_canaries, planted
from likewise.evaluation.privacy.copies import copies_score, count_copies, row_keys
from likewise.evaluation.privacy.shadow import FitAndSample, Shadow, shadow_game
from likewise.evaluation.privacy.suite import privacy_scores
from likewise.evaluation.report.model import PairSummary, Report
from likewise.evaluation.score import ALARM, Score, Verdict

FEWEST_ROWS = 200
"""Rows below which nothing can be held back and planted."""
MOST_ROWS = 50_000
"""Rows that are audited; of more, as many are drawn at random: fewer rows leak no less."""
HELD, MOST_HELD = 0.25, 10_000
"""Share of the rows that is held back, and rows at most."""
CANARIES = (0.06, 600)
"""Canaries as a share of the rows learned from, and at most; each of them goes in by the toss of a coin."""
FEWEST_CANARIES = 100
"""Canaries below which only a gross leak shows."""
EPSILON = (0.5, 1.0)
"""Lower bounds on epsilon beyond which a technique without a guarantee reads fair and poor."""
EXCESS = (0.03, 0.08)
"""Area under the curve beyond guessing, of the isolated, from which the shadow game reads fair and poor."""


def audit(
    table: Table, fit_and_sample: FitAndSample, *, claimed: float | None = None, seed: int = 0,
    shadows: bool = True, progress: Progress = quiet,
) -> Report:  # fmt: skip
    """Say what a technique gives away of single rows, by attacks that refit it on parts of `table`.

    `fit_and_sample(table, n, seed)` learns a table and returns `n` rows drawn. One fit leaves a quarter of the rows out
    and takes canaries in, rows that nobody has: all attacks on synthetic rows run on it, and what it tells of the
    canaries bounds epsilon from below. The shadow game then fits 24 small tables with and without the most isolated
    people. `claimed` is the epsilon that the technique guarantees, if any: more than that is a broken promise. Raises
    EvaluationError for fewer than 200 rows. Cost: one fit of at most 40,000 rows, 24 fits of 1,500, and 5 to 15 CPU
    seconds of attacks; of more than 50,000 rows as many are drawn at random.

    Use when: a model is to leave the house and its technique has no proof. Avoid when: you want the risk of one file:
    `evaluate` tells that. An audit is a lower bound: it can show that a technique leaks, never that it does not.
    """
    if table.rows < FEWEST_ROWS:
        raise EvaluationError("audit.too-few-rows", f"an audit needs {FEWEST_ROWS} rows and there are {table.rows}",
                              hint="give all rows that the model was fitted to")  # fmt: skip
    whole, table = table.rows, table.take(generator(seed, "audit", "held").permutation(table.rows)[:MOST_ROWS])
    held = min(int(HELD * table.rows), MOST_HELD)
    holdout, real = table.slice(0, held), table.slice(held)
    canaries = make_canaries(real, min(max(20, int(CANARIES[0] * real.rows)), CANARIES[1]), seed=seed)
    inside = planted(canaries, seed=seed)
    progress("audit: a fit with canaries", 0, 1)
    synthetic = fit_and_sample(concat([real, canaries.take(inside)]), real.rows, seed)
    paired = pair_tables(real, synthetic, holdout)
    keys = [row_keys(p) for p in (paired.real, paired.synthetic, paired.holdout) if p is not None]
    scores = [copies_score(count_copies(keys[0], keys[1], keys[2]))]
    if paired.columns:
        scores.extend(privacy_scores(paired, seed=seed, progress=progress))
        scores.append(canary_score(audit_canaries(real, synthetic, canaries, inside), claimed))
        scores.append(
            shadow_score(shadow_game(table, fit_and_sample, seed=seed, progress=progress) if shadows else None, claimed)
        )
    return Report(
        title=f"What the technique gives away: an audit on {table.rows:,} rows",
        headline=_headline(scores),
        notes=(
            *paired.notes,
            *([f"Of {whole:,} rows {table.rows:,}, drawn at random, were audited."] if whole > table.rows else []),
            "An audit bounds the leak from below: it can find one, and cannot prove that there is none.",
        ),
        facts=_facts(table, held, int(np.sum(inside)), seed),
        scores=tuple(scores),
        columns=(),
        pairs=PairSummary(names=(), errors=()),
    )


def _facts(table: Table, held: int, inside: int, seed: int) -> tuple[tuple[str, str], ...]:
    return (
        ("Rows", f"{table.rows:,}"),
        ("Held back from the fit", f"{held:,}"),
        ("Canaries planted", f"{inside:,}"),
        ("Seed of the audit", str(seed)),
        ("likewise", __version__),
    )


def _headline(scores: list[Score]) -> str:
    judged = [s for s in scores if not s.readout]
    worst = [s.title for s in judged if s.verdict == "poor"]
    fair = [s.title for s in judged if s.verdict == "fair"]
    unknown = [s.title for s in judged if s.verdict == "unknown"]
    if worst:
        return f"It leaks: {', '.join(worst)}."
    if fair:
        return f"Slight leaks were found: {', '.join(fair)}."
    left = f" Not known, for too little data: {', '.join(unknown)}." if unknown else ""
    return f"No leak was found by {len(judged) - len(unknown)} attacks.{left}"


def canary_score(found: Canaries, claimed: float | None) -> Score:
    """Say how well canaries are told, and which epsilon that rules out."""
    promise = f" The technique promises {claimed:g}." if claimed is not None else ""
    few = f" Underpowered: {found.planted} canaries show a gross leak only." if found.planted < FEWEST_CANARIES else ""
    return Score(
        name="canary_epsilon",
        title="Canaries betrayed",
        family="privacy",
        value=found.epsilon,
        unit="ratio",
        ideal=0.0,
        floor=0.0,
        n=found.planted,
        of="canaries",
        chance=found.chance,
        verdict=_canary_verdict(found, claimed),
        meaning=f"Of {found.planted:,} rows that nobody has, each planted by the toss of a coin, {found.right:,} of "
        f"{found.guesses:,} guesses which were in are right (half is guessing; AUC {found.auc:.2f}). That rules out an "
        f"epsilon below {found.epsilon:.2f} (95 % sure).{promise}{few}",
    )


def _canary_verdict(found: Canaries, claimed: float | None) -> Verdict:
    if claimed is not None and found.epsilon > claimed:
        return "poor"
    if found.chance < ALARM:
        return "poor" if found.epsilon > EPSILON[1] else "fair" if found.epsilon > EPSILON[0] else "good"
    return "good" if found.planted >= FEWEST_CANARIES else "unknown"


def shadow_score(found: Shadow | None, claimed: float | None) -> Score:
    """Say how well the most isolated people are told from many small fits."""
    shared = {"name": "shadow_game", "title": "Isolated people told", "family": "privacy", "unit": "AUC", "ideal": 0.5}
    if found is None:
        text = "The shadow game was not played."
        return Score.model_validate({**shared, "value": None, "n": 0, "verdict": "unknown", "meaning": text})
    low, high = found.mean - 1.96 * found.error, found.mean + 1.96 * found.error
    broken = claimed is not None and found.epsilon > claimed
    return Score.model_validate(
        {
            **shared,
            "value": found.mean,
            "floor": 0.5,
            "interval": (max(0.0, low), min(1.0, high)),
            "n": found.fits * len(found.aucs),
            "of": "games",
            "chance": found.chance,
            "verdict": "poor" if broken else _shadow_verdict(found),
            "meaning": f"From what {found.fits} small fits draw an attacker tells which of the {len(found.aucs)} most "
            f"isolated people were in with an area under the curve of {found.mean:.2f} on average (0.50 is "
            f"guessing; {found.worst:.2f} for the one told best, some of it luck). That rules out an epsilon "
            f"below {found.epsilon:.2f} for such small tables (95 % sure).",
        }
    )


def _shadow_verdict(found: Shadow) -> Verdict:
    if found.chance < ALARM:
        above = found.mean - 0.5
        return "poor" if above > EXCESS[1] else "fair" if above > EXCESS[0] else "good"
    return "good" if 3.1 * found.error <= 2 * EXCESS[1] else "unknown"
