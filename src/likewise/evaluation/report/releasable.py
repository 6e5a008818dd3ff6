"""Make of a report one that may leave the house: no row, no exact count, no rare level, no small bin."""

from __future__ import annotations

import math
import re

from likewise.evaluation.fidelity.kept import KeptRule
from likewise.evaluation.gates import GateOutcome
from likewise.evaluation.report.behaviour import BehaviourSummary, Picture
from likewise.evaluation.report.binning import RARE
from likewise.evaluation.report.media import MediaSummary
from likewise.evaluation.report.model import ColumnSummary, PairSummary, Report
from likewise.evaluation.score import Score
from likewise.evaluation.scorecard import ScoreCard

COUNT = re.compile(r"(?<![\w.,=\-/])(?<!al\., )(\d{1,3}(?:,\d{3})+|\d{3,})(?![\w\-/=]|[.,]\d)")
"""A whole number of three digits or more that stands by itself: no decimal, version, date, year of a paper, setting."""
FEW_ROWS = re.compile(r"(?<![\w.,=\-/])\d\d(?= (?:[a-z]+ )?rows\b)")
"""A count of under a hundred rows."""
DECIMAL = re.compile(r"(?<![\w.,=/])(?:\d{1,3}(?:,\d{3})+|\d+)\.\d+(?![\w/=]|[.,\-]\d)")
"""A figure with decimals that stands by itself."""
KEPT_FACTS = frozenset({"likewise", "Seed of the evaluation", "technique", "protection"})
UNCOPIED = ("media_copies", "media_near_copies")
"""The scores that must be good before synthetic pictures or sounds are shown to others."""
NOTE = (
    "This is the releasable version: counts are rounded to two significant digits and figures to three, bins of fewer "
    f"than {RARE} real rows are shown as empty, and no row and no real picture or sound is listed."
)


def releasable(report: Report) -> Report:
    """Return the report without what tells of single rows, in the same form; a courtesy of rounding, no guarantee."""
    if report.audience == "releasable":
        return report
    columns = tuple(_column(column, report.rows) for column in report.columns)
    names = {column.name for column in report.columns}
    facts = tuple((label, _fact(label, value)) for label, value in report.facts)
    return report.model_copy(
        update={
            "audience": "releasable",
            "headline": rounded(report.headline),
            "notes": (NOTE, *(rounded(note) for note in report.notes if _quotes_nothing(note, names))),
            "facts": facts,
            "scores": tuple(_score(score) for score in report.scores),
            "columns": columns,
            "pairs": _pairs(report.pairs),
            "groups": (),
            "rows": 0,
            "gate": None if report.gate is None else _gate(report.gate),
            "card": None if report.card is None else _card(report.card),
            "copied": None,
            "rules": tuple(_rule(rule) for rule in report.rules),
            "media": tuple(_media(one, report) for one in report.media),
            "behaviour": None if report.behaviour is None else _behaviour(report.behaviour),
        }
    )


def _fact(label: str, value: str) -> str:
    if label in KEPT_FACTS:
        return value
    few = label.endswith("rows") and value.isdigit()
    return f"{counted(int(value)):,}" if few else rounded(value)


def rounded(text: str) -> str:
    """Round a sentence's counts to two significant digits, its figures to three; what is in backticks is a name.

    >>> rounded("25 of 39,074 rows of `c123` (0.0641 %) in 1234567; 57 rows; 19.338 %")
    '25 of 39,000 rows of `c123` (0.0641 %) in 1,200,000; 60 rows; 19.3 %'
    """
    parts = re.split("(`[^`]+`)", text)
    return "".join(part if i % 2 else _rounded(part) for i, part in enumerate(parts))


def _rounded(text: str) -> str:
    fewer = FEW_ROWS.sub(lambda found: f"{round(int(found[0]), -1)}", COUNT.sub(_two_digits, text))
    return DECIMAL.sub(_three_digits, fewer)


def _three_digits(found: re.Match[str]) -> str:
    value, decimals = float(found[0].replace(",", "")), len(found[0].partition(".")[2])
    places = 2 - math.floor(math.log10(value)) if value else decimals
    return f"{significant(value, 3):,.{min(decimals, max(0, places))}f}"


def counted(rows: int) -> int:
    """Round a number of rows to two significant digits, to tens where it is under a hundred.

    >>> counted(39_074), counted(57), counted(4)
    (39000, 60, 0)
    """
    return int(significant(rows, 2)) if rows >= 100 else round(rows, -1)


def _two_digits(found: re.Match[str]) -> str:
    return f"{significant(int(found[0].replace(',', '')), 2):,.0f}"


def significant(value: float, digits: int) -> float:
    """Round to some significant digits.

    >>> significant(39074, 2), significant(0.0123456, 3)
    (39000.0, 0.0123)
    """
    if not value or not math.isfinite(value):
        return float(value)
    return float(f"{value:.{digits - 1}e}")


def _score(score: Score) -> Score:
    ends = None if score.interval is None else (significant(score.interval[0], 3), significant(score.interval[1], 3))
    return score.model_copy(
        update={
            "value": None if score.value is None else significant(score.value, 3),
            "floor": None if score.floor is None else significant(score.floor, 3),
            "interval": ends,
            "chance": None if score.chance is None else significant(score.chance, 2),
            "n": counted(score.n) if score.of in ("rows", "rows a side", "members") else int(significant(score.n, 2)),
            "meaning": rounded(score.meaning),
        }
    )


def _column(column: ColumnSummary, rows: int) -> ColumnSummary:
    """Show bins of few real rows as empty; where it is not known how many rows there are, all bins go."""
    least = RARE / rows if rows else math.inf
    bare = {"labels": (), "real": (), "synthetic": ()} if not rows else {}
    return column.model_copy(
        update={
            "real": tuple(round(share, 3) if share >= least - 1e-9 else 0.0 for share in column.real),
            "synthetic": tuple(round(share, 3) for share in column.synthetic),
            "error": None if column.error is None else significant(column.error, 3),
            "floor": None if column.floor is None else significant(column.floor, 3),
            "note": rounded(column.note),
            **bare,
        }
    )


def _pairs(pairs: PairSummary) -> PairSummary:
    return pairs.model_copy(
        update={
            name: tuple(tuple(significant(error, 3) for error in row) for row in getattr(pairs, name))
            for name in ("errors", "floors")
        }
    )


def _rule(rule: KeptRule) -> KeptRule:
    rows = {name: counted(getattr(rule, name)) for name in ("rows", "violations", "real_rows", "real_violations")}
    return rule.model_copy(update={**rows, "first": ()})


def _media(summary: MediaSummary, report: Report) -> MediaSummary:
    """Leave out real cells, and the synthetic ones where they were not found to be no copies."""
    named = {name for base in UNCOPIED for name in (base, f"{base}.{summary.name}")}
    judged = [score for score in report.scores if score.name in named]
    safe = len(judged) == len(UNCOPIED) and all(score.verdict == "good" for score in judged)
    rows = tuple(
        row.model_copy(update={name: None if share is None else round(share, 2) for name, share in
                               (("told", row.told), ("told_real", row.told_real))})
        for row in summary.rows
    )  # fmt: skip
    return summary.model_copy(update={"rows": rows}).without_real(synthetic=safe)


def _behaviour(found: BehaviourSummary) -> BehaviourSummary:
    """Round figures and counts, and show bins of few real events as empty."""
    rows = tuple(
        row.model_copy(update={
            **{name: significant(getattr(row, name), 3) for name in ("floor", "low", "high", "distance", "ratio")},
            "fresh": None if row.fresh is None else significant(row.fresh, 3),
            "real": rounded(row.real),
            "synthetic": rounded(row.synthetic),
        })
        for row in found.statistics
    )  # fmt: skip
    return found.model_copy(update={
        "entities": counted(found.entities), "size": counted(found.size), "statistics": rows,
        "pictures": tuple(_picture(picture) for picture in found.pictures),
    })  # fmt: skip


def _picture(picture: Picture) -> Picture:
    least = RARE / max(1, picture.n)
    return picture.model_copy(update={
        "n": counted(picture.n),
        "real": tuple(round(share, 3) if share >= least - 1e-9 else 0.0 for share in picture.real),
        "synthetic": tuple(round(share, 3) for share in picture.synthetic),
    })  # fmt: skip


def _gate(outcome: GateOutcome) -> GateOutcome:
    results = tuple(r.model_copy(update={"reason": rounded(r.reason)}) for r in outcome.results)
    return outcome.model_copy(update={"results": results})


def _card(card: ScoreCard) -> ScoreCard:
    return ScoreCard.model_validate(_to_three(card.model_dump()))


def _to_three(value: object) -> object:
    """Round every figure of a document to three significant digits."""
    if isinstance(value, dict):
        return {name: _to_three(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_to_three(part) for part in value)
    return significant(value, 3) if isinstance(value, float) else value


def _quotes_nothing(note: str, names: set[str]) -> bool:
    """Say whether a note names nothing but columns: what else it quotes, or a figure of a rule, may be a value."""
    quoted = re.findall("`([^`]+)`", note)
    bare = re.sub("`[^`]+`", "", note)
    return all(q in names for q in quoted) and not re.search(r"\d[.,]\d(?!\d\d\b)|['\"]", bare)
