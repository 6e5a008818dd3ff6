"""Every other door: a technique with a guarantee never sees rows that were looked at, and its models go everywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import likewise
from likewise.cli.main import exit_code
from likewise.constraints.holding import Constrained
from likewise.core.protocol import Model
from likewise.core.registry import synthesizer
from likewise.errors import LikewiseError, PrivacyError
from likewise.recipes.frontier import EPSILONS, UNPAID
from likewise.recipes.learn import candidates_of, plan
from likewise.sklearn import Resampler, TableSynthesizer

DOMAIN: dict[str, Any] = {
    "age": {"kind": "number", "integer": True, "min": 0, "max": 99},
    "sex": {"kind": "category", "levels": ["F", "M"], "missing": True},
    "sick": {"kind": "boolean", "role": "target"},
}
SETTINGS = {"epsilon": 3.0, "domain": DOMAIN}
HELD = {"inner": "marginals", "settings": SETTINGS, "constraints": ["age >= 18"]}


def rows(n: int = 400) -> dict[str, list[Any]]:
    return {
        "age": [20 + 7 * i % 50 for i in range(n)],
        "sex": [None if i % 9 == 0 else "F" if i % 3 else "M" for i in range(n)],
        "sick": [i % 4 == 0 for i in range(n)],
    }


@pytest.fixture(scope="module")
def model() -> Model:
    return likewise.fit(rows(), constraints=["age >= 18"], **SETTINGS)


# -- doors that look at rows -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("technique", "settings"), [("marginals", SETTINGS), ("marginals", {}), ("constrained", HELD)])
@pytest.mark.parametrize(
    "door",
    [
        lambda technique, settings: plan(technique, settings),
        lambda technique, settings: plan(technique, settings, goal="share"),
        lambda technique, settings: likewise.impute(rows(), technique=technique, settings=settings),
        lambda technique, settings: likewise.augment(rows(), technique=technique, settings=settings),
        lambda technique, settings: likewise.balance(rows(), target="sick", technique=technique, settings=settings),
        lambda technique, settings: likewise.run(
            {"steps": [{"fit": technique, "settings": settings}, {"sample": 5}]}, source=rows()
        ),
        lambda technique, settings: Resampler(technique, settings=settings).fit_resample(
            pd.DataFrame({"age": rows()["age"]}), rows()["sick"]
        ),
    ],
    ids=["plan", "race", "impute", "augment", "balance", "recipe", "resampler"],
)
def test_rows_that_are_looked_at_are_not_learned_with_a_guarantee(door: Any, technique: str, settings: Any) -> None:
    with pytest.raises(LikewiseError, match="gives a guarantee") as found:
        door(technique, settings)
    assert "--epsilon" in f"{found.value.what} {found.value.hint}"


def test_features_are_looked_at_and_not_learned_with_a_guarantee() -> None:
    with pytest.raises(PrivacyError) as found:
        TableSynthesizer("marginals", settings=SETTINGS).fit(pd.DataFrame(rows()))
    assert found.value.code == "privacy.looked-at" and "likewise.fit" in (found.value.hint or "")


def test_no_race_takes_a_technique_with_a_guarantee() -> None:
    assert "marginals" not in {candidate.technique for candidate in candidates_of("auto")}
    with pytest.raises(PrivacyError, match="gives a guarantee"):
        likewise.fit(rows(), technique="marginals", goal="share")


def test_a_frontier_of_budgets_is_for_the_owner_alone() -> None:
    curve = likewise.frontier(rows(), technique="marginals", settings={"domain": DOMAIN, "mode": "fast"})
    assert [point.settings["epsilon"] for point in curve.points] == list(EPSILONS)
    assert curve.said[0] == UNPAID
    assert UNPAID not in likewise.frontier(rows(), settings={"effort": "fast", "order": "given"}).said


# -- doors that take a model -------------------------------------------------------------------------------------------
def test_a_model_with_a_guarantee_does_not_follow(model: Model, tmp_path: Path) -> None:
    with pytest.raises(PrivacyError, match="new release") as found:
        likewise.update(model, rows())
    assert found.value.code == "privacy.update" and "ledger" in (found.value.hint or "")
    model.save(tmp_path / "m.likewise")
    with pytest.raises(PrivacyError, match="new release"):  # before the rows are read
        likewise.update(tmp_path / "m.likewise", tmp_path / "no-such-file.csv")


def test_a_model_with_a_guarantee_draws_and_completes_as_any(model: Model) -> None:
    drawn = model.sample(200, given={"sex": ["F", None]}, balance="sick")
    assert drawn["sick"].count(True) == 100 and "M" not in drawn["sex"] and min(drawn["age"]) >= 18
    filled = model.impute({"age": [30, 40], "sex": [None, "M"], "sick": [True, False]})
    assert filled["sex"][0] in ("F", "M") and filled["sex"][1] == "M" and filled["age"] == [30, 40]


def test_its_rows_are_judged_as_any(model: Model) -> None:
    report = likewise.evaluate(rows(), model.sample(300), target="sick", brief=True)
    assert any(score.name == "shape_error" for score in report.scores)


def test_an_audit_puts_the_claim_beside_what_it_finds(model: Model) -> None:
    report = likewise.audit(model, rows(), shadows=False)
    assert any("no ledger" in note for note in report.notes)
    assert any(score.name == "canary_epsilon" and "3" in score.meaning for score in report.scores)


# -- held to rules -----------------------------------------------------------------------------------------------------
def test_rules_around_a_guarantee_are_not_looked_up_in_the_rows() -> None:
    young = {**rows(), "age": [3 + i % 10 for i in range(400)]}  # every row breaks the rule, and nothing tells
    held = Constrained(inner="marginals", settings=SETTINGS, constraints=["age >= 18"]).fit(young)
    assert min(held.sample(100)["age"]) >= 18
    assert not [note for note in held.card.notes if "set aside" in note]
    assert held.card.privacy.epsilon == 3.0 and held.card.technique == "constrained"
    again = synthesizer("constrained", {**held.card.settings, "settings": SETTINGS})
    assert again.is_private and not synthesizer("constrained").is_private


def test_rules_around_a_guarantee_see_no_rows_even_where_there_are_none() -> None:
    held = Constrained(inner="marginals", settings=SETTINGS, constraints=["age >= 18"]).fit(rows(0))
    assert len(held.sample(5)["age"]) == 5


# -- the command line --------------------------------------------------------------------------------------------------
@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: Model) -> Path:
    monkeypatch.chdir(tmp_path)
    pd.DataFrame(rows()).to_csv("people.csv", index=False)
    (tmp_path / "domain.yaml").write_text(json.dumps(DOMAIN))
    model.save("m.likewise")
    return tmp_path


def test_the_card_is_shown_with_what_was_promised(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["show", "m.likewise"]) == 0
    said = capsys.readouterr().out
    assert "(3, 1e-06)-differential privacy for a row" in said and max(map(len, said.splitlines())) < 300


def test_commands_say_why_they_refuse(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "recipe.yaml").write_text("source: people.csv\nsteps:\n- fit: marginals\n- sample: 5\n")
    for command, code in (
        (["update", "m.likewise", "people.csv", "-o", "n.likewise"], "privacy.update"),
        (["impute", "people.csv", "--technique", "marginals", "-o", "o.csv"], "privacy.looked-at"),
        (["augment", "people.csv", "--technique", "marginals", "-o", "o.csv"], "gives a guarantee"),
        (["fit", "people.csv", "--technique", "marginals", "-o", "o.likewise"], "privacy.looked-at"),
        (["run", "recipe.yaml"], "gives a guarantee"),
    ):
        assert exit_code(command) == 1, command
        said = " ".join(capsys.readouterr().err.split())
        assert code in said and "hint" in said, command
    assert not (files / "o.csv").exists() and not (files / "n.likewise").exists()


def test_a_frontier_takes_a_contract_file(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--technique", "marginals", "--set", "domain=domain.yaml", "--set", "mode=fast"]
    assert exit_code(["frontier", "people.csv", *asked]) == 0
    assert "for their owner alone" in capsys.readouterr().out
