"""Tables with columns of media are judged as a whole: scores, notes, what a report shows and whom."""

from __future__ import annotations

import base64
import io
import sys

import numpy as np
import pytest
from PIL import Image
from tests.evaluation.media.conftest import FRESH, HELD, REAL, table_of

import likewise
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.evaluation.evaluate import evaluate_tables
from likewise.evaluation.gates import Gates
from likewise.evaluation.media.suite import hugged
from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.report import wording
from likewise.evaluation.report.model import Report


@pytest.fixture(scope="module")
def report() -> Report:
    """Return the report on fresh pictures with their classes."""
    return evaluate_tables(table_of(*REAL), table_of(*FRESH), holdout=table_of(*HELD), brief=True)


def picture(uri: str) -> np.ndarray:
    head, content = uri.split(",")
    assert head == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(content))))


def test_scores_stand_beside_those_of_the_other_columns(report: Report) -> None:
    found = {s.name: s for s in report.scores}
    assert {"shape_error", "media_frechet", "media_tstr", "media_copies", "exact_copies"} <= found.keys()
    assert found["media_tstr"].title.endswith("(picture)") and found["exact_copies"].verdict == "good"
    assert "its pictures are worth" in report.headline and "too little" not in report.headline
    assert Report.from_json(report.to_json()) == report
    assert "equal a real one" in found["media_copies"].meaning and "pictures" in found["media_copies"].meaning


def test_the_report_shows_cells_a_class_a_row(report: Report) -> None:
    (shown,) = report.media
    assert shown.by == "label" and [row.label for row in shown.rows] == ["bars", "cross", "disc", "ring"]
    assert all(len(row.real) == len(row.synthetic) == 8 and row.told is not None for row in shown.rows)
    assert any(np.array_equal(picture(shown.rows[2].real[0]), cell[:, :, 0]) for cell in REAL[0][REAL[1] == 0])
    assert any(np.array_equal(picture(shown.rows[2].synthetic[0]), cell[:, :, 0]) for cell in FRESH[0][FRESH[1] == 0])
    page = report.to_html()
    assert page.count('src="data:image/png') == 64 and 'alt="synthetic ring"' in page
    assert "| ring |" in report.to_markdown()


def test_the_page_shows_pictures_before_figures_and_folds_what_was_not_measured(report: Report) -> None:
    page = report.to_html()
    cells, scores, beside = (page.index(part) for part in ('class="media"', 'id="scores"', 'id="columns"'))
    assert cells < scores < beside and page.index("Frechet distance (picture)") < page.index("<h4>Shape error</h4>")
    assert 'data-name="label"' in page and 'data-name="picture"' not in page
    measured, others = wording.parted(report.scores)
    assert page.count('<article class="score">') == len(measured) and others
    for family, scores_of in wording.by_family(report):
        told = [s.title for s in scores_of if s.value is None]
        assert not told or f"<summary>{len(told)} not measured, and why</summary>" in page, family
    assert "Not measured, and why:" in report.to_markdown()


def test_facts_count_a_column_that_has_scores_of_its_own_as_compared(report: Report) -> None:
    facts = dict(report.facts)
    assert (facts["Columns compared"], facts["Columns left out"]) == ("2", "0")


def test_the_releasable_report_shows_no_real_cell(report: Report) -> None:
    real = {uri for row in report.media[0].rows for uri in row.real}
    shown = report.releasable()
    assert not any(uri in shown.to_html() or uri in shown.to_json() for uri in real)
    assert shown.media[0].rows[0].synthetic and not shown.media[0].shows_real


def test_pictures_that_may_be_copies_are_not_shown_to_others() -> None:
    copies = table_of(REAL[0][:450], REAL[1][:450])
    found = evaluate_tables(table_of(*REAL), copies, holdout=table_of(*HELD), brief=True)
    assert "repeats whole real rows" in found.headline
    assert found.copied is not None and found.copied.rows[0].values[0] == "(image)"
    shown = found.releasable()
    assert not any(row.synthetic or row.real for row in shown.media[0].rows) and "not shown" in shown.to_html()
    paired = pair_tables(table_of(*REAL), copies, table_of(*HELD))
    assert hugged([table_of(*REAL), copies, table_of(*HELD)], paired, seed=0) == ("picture",)


def test_two_columns_have_scores_of_their_own_and_gates_hold_for_both() -> None:
    def two(source: tuple[np.ndarray, np.ndarray], *, noise: bool = False) -> Table:
        other = generator(4, len(source[0])).integers(0, 256, source[0].shape).astype(np.uint8)
        return Table.from_any({"one": source[0], "two": other if noise else source[0][:, ::-1].copy()})

    found = evaluate_tables(two(REAL), two(FRESH, noise=True), holdout=two(HELD), brief=True)
    verdicts = {s.name: s.verdict for s in found.scores}
    assert verdicts["media_frechet.one"] == "good" and verdicts["media_frechet.two"] == "poor"
    assert found.title.endswith("pictures only") and [m.name for m in found.media] == ["one", "two"]
    gates = Gates.from_dict({"name": "g", "gates": [{"score": "media_frechet", "verdict": "good"}]})
    assert not gates.judge(found.scores).passed


def test_without_a_holdout_nothing_of_privacy_is_promised() -> None:
    found = evaluate_tables(table_of(REAL[0]), table_of(FRESH[0]), brief=True)
    verdicts = {s.name: s.verdict for s in found.scores}
    assert verdicts["media_near_copies"] == verdicts["media_nearest"] == "unknown"
    assert verdicts["media_frechet"] == "good"
    assert not any(row.synthetic for row in found.releasable().media[0].rows)


def test_few_and_missing_cells_are_said() -> None:
    few = evaluate_tables(table_of(REAL[0][:49]), table_of(FRESH[0][:49]), brief=True)
    assert any(note.startswith("Fewer than 50 cells of `picture`") for note in few.notes)
    holes = [None if k % 3 else cell for k, cell in enumerate(REAL[0][:300])]
    gone = likewise.evaluate({"p": holes}, {"p": [*holes[1:], None]}, brief=True)
    assert {"media_frechet", "media_copies"} <= {s.name for s in gone.scores}
    nothing = likewise.evaluate({"p": holes}, {"p": [None] * 300}, brief=True)
    assert all(s.verdict == "unknown" for s in nothing.scores if s.name.startswith("media"))


def test_few_cells_are_shown_all_the_same() -> None:
    few = table_of(REAL[0][:30], REAL[1][:30])
    found = evaluate_tables(
        few, table_of(FRESH[0][:60], FRESH[1][:60]), holdout=table_of(HELD[0][:9], HELD[1][:9]), brief=True
    )
    (shown,) = found.media
    assert shown.rows[0].real and shown.rows[0].synthetic and not shown.is_judged
    assert all(s.value is None or s.name == "media_copies" for s in found.scores if s.name.startswith("media_"))
    assert any("Fewer than 50 cells" in note for note in found.notes)
    assert not any(row.real or row.synthetic for row in found.releasable().media[0].rows)


def test_without_torch_a_linear_classifier_tells_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    found = evaluate_tables(table_of(*REAL), table_of(*FRESH), holdout=table_of(*HELD), brief=True)
    scores = {s.name: s for s in found.scores}
    assert scores["media_tstr"].verdict == "good" and (scores["media_tstr"].floor or 0) > 0.8
    assert scores["media_frechet"].verdict == "good"


def test_the_same_tables_give_the_same_report(report: Report) -> None:
    again = evaluate_tables(table_of(*REAL), table_of(*FRESH), holdout=table_of(*HELD), brief=True)
    assert again.to_json() == report.to_json()
