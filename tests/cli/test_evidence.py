"""`likewise evidence` on the command line: made, checked, refused."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

import likewise
from likewise.cli.main import exit_code


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIKEWISE_STATE", str(tmp_path / "state"))
    likewise.fit({"age": [31, 45, 52, 38] * 30, "sex": ["F", "M", "M", "F"] * 30}).save("m.likewise")
    Path("s.csv").write_text("age,sex\n31,F\n")


def test_a_pack_is_made_and_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    made = ["evidence", "m.likewise", "--output", "s.csv", "--purpose", "tests", "--recipient", "A", "--recipient", "B",
            "--controller", "C", "--date", "2026-11-26", "--expires", "2027", "--review", "2027"]  # fmt: skip
    assert exit_code(made) == 0
    release = json.loads(zipfile.ZipFile("evidence.zip").read("evidence.json"))["release"]
    assert release == {"controller": "C", "purpose": "tests", "recipients": ["A", "B"], "date": "2026-11-26",
                       "expires": "2027", "review": "2027"}  # fmt: skip
    capsys.readouterr()
    assert exit_code(["evidence", "m.likewise", "--check", "evidence.zip", "--output", "s.csv", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["agrees"] and all(check["outcome"] == "agrees" for check in found["checks"])


def test_a_pack_that_differs_ends_in_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["evidence", "m.likewise", "-o", "e.zip", "--output", "s.csv"]) == 0
    Path("s.csv").write_text("age,sex\n32,F\n")
    assert exit_code(["evidence", "--check", "e.zip", "--output", "s.csv"]) == 3
    assert "The pack does not hold: the drawn rows differs." in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("arguments", "code", "exits"),
    [
        ([], "settings.model", 1),
        (["none.likewise"], "model.unreadable", 1),
        (["m.likewise", "-o", "m.likewise"], "settings.same-place", 1),
        (["m.likewise", "--ledger", "none.jsonl"], "privacy.no-ledger", 1),
        (["m.likewise", "--report", "s.csv"], "settings.report", 1),
        (["--check", "s.csv"], "evidence.invalid", 1),
        (["--check", "none.zip"], "source.no-such-file", 1),
        (["m.likewise", "--nope"], "usage", 2),
    ],
)
def test_bad_input(arguments: list[str], code: str, exits: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["evidence", *arguments, "--json"]) == exits
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code
    assert not Path("evidence.zip").exists()
