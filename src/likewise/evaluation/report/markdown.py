"""Write a report as Markdown, for pull requests, terminals and archives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from likewise.evaluation.fidelity.kept import KeptRule, told
from likewise.evaluation.gates import GateOutcome
from likewise.evaluation.privacy.copied_rows import CopiedRows
from likewise.evaluation.report import wording
from likewise.evaluation.report.behaviour import PARTS, BehaviourSummary
from likewise.evaluation.report.media import MediaSummary
from likewise.evaluation.report.model import ColumnSummary, PairSummary, Report
from likewise.evaluation.score import Score
from likewise.evaluation.scorecard import ScoreCard


def to_markdown(report: Report) -> str:
    """Return what the page says as Markdown tables, the worst columns and pairs first.

    Names and levels are escaped: none can break a table or become markup. Ends in a newline.
    """
    parts = [
        f"# {plain(report.title)}",
        prose(report.headline),
        f"*{wording.AUDIENCES[report.audience].capitalize()}.*",
        *_gate(report.gate),
        *_card(report.card),
        *_rules(report.rules),
        *_families(report),
        *(block for _, scores in wording.by_family(report) for block in _scores(scores)),
        *(block for one in report.media for block in _media(one)),
        *_behaviour(report.behaviour),
        *_standing_out(report.columns),
        *_columns(wording.beside_media(report)),
        *_pairs(report.pairs),
        *_copied(report.copied),
        *_facts(report),
        "## How to read this",
        "\n".join(f"- **{term}**: {meaning}" for term, meaning in wording.READING),
    ]
    return "\n\n".join(parts) + "\n"


def _gate(outcome: GateOutcome | None) -> list[str]:
    if outcome is None:
        return []
    rows = (
        (plain(r.gate), f"**{r.outcome}**", prose(r.reason) + (f" {prose(r.fix)}" if r.fix else ""))
        for r in outcome.results
    )
    return [f"## Gate: {'passed' if outcome.passed else 'FAILED'}", prose(outcome.said()),
            table(("asked", "outcome", "why, and what to do"), rows)]  # fmt: skip


def _card(card: ScoreCard | None) -> list[str]:
    if card is None or not card.families:
        return []
    rows = (
        (wording.FAMILIES[f.family][0], f"{f.mean:.0f}", plain(f.worst.title), f"{f.worst.mark:.0f}")
        for f in card.families
    )
    head = ("family", "mean of 100>", "worst part", "of 100>")
    return ["## Score card", table(head, rows), *(prose(words) for words in card.words)]


def _rules(rules: Sequence[KeptRule]) -> list[str]:
    if not rules:
        return []
    rows = (
        (prose(r.label), f"{r.violations:,}", f"{r.real_violations:,}", wording.rows_from_1(r.first), prose(r.met))
        for r in rules
    )
    head = ("rule", "synthetic rows that break it>", "real ones>", "first such rows", "how it was met")
    return ["## Declared rules", prose(told(rules)), table(head, rows)]


def _copied(copied: CopiedRows | None) -> list[str]:
    if copied is None:
        return []
    rows = ((f"{r.synthetic:,}", wording.places(r), *map(plain, r.values)) for r in copied.rows)
    head = ("synthetic row>", "real rows>", *map(plain, copied.names))
    said = f"{copied.total:,} synthetic rows equal real ones; {len(copied.rows):,} are listed, counted from 1."
    return ["## Copied rows", said, table(head, rows)]


def _families(report: Report) -> list[str]:
    families = wording.by_family(report)
    if not families:
        return []
    rows = (
        (wording.FAMILIES[family][0], wording.FAMILIES[family][1], f"**{wording.family_verdict(scores)}**")
        for family, scores in families
    )
    return [table(("family", "asks", "verdict"), rows), "## Scores"]


def _scores(scores: Sequence[Score]) -> list[str]:
    title, _ = wording.FAMILIES[scores[0].family]
    measured, others = wording.parted(scores)
    rows = [
        (
            plain(s.title),
            wording.figure(s.value, s.unit) + (f" ({wording.interval(s)})" if s.interval else ""),
            wording.figure(s.floor, s.unit),
            wording.ideal(s.ideal, s.unit),
            f"{s.n:,} {plain(s.of)}",
            f"**{s.verdict}**",
            prose(s.meaning),
        )
        for s in measured
    ]
    reasons = "\n".join(f"- {plain(s.title)}: {prose(s.meaning)}" for s in others)
    head = ("score", "value>", "fresh real sample>", "ideal>", "n>", "verdict", "meaning")
    return [f"### {title}", *([table(head, rows)] if rows else []),
            *(["Not measured, and why:", reasons] if others else [])]  # fmt: skip


def _media(summary: MediaSummary) -> list[str]:
    """Return how classes fare; cells themselves are shown by the HTML report."""
    if not summary.is_judged:
        return []
    rows = (
        (plain(row.label), *("–" if share is None else wording.share(share) for share in (row.told, row.told_real)))
        for row in summary.rows
    )
    head = (f"class of {plain(summary.by)}", "told after training on synthetic cells>", "on real ones>")
    return [f"## Classes of {plain(summary.name)}", table(head, rows)]


def _behaviour(found: BehaviourSummary | None) -> list[str]:
    if found is None:
        return []
    said = (
        f"Whether a synthetic {found.entity} acts over {found.order} as a real one does. The ratio says how many "
        "times as far from real entities synthetic ones lie as two halves of the real ones from one another, "
        f"{found.size:,} on a side, dealt {found.deals} times: 1 is as good as real."
    )
    rows = []
    for one in found.properties:
        held = "" if one.fresh is None else f" (held back {wording.ratio(one.fresh)})"
        rows.append((f"**{PARTS[one.part][0]}**", "", "", "", "", f"**{wording.ratio(one.ratio)}**{held}"))
        for row in found.of(one.part):
            spread = f"({wording.distance(row.low)} to {wording.distance(row.high)})"
            rows.append((plain(row.title.replace("`", "")), plain(row.real), plain(row.synthetic),
                         f"{wording.distance(row.floor)} {spread}", wording.distance(row.distance),
                         wording.ratio(row.ratio)))  # fmt: skip
    head = ("statistic", "real", "synthetic", "between real halves>", "from real to synthetic>", "ratio>")
    return ["## How entities behave", plain(said), table(head, rows)]


def _standing_out(columns: Sequence[ColumnSummary]) -> list[str]:
    worst = wording.standing_out(columns)
    if not worst:
        return []
    lines = (
        f"- **{plain(c.name)}**: shape error {wording.figure(c.error, '%')}. {plain(wording.biggest_difference(c))} "
        f"{wording.beside_floor(c)}"
        for c in worst
    )
    return ["## What stands out", "\n".join(lines)]


def _columns(columns: Sequence[ColumnSummary]) -> list[str]:
    if not columns:
        return []
    rows = (
        (
            plain(c.name),
            c.kind,
            c.role,
            wording.figure(c.error, "%"),
            wording.figure(c.floor, "%"),
            prose(c.note or wording.biggest_difference(c)),
        )
        for c in wording.worst_first(columns)
    )
    head = ("column", "kind", "role", "shape error>", "fresh real sample>", "note")
    return ["## The columns", table(head, rows)]


def _pairs(pairs: PairSummary) -> list[str]:
    means = wording.mean_errors(pairs)
    if means is None:
        return []
    floor = f"; a fresh real sample has {wording.figure(means[1], '%')}" if pairs.floors else ""
    rows = (
        (plain(p.first), plain(p.second), wording.figure(p.error, "%"), wording.figure(p.floor, "%"))
        for p in wording.worst_pairs(pairs)
    )
    return [
        "## Pairs of columns",
        f"Trend error: {wording.figure(means[0], '%')} on average{floor}. The worst pairs:",
        table(("column", "with", "trend error>", "fresh real sample>"), rows),
    ]


def _facts(report: Report) -> list[str]:
    parts = ["## Facts and notes"] if report.facts or report.notes else []
    if report.notes:
        parts.append("\n".join(f"- {prose(note)}" for note in report.notes))
    if report.facts:
        parts.append(table(("fact", "value"), ((plain(label), plain(value)) for label, value in report.facts)))
    return parts


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out a table; a head that ends in `>` is a column of numbers, set to the right."""
    rule = ("---:" if h.endswith(">") else "---" for h in head)
    lines = ([h.removesuffix(">") for h in head], rule, *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plain(text: str) -> str:
    """Make a text stand for itself: on one line, with every sign that Markdown or HTML would act on escaped."""
    return _escaped(" ".join(text.split()))


def prose(text: str) -> str:
    """Do the same to a sentence, and keep the names that it quotes in backticks as code."""
    parts = re.split("(`[^`]+`)", " ".join(text.split()))
    return "".join(p.replace("|", r"\|") if i % 2 else _escaped(p) for i, p in enumerate(parts))


def _escaped(text: str) -> str:
    signs = r"([\\`*\[\]<>|~]|^[#+-]|(?<![^\W_])_|_(?![^\W_]))"
    return re.sub(signs, r"\\\1", text.replace("&", "&amp;"))
