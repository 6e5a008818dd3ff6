from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest

from likewise.errors import SettingsError, SourceError
from likewise.evaluation.report.model import PairSummary, Report


class Page(HTMLParser):
    """Collect the tags, attributes and text of a page as a browser would."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def charts_of(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="charts">(.*?)</script>', page, re.DOTALL)
    assert found
    charts: dict[str, object] = json.loads(found[1])
    return charts


def test_the_page_says_everything_in_order(adult: Report) -> None:
    page = adult.to_html()
    order = [adult.title, adult.headline, 'id="scores"', 'id="standing-out"', 'id="columns"', 'id="pairs"',
             'id="groups"', 'id="facts"', 'id="reading"']  # fmt: skip
    places = [page.index(part) for part in order]
    assert places == sorted(places)
    for score in adult.scores:
        assert score.title in page
        assert f"{score.n:,} {score.of}" in page
    assert "0.73\u00a0%" in page
    assert "0.70\u00a0%" in page
    assert "15 columns" in page
    assert "not measured" in page
    assert "autoregressive" in page


def test_columns_come_worst_first_and_all_have_a_text_beside_their_chart(adult: Report) -> None:
    page = adult.to_html()
    names = re.findall(r'data-name="([^"]*)"', page)
    errors = {c.name: c.error for c in adult.columns}
    assert len(names) == 16
    assert names[-1] == "record"
    known = [errors[n] or 0 for n in names[:-1]]
    assert known == sorted(known, reverse=True)
    labels = [v for k, v in Page(page).attributes if k == "aria-label"]
    assert sum(v is not None and f"{names[0]}: shape error" in v and "biggest difference" in v for v in labels) == 2


def test_groups_beyond_chance_are_listed_beside_their_chart(adult: Report) -> None:
    page = adult.to_html()
    listed = page[page.index('id="groups"') : page.index('id="facts"')]
    assert listed.count("<tr>") == 1 + 9
    assert f"{adult.groups[0].rows:,}" in listed
    calm = adult.model_copy(update={"groups": adult.groups[9:]}).to_html()
    assert "No group is off by more than chance." in calm and "Beyond chance</h3>" not in calm


def test_the_same_report_gives_the_same_page(adult: Report) -> None:
    assert adult.to_html() == adult.to_html()


def test_one_hundred_columns_stay_under_two_megabytes_and_are_written_quickly(adult: Report, hundred: Report) -> None:
    adult.to_html()
    start = time.process_time()
    page = hundred.to_html()
    assert time.process_time() - start < 1
    assert len(page.encode()) < 2_000_000
    assert len(adult.to_html().encode()) < 1_000_000


def test_the_policy_allows_only_the_script_that_the_page_brings(adult: Report) -> None:
    page = adult.to_html()
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert f"script-src 'sha256-{digest}';" in policy[1]
    assert "unsafe-eval" not in policy[1]
    assert not re.search(r'(src|href)="?https?:', page.replace(scripts[0], ""))


def test_the_licences_of_the_scripts_travel_with_them(adult: Report) -> None:
    page = adult.to_html()
    for owner in ("University of Washington Interactive Data Lab", "Mike Bostock", "Charles Karney"):
        assert owner in page


def test_hostile_names_stay_text(hostile: Report) -> None:
    page = hostile.to_html()
    parsed = Page(page)
    assert parsed.tags.count("script") == 2
    assert "img" not in parsed.tags
    assert "&lt;i&gt;empty&lt;/i&gt;" in page
    assert not any(name.startswith("on") for name, _ in parsed.attributes)
    assert hostile.title in "".join(parsed.words)
    assert "{{ 7 * 7 }}" in page
    specs = charts_of(page)["specs"]
    assert "</script>" in json.dumps(specs)
    assert "名前" in page


def test_sentences_set_names_apart_and_stay_escaped(adult: Report) -> None:
    score = adult.scores[0].model_copy(update={"meaning": "`a<b>` leads by 3 %.", "interval": (0.5, 0.9)})
    page = adult.model_copy(update={"scores": (score,)}).to_html()
    assert "<code>a&lt;b&gt;</code> leads by 3\u00a0%." in page
    assert "<dt>95 % interval</dt><dd>0.50\u00a0% to 0.90\u00a0%</dd>" in page


def test_missing_values_are_told_beside_the_error(adult: Report) -> None:
    page = adult.to_html()
    assert re.search(r"missing: [\d.]+\u00a0% real, [\d.]+\u00a0% synthetic", page)


def test_an_empty_report_is_a_page() -> None:
    empty = Report(title="t", headline="h", scores=(), columns=(), pairs=PairSummary(names=(), errors=()))
    page = empty.to_html()
    assert charts_of(page)["specs"] == []
    assert 'id="reading"' in page
    assert 'id="scores"' not in page


def test_a_notebook_shows_headline_and_scores_without_scripts(adult: Report, hostile: Report) -> None:
    shown = adult._repr_html_()
    assert adult.headline in shown
    assert all(s.title in shown for s in adult.scores)
    assert len(shown) < 10_000
    assert not {"script", "style", "img"} & set(Page(hostile._repr_html_()).tags)


@pytest.mark.parametrize(
    ("name", "start"), [("r.html", "<!DOCTYPE html>"), ("r.MD", "# adult"), ("r.json", "{")], ids=["html", "md", "json"]
)
def test_save_writes_what_the_suffix_says(adult: Report, tmp_path: Path, name: str, start: str) -> None:
    path = adult.save(tmp_path / name)
    assert path.read_text(encoding="utf-8").startswith(start)
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_save_refuses_an_unknown_suffix_by_naming_the_known_ones(adult: Report, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as fault:
        adult.save(tmp_path / "report.pdf")
    assert fault.value.code == "settings.report-suffix"
    assert fault.value.hint is not None
    assert all(s in fault.value.hint for s in (".html", ".md", ".json"))
    assert list(tmp_path.iterdir()) == []


def test_save_to_a_place_that_is_not_there_is_our_error(adult: Report, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as fault:
        adult.save(tmp_path / "nowhere" / "r.html")
    assert fault.value.code == "source.no-such-folder"


def test_a_failed_save_keeps_the_old_file(adult: Report, tmp_path: Path) -> None:
    taken = tmp_path / "r.html"
    taken.mkdir()
    with pytest.raises(SourceError):
        adult.save(taken)
    assert [p.name for p in tmp_path.iterdir()] == ["r.html"]
