"""Judge a synthetic table: run every metric on (real, synthetic, holdout) and assemble the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from likewise import __version__
from likewise.core.progress import Progress, quiet
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.evaluation.fairness.suite import fairness_scores
from likewise.evaluation.fidelity.detection import detect, detection_score
from likewise.evaluation.fidelity.noise import of_fresh_rows, redraws
from likewise.evaluation.fidelity.rules import key_rules
from likewise.evaluation.fidelity.shape import shape_errors, shape_score
from likewise.evaluation.fidelity.suite import fidelity_scores
from likewise.evaluation.fidelity.trend import Floats, lower, trend_errors, trend_score
from likewise.evaluation.pairing import Paired, pair_tables
from likewise.evaluation.privacy.closeness import closeness, closeness_score
from likewise.evaluation.privacy.copied_rows import list_copies
from likewise.evaluation.privacy.copies import Keys, copies_score, count_copies, row_keys
from likewise.evaluation.privacy.overlap import holdout_trouble
from likewise.evaluation.privacy.suite import privacy_scores
from likewise.evaluation.report.headline import headline
from likewise.evaluation.report.model import ColumnSummary, PairSummary, Report
from likewise.evaluation.report.summarise import summarise_columns, summarise_pairs
from likewise.evaluation.score import Score
from likewise.evaluation.scorecard import CARD_ROWS, ZEROS, ScoreCard, control_tables, scorecard
from likewise.evaluation.utility.suite import utility_scores
from likewise.evaluation.utility.target import check_column, guess_target

STEPS = ("shape", "trend", "detection")
PAIR_ROWS = 200_000
"""Rows a table on which pairs are counted; a larger table is sampled."""
SMALL = 1_000
"""Rows below which a note says that figures are rough."""


@dataclass(frozen=True)
class Asked:
    """Hold what is to be looked at; `trouble` is a sentence when the holdout is not to be trusted."""

    target: str | None
    sensitive: tuple[str, ...]
    quasi: tuple[str, ...]
    brief: bool
    seed: int
    trouble: str


@dataclass(frozen=True)
class Fidelity:
    """Hold what the fidelity metrics found: scores and the parts of the report that charts are drawn from."""

    scores: tuple[Score, ...]
    columns: tuple[ColumnSummary, ...]
    pairs: PairSummary


def evaluate_tables(
    real: Table,
    synthetic: Table,
    *,
    holdout: Table | None = None,
    target: str | None = None,
    sensitive: Sequence[str] = (),
    quasi: Sequence[str] = (),
    brief: bool = False,
    seed: int = 0,
    progress: Progress = quiet,
) -> Report:
    """Say how alike, how useful and how revealing `synthetic` is, every figure beside what fresh real rows score.

    `real` are the rows that the generator saw, `holdout` rows of the same source that it did not see; without it
    floors and the distance test are missing and the privacy verdict is weaker. Columns are matched by name and levels
    by text; identifiers and ignored columns are left out, free text counts for exact copies only. `target` is the
    column to predict, guessed when not given. `sensitive` columns are those whose groups are compared, `quasi` (quasi-
    identifiers) those that an attacker may know; both beside what roles say. `brief` leaves out what is dear: attacks,
    models of several families, subgroups, the score card. The same tables and seed give the same report. Raises
    EvaluationError for empty tables, tables without a common column, an unknown target, or a holdout that is the real
    table.

    Cost: minutes of CPU time for 20,000 rows x 15 columns, some 20 seconds with `brief`; metrics work on samples, so
    that larger tables take little longer.
    """
    if target is not None:
        check_column(target, real, role="target")
    for name in sensitive:
        check_column(name, real, role="sensitive")
    for name in quasi:
        check_column(name, real, role="quasi")
    paired = pair_tables(real, synthetic, holdout)
    if not paired.columns and not paired.real.texts:
        return _nothing(real, paired, seed)
    notes = [*paired.notes]
    if lost := [name for name in dict.fromkeys((*sensitive, *quasi)) if paired.position(name) is None]:
        notes.append(f"Named as sensitive or known to others, but not compared: {', '.join(f'`{n}`' for n in lost)}.")
    keys = row_keys(paired.real)
    held_keys = row_keys(paired.holdout) if paired.holdout else None
    trouble = holdout_trouble(keys, held_keys)
    if not paired.columns:
        listed = list_copies(synthetic, keys, row_keys(paired.synthetic))
        return _only_texts(real, paired, keys, held_keys, trouble, seed).model_copy(update={"copied": listed})
    chosen = (target, "it was asked for") if target is not None else guess_target(real.schema, real)
    asked = Asked(chosen[0] if chosen else None, tuple(sensitive), tuple(quasi), brief, seed, trouble)
    fidelity = _fidelity(paired, real.names, seed, progress)
    if chosen:
        notes.append(f"The column to predict is `{chosen[0]}`: {chosen[1]}.")
    else:
        notes.append(
            "No column looks like one to predict, so usefulness for training was not scored; name one as `target`."
        )
    if brief:
        notes.append("This is the brief judgement; `likewise evaluate` attacks the rows and looks at groups as well.")
    scores = (
        *fidelity.scores,
        *fidelity_scores(paired, seed=seed, progress=progress, brief=brief, rules=key_rules(real, synthetic)),
        *_beyond_fidelity(paired, keys, held_keys, asked, progress),
    )
    card = None if brief or holdout is None else _card(real, synthetic, holdout, scores, asked, progress)
    progress("evaluate", 1, 1)
    if trouble:
        notes.append(trouble)
    notes.extend(_size_notes(paired))
    return Report(
        title=f"Synthetic data against real data: {len(paired.columns)} columns",
        headline=headline({s.name: s for s in scores}, holdout=holdout is not None, trusted=not trouble),
        notes=tuple(notes),
        facts=_facts(paired, seed),
        scores=scores,
        columns=fidelity.columns,
        pairs=fidelity.pairs,
        card=card,
        rows=paired.real.rows,
        copied=list_copies(synthetic, keys, row_keys(paired.synthetic)),
    )


def _begin(progress: Progress, step: str) -> None:
    progress(f"evaluate: {step}", STEPS.index(step), len(STEPS))


def _beyond_fidelity(
    paired: Paired, keys: Keys, held_keys: Keys | None, asked: Asked, progress: Progress
) -> tuple[Score, ...]:
    """Return the scores of utility, privacy and fairness, in this order."""
    brief, seed = asked.brief, asked.seed
    return (
        *utility_scores(paired, asked.target, seed=seed, progress=progress, brief=brief),
        *_privacy(paired, keys, held_keys, asked.trouble, seed),
        *privacy_scores(paired, seed=seed, progress=progress, brief=brief, quasi=asked.quasi,
                        sensitive=asked.sensitive, trouble=asked.trouble),
        *fairness_scores(paired, asked.target, asked.sensitive, seed=seed, progress=progress, brief=brief),
    )  # fmt: skip


def _card(
    real: Table, synthetic: Table, holdout: Table, scores: Sequence[Score], asked: Asked, progress: Progress
) -> ScoreCard:
    """Return the marks of all families, by what controls made of the same rows score."""
    few = [t.take(generator(asked.seed, "card").permutation(t.rows)[:CARD_ROWS]) for t in (real, holdout)]
    found: dict[str, Sequence[Score]] = {}
    for name, table in control_tables(few[0], few[1], synthetic.rows, seed=asked.seed).items():
        paired = pair_tables(few[0], table, few[1])
        found[name] = _controlled(name, paired, asked, progress)
    return scorecard(scores, found)


def _controlled(name: str, paired: Paired, asked: Asked, progress: Progress) -> tuple[Score, ...]:
    """Return what a control scores in the families whose 0 it sets; noise is needed for what is cheap alone."""
    families = [family for family, controls in ZEROS.items() if name in controls]
    found: list[Score] = []
    if "privacy" in families:
        assert paired.holdout is not None
        found += _privacy(paired, row_keys(paired.real), row_keys(paired.holdout), "", asked.seed)
        found += privacy_scores(paired, seed=asked.seed, progress=progress, quasi=asked.quasi,
                                sensitive=asked.sensitive)  # fmt: skip
    if "fidelity" in families:
        order = tuple(c.name for c in paired.columns)
        found += _fidelity(paired, order, asked.seed, progress).scores
        found += fidelity_scores(paired, seed=asked.seed, progress=progress, brief=name == "noise")
    if "utility" in families and name != "noise":
        found += utility_scores(paired, asked.target, seed=asked.seed, progress=progress)
        found += fairness_scores(paired, asked.target, asked.sensitive, seed=asked.seed, progress=progress)
    return tuple(found)


def _fidelity(paired: Paired, order: tuple[str, ...], seed: int, progress: Progress) -> Fidelity:
    columns, real, synthetic, holdout = paired.columns, paired.real, paired.synthetic, paired.holdout
    # The floor is taken on no more rows than there are synthetic ones, or it would look better than it is.
    fresh = None if holdout is None else holdout.sample(synthetic.rows, seed, "fresh")
    _begin(progress, "shape")
    errors = shape_errors(columns, real, synthetic)
    floors = None if fresh is None else shape_errors(columns, real, fresh)
    _begin(progress, "trend")
    sampled = [p.sample(PAIR_ROWS, seed, "pairs") for p in (real, synthetic, *([fresh] if fresh else []))]
    drawn = [] if fresh else redraws(sampled[0], sampled[1].rows, seed)
    pair_errors, *rest = trend_errors(columns, sampled[0], [*sampled[1:], *drawn])
    pair_floors = rest[0] if fresh else None
    sizes = sampled[0].rows, sampled[1].rows
    noise = of_fresh_rows(float(np.mean([shape_errors(columns, sampled[0], d) for d in drawn])), *sizes) if drawn else 0
    pair_noise = of_fresh_rows(_mean_pair(rest), *sizes) if drawn else 0
    trend = trend_score(pair_errors, pair_floors, min(sizes), pair_noise)
    _begin(progress, "detection")
    found = detect(columns, holdout or real, synthetic, seed=seed)
    floor = None if holdout is None else detect(columns, holdout, real, seed=seed, explain=False)
    scores = (
        shape_score(errors, floors, min(real.rows, synthetic.rows), noise),
        *([trend] if trend else []),
        detection_score(found, floor, against="real" if holdout is None else "holdout"),
    )
    summaries = summarise_columns(paired, order, errors, floors)
    return Fidelity(scores, summaries, summarise_pairs(paired, pair_errors, pair_floors))


def _mean_pair(matrices: Sequence[Floats]) -> float:
    """Return the mean error of all pairs of several matrices, 0 where there is no pair."""
    pairs = np.concatenate([lower(m) for m in matrices])
    return float(pairs.mean()) if len(pairs) else 0.0


def _privacy(paired: Paired, keys: Keys, held_keys: Keys | None, trouble: str, seed: int) -> tuple[Score, Score]:
    copies = count_copies(keys, row_keys(paired.synthetic), held_keys)
    if paired.holdout is None:
        nothing_held = "No rows were held back from training, so there is nothing to compare distances with."
        return copies_score(copies), closeness_score(None, trouble=nothing_held)
    found = closeness(paired.columns, paired.real, paired.synthetic, paired.holdout, seed=seed)
    return copies_score(copies, trouble=trouble), closeness_score(found, trouble=trouble)


def _size_notes(paired: Paired) -> list[str]:
    notes = []
    if paired.holdout is None:
        notes.append(
            "There is no holdout: no figure has a floor, verdicts allow for estimated sampling noise instead, "
            "detection is against rows that the generator saw, and privacy is hardly tested."
        )
    smallest = min(p.rows for p in (paired.real, paired.synthetic, paired.holdout) if p is not None)
    if smallest < SMALL:
        notes.append(f"The smallest table has {smallest:,} rows: figures on so few are rough.")
    if paired.real.rows > PAIR_ROWS or paired.synthetic.rows > PAIR_ROWS:
        notes.append(f"Pairs of columns were counted on {PAIR_ROWS:,} rows of each table at most, drawn at random.")
    return notes


def _facts(paired: Paired, seed: int) -> tuple[tuple[str, str], ...]:
    held = "none" if paired.holdout is None else f"{paired.holdout.rows:,}"
    return (
        ("Real rows", f"{paired.real.rows:,}"),
        ("Synthetic rows", f"{paired.synthetic.rows:,}"),
        ("Holdout rows", held),
        ("Columns compared", f"{len(paired.columns):,}"),
        ("Columns left out", f"{len(paired.left_out):,}"),
        ("Seed of the evaluation", str(seed)),
        ("likewise", __version__),
    )


def _only_texts(
    real: Table, paired: Paired, keys: Keys, held_keys: Keys | None, trouble: str, seed: int
) -> Report:  # fmt: skip
    """Return the report on tables of nothing but free text, in which exact copies alone can be scored."""
    copies = copies_score(count_copies(keys, row_keys(paired.synthetic), held_keys), trouble=trouble)
    said = headline({copies.name: copies}, holdout=paired.holdout is not None, trusted=not trouble)
    return _nothing(real, paired, seed).model_copy(
        update={
            "title": "Synthetic data against real data: free text only",
            "headline": said,
            "notes": (*paired.notes, *([trouble] if trouble else []), *_size_notes(paired)),
            "scores": (copies,),
        }
    )


def _nothing(real: Table, paired: Paired, seed: int) -> Report:
    empty = np.empty(0)
    return Report(
        title="Synthetic data against real data: nothing to compare",
        headline="Every column is an identifier, empty or ignored, so nothing was compared.",
        notes=paired.notes,
        facts=_facts(paired, seed),
        scores=(),
        columns=summarise_columns(paired, real.names, empty, None),
        rows=real.rows,
        pairs=PairSummary(names=(), errors=()),
    )
