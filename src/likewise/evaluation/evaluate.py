"""Judge a synthetic table: run every metric on (real, synthetic, holdout) and assemble the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from likewise import __version__
from likewise.constraints.kinds import Constraints
from likewise.core.progress import Progress, quiet
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import SettingsError
from likewise.evaluation.attacked import Attacked, attacked_part
from likewise.evaluation.behaviour.suite import Acted, judge_behaviour
from likewise.evaluation.boosting import one_thread
from likewise.evaluation.fairness.suite import fairness_scores, judge_fairness
from likewise.evaluation.fidelity.columns import columns_score
from likewise.evaluation.fidelity.detection import detect, detection_score
from likewise.evaluation.fidelity.kept import as_rules, kept_rules
from likewise.evaluation.fidelity.noise import of_fresh_rows, redraws
from likewise.evaluation.fidelity.rules import key_rules
from likewise.evaluation.fidelity.shape import shape_errors, shape_score
from likewise.evaluation.fidelity.suite import fidelity_scores
from likewise.evaluation.fidelity.trend import Floats, lower, trend_errors, trend_score
from likewise.evaluation.media.suite import media_scores
from likewise.evaluation.media.wording import plural
from likewise.evaluation.pairing import Paired, pair_tables
from likewise.evaluation.panels import one_each, row_parts, series_of
from likewise.evaluation.privacy.closeness import closeness, closeness_score
from likewise.evaluation.privacy.copied_rows import list_copies
from likewise.evaluation.privacy.copies import copies_score, count_copies
from likewise.evaluation.privacy.suite import privacy_scores
from likewise.evaluation.report.headline import headline
from likewise.evaluation.report.model import ColumnSummary, PairSummary, Report
from likewise.evaluation.report.summarise import summarise_columns, summarise_groups, summarise_pairs
from likewise.evaluation.score import Score
from likewise.evaluation.scorecard import CARD_ROWS, ZEROS, ScoreCard, control_tables, scorecard
from likewise.evaluation.utility.suite import utility_scores
from likewise.evaluation.utility.target import check_column, guess_target

STEPS = ("shape", "trend", "detection")
PAIR_ROWS = 200_000
"""Rows a table on which pairs are counted; a larger table is sampled."""
SAMPLED = 20_000
"""Rows a table from which a note says that most figures rest on samples."""
SMALL = 1_000
"""Rows below which a note says that figures are rough."""


@dataclass(frozen=True)
class Asked:
    """Hold what is to be looked at, and how."""

    target: str | None
    sensitive: tuple[str, ...]
    quasi: tuple[str, ...]
    brief: bool
    seed: int


@dataclass(frozen=True)
class Fidelity:
    """Hold what the fidelity metrics found: scores and the parts of the report that charts are drawn from."""

    scores: tuple[Score, ...]
    columns: tuple[ColumnSummary, ...]
    pairs: PairSummary


@one_thread()
def evaluate_tables(
    real: Table,
    synthetic: Table,
    *,
    holdout: Table | None = None,
    target: str | None = None,
    sensitive: Sequence[str] = (),
    quasi: Sequence[str] = (),
    constraints: Constraints | None = None,
    entity: str | None = None,
    order: str | None = None,
    shared: Sequence[str] = (),
    amount: str | None = None,
    counterparty: str | None = None,
    brief: bool = False,
    seed: int = 0,
    progress: Progress = quiet,
) -> Report:
    """Say how alike, how useful and how revealing `synthetic` is, every figure beside what fresh real rows score.

    `real` are the rows that the generator saw, `holdout` rows of the same source that it did not see; without it floors
    and the distance test are missing and the privacy verdict is weaker. Columns are matched by name and levels by
    text; identifiers and ignored columns are left out, free text counts for exact copies only; images, sounds and
    series have scores of their own, on features of cells. `target` is the column to predict, guessed when not
    given. `sensitive` columns are those whose groups are compared, `quasi` (quasi-identifiers) those that an
    attacker may know; both beside what roles say. `constraints` are rules that every row is to keep: the rows of
    both sides that break one are counted. Of a long table `entity` says whose a row is and `order` when: rows are
    judged as series, too, and as events where they come irregularly or one of `shared` (columns whose values entities
    may have in common), `amount` and `counterparty` is named. `brief` leaves out what is dear: attacks, models of
    several families, subgroups, the score card. The same tables and seed give the same report. Raises EvaluationError
    for empty tables, tables without a common column, an unknown target, or a holdout that is the real table.

    Cost: half a CPU minute to two for 20,000 rows x 15 columns, a tenth of it with `brief`, on one thread; metrics work
    on samples, so that larger tables take little longer.
    """
    if target is not None:
        check_column(target, real, role="target")
    if entity is not None:
        check_column(entity, real, role="entity")
    if order is not None:
        check_column(order, real, role="order")
    _check_named(sensitive, real, "sensitive")
    _check_named(quasi, real, "quasi")
    _check_named(shared, real, "shared")
    sides = [table for table in (real, synthetic, holdout) if table is not None]
    series, untold = series_of(sides, entity, order)
    real, synthetic, *rest = tables = row_parts(sides, entity, order)
    holdout = rest[0] if rest else None
    paired = pair_tables(real, synthetic, holdout)
    declared = constraints or Constraints()
    kept = kept_rules(declared, real, synthetic)
    acted = judge_behaviour(sides, entity, order, shared=shared, amount=amount, counterparty=counterparty, seed=seed,
                            progress=progress)  # fmt: skip
    if not paired.columns and not paired.real.texts:
        return _beside(acted, _nothing(real, paired, seed)).model_copy(update={"rules": kept})
    attacked = attacked_part(paired, seed=seed)
    notes = [*paired.notes, *attacked.notes, *([untold] if untold else []), *acted.notes]
    if entity is not None:
        notes.append(f"Attacks were on one row of each `{entity}`: several of one would give each other away.")
    if lost := [name for name in dict.fromkeys((*sensitive, *quasi)) if paired.position(name) is None]:
        notes.append(f"Named as sensitive or known to others, but not compared: {', '.join(f'`{n}`' for n in lost)}.")
    copied = list_copies(synthetic, attacked.real, attacked.synthetic)
    if not paired.columns:
        alone = _only_texts(tables, paired, attacked, Asked(None, (), (), brief, seed), progress)
        return _beside(acted, alone).model_copy(update={"copied": copied, "rules": kept})
    chosen = (target, "it was asked for") if target is not None else guess_target(real.schema, real)
    asked = Asked(chosen[0] if chosen else None, tuple(sensitive), tuple(quasi), brief, seed)
    fidelity = _fidelity(paired, real.names, seed, progress)
    notes.append(_target_note(paired, chosen))
    if brief:
        notes.append("This is the brief judgement; `likewise evaluate` attacks the rows and looks at groups as well.")
    scores = (
        *fidelity.scores,
        _detection(paired, seed, progress),
        *fidelity_scores(
            paired,
            seed=seed,
            progress=progress,
            brief=brief,
            rules=[*key_rules(real, synthetic), *as_rules(declared, real, synthetic)],
        ),
        columns_score(real.schema, synthetic.schema, paired),
        *_utility_and_privacy(paired, attacked, sides, entity, asked, progress),
    )
    media = media_scores(tables, paired, asked.target, seed=seed, brief=brief, trouble=attacked.trouble,
                         progress=progress)  # fmt: skip
    if series:
        alike = pair_tables(series[0], series[1], series[2] if rest else None)
        media = media.beside(media_scores(series, alike, None, seed=seed, brief=brief, trouble=attacked.trouble,
                                          progress=progress))  # fmt: skip
    scores = (*media.scores, *(_beside_media(s) if media.scores else s for s in scores))
    notes.extend(media.notes)
    fairness = judge_fairness(paired, asked.target, asked.sensitive, seed=seed, progress=progress, brief=brief)
    scores = (*scores, *fairness.scores, *acted.scores)
    card = None if brief or holdout is None else _card(real, synthetic, holdout, scores, asked, progress)
    progress("evaluate", 1, 1)
    if attacked.trouble:
        notes.append(attacked.trouble)
    notes.extend(_size_notes(paired))
    return Report(
        title=f"Synthetic data against real data: {_counted(len(paired.columns) + len(paired.media))}",
        headline=headline({s.name: s for s in scores}, holdout=holdout is not None, trusted=not attacked.trouble),
        notes=tuple(notes),
        facts=_facts(paired, seed),
        scores=scores,
        columns=fidelity.columns,
        pairs=fidelity.pairs,
        groups=summarise_groups(fairness.scan),
        card=card,
        rows=paired.real.rows,
        copied=copied,
        rules=kept,
        media=media.summaries,
        behaviour=acted.summary,
    )


def _beside(acted: Acted, report: Report) -> Report:
    """Return a report with what was found of how entities behave."""
    return report.model_copy(update={"scores": (*report.scores, *acted.scores), "behaviour": acted.summary,
                                     "notes": (*report.notes, *acted.notes)})  # fmt: skip


def _beside_media(score: Score) -> Score:
    """Let attacks on the other columns have no part in a verdict where they tell nothing, for cells tell rows apart."""
    if score.family != "privacy" or score.verdict != "unknown" or score.name == "exact_copies":
        return score
    return score.model_copy(update={"readout": True})


def _check_named(names: Sequence[str], real: Table, role: Literal["sensitive", "quasi", "shared"]) -> None:
    if isinstance(names, str):
        raise SettingsError("settings.columns", f"`{role}` is a list of names, and this is one text", where=role,
                            hint=f"write {role}=[{names!r}]")  # fmt: skip
    for name in names:
        check_column(name, real, role=role)


def _counted(columns: int) -> str:
    return "1 column" if columns == 1 else f"{columns} columns"


def _target_note(paired: Paired, chosen: tuple[str, str] | None) -> str:
    if chosen is None:
        return "No column looks like one to predict, so usefulness for training was not scored; name one as `target`."
    if paired.position(chosen[0]) is None:
        return f"The column to predict, `{chosen[0]}`, is not compared, so usefulness for training was not scored."
    return f"The column to predict is `{chosen[0]}`: {chosen[1]}."


def _begin(progress: Progress, step: str) -> None:
    progress(f"evaluate: {step}", STEPS.index(step), len(STEPS))


def _utility_and_privacy(
    paired: Paired, attacked: Attacked, sides: Sequence[Table], entity: str | None, asked: Asked, progress: Progress
) -> tuple[Score, ...]:  # fmt: skip
    """Return the scores of utility and of privacy, in this order."""
    brief, seed = asked.brief, asked.seed
    each = one_each(attacked.paired, sides, entity, seed=seed)
    return (
        *utility_scores(paired, asked.target, seed=seed, progress=progress, brief=brief),
        *_privacy(attacked, seed),
        *privacy_scores(each, seed=seed, progress=progress, brief=brief, quasi=asked.quasi, sensitive=asked.sensitive,
                        trouble=attacked.trouble),
    )  # fmt: skip


def _card(
    real: Table, synthetic: Table, holdout: Table, scores: Sequence[Score], asked: Asked, progress: Progress
) -> ScoreCard:
    """Return the marks of all families, by what controls made of the same rows score."""
    progress("evaluate: score card", 0, 1)
    few = [t.take(generator(asked.seed, "card").permutation(t.rows)[:CARD_ROWS]) for t in (real, holdout)]
    found: dict[str, Sequence[Score]] = {}
    for name, table in control_tables(few[0], few[1], synthetic.rows, seed=asked.seed).items():
        paired = pair_tables(few[0], table, few[1])
        found[name] = _controlled(name, paired, asked, found, progress)
    return scorecard(scores, found)


def _controlled(
    name: str, paired: Paired, asked: Asked, before: Mapping[str, Sequence[Score]], progress: Progress
) -> tuple[Score, ...]:
    """Return what a control scores in the families whose 0 it sets; noise only what is cheap.

    Real rows against real rows were judged with the table itself, so no control has a floor of detection; and none is
    detected where a control `before` it was.
    """
    families = [family for family, controls in ZEROS.items() if name in controls]
    found: list[Score] = []
    if "privacy" in families:
        found += _privacy(attacked_part(paired, seed=asked.seed), asked.seed)
        found += privacy_scores(paired, seed=asked.seed, progress=progress, quasi=asked.quasi,
                                sensitive=asked.sensitive)  # fmt: skip
    if "fidelity" in families:
        order = tuple(c.name for c in paired.columns)
        found += _fidelity(paired, order, asked.seed, progress).scores
        if not any(s.name == "c2st" and s.verdict in ("fair", "poor") for scores in before.values() for s in scores):
            found.append(_detection(paired, asked.seed, progress, floored=False))
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
    scores = (shape_score(errors, floors, min(real.rows, synthetic.rows), noise), *([trend] if trend else []))
    summaries = summarise_columns(paired, order, errors, floors)
    return Fidelity(scores, summaries, summarise_pairs(paired, pair_errors, pair_floors))


def _detection(paired: Paired, seed: int, progress: Progress, *, floored: bool = True) -> Score:
    _begin(progress, "detection")
    columns, holdout = paired.columns, paired.holdout
    found = detect(columns, holdout or paired.real, paired.synthetic, seed=seed, explain=floored)
    floor = detect(columns, holdout, paired.real, seed=seed, explain=False) if holdout and floored else None
    return detection_score(found, floor, against="real" if holdout is None else "holdout")


def _mean_pair(matrices: Sequence[Floats]) -> float:
    """Return the mean error of all pairs of several matrices, 0 where there is no pair."""
    pairs = np.concatenate([lower(m) for m in matrices])
    return float(pairs.mean()) if len(pairs) else 0.0


def _privacy(attacked: Attacked, seed: int) -> tuple[Score, Score]:
    paired = attacked.paired
    if paired.unjudged:  # rows alike in the other columns are no copies
        return copies_score(None, trouble=attacked.spoilt), closeness_score(None, trouble=attacked.spoilt)
    copies = copies_score(count_copies(attacked.real, attacked.synthetic, attacked.holdout), trouble=attacked.spoilt)
    if paired.holdout is None:
        nothing_held = "No rows were held back from training, so there is nothing to compare distances with."
        return copies, closeness_score(None, trouble=nothing_held)
    found = closeness(paired.columns, paired.real, paired.synthetic, paired.holdout, seed=seed)
    return copies, closeness_score(found, trouble=attacked.trouble)


def _size_notes(paired: Paired) -> list[str]:
    notes = []
    if paired.holdout is None:
        notes.append(
            "There is no holdout: no figure has a floor, verdicts allow for estimated sampling noise instead, "
            "detection is against rows that the generator saw, and privacy is hardly tested."
        )
    smallest = min(p.rows for p in (paired.real, paired.synthetic, paired.holdout) if p is not None)
    if smallest < SMALL:
        notes.append(f"The smallest table has {smallest:,} row{'s' * (smallest != 1)}: figures on so few are rough.")
    if max(paired.real.rows, paired.synthetic.rows) > SAMPLED:
        notes.append(
            f"Shape, exact copies and shares of groups count all rows, trends {PAIR_ROWS:,} of each table at most, and "
            "the first model of the target learns from 100,000; all else rests on 40,000 rows or fewer, drawn at "
            "random, and each figure says on how many."
        )
    return notes


def _facts(paired: Paired, seed: int) -> tuple[tuple[str, str], ...]:
    held = "none" if paired.holdout is None else f"{paired.holdout.rows:,}"
    judged = sum(column.name not in paired.unjudged for column in paired.media)
    return (
        ("Real rows", f"{paired.real.rows:,}"),
        ("Synthetic rows", f"{paired.synthetic.rows:,}"),
        ("Holdout rows", held),
        ("Columns compared", f"{len(paired.columns) + judged:,}"),
        ("Columns left out", f"{len(paired.left_out) - judged:,}"),
        ("Seed of the evaluation", str(seed)),
        ("likewise", __version__),
    )


def _only_texts(
    tables: Sequence[Table], paired: Paired, attacked: Attacked, asked: Asked, progress: Progress
) -> Report:
    """Return the report on tables of nothing but free text and cells of media, in which no column has a histogram."""
    trouble = attacked.trouble
    copies = copies_score(count_copies(attacked.real, attacked.synthetic, attacked.holdout), trouble=attacked.spoilt)
    media = media_scores(tables, paired, None, seed=asked.seed, brief=asked.brief, trouble=trouble, progress=progress)
    scores = (*media.scores, copies)
    said = headline({s.name: s for s in scores}, holdout=paired.holdout is not None, trusted=not trouble)
    kinds = dict.fromkeys(plural(c) for c in paired.media) or {"free text": None}
    return _nothing(tables[0], paired, asked.seed).model_copy(
        update={
            "title": f"Synthetic data against real data: {' and '.join(kinds)} only",
            "headline": said,
            "notes": (*paired.notes, *media.notes, *([trouble] if trouble else []), *_size_notes(paired)),
            "scores": scores,
            "media": media.summaries,
        }
    )


def _nothing(real: Table, paired: Paired, seed: int) -> Report:
    empty = np.empty(0)
    return Report(
        title="Synthetic data against real data: nothing to compare",
        headline="Every column is an identifier, empty, ignored or cannot be judged, so nothing was compared.",
        notes=paired.notes,
        facts=_facts(paired, seed),
        scores=(),
        columns=summarise_columns(paired, real.names, empty, None),
        rows=real.rows,
        pairs=PairSummary(names=(), errors=()),
    )
