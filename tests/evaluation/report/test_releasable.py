from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from likewise.core.table import Table
from likewise.evaluation.evaluate import evaluate_tables
from likewise.evaluation.gates import PROFILES
from likewise.evaluation.report.model import Report
from likewise.evaluation.report.releasable import rounded
from likewise.recipes.verbs import evaluate

TRAIN, SYNTHETIC, HELD = 1_237, 1_319, 613
EXTREMES = {"pay": (13.37, 987_654.32), "age": (1_109, 11_303), "day": ("1911-11-11", "2033-03-03")}
RARE = ("Xanthippe-town", "Quetzal-town")


@pytest.fixture(scope="module")
def report() -> Report:
    pa = pytest.importorskip("pyarrow")

    def rows(n: int, seed: int, *, real: bool) -> dict[str, Any]:
        rng = np.random.default_rng(seed)
        pay = np.round(np.exp(rng.normal(7, 0.5, n)), 2)
        age = np.round(rng.normal(4_500, 900, n)).astype(int).clip(1_800, 8_000)
        day = np.datetime64("1990-01-01") + rng.integers(0, 9_000, n)
        town = rng.choice(["north", "south", "east"], n).astype(object)
        if real:
            pay[:2], age[:2], day[:2] = EXTREMES["pay"], EXTREMES["age"], [np.datetime64(d) for d in EXTREMES["day"]]
            town[:2] = RARE
        yes = np.where(rng.random(n) < 1 / (1 + np.exp((5_000 - age) / 600)), "yes", "no")
        return {"pay": pay, "age": age, "day": pa.array(day.astype("datetime64[D]")), "town": town, "churn": yes}

    real = Table.from_any({k: list(v) if k != "day" else v for k, v in rows(TRAIN, 0, real=True).items()})
    made = rows(SYNTHETIC, 1, real=False)
    made = {k: list(v) if k != "day" else v for k, v in made.items()}
    synthetic = Table.from_any(made)
    # The rows with the extremes and the rare levels are copied.
    from likewise.core.alike import rows_like
    from likewise.core.table import concat

    copied = rows_like(real.slice(0, 2).to_arrow(), real.schema)
    drawn = concat([rows_like(synthetic.to_arrow().slice(2), real.schema), copied])
    held = Table.from_any({k: list(v) if k != "day" else v for k, v in rows(HELD, 2, real=False).items()})
    found = evaluate_tables(real, drawn, holdout=held, target="churn")
    return found.model_copy(update={"gate": PROFILES["share"].judge(found.scores)})


def secrets() -> list[str]:
    told = [str(n) for n in (TRAIN, SYNTHETIC, HELD)] + [f"{n:,}" for n in (TRAIN, SYNTHETIC)]
    numbers = [str(v) for ends in EXTREMES.values() for v in ends] + ["987,654.32", "987654", "1,109", "11,303"]
    return [*told, *numbers, *RARE]


def written(report: Report, form: str) -> str:
    text = {"html": report.to_html, "md": report.to_markdown, "json": report.to_json}[form]()
    return re.sub(r"<script>.*?</script>", "", text, flags=re.S)


@pytest.mark.parametrize("form", ["html", "md", "json"])
def test_the_releasable_version_holds_no_extreme_no_exact_count_and_no_rare_level(report: Report, form: str) -> None:
    text = written(report.releasable(), form)
    for secret in secrets():
        assert not re.search(rf"(?<![\w.,]){re.escape(secret)}(?![\w]|[.,]\d)", text), secret
    assert "1,200" in text or "1200" in text


@pytest.mark.parametrize("form", ["html", "md", "json"])
def test_the_internal_version_lists_copied_rows_for_the_owner(report: Report, form: str) -> None:
    assert report.copied is not None and report.copied.total == 2
    text = written(report, form)
    assert "987654.32" in text and RARE[0] in text
    assert report.audience == "internal"


def test_small_bins_are_shown_as_empty_and_no_figure_is_exact(report: Report) -> None:
    shown = report.releasable()
    assert shown.releasable() == shown and Report.from_json(shown.to_json()) == shown
    for column in shown.columns:
        assert all(share == 0 or share >= 10 / TRAIN - 5e-4 for share in column.real)
    for score in shown.scores:
        assert score.n in (int(float(f"{score.n:.1e}")),)
    assert shown.rows == 0 and shown.copied is None and shown.gate is not None
    assert report.groups and shown.groups == ()


def test_notes_that_could_quote_a_value_are_left_out(report: Report) -> None:
    notes = ("`pay` is never below 13.37", "`town` is always `Xanthippe-town`", "'Xanthippe-town' is rare",
             "Not compared, because they are identifiers: `pay`.", "1,237 rows were judged.")  # fmt: skip
    shown = report.model_copy(update={"notes": notes}).releasable()
    assert shown.notes[1:] == (notes[3], "1,200 rows were judged.")


@pytest.mark.parametrize("text", ["likewise 0.1.0", "`c1237`", "min_leaf=160 kept", "2013-01-15", "95 % interval"])
def test_versions_names_settings_and_dates_are_not_rounded(text: str) -> None:
    assert rounded(text) == text


def test_without_rows_known_no_bin_is_shown() -> None:
    from likewise.evaluation.report.model import ColumnSummary, PairSummary

    column = ColumnSummary(name="x", kind="category", role="feature", error=1.0, numeric=False, labels=("a",),
                           real=(1.0,), synthetic=(1.0,))  # fmt: skip
    bare = Report(title="t", headline="h", scores=(), columns=(column,), pairs=PairSummary(names=(), errors=()))
    assert bare.releasable().columns[0].labels == ()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("77.685 % of 1,353 rows", "77.7 % of 1,400 rows"),
        ("AUC 0.52041, or 1,234.56 times", "AUC 0.520, or 1,230 times"),
        ("of 57 rows and 64 real rows, 7 columns", "of 60 rows and 60 real rows, 7 columns"),
        ("a share of 0.00012345", "a share of 0.000123"),
        ("(Esteban et al., 2017)", "(Esteban et al., 2017)"),
    ],
)
def test_figures_have_three_digits_and_counts_two(text: str, shown: str) -> None:
    assert rounded(text) == shown


def test_counts_under_a_hundred_are_rounded_to_tens(report: Report) -> None:
    few = report.scores[0].model_copy(update={"n": 57, "of": "rows"})
    columns = few.model_copy(update={"of": "columns"})
    shown = report.model_copy(update={"scores": (few, columns), "facts": (("Real rows", "57"),)}).releasable()
    assert [s.n for s in shown.scores] == [60, 57]
    assert shown.facts == (("Real rows", "60"),)


def test_a_rare_level_is_not_named_however_often_it_was_drawn() -> None:
    def rows(seed: int, n: int = 300) -> dict[str, list[Any]]:
        rng = np.random.default_rng(seed)
        town = rng.choice(["north", "south", "east"], n).tolist()
        return {
            "pay": rng.normal(50, 9, n).round(1).tolist(),
            "town": town,
            "churn": rng.choice(["a", "b"], n).tolist(),
        }

    real, drawn = rows(0), rows(1)
    real["town"][:3], real["pay"][:3] = [RARE[0]] * 3, [987654.3] * 3
    drawn["town"][:150], drawn["pay"][:150] = [RARE[0]] * 150, [987654.3] * 150
    text = evaluate(real, drawn, holdout=rows(2), target="churn", sensitive=["town"], quasi=["pay"], brief=True)
    for form in ("html", "md", "json"):
        found = written(text.releasable(), form)
        assert "Xanthippe" not in found
        assert "98765" not in found and "987,65" not in found and "988,000" not in found
