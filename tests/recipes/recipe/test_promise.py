"""Recipes under a privacy budget: the source goes to one fit as it comes, and nothing else sees it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import likewise
from likewise.cli.main import exit_code
from likewise.errors import LikewiseError, PrivacyError, RecipeError
from likewise.privacy.ledger import Ledger

DOMAIN: dict[str, Any] = {
    "age": {"kind": "number", "integer": True, "min": 0, "max": 99},
    "sex": {"kind": "category", "levels": ["F", "M"], "missing": True},
    "sick": {"kind": "boolean", "role": "target"},
}
STEPS: list[Any] = [{"fit": "marginals", "settings": {"mode": "fast"}}, {"sample": 300}]


def rows(n: int = 400) -> dict[str, list[Any]]:
    return {
        "age": [20 + 7 * i % 50 for i in range(n)],
        "sex": ["F" if i % 3 else "M" for i in range(n)],
        "sick": [i % 4 == 0 for i in range(n)],
    }


def recipe(**fields: Any) -> dict[str, Any]:
    return {"privacy": {"epsilon": 2.0, "domain": DOMAIN}, "steps": STEPS, **fields}


def test_one_step_learns_and_the_others_take_what_it_released() -> None:
    steps = [*STEPS, {"balance": {"column": "sick", "technique": "bootstrap"}}]
    made = likewise.run(recipe(steps=steps, constraints=["age >= 25"]), source=rows())
    assert min(made.data["age"]) >= 25 and made.data["sick"].count(True) == made.data["sick"].count(False)
    assert made.made.all() and made.holds and made.report is None
    assert not [note for note in made.notes if "set aside" in note]


def test_auto_is_the_technique_with_a_guarantee_and_the_model_tells() -> None:
    made = likewise.run(recipe(steps=[{"fit": "auto"}]), source=pd.DataFrame(rows()))
    privacy = made.model.card.privacy
    assert (privacy.epsilon, privacy.delta, privacy.unit) == (2.0, 1e-6, "row")


def test_cells_that_nobody_declared_stop_nothing() -> None:
    odd = {"age": ["old", None, "1e400"] * 50, "sex": ["X" * 9000, "F", None] * 50, "sick": ["maybe", 1, True] * 50}
    made = likewise.run(recipe(steps=[*STEPS[:1], {"sample": 40}]), source=odd)
    assert {*made.data["sex"]} <= {"F", "M", None}
    assert len(likewise.run(recipe(), source=rows(0)).data["age"]) == 300


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"gates": "share"}, r"\$\.gates: it would compare with real rows"),
        ({"holdout": 0.2}, r"\$\.holdout: it would compare with real rows"),
        ({"constraints": "found"}, r"\$\.constraints: rules are not looked up"),
        ({"steps": [{"balance": {"column": "sick"}}]}, r"\$\.steps\[0\]: `balance` takes real rows"),
        ({"steps": [*STEPS, {"mix": {"source": 0.5, "made": 0.5}}]}, r"mix"),
        (
            {"steps": [{"fit": "marginals", "as": "one"}, {"fit": "auto", "take": "source", "as": "two"},
                       {"sample": 5, "take": "one"}, {"sample": 5, "take": "two"}]},
            r"\$\.steps\[1\]: a second step takes the source",
        ),
        ({"outputs": [{"write": "x.csv", "take": "source"}]}, r"\$\.outputs\[0\]\.take: real rows are not written"),
        ({"privacy": "strong"}, r"\$\.privacy: `none` or a mapping with `epsilon` is wanted"),
        ({"privacy": {"delta": 1e-6}}, r"\$\.privacy\.epsilon: it is required"),
        ({"steps": [{"fit": "marginals", "target": "sik"}, {"sample": 3}]}, r"no column `sik`"),
    ],
)  # fmt: skip
def test_what_would_look_at_rows_is_refused_before_anything_is_read(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(LikewiseError, match=said):
        likewise.run(recipe(**fields), source=rows())


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"privacy": {"epsilon": 1.0}}, "privacy.no-domain"),
        ({"steps": [{"fit": "smote"}, {"sample": 3}]}, "privacy.technique"),
        ({"privacy": {"epsilon": 0, "domain": DOMAIN}}, "settings.invalid"),
        ({"privacy": {"epsilon": 1.0, "domain": {"age": DOMAIN["age"]}}}, "privacy.undeclared"),
    ],
)
def test_a_budget_that_cannot_be_kept_is_refused(fields: dict[str, Any], code: str) -> None:
    with pytest.raises(LikewiseError) as found:
        likewise.run(recipe(**fields), source=rows())
    assert found.value.code == code


def test_without_a_promise_the_technique_is_refused_with_the_way_out() -> None:
    with pytest.raises(RecipeError, match=r"\$\.steps\[0\]\.fit: technique `marginals` gives a guarantee"):
        likewise.run({"steps": STEPS}, source=rows())
    assert likewise.run({"privacy": "none", "steps": [{"fit": "bootstrap"}, {"sample": 3}]}, source=rows()).holds


# -- files -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    pd.DataFrame(rows()).to_csv("people.csv", index=False)
    (tmp_path / "domain.yaml").write_text(json.dumps(DOMAIN))
    Ledger.open(tmp_path / "ledger.jsonl", new=True).set_budget("patients", 2.5, 1e-5)
    budget = {"epsilon": 2.0, "delta": 1e-6, "domain": "domain.yaml", "ledger": "ledger.jsonl", "people": "patients"}
    outputs = [{"write": "rows.csv"}, {"report": "page.html"}, {"model": "m.likewise", "take": "learned"}]
    steps = [{**STEPS[0], "as": "learned"}, STEPS[1]]
    document = {"source": "people.csv", "privacy": budget, "steps": steps, "outputs": outputs}
    (tmp_path / "recipe.yaml").write_text(json.dumps(document))
    return tmp_path


def test_files_and_the_page_appear_and_the_ledger_remembers(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["run", "recipe.yaml", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert "differential privacy" in told["headline"] and told["scores"] == [] and told["gate"] is None
    assert len(pd.read_csv("rows.csv")) == 300 and "differential privacy" in Path("page.html").read_text()
    receipt = likewise.load("m.likewise").card.privacy.ledger
    assert receipt is not None and Ledger.open(folder / "ledger.jsonl").holds(receipt)


def test_what_was_learned_is_kept_and_not_paid_twice(folder: Path) -> None:
    first = likewise.run("recipe.yaml")
    left = Ledger.open(folder / "ledger.jsonl").left("patients")
    pd.DataFrame(rows(50)).to_csv("people.csv", index=False)  # nothing shows that the rows are others
    again = likewise.run("recipe.yaml")
    assert [step.kept for step in again.steps] == [True, True] and again.data.digest() == first.data.digest()
    assert Ledger.open(folder / "ledger.jsonl").left("patients") == left
    with pytest.raises(PrivacyError, match="budget"):
        likewise.run("recipe.yaml", seed=9)


def test_a_plan_reads_nothing_and_tries_nothing(folder: Path) -> None:
    (folder / "people.csv").write_text("not\na,table\n")
    plan = likewise.plan("recipe.yaml")
    assert plan.source_rows is None and all("not tried" in step.note for step in plan.steps)
    assert "real rows that nobody counts" in plan.to_text() and plan.seconds is None
    assert Ledger.open(folder / "ledger.jsonl").left("patients") == pytest.approx(2.5, rel=1e-6)


def test_a_schema_that_somebody_wrote_is_the_contract(folder: Path) -> None:
    columns = {"age": {"kind": "integer", "bounds": [0, 99]}, "sex": {"kind": "category", "levels": ["F", "M"]},
               "sick": {"kind": "boolean"}}  # fmt: skip
    (folder / "schema.yaml").write_text(json.dumps({"columns": columns}))
    document = {"source": "people.csv", "schema": "schema.yaml", "privacy": {"epsilon": 1.0}, "steps": STEPS}
    (folder / "own.yaml").write_text(json.dumps(document))
    assert {*likewise.run("own.yaml").data.column("sex").to_pylist()} <= {"F", "M"}
