"""The doors by which rules come in: verbs, files, recipes and the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pytest
from typer.testing import CliRunner

import likewise
from likewise.cli.app import app
from likewise.errors import EvaluationError, RecipeError, SettingsError
from likewise.recipes.certify import certify, verify
from likewise.recipes.proof import Proof
from likewise.recipes.synth import synthesize

RULES = ["total == price * count", "if kind == 'b' then price >= 10", "low <= high"]


def bills(rows: int = 240, seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    kind = rng.choice(["a", "b"], size=rows, p=[0.8, 0.2])
    price = np.where(kind == "b", rng.integers(10, 50, size=rows), rng.integers(1, 50, size=rows))
    count, low = rng.integers(1, 9, size=rows), rng.integers(0, 90, size=rows)
    return {
        "kind": kind.tolist(), "price": price.tolist(), "count": count.tolist(), "total": (price * count).tolist(),
        "low": low.tolist(), "high": (low + rng.integers(0, 9, size=rows)).tolist(),
    }  # fmt: skip


def broken(data: Any) -> int:
    rows = zip(*(data[name] for name in ("kind", "price", "count", "total", "low", "high")), strict=True)
    return sum(t != p * c or (k == "b" and p < 10) or low > high for k, p, c, t, low, high in rows)


def written(folder: Path, data: dict[str, Any]) -> Path:
    place = folder / "bills.csv"
    pc.write_csv(pa.table(data), place)
    return place


def rules_in(folder: Path) -> Path:
    place = folder / "rules.yaml"
    place.write_text("likewise: 1\nconstraints:\n" + "".join(f'- "{rule}"\n' for rule in RULES))
    return place


def test_verbs_hold_rules() -> None:
    model = likewise.fit(bills(), technique="sampling", constraints=RULES)
    assert broken(model.sample(200)) == 0
    made = synthesize(bills(), technique="sampling", constraints=RULES, n=150)
    assert broken(made.data) == 0
    assert any("0 of 150 rows break any of 3 rules" in note for note in made.report.notes)
    assert dict(made.report.facts)["technique"] == "sampling, held to 3 rules"


def test_balance_augment_and_impute_hold_rules() -> None:
    data = bills()
    even = likewise.balance(data, target="kind", technique="sampling", constraints=RULES)
    assert broken(even.data) == 0
    assert even.data["kind"].count("a") == even.data["kind"].count("b")
    assert even.holds
    assert [rule.broken for rule in even.rules] == [0, 0, 0]
    more = likewise.augment(data, n=80, technique="sampling", constraints=RULES)
    assert len(more.data["kind"]) == 320
    assert broken(more.data) == 0
    gaps = {**data, "high": [None if row % 6 == 0 else value for row, value in enumerate(data["high"])]}
    filled = likewise.impute(gaps, technique="sampling", constraints=RULES)
    assert broken(filled) == 0


def test_balance_by_smote_which_knows_what_lacks() -> None:
    even = likewise.balance(bills(), target="kind", constraints=RULES)
    assert broken(even.data) == 0


def test_recipes_hold_declared_rules_and_count_them() -> None:
    steps = [{"fit": "sampling"}, {"sample": 120}]
    made = likewise.run({"steps": steps, "constraints": RULES}, source=bills())
    assert broken(made.data) == 0
    assert made.holds
    assert len(made.rules) == 3
    with pytest.raises(RecipeError, match=r"\$\.constraints"):
        likewise.run({"steps": steps, "constraints": ["price >"]}, source=bills())


def test_a_recipe_reads_rules_beside_it(tmp_path: Path) -> None:
    rules_in(tmp_path)
    written(tmp_path, bills())
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text("source: bills.csv\nconstraints: rules.yaml\nsteps:\n- fit: bootstrap\n- sample: 50\n")
    assert broken(likewise.run(recipe).data.to_dict()) == 0


def test_races_are_run_between_techniques_that_hold_the_rules() -> None:
    made = synthesize(bills(400), technique="bootstrap", goal="test", constraints=RULES)
    assert broken(made.data) == 0
    assert made.race is not None
    assert made.race.entries[0].technique == "bootstrap"


def test_rows_that_break_a_rule_go_where_the_user_says(tmp_path: Path) -> None:
    data = bills()
    data["total"][3] += 1
    source, rules = written(tmp_path, data), rules_in(tmp_path)
    aside, out = tmp_path / "broken.csv", tmp_path / "model.likewise"
    done = CliRunner().invoke(app, ["fit", str(source), "-o", str(out), "-t", "bootstrap", "--constraints", str(rules),
                                    "--quarantine", str(aside)])  # fmt: skip
    assert done.exit_code == 0, done.output
    lines = aside.read_text().splitlines()
    assert lines[0].endswith("quarantined_row,broken_rule") or '"quarantined_row"' in lines[0]
    assert len(lines) == 2
    assert "`total == price * count`" in lines[1]
    assert broken(likewise.load(out).sample(100).to_dict()) == 0


def test_the_command_line_tells_of_rows_set_aside(tmp_path: Path) -> None:
    data = bills()
    data["total"][3] += 1
    source, rules = written(tmp_path, data), rules_in(tmp_path)
    done = CliRunner().invoke(app, ["synth", str(source), "-o", str(tmp_path / "out.csv"), "--report",
                                    str(tmp_path / "r.json"), "--model", str(tmp_path / "m.likewise"), "-t",
                                    "bootstrap", "--constraints", str(rules), "--json"])  # fmt: skip
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)["quarantined"]
    assert told["rows"] == 1
    assert "1 of 240 rows" in told["notes"][0]


def test_certificates_count_the_rules_and_verify_them_again(tmp_path: Path) -> None:
    model = likewise.fit(bills(), technique="sampling", constraints=RULES)
    place = tmp_path / "m.likewise"
    model.save(place)
    made = model.sample(200)
    certificate = certify(bills(), made, model=place)[1]
    assert [rule.violations for rule in certificate.rules] == [0, 0, 0]
    assert certificate.rules[0].met.startswith("met by construction")
    again = verify(certificate, real=bills(), synthetic=made, again=True)
    assert {check.what: check.outcome for check in again.checks}["the declared rules"] == "agrees"


def test_a_broken_row_is_an_error_of_the_proof() -> None:
    model = likewise.fit(bills(), technique="sampling", constraints=RULES)
    proof = Proof.of(model)
    wrong = bills()
    wrong["high"][0] = -5
    from likewise.core.table import Table

    proof.add(Table.from_any(wrong))
    with pytest.raises(EvaluationError, match="1 of 240 rows"):
        proof.found()


def test_a_place_for_broken_rows_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no rules"):
        likewise.fit(bills(), quarantine=tmp_path / "aside.csv")


def test_unreadable_rules_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"\$\.constraints\[0\]"):
        likewise.fit(bills(), constraints=["total =="])
