"""The page of what a budget bought: complete in every form, and escaped wherever names stand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from likewise.errors import SettingsError
from likewise.evaluation.report.model import ColumnSummary
from likewise.evaluation.report.released import Cost, Met, Released

PAGE = Released(
    title="Synthetic data under a privacy budget: 2 columns",
    headline="These rows keep (1, 1e-06)-differential privacy for a row, added or removed.",
    notes=("a note on `age`",),
    facts=(("epsilon", "1"), ("neighbours", "data with and without one row")),
    costs=(Cost(what="counts of pairs of columns", mechanism="gaussian", releases=1200, share=0.85),
           Cost(what="the number of rows", mechanism="gaussian", releases=1, share=0.15)),
    columns=(ColumnSummary(name="<b>age</b>", kind="integer", role="feature", error=1.25, numeric=True,
                           labels=("0 to 9", "10 to 19"), real=(0.25, 0.75), synthetic=(0.26, 0.74)),
             ColumnSummary(name="note", kind="text", role="feature", error=None, numeric=False, note="left out")),
    met=(Met(columns=("age", "se|x"), share=0.5, error=2.5, noise=2.25),),
    rules=("`low <= high`",),
)  # fmt: skip


def test_the_page_holds_all_of_it_and_calls_no_share_real() -> None:
    page = PAGE.to_html()
    told = ("differential privacy", "1,200", "85.0", "measured", "&lt;b&gt;age&lt;/b&gt;", "left out", "2.25",
            "1 tables of counts", "<code>low &lt;= high</code>", "data with and without one row")  # fmt: skip
    assert [said for said in told if said not in page] == []
    found = page.partition('<script type="application/json" id="charts">')[2].partition("</script>")[0]
    charts = json.loads(found)
    assert len(charts["specs"]) == 1 and '"real"' not in json.dumps(charts["specs"])
    assert "<b>age</b>" not in page


def test_markdown_and_json_hold_the_same() -> None:
    text = PAGE.to_markdown()
    assert "| counts of pairs of columns | gaussian | 1,200 |" in text and "se\\|x" in text
    assert Released.model_validate_json(PAGE.to_json()) == PAGE


def test_empty_parts_are_left_out() -> None:
    bare = PAGE.model_copy(update={"met": (), "rules": (), "notes": (), "columns": ()})
    assert "Counts that were bought" not in bare.to_html() + bare.to_markdown()
    assert "Rules that hold" not in bare.to_html() + bare.to_markdown()


def test_the_suffix_says_how_it_is_written(tmp_path: Path) -> None:
    for suffix in (".html", ".md", ".json"):
        assert PAGE.save(tmp_path / f"page{suffix}").read_text() == PAGE.written_as(f"page{suffix}")
    with pytest.raises(SettingsError, match=r"report"):
        PAGE.save(tmp_path / "page.pdf")


def test_a_notebook_shows_the_promise() -> None:
    assert "(1, 1e-06)-differential privacy" in PAGE._repr_html_()
