"""Draw columns, pairs and groups as Vega-Lite specifications: plain data that every face renders alike."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from likewise.evaluation.report.model import ColumnSummary, GroupSummary, PairSummary

VegaLite = dict[str, Any]
"""A Vega-Lite 6 specification as JSON values."""

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"

SMALL_LEVELS, WIDE_LEVELS = 8, 14
"""How many levels a small and a wide chart of a category draw; the rest is drawn as one bar."""

OTHERS = "other levels"
"""The bar of levels that have none of their own, here or already in the summary."""

LABELLED_PAIRS = 30
"""Up to how many columns the heat map fits into its place; larger ones keep legible cells and are scrolled."""


START = (
    "indexof(datum.label, 'under ') == 0 || indexof(datum.label, 'before ') == 0 ? ''"
    " : split(split(datum.label, ' to ')[0], ' or ')[0]"
)
"""The Vega expression that says where a bin starts: `10` for `10 to 19` and `10 or more`, nothing for `under 10`."""


def column_chart(column: ColumnSummary, *, wide: bool = False, beside: str = "real") -> VegaLite | None:
    """Return the chart of one column's real and synthetic shares, or None when it has no bins.

    `beside` is what the real shares are called, where they are not those of real rows.

    Bins with an order become a histogram: a bar is the real share, a stroke across it the synthetic one. Levels become
    pairs of horizontal bars. `wide` makes the chart taller, keeps more levels and adds axis titles and a legend. The
    colours come from `theme`, so that one chart suits light and dark pages.
    """
    if not column.labels:
        return None
    chart = _histogram(column, wide, beside) if column.numeric else _bars(column, wide, beside)
    return {
        "$schema": SCHEMA,
        "description": f"{beside.capitalize()} and synthetic shares of {column.name}",
        "width": "container",
        "autosize": {"type": "fit-x", "contains": "padding"},
        **chart,
    }


def _histogram(column: ColumnSummary, wide: bool, beside: str) -> VegaLite:
    bins = [
        {"bin": label, beside: _plain(real), "synthetic": _plain(synthetic)}
        for label, real, synthetic in zip(_distinct(column.labels), column.real, column.synthetic, strict=True)
    ]
    title = "share of rows" if wide else None
    axis = {"title": title, "format": ".0%" if _top(column) >= 0.02 else ".1%", "tickCount": 4 if wide else 3}

    def layer(mark: VegaLite, who: str) -> VegaLite:
        y = {"field": who, "type": "quantitative", "axis": axis}
        return {"mark": mark, "encoding": {"y": y, "color": _colour(wide, {"datum": who}, beside)}}

    return {
        "height": 220 if wide else 120,
        "padding": {"left": 2, "top": 4, "right": 22, "bottom": 2},
        "data": {"values": bins},
        "encoding": {
            "x": {
                "field": "bin",
                "type": "ordinal",
                "sort": None,
                "scale": {"paddingInner": 0.08, "paddingOuter": 0.04},
                "axis": _bin_axis(column.labels),
            },
            "tooltip": [
                {"field": "bin", "type": "nominal", "title": column.name},
                {"field": beside, "type": "quantitative", "format": ".2%"},
                {"field": "synthetic", "type": "quantitative", "format": ".2%"},
            ],
        },
        "layer": [
            layer({"type": "bar"}, beside),
            layer({"type": "tick", "orient": "horizontal", "thickness": 4, "bandSize": {"band": 1}}, "synthetic"),
        ],
    }


def _bin_axis(labels: Sequence[str]) -> VegaLite:
    """Label bins at their middle, but bins that span a range at their left edge, by where they start."""
    axis = {"title": None, "labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 6, "labelBound": 20}
    if not any(" to " in label for label in labels):
        return axis
    return {**axis, "bandPosition": 0, "labelExpr": START}


def _bars(column: ColumnSummary, wide: bool, beside: str) -> VegaLite:
    kept = _fold(column, WIDE_LEVELS if wide else SMALL_LEVELS)
    shares = [
        {"level": label, "of": who, "share": _plain(value)}
        for label, real, synthetic in zip(_distinct([k[0] for k in kept]), *zip(*(k[1:] for k in kept)), strict=True)
        for who, value in ((beside, real), ("synthetic", synthetic))
    ]
    return {
        "height": {"step": 9 if wide else 7},
        "data": {"values": shares},
        "mark": {"type": "bar"},
        "encoding": {
            "y": {
                "field": "level",
                "type": "nominal",
                "sort": None,
                "scale": {"paddingInner": 0.3},
                "axis": {"title": None, "labelLimit": 180 if wide else 110, "ticks": False},
            },
            "yOffset": {"field": "of", "sort": [beside, "synthetic"]},
            "x": {
                "field": "share",
                "type": "quantitative",
                "axis": {"title": "share of rows" if wide else None, "format": ".0%", "tickCount": 4},
            },
            "color": _colour(wide, {"field": "of", "type": "nominal"}, beside),
            "tooltip": [
                {"field": "level", "type": "nominal", "title": column.name},
                {"field": "of", "type": "nominal", "title": "table"},
                {"field": "share", "type": "quantitative", "format": ".2%"},
            ],
        },
    }


def _fold(column: ColumnSummary, most: int) -> list[tuple[str, float, float]]:
    """Keep the levels that weigh most, in their own order, and `missing`; add up the others."""
    bars = list(zip(column.labels, column.real, column.synthetic, strict=True))
    if len(bars) <= most:
        return bars
    weights = {
        i: math.inf if label == "missing" else max(r, s) for i, (label, r, s) in enumerate(bars) if label != OTHERS
    }
    heavy = set(sorted(weights, key=lambda i: -weights[i])[: most - 1])
    rest = [bar for i, bar in enumerate(bars) if i not in heavy]
    folded = (OTHERS, sum(r for _, r, _ in rest), sum(s for _, _, s in rest))
    return [bar for i, bar in enumerate(bars) if i in heavy] + [folded]


def pair_chart(pairs: PairSummary) -> VegaLite | None:
    """Return the heat map of trend errors in percent, or None when there is no pair.

    Below the diagonal lie the errors of the synthetic table; above it, where a holdout was kept, those of a fresh real
    sample, in the same colours: the map is good when the two halves look alike.
    """
    cells = [
        {"a": j, "b": i, "e": _plain(error, 2), **({"f": _plain(pairs.floors[i][j], 2)} if pairs.floors else {})}
        for i, row in enumerate(pairs.errors)
        for j, error in enumerate(row)
        if math.isfinite(error)
    ]
    if not cells:
        return None
    fits = len(pairs.names) <= LABELLED_PAIRS
    short = _distinct([_middle(name) for name in pairs.names])
    names = {
        "data": {
            "values": [
                {"i": i, "s": s, "name": name} for i, (s, name) in enumerate(zip(short, pairs.names, strict=True))
            ]
        },
        "key": "i",
        "fields": ["s", "name"],
    }
    top = max(5.0, _quantile([e for rows in (pairs.errors, pairs.floors) for row in rows for e in row], 0.98))
    layers = [_half("x", "y", "e", "synthetic table", short, top)]
    if pairs.floors:
        layers.append(_half("y", "x", "f", "fresh real sample", short, top))
    return {
        "$schema": SCHEMA,
        "description": "Trend error of every pair of columns, in percent",
        "width": "container" if fits else {"step": 14},
        "height": {"step": 22 if len(pairs.names) <= 20 else 16 if fits else 14},
        **({"autosize": {"type": "fit-x", "contains": "padding"}} if fits else {}),
        "data": {"values": cells},
        "transform": [
            {"lookup": "a", "from": names, "as": ["x", "column"]},
            {"lookup": "b", "from": names, "as": ["y", "row"]},
        ],
        "layer": layers,
    }


def _half(x: str, y: str, field: str, who: str, order: list[str], top: float) -> VegaLite:
    axis = {"title": None, "labelLimit": 160, "labelOverlap": False, "ticks": False, "domain": False}
    legend = {
        "title": "trend error, %",
        "orient": "top",
        "gradientLength": 160,
        "gradientThickness": 10,
        "tickCount": 4,
    }
    return {
        "mark": {"type": "rect"},
        "encoding": {
            "x": {"field": x, "type": "nominal", "scale": {"domain": order}, "axis": {**axis, "labelAngle": -60}},
            "y": {"field": y, "type": "nominal", "scale": {"domain": order}, "axis": axis},
            "color": {
                "field": field,
                "type": "quantitative",
                "scale": {"domain": [0, round(top, 1)], "clamp": True},
                "legend": legend,
            },
            "tooltip": [
                {"field": "row", "type": "nominal", "title": "column"},
                {"field": "column", "type": "nominal", "title": "with"},
                {"field": field, "type": "quantitative", "title": f"trend error of the {who}, %"},
            ],
        },
    }


def group_chart(groups: Sequence[GroupSummary]) -> VegaLite | None:
    """Return the chart of error against size: a dot a group, those beyond chance in colour; None without groups.

    The dashed line is the floor: how far rows that were trained on differ, in groups of about that size. Small groups
    are rough by nature; a good table's dots lie about the line.
    """
    if not groups:
        return None
    chance = {False: "within chance", True: "beyond chance"}
    dots = [
        {"group": g.name, "rows": g.rows, "e": _plain(g.error, 2), "f": _plain(g.floor, 2), "is": chance[g.beyond]}
        for g in sorted(groups, key=lambda g: g.beyond)
    ]
    axis = {"title": "real rows in the group", "grid": False, "format": ",d", "labelOverlap": "greedy", "tickCount": 6}
    x = {"field": "rows", "type": "quantitative", "axis": axis, "scale": {"type": "log", "nice": False, "padding": 8}}
    y = {"type": "quantitative", "title": "mean column error, %"}
    return {
        "$schema": SCHEMA,
        "description": "Mean column error of every group against its size",
        "width": "container",
        "height": 300,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "layer": [
            {
                "data": {"values": dots},
                "mark": {"type": "point", "filled": True, "size": 36, "opacity": 0.65},
                "encoding": {
                    "x": x,
                    "y": {**y, "field": "e"},
                    "color": {
                        "field": "is",
                        "type": "nominal",
                        "scale": {"domain": list(chance.values())},
                        "legend": {"title": None, "orient": "top"},
                    },
                    "tooltip": [
                        {"field": "group", "type": "nominal"},
                        {"field": "rows", "type": "quantitative", "title": "real rows", "format": ",d"},
                        {"field": "e", "type": "quantitative", "title": "mean column error, %"},
                        {"field": "f", "type": "quantitative", "title": "of rows trained on, %"},
                        {"field": "is", "type": "nominal"},
                    ],
                },
            },
            {
                "data": {"values": [{"rows": rows, "f": _plain(floor, 2)} for rows, floor in _floor_by_size(groups)]},
                "mark": {"type": "line", "strokeDash": [5, 4], "interpolate": "monotone"},
                "encoding": {"x": x, "y": {**y, "field": "f"}},
            },
        ],
    }


def _floor_by_size(groups: Sequence[GroupSummary], most: int = 12) -> list[tuple[int, float]]:
    """Return the middle size and the middle floor of groups of about one size, the smallest first."""
    ordered = sorted(groups, key=lambda g: g.rows)
    parts = max(1, min(most, len(ordered) // 5))
    cuts = [round(i * len(ordered) / parts) for i in range(parts + 1)]
    runs = [ordered[a:b] for a, b in pairwise(cuts)]
    return [(run[len(run) // 2].rows, _quantile([g.floor for g in run], 0.5)) for run in runs]


def height(spec: VegaLite) -> int:
    """Return about how many pixels high a column's chart will be, so that a page can keep the room for it."""
    plot: int | dict[str, int] = spec["height"]
    levels = len(spec["data"]["values"])
    return (round(levels * plot["step"] / 0.7) if isinstance(plot, dict) else plot) + 30


def theme(*, dark: bool) -> VegaLite:
    """Return the Vega-Lite config that gives charts the colours of a light or a dark page.

    The two categories are told apart by lightness as well as by hue, so that they survive colour blindness and grey
    paper; heat runs from the page's own tone, so that a good matrix is a quiet one.
    """
    page, text, grid = ("#12151b", "#c3c9d4", "#2b303b") if dark else ("#ffffff", "#4a5260", "#e4e7ec")
    real, synthetic = ("#6f7a8c", "#7fb0ff") if dark else ("#8a93a2", "#1d4fd7")
    heat = (
        ["#1c212b", "#27406f", "#3a6ac0", "#7fb0ff", "#e2edff"]
        if dark
        else ["#f1f4fa", "#c3d3f5", "#7ea2ec", "#2f62dd", "#132f80"]
    )
    font = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
    axis = {"labelColor": text, "titleColor": text, "titleFontWeight": "normal", "labelFontSize": 11}
    lines = {"gridColor": grid, "domainColor": grid, "tickColor": grid, "titleFontSize": 11}
    return {
        "background": "transparent",
        "font": font,
        "aria": False,
        "padding": 2,
        "view": {"stroke": None},
        "axis": {**axis, **lines},
        "axisBand": {"grid": False},
        "line": {"color": text},
        "tick": {"opacity": 1, "stroke": page, "strokeWidth": 1},
        "legend": {**axis, "symbolType": "square"},
        "range": {"category": [real, synthetic], "heatmap": heat, "ramp": heat},
    }


def _colour(legend: bool, of: VegaLite, beside: str) -> VegaLite:
    place = {"title": None, "orient": "top"} if legend else None
    return {**of, "scale": {"domain": [beside, "synthetic"]}, "legend": place}


def _plain(value: float, digits: int = 5) -> float | None:
    """Round for a small page; JSON has no infinities."""
    return round(value, digits) if math.isfinite(value) else None


def _top(column: ColumnSummary) -> float:
    return max((v for v in (*column.real, *column.synthetic) if math.isfinite(v)), default=0.0)


def _quantile(values: Sequence[float], q: float) -> float:
    known = sorted(v for v in values if math.isfinite(v))
    return known[int(q * (len(known) - 1))] if known else 0.0


def _middle(name: str, most: int = 20) -> str:
    """Cut the middle out of a long name: the columns of one table often begin alike."""
    return name if len(name) <= most else f"{name[: most // 2 - 1]}…{name[-most // 2 :]}"


def _distinct(labels: Sequence[str]) -> list[str]:
    """Make equal labels differ by invisible characters: a band scale would draw them as one bin."""
    seen: Counter[str] = Counter()
    distinct = []
    for label in labels:
        distinct.append(label + "\u200b" * seen[label])
        seen[label] += 1
    return distinct
