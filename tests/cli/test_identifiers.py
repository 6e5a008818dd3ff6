"""`likewise inspect --pii` says what identifies, and what laws call it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from likewise.cli.main import exit_code


@pytest.fixture
def people(tmp_path: Path) -> str:
    rows = [f"p{i}.x@mail.example,{i * 17 % 90},{i * i % 97}" for i in range(60)]
    (tmp_path / "people.csv").write_text("\n".join(["mail,age,paid", *rows]))
    return str(tmp_path / "people.csv")


def test_classes_and_their_names_in_law_are_shown(
    people: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert exit_code(["inspect", people, "--pii"]) == 0
    shown = capsys.readouterr().out
    assert "1 of 3 columns identify" in shown and "(F) e-mail addresses" in shown and "replaced" in shown
    assert "@mail.example" not in shown
    assert "together they may be enough: age" in shown


def test_the_same_as_json(people: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["inspect", people, "--pii", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rows"] == 60
    assert [(own["column"], own["label"], own["replaced"]) for own in found["identifiers"]] == [("mail", "email", True)]


def test_nothing_found_is_said_to_prove_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.csv").write_text("paid\n" + "\n".join(str(i * i % 97) for i in range(50)))
    assert exit_code(["inspect", str(tmp_path / "t.csv"), "--pii"]) == 0
    assert "no proof" in capsys.readouterr().err


def test_other_dates_and_what_others_may_know_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"19{i + 10}-03-04,20{i % 20:02}-05-0{i % 7 + 1},20{i % 20:02}-06-01,{'FM'[i % 2]}" for i in range(60)]
    (tmp_path / "t.csv").write_text("\n".join(["born,DEATHDATE,admitted,sex", *rows]))
    assert exit_code(["inspect", str(tmp_path / "t.csv"), "--pii"]) == 0
    shown = capsys.readouterr().out
    assert "2 of 4 columns identify" in shown and "DEATHDATE" in shown
    assert " ".join(shown.split()).endswith("be enough: sex dates; where they are of one person, such as of a visit, "
                                            "they fall under (C): admitted")  # fmt: skip
