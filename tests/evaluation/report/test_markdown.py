from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from likewise.evaluation.report.markdown import to_markdown
from likewise.evaluation.report.model import ColumnSummary, PairSummary, Report


def rows_of(text: str, title: str) -> list[list[str]]:
    section = text.split(f"## {title}", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def test_it_says_what_the_page_says(adult: Report) -> None:
    text = adult.to_markdown()
    titles = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert titles == ["Scores", "What stands out", "The columns", "Pairs of columns", "Facts and notes",
                      "How to read this"]  # fmt: skip
    assert text.startswith(f"# {adult.title}\n\n{adult.headline}\n")
    assert text.endswith("\n")
    for score in adult.scores:
        assert score.title in text
        assert score.meaning in text


def test_columns_and_pairs_are_worst_first_with_figures_to_the_right(adult: Report) -> None:
    text = adult.to_markdown()
    columns = rows_of(text, "The columns")
    assert columns[1] == ["---", "---", "---", "---:", "---:", "---"]
    errors = [float(row[3].split("\u00a0")[0]) for row in columns[2:-1]]
    assert errors == sorted(errors, reverse=True)
    assert columns[-1][0] == "record"
    pairs = [float(row[2].split("\u00a0")[0]) for row in rows_of(text, "Pairs of columns")[2:]]
    assert len(pairs) == 10
    assert pairs == sorted(pairs, reverse=True)


def test_hostile_names_break_nothing(hostile: Report) -> None:
    text = hostile.to_markdown()
    assert not re.search(r"(?<!\\)<", text)
    assert len({len(row) for row in rows_of(text, "The columns")}) == 1


def test_sentences_keep_the_names_they_quote_as_code(adult: Report) -> None:
    score = adult.scores[0].model_copy(update={"meaning": "`a_b|c` beats *that*."})
    text = adult.model_copy(update={"scores": (score,)}).to_markdown()
    assert r"`a_b\|c` beats \*that\*." in text


def test_names_with_underscores_stay_readable(hundred: Report) -> None:
    assert "measurement_of_station_001" in hundred.to_markdown()


@given(name=st.text(min_size=1, max_size=30))
def test_any_name_is_one_cell(name: str) -> None:
    column = ColumnSummary(name=name, kind="text", role="feature", error=None, numeric=False, note=name)
    report = Report(title="t", headline="h", scores=(), columns=(column,), pairs=PairSummary(names=(), errors=()))
    rows = rows_of(to_markdown(report), "The columns")
    assert len(rows) == 3
    assert {len(row) for row in rows} == {6}
