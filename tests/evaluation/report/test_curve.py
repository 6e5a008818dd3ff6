from __future__ import annotations

import json
from pathlib import Path

import pytest

from likewise.errors import SettingsError
from likewise.evaluation.report.curve import Curve, CurvePoint


def point(mark: str, label: str, told: float, near: float, edge: bool = False) -> CurvePoint:
    return CurvePoint(
        mark=mark, label=label, technique="autoregressive", told=(told, told - 0.02, told + 0.02),
        worth=(0.8, 0.7, 0.9), near=(near, near - 0.03, near + 0.03), edge=edge,
    )  # fmt: skip


CURVE = Curve(
    points=(point("1", "defaults", 0.55, 0.53, True), point("2", "min_leaf=<b>80", 0.6, 0.51, True)),
    learned=1_500, held=500, target="income", real_worth=0.85, said=("For the goal `share` take min_leaf=80.",),
)  # fmt: skip


def test_the_page_holds_its_charts_as_data_and_escapes_names() -> None:
    page = CURVE.to_html()
    text = page[page.index('id="charts">') :]
    charts = json.loads(text[text.index(">") + 1 : text.index("</script>")])["specs"]
    assert len(charts) == 2
    assert [row["mark"] for row in charts[0]["data"]["values"]] == ["1", "2"]
    assert charts[0]["layer"][0]["mark"]["type"] == "line" and charts[1]["layer"][0]["mark"]["type"] == "rule"
    assert "min_leaf=<b>80" not in page and "default-src 'none'" in page


def test_it_is_written_as_the_suffix_says_and_read_back(tmp_path: Path) -> None:
    assert Curve.model_validate_json(CURVE.save(tmp_path / "c.json").read_text()) == CURVE
    assert r"| 1 | defaults \* | 0.550 (0.530 to 0.570)" in CURVE.save(tmp_path / "c.md").read_text()
    assert CURVE.save(tmp_path / "c.html").read_text() == CURVE.to_html()
    with pytest.raises(SettingsError):
        CURVE.save(tmp_path / "c.pdf")


def test_without_figures_there_is_a_table_and_no_chart() -> None:
    bare = Curve(points=(CurvePoint(mark="1", label="a", technique="a", note="it failed"),), learned=1, held=1)
    assert '"specs":[]' in bare.to_html() and "it failed" in bare.to_html()
