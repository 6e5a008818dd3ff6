"""Gates, certificates and releasable reports on the command line: exit codes, what is printed, what is written."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from likewise.cli.main import exit_code


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("gate")
    draw = random.Random(1)
    for name, rows in (("real", 400), ("made", 400), ("held", 400)):
        lines = []
        for _ in range(rows):
            age = draw.randint(18, 80)
            lines.append(
                f"{age},{draw.choice('FM')},{draw.gauss(age, 9):.3f},{'yes' if draw.random() * 90 < age else 'no'}"
            )
        (place / f"{name}.csv").write_text("age,sex,score,churn\n" + "\n".join(lines) + "\n")
    (place / "strict.yaml").write_text("gates:\n- {score: c2st, at_most: 0.1, fix: Ask Ann.}\n")
    (place / "easy.yaml").write_text("gates:\n- {score: exact_copies, at_most: 50, required: true}\n")
    return place


@pytest.fixture(autouse=True)
def inside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


JUDGED = ("evaluate", "real.csv", "made.csv", "--holdout", "held.csv")


def test_a_gate_that_is_not_passed_ends_in_3_and_says_why_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code([*JUDGED, "--gate", "strict.yaml"]) == 3
    said = capsys.readouterr().err
    assert "failed   c2st at most 0.1" in said and "Ask Ann." in said and "`strict` is not passed" in said


def test_a_gate_that_is_passed_ends_in_0_and_is_part_of_the_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code([*JUDGED, "--gate", "easy.yaml", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["gate"]
    assert found["passed"] and found["name"] == "easy" and found["results"][0]["outcome"] == "passed"


def test_a_memoriser_is_not_let_through_to_be_shared(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["evaluate", "real.csv", "real.csv", "--holdout", "held.csv", "--gate", "share", "--json"]) == 3
    found = json.loads(capsys.readouterr().out)["gate"]["results"]
    assert any(r["gate"].startswith("exact_copies") and r["outcome"] == "failed" for r in found)


def test_without_rows_held_back_nothing_is_let_through_to_be_shared(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["evaluate", "real.csv", "made.csv", "--gate", "share"]) == 3
    assert "not safe" in " ".join(capsys.readouterr().err.split())


def test_synth_writes_all_and_ends_by_the_gate(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["synth", "real.csv", "--report", "s.json", "--effort", "fast"]
    assert exit_code([*arguments, "--gate", "strict.yaml", "--json"]) == 3
    assert not json.loads(capsys.readouterr().out)["gate"]["passed"]
    assert (folder / "real.synthetic.csv").exists() and json.loads((folder / "s.json").read_text())["gate"]


@pytest.mark.parametrize("gate, said", [("shar", "did you mean `share`"), ("none.yaml", "there is no file"),
                                        ("real.csv", "error[settings.")])  # fmt: skip
def test_a_gate_that_is_none_is_refused_before_any_work(
    gate: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code([*JUDGED, "--gate", gate]) == 1
    assert said in capsys.readouterr().err


def test_a_certificate_is_written_and_holds_until_something_changes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code([*JUDGED, "--target", "churn", "--seed", "2", "--certificate", "c.json"]) == 0
    tables = ["--real", "real.csv", "--synthetic", "made.csv", "--holdout", "held.csv"]
    capsys.readouterr()
    assert exit_code(["verify", "c.json", *tables, "--again", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["agrees"] and {c["outcome"] for c in found["checks"]} == {"agrees"}
    assert exit_code(["verify", "c.json", "--synthetic", "held.csv"]) == 3
    assert "does not hold" in capsys.readouterr().err
    (folder / "t.json").write_text((folder / "c.json").read_text().replace('"poor"', '"good"').replace("0.5", "0.6"))
    assert exit_code(["verify", "t.json"]) == 3
    assert "its own digest" in capsys.readouterr().err
    assert exit_code(["verify", "c.json", "--real", "real.csv", "--again"]) == 1
    assert "--synthetic FILE --holdout FILE" in capsys.readouterr().err
    assert exit_code(["verify", "real.csv"]) == 1


def test_a_model_is_certified_with_its_recipe(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code([*JUDGED, "--model", "m.likewise"]) == 1
    assert exit_code(["fit", "real.csv", "-o", "m.likewise", "--seed", "4"]) == 0
    assert exit_code([*JUDGED, "--model", "m.likewise", "--certificate", "m.json"]) == 0
    certified = json.loads((folder / "m.json").read_text())
    assert certified["recipe"]["seed"] == 4 and certified["budget"]["epsilon"] is None and certified["model"]
    capsys.readouterr()
    assert exit_code(["verify", "m.json", "--model", "m.likewise"]) == 0
    (folder / "m.likewise").write_bytes(b"other")
    assert exit_code(["verify", "m.json", "--model", "m.likewise"]) == 3


def test_the_releasable_version_is_written_and_certified(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code([*JUDGED, "--releasable", "--report", "r.json", "--certificate", "r.cert.json"]) == 0
    written: dict[str, Any] = json.loads((folder / "r.json").read_text())
    assert written["audience"] == "releasable" and written["copied"] is None and written["rows"] == 0
    assert "Releasable" in capsys.readouterr().out
    tables = ["--real", "real.csv", "--synthetic", "made.csv", "--holdout", "held.csv"]
    assert exit_code(["verify", "r.cert.json", *tables, "--again"]) == 0
    assert exit_code([*JUDGED, "--report", "real.csv"]) == 1
