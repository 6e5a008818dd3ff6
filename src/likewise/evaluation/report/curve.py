"""Draw likeness against privacy: a point a setting, as data, as a page and as Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from likewise.core.aside import write_aside
from likewise.core.spec import Spec
from likewise.evaluation.report import wording
from likewise.evaluation.report.charts import SCHEMA, VegaLite
from likewise.evaluation.report.model import check_suffix

Measured = tuple[float, float, float]
"""A figure and both ends of its 95 % interval."""


class CurvePoint(Spec):
    """Hold one setting; the charts show it by its `mark`.

    `told` is how well a detector tells its rows apart (an AUC), `worth` what they are worth for predicting, `near` the
    share that lies nearer to learned than to held-back rows; None: not measured.
    `edge`: no other setting is at least as alike and at least as far. `best_for` are the goals it would be chosen for.
    """

    mark: str
    label: str
    technique: str
    settings: dict[str, Any] = {}
    told: Measured | None = None
    worth: Measured | None = None
    near: Measured | None = None
    copies: float = 0.0
    natural: float = 0.0
    edge: bool = False
    best_for: tuple[str, ...] = ()
    note: str = ""


class Curve(Spec):
    """Hold the points of a table's own frontier, one a setting.

    `learned` and `held` count the rows learned from and measured on, `real_worth` is what real rows are worth for
    predicting the `target`, and `said` are sentences for a reader in a hurry. It carries no clock.
    """

    points: tuple[CurvePoint, ...]
    learned: int
    held: int
    target: str | None = None
    real_worth: float | None = None
    said: tuple[str, ...] = ()

    def to_html(self) -> str:
        """Return the curve as one page that needs no network."""
        from likewise.evaluation.report.html import page

        shown = [_Shown(i, title, lead, chart) for i, (title, lead, chart) in enumerate(_charts(self))]
        return page("curve.html.j2", "Likeness against privacy", [s.chart for s in shown], curve=self,
                    charts_shown=shown)  # fmt: skip

    def to_markdown(self) -> str:
        """Return the table of settings as Markdown."""
        on_edge = {True: " \\*", False: ""}
        rows = [
            f"| {p.mark} | {p.label}{on_edge[p.edge]} | {wording.measure(p.told)} | {wording.measure(p.worth)} "
            f"| {wording.measure(p.near)} | {wording.share(p.copies)} ({wording.share(p.natural)}) "
            f"| {', '.join(p.best_for)}{p.note} |"
            for p in self.points
        ]
        head = "| | setting | told apart | worth | nearer to learned rows | copies (natural) | best for |"
        said = [f"- {sentence}" for sentence in self.said]
        lines = ["# Likeness against privacy", "", *said, "", head, "|---|---|---|---|---|---|---|", *rows]
        return "\n".join([*lines, "", "\\* on the frontier: no other setting is at least as good in both."]) + "\n"

    def to_json(self) -> str:
        """Return the curve as JSON."""
        return self.model_dump_json(indent=1)

    def save(self, path: str | Path) -> Path:
        """Write it as the suffix says: `.html`, `.md` or `.json`."""
        writer = {".html": self.to_html, ".md": self.to_markdown, ".json": self.to_json}[check_suffix(path)]
        write_aside(path, writer())
        return Path(path)


@dataclass(frozen=True)
class _Shown:
    number: int
    title: str
    lead: str
    chart: VegaLite


def _charts(curve: Curve) -> list[tuple[str, str, VegaLite]]:
    found = []
    told = [p for p in curve.points if p.told is not None and p.near is not None]
    if told:
        lead = (
            "Each number is a setting of the table below; the grey one is what fresh real rows score. Further left is "
            "further from single learned rows, further down is harder to tell from real rows. The line joins the "
            "settings that no other one beats in both; thin rules are 95 % intervals."
        )
        found.append(("Likeness", lead, _chart(told, "told", "told apart by a detector (AUC)", 0.5)))
    worth = [p for p in curve.points if p.worth is not None and p.near is not None]
    if worth and curve.real_worth is not None:
        lead = f"The same settings by what models that predict `{curve.target}` learn from them: higher is better."
        found.append(("Worth for predicting", lead, _chart(worth, "worth", "score on real rows", curve.real_worth)))
    return found


def _chart(points: list[CurvePoint], figure: str, title: str, real: float) -> VegaLite:
    """Return the chart of one figure over how near rows lie, with both intervals as thin rules."""
    rows = [
        {"setting": p.label, "mark": p.mark, "edge": p.edge, **_ends("x", p.near), **_ends("y", getattr(p, figure))}
        for p in points
    ]
    scale = {"zero": False, "nice": True}

    def axis(field: str, name: str) -> VegaLite:
        return {"field": field, "type": "quantitative", "scale": scale, "title": name}

    x, y = axis("x", "share of rows nearer to learned rows"), axis("y", title)
    synthetic, fresh = ({"datum": who, "scale": {"domain": ["real", "synthetic"]}, "legend": None}
                        for who in ("synthetic", "real"))  # fmt: skip
    tooltip = [{"field": "setting", "type": "nominal"}, {"field": "x", "type": "quantitative", "format": ".3f"},
               {"field": "y", "type": "quantitative", "format": ".3f"}]  # fmt: skip
    joined = {"transform": [{"filter": "datum.edge"}], "mark": {"type": "line", "strokeWidth": 1.5, "opacity": 0.5},
              "encoding": {"x": x, "y": y, "order": {"field": "x"}, "color": synthetic}}  # fmt: skip
    across = {"mark": {"type": "rule", "opacity": 0.35},
              "encoding": {"x": axis("x0", x["title"]), "x2": {"field": "x1"}, "y": y, "color": synthetic}}  # fmt: skip
    along = {"mark": {"type": "rule", "opacity": 0.35},
             "encoding": {"y": axis("y0", title), "y2": {"field": "y1"}, "x": x, "color": synthetic}}  # fmt: skip
    dots: VegaLite = {"mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
            "encoding": {"x": x, "y": y, "color": synthetic, "tooltip": tooltip}}  # fmt: skip
    names: VegaLite = {"mark": {"type": "text", "align": "left", "dx": 9, "dy": -9, "fontSize": 12},
             "encoding": {"x": x, "y": y, "text": {"field": "mark"}, "color": synthetic}}  # fmt: skip
    reference: list[VegaLite] = [
        {"setting": "fresh real rows", "mark": "fresh real rows", "x": 0.5, "y": round(real, 5)}
    ]
    ideal = [{"data": {"values": reference}, **layer, "encoding": {**layer["encoding"], "color": fresh}}
             for layer in (dots, names)]  # fmt: skip
    return {
        "$schema": SCHEMA,
        "description": f"{title} against the share of rows nearer to learned rows",
        "width": "container",
        "height": 340,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": {"left": 2, "top": 8, "right": 40, "bottom": 2},
        "data": {"values": rows},
        "layer": [*([joined] if figure == "told" else []), across, along, dots, names, *ideal],
    }


def _ends(name: str, found: Measured | None) -> dict[str, float]:
    if found is None:
        return {}
    return {name: round(found[0], 5), f"{name}0": round(found[1], 5), f"{name}1": round(found[2], 5)}
