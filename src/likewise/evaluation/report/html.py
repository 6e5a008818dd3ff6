"""Write a report as one HTML page that needs no network, no server and no second file."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from likewise.evaluation.fidelity.kept import told
from likewise.evaluation.report import pictures, wording
from likewise.evaluation.report.behaviour import PARTS, BehaviourSummary, Picture
from likewise.evaluation.report.charts import (
    LABELLED_PAIRS,
    VegaLite,
    column_chart,
    group_chart,
    height,
    pair_chart,
    theme,
)
from likewise.evaluation.report.media import MediaSummary
from likewise.evaluation.report.model import ColumnSummary, Report
from likewise.evaluation.score import Family, Score

MARKS = {"good": "✓", "fair": "≈", "poor": "✕", "unknown": "–"}
"""A sign for each verdict, so that it is told by more than its colour."""

SPANS = {"%": 10.0, "AUC": 0.5, "share": 0.1, "R2": 1.0, "ratio": 0.5, "distance": 0.02}
"""How far from the ideal the right end of a score's scale lies, unless a figure lies further out."""

THINGS: dict[str, str] = {"image": "pictures", "audio": "sounds", "video": "clips", "series": "series"}
"""What the cells of a media column are called."""

TABLE_ROWS = 40
"""How many bins the table under a chart lists."""


def to_html(report: Report) -> str:
    """Return the whole report as one page: verdict, scores, columns, pairs, groups, facts, how to read it.

    The page holds its scripts and styles, adapts to dark mode, phones and paper, and forbids itself the network by a
    Content-Security-Policy under which only the scripts written here run. Names and levels are escaped wherever they
    stand. Cost: about 0.9 MB, and under 2 MB at 100 columns.
    """
    specs = _Specs()
    columns = [_Card.of(c, specs, wide=False) for c in wording.worst_first(wording.beside_media(report))]
    standing_out = [_Card.of(c, specs, wide=True) for c in wording.standing_out(report.columns)]
    pairs = specs.add(pair_chart(report.pairs))
    groups = specs.add(group_chart(report.groups))
    families = [_Family.of(family, scores) for family, scores in wording.by_family(report)]
    return page(
        "report.html.j2",
        report.title,
        specs.all,
        report=report,
        families=families,
        standing_out=standing_out,
        columns=columns,
        pairs=pairs,
        pairs_scroll=len(report.pairs.names) > LABELLED_PAIRS,
        means=wording.mean_errors(report.pairs),
        worst_pairs=wording.worst_pairs(report.pairs),
        groups=groups,
        worst_groups=wording.worst_groups(report.groups),
        media=[_Cells.of(one) for one in report.media],
        behaviour=report.behaviour,
        pictures=[_Drawn.of(p, specs) for p in report.behaviour.pictures] if report.behaviour else [],
        reading=wording.READING,
        rules_told=told(report.rules) if report.rules else "",
    )


def page(template: str, title: str, specs: list[VegaLite], **context: Any) -> str:
    """Return a page of the report's style: its charts as data, its styles, and the one script that draws them."""
    script = Markup(_script())
    charts = {"light": theme(dark=False), "dark": theme(dark=True), "specs": specs}
    return (
        _environment()
        .get_template(template)
        .render(
            title=title,
            charts=Markup(_json(charts)),
            style=Markup(_read("templates/report.css")),
            script=script,
            script_digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            **context,
        )
    )


def to_notebook(report: Report) -> str:
    """Return a compact summary without scripts or styles: the headline and a table of scores."""
    body = "".join(
        f"<tr><td>{MARKS[s.verdict]} {s.verdict}</td><td>{escape(s.title)}</td>"
        f'<td style="text-align:right">{wording.figure(s.value, s.unit)}</td>'
        f'<td style="text-align:right">{wording.figure(s.floor, s.unit)}</td>'
        f'<td style="text-align:right">{wording.ideal(s.ideal, s.unit)}</td>'
        f'<td style="text-align:right">{s.n:,} {escape(s.of)}</td></tr>'
        for s in report.scores
    )
    head = "".join(f"<th>{h}</th>" for h in ("verdict", "score", "value", "fresh real sample", "ideal", "n"))
    return (
        f"<div><strong>{escape(report.title)}</strong><p>{_prose(report.headline)}</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


class _Specs:
    """Collect the charts of a page; a card names its chart by position."""

    def __init__(self) -> None:
        self.all: list[dict[str, Any]] = []

    def add(self, spec: dict[str, Any] | None) -> int | None:
        if spec is None:
            return None
        self.all.append(spec)
        return len(self.all) - 1


@dataclass(frozen=True)
class _Card:
    """Hold what the page shows of one column."""

    column: ColumnSummary
    chart: int | None
    room: int
    spoken: str
    difference: str
    rows: list[tuple[str, str, str, str]]
    left_out: int

    @classmethod
    def of(cls, column: ColumnSummary, specs: _Specs, *, wide: bool) -> _Card:
        bins = list(zip(column.labels, column.real, column.synthetic, strict=True))
        rows = (
            [] if wide else [(b, wording.share(r), wording.share(s), _points(s - r)) for b, r, s in bins[:TABLE_ROWS]]
        )
        spec = column_chart(column, wide=wide)
        return cls(
            column,
            specs.add(spec),
            height(spec) if spec else 0,
            wording.spoken(column),
            wording.biggest_difference(column),
            rows,
            max(0, len(bins) - TABLE_ROWS),
        )


@dataclass(frozen=True)
class _Cells:
    """Hold what the page shows of a media column: its cells, how many a line, and what they are called."""

    summary: MediaSummary
    across: int
    things: str

    @classmethod
    def of(cls, summary: MediaSummary) -> _Cells:
        across = max((len(cells) for row in summary.rows for cells in (row.real, row.synthetic)), default=0)
        return cls(summary, across, THINGS[summary.kind])


@dataclass(frozen=True)
class _Drawn:
    """Hold what the page shows of one picture of how entities behave."""

    title: str
    chart: int | None
    room: int
    spoken: str

    @classmethod
    def of(cls, picture: Picture, specs: _Specs) -> _Drawn:
        spec = pictures.picture_chart(picture)
        return cls(picture.title, specs.add(spec), height(spec) if spec else 0, pictures.said(picture))


@dataclass(frozen=True)
class _Family:
    """Hold what the page shows of a family of scores: those that were measured, and the others with the reasons."""

    title: str
    question: str
    verdict: str
    measured: list[Score]
    others: list[Score]

    @classmethod
    def of(cls, family: Family, scores: list[Score]) -> _Family:
        measured, others = wording.parted(scores)
        return cls(*wording.FAMILIES[family], wording.family_verdict(scores), measured, others)


def _position(value: float | None, score: Score) -> str | None:
    """Place a figure on the score's scale, in percent from the ideal (left) outward."""
    if value is None:
        return None
    distances = [abs(v - score.ideal) for v in (score.value, score.floor) if v is not None]
    return f"{100 * abs(value - score.ideal) / max(SPANS[score.unit], *distances):.1f}"


def _along(ratio: float, behaviour: BehaviourSummary) -> str:
    """Place a ratio between 1 (left) and the largest of the report or 10, by its logarithm, in percent."""
    top = max(10.0, *(row.ratio for row in behaviour.statistics))
    return f"{100 * math.log(max(1.0, ratio)) / math.log(top):.1f}"


def _points(difference: float) -> str:
    """Write a difference of shares in percentage points, with its sign."""
    return f"{difference * 100:+.1f}".replace("-", "−")


def _breakable(text: str) -> Markup:
    """Escape a name and let it break after its underscores rather than within a word."""
    return Markup(str(Markup.escape(text)).replace("_", "_<wbr>"))


def _prose(text: str) -> Markup:
    """Escape a sentence, set the names that it quotes in backticks apart, and keep percent signs at their numbers."""
    kept = re.sub(r"(?<=\d) %", wording.PERCENT, str(Markup.escape(text)))
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", kept))


def _json(value: Any) -> str:
    """Write JSON that can stand inside a script element whatever names it holds."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


@cache
def _read(name: str) -> str:
    return files("likewise.evaluation.report").joinpath(name).read_text(encoding="utf-8")


@cache
def _script() -> str:
    """Return the page's one script: the licences of the parts, the parts, and the page's own lines."""
    licences = ("vega", "vega-lite", "vega-interpreter", "d3", "d3-geo")
    notice = "\n\n".join(f"{name}\n\n{_read(f'static/LICENSE.{name}.txt')}" for name in licences)
    parts = ("static/vega.min.js", "static/vega-lite.min.js", "static/vega-interpreter.js", "templates/report.js")
    return f"/*\n{notice}*/\n" + "\n".join(_read(part) for part in parts)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("likewise.evaluation.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals.update(
        MARKS=MARKS, OUTCOMES=wording.OUTCOMES, FAMILIES=wording.FAMILIES, AUDIENCES=wording.AUDIENCES, PARTS=PARTS
    )
    environment.filters.update(
        figure=wording.figure,
        ideal=wording.ideal,
        beside_floor=wording.beside_floor,
        interval=wording.interval,
        missing=wording.missing,
        places=wording.places,
        rows_from_1=wording.rows_from_1,
        share=wording.share,
        whole=lambda share: f"{100 * share:.0f}{wording.PERCENT}",
        measure=wording.measure,
        position=_position,
        along=_along,
        ratio=wording.ratio,
        distance=wording.distance,
        breakable=_breakable,
        prose=_prose,
        count="{:,}".format,
    )
    return environment
