from __future__ import annotations

import json
import math
import re
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.evaluation.report.charts import (
    SMALL_LEVELS,
    WIDE_LEVELS,
    column_chart,
    group_chart,
    height,
    pair_chart,
    theme,
)
from likewise.evaluation.report.model import ColumnSummary, GroupSummary, PairSummary, Report

shares = st.floats(0, 1, allow_nan=False)


def summary(bins: list[tuple[str, float, float]], *, numeric: bool) -> ColumnSummary:
    labels, real, synthetic = zip(*bins) if bins else ((), (), ())
    return ColumnSummary(
        name="c",
        kind="float",
        role="feature",
        error=1.0,
        numeric=numeric,
        labels=labels,
        real=real,
        synthetic=synthetic,
    )


def test_a_histogram_draws_real_bars_below_synthetic_strokes() -> None:
    chart = column_chart(summary([("0 to 1", 0.25, 0.5), ("1 to 2", 0.75, 0.5)], numeric=True))
    assert chart is not None
    assert [layer["mark"]["type"] for layer in chart["layer"]] == ["bar", "tick"]
    assert [layer["encoding"]["y"]["field"] for layer in chart["layer"]] == ["real", "synthetic"]
    assert chart["data"]["values"][0] == {"bin": "0 to 1", "real": 0.25, "synthetic": 0.5}
    assert chart["encoding"]["x"]["sort"] is None


def test_levels_are_pairs_of_bars_in_their_own_order() -> None:
    chart = column_chart(summary([("b", 0.4, 0.3), ("a", 0.6, 0.7)], numeric=False))
    assert chart is not None
    drawn = [(v["level"], v["of"], v["share"]) for v in chart["data"]["values"]]
    assert drawn == [("b", "real", 0.4), ("b", "synthetic", 0.3), ("a", "real", 0.6), ("a", "synthetic", 0.7)]


@pytest.mark.parametrize(("wide", "most"), [(False, SMALL_LEVELS), (True, WIDE_LEVELS)])
def test_many_levels_are_folded_and_no_share_is_lost(wide: bool, most: int) -> None:
    levels = [(f"level {i}", 2 * i / (60 * 61), 1 / 61) for i in range(61)]
    chart = column_chart(summary(levels, numeric=False), wide=wide)
    assert chart is not None
    values = chart["data"]["values"]
    assert len(values) == 2 * most
    assert values[-1]["level"] == "other levels"
    for who in ("real", "synthetic"):
        assert sum(v["share"] for v in values if v["of"] == who) == pytest.approx(1, abs=1e-3)


def test_folding_keeps_missing_and_takes_the_summarys_own_others_along() -> None:
    levels = [*((f"level {i}", 0.05, 0.05) for i in range(18)), ("other levels", 0.09, 0.1), ("missing", 0.01, 0.0)]
    chart = column_chart(summary(levels, numeric=False))
    assert chart is not None
    names = [v["level"] for v in chart["data"]["values"] if v["of"] == "real"]
    assert names[-2:] == ["missing", "other levels"]
    assert len(names) == len(set(names)) == SMALL_LEVELS


@pytest.mark.parametrize(("labels", "edges"), [(("under 10", "10 to 19", "20 or more"), True), (("1", "2"), False)])
def test_ranges_are_labelled_where_they_start(labels: tuple[str, ...], edges: bool) -> None:
    chart = column_chart(summary([(label, 0.5, 0.5) for label in labels], numeric=True))
    assert chart is not None
    assert ("labelExpr" in chart["encoding"]["x"]["axis"]) is edges


def test_equal_labels_stay_apart() -> None:
    chart = column_chart(summary([("same", 0.5, 0.5), ("same", 0.5, 0.5)], numeric=True))
    assert chart is not None
    first, second = (v["bin"] for v in chart["data"]["values"])
    assert first != second
    assert second.strip("\u200b") == first


def test_a_column_without_bins_has_no_chart() -> None:
    assert column_chart(summary([], numeric=True)) is None


@settings(max_examples=40, deadline=None)
@given(bins=st.lists(st.tuples(st.text(max_size=8), shares, shares), min_size=1, max_size=30), numeric=st.booleans())
def test_every_chart_is_json_and_keeps_room(bins: list[tuple[str, float, float]], numeric: bool) -> None:
    for wide in (False, True):
        chart = column_chart(summary(bins, numeric=numeric), wide=wide)
        assert chart is not None
        json.dumps(chart, allow_nan=False)
        assert 30 < height(chart) < 500


def test_pairs_show_errors_below_and_floors_above_the_diagonal(adult: Report) -> None:
    chart = pair_chart(adult.pairs)
    assert chart is not None
    below, above = chart["layer"]
    assert (below["encoding"]["x"]["field"], below["encoding"]["color"]["field"]) == ("x", "e")
    assert (above["encoding"]["x"]["field"], above["encoding"]["color"]["field"]) == ("y", "f")
    assert len(chart["data"]["values"]) == 15 * 14 // 2
    assert chart["width"] == "container"


def test_pairs_without_floors_have_one_half() -> None:
    chart = pair_chart(PairSummary(names=("a", "b"), errors=((), (3.0,))))
    assert chart is not None
    assert len(chart["layer"]) == 1
    assert "f" not in chart["data"]["values"][0]


def test_a_large_matrix_keeps_its_cells_and_tells_long_names_apart(hundred: Report) -> None:
    chart = pair_chart(hundred.pairs)
    assert chart is not None
    assert chart["width"] == {"step": 14}
    order = chart["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert len(set(order)) == 100
    assert order[1] == "measureme…tation_001"


@pytest.mark.parametrize("errors", [(), ((), (math.nan,))])
def test_no_known_pair_no_matrix(errors: tuple[tuple[float, ...], ...]) -> None:
    assert pair_chart(PairSummary(names=("a", "b")[: len(errors)], errors=errors)) is None


def test_groups_are_dots_by_size_those_beyond_chance_last_so_that_none_hides_them(adult: Report) -> None:
    chart = group_chart(adult.groups)
    assert chart is not None
    dots, line = chart["layer"]
    values = dots["data"]["values"]
    assert len(values) == len(adult.groups)
    assert [v["is"] for v in values] == ["within chance"] * 291 + ["beyond chance"] * 9
    first = next(g for g in adult.groups if g.beyond)
    assert {"group": first.name, "rows": first.rows, "e": round(first.error, 2), "f": round(first.floor, 2),
            "is": "beyond chance"} in values  # fmt: skip
    assert dots["encoding"]["x"]["scale"]["type"] == "log"
    sizes = [v["rows"] for v in line["data"]["values"]]
    floors = [v["f"] for v in line["data"]["values"]]
    assert sizes == sorted(sizes) and len(sizes) == 12
    assert floors[0] > 3 * floors[-1]


def test_one_group_has_a_chart_and_none_has_not() -> None:
    assert group_chart(()) is None
    one = group_chart([GroupSummary(name="`a` = b", rows=60, error=3.0, floor=2.0, beyond=False)])
    assert one is not None
    assert one["layer"][1]["data"]["values"] == [{"rows": 60, "f": 2.0}]
    json.dumps(one, allow_nan=False)


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_colours_meet_wcag_aa_and_are_those_of_the_page(dark: bool) -> None:
    style = files("likewise.evaluation.report").joinpath("templates/report.css").read_text(encoding="utf-8")
    page = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", style.split(":root {")[1 + dark].split("}")[0]))
    page = {name: c if len(c) == 7 else "#" + "".join(2 * x for x in c[1:]) for name, c in page.items()}
    config: dict[str, Any] = theme(dark=dark)
    real, synthetic = config["range"]["category"]
    assert [real, synthetic] == [page["real"], page["synthetic"]]
    assert config["tick"]["stroke"] == page["page"]
    for ground in ("page", "card"):
        assert contrast(config["axis"]["labelColor"], page[ground]) >= 4.5
        assert contrast(page["ink"], page[ground]) >= 4.5
        assert contrast(page["soft"], page[ground]) >= 4.5
    for verdict in ("good", "fair", "poor"):
        assert contrast(page[verdict], page[f"{verdict}-page"]) >= 4.5
    assert contrast(real, page["page"]) >= 3
    assert contrast(synthetic, page["page"]) >= 3
    assert contrast(real, synthetic) >= 1.8  # told apart without hue
