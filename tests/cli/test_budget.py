"""`likewise budget`: set, show and history on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from likewise.cli.main import exit_code
from likewise.privacy.accountant import Event
from likewise.privacy.ledger import Ledger


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIKEWISE_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "100")


SET = ("budget", "set", "patients", "--epsilon", "3", "--delta", "1e-6")


def test_set_spend_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code([*SET]) == 0
    held = Ledger.open().reserve(2.0, 1e-6, people="patients/2025", technique="marginals", what="visits")
    assert exit_code(["budget", "show"]) == 0
    said = capsys.readouterr().out
    assert "patients/2025" in said and "1 (1 open)" in said and "█" in said
    held.commit([Event.gaussian(10.0)])
    assert exit_code(["budget", "show", "patients", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["people"][0]
    assert found["mu"] == 0.1 and found["open"] == 0 and 2.8 < found["left"] < 3.0


def test_history_tells_every_entry(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code([*SET])
    Ledger.open().reserve(2.0, 1e-6, people="patients", technique="marginals").commit([])
    exit_code(["budget", "set", "patients", "--epsilon", "4", "--delta", "1e-6", "--reason", "the [board] agreed"])
    capsys.readouterr()
    assert exit_code(["budget", "history"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["1", "2", "3", "4", "5"]
    assert "reserved epsilon 2, delta 1e-06 (marginals)" in lines[2] and "given back" in lines[3]
    assert "the [board] agreed" in lines[4]
    assert exit_code(["budget", "history", "patients", "--json"]) == 0
    assert [e["kind"] for e in json.loads(capsys.readouterr().out)] == ["budget", "reserve", "return", "budget"]


@pytest.mark.parametrize(
    ("arguments", "code", "exits"),
    [
        (["show", "--ledger", "none.jsonl"], "privacy.no-ledger", 1),
        (["set", "patients", "--epsilon", "5", "--delta", "1e-6"], "privacy.budget-raised", 1),
        (["set", "patients", "--epsilon", "0", "--delta", "1e-6"], "privacy.epsilon", 1),
        (["set", "patients", "--epsilon", "inf", "--delta", "1e-6"], "privacy.epsilon", 1),
        (["set", "patients", "--epsilon", "1", "--delta", "1"], "privacy.delta", 1),
        (["set", "patients", "--epsilon", "one", "--delta", "1e-6"], "usage", 2),
        (["set", "", "--epsilon", "1", "--delta", "1e-6"], "privacy.ledger-name", 1),
        (["show", "staff"], "privacy.ledger-people", 1),
        (["nope"], "usage", 2),
    ],
)
def test_bad_input(arguments: list[str], code: str, exits: int, capsys: pytest.CaptureFixture[str]) -> None:
    exit_code([*SET])
    capsys.readouterr()
    assert exit_code(["budget", *arguments, "--json"]) == exits
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code


def test_a_damaged_ledger_is_told_by_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code([*SET])
    place = Path("ledger.jsonl")
    place.write_text(place.read_text().replace('"epsilon": 3.0', '"epsilon": 9.0'))
    capsys.readouterr()
    assert exit_code(["budget", "show"]) == 1
    said = capsys.readouterr().err
    assert "error[privacy.ledger-damaged]: line 2" in said and "at ledger.jsonl:2" in said


@pytest.mark.parametrize("command", ["show", "set", "history"])
def test_help_shows_an_example(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert exit_code(["budget", command, "--help"]) == 0
    said = capsys.readouterr().out
    assert f" likewise budget {command} " in said and max(map(len, said.splitlines())) <= 80


def test_a_set_without_a_budget_has_nothing_left_to_show(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code(["budget", "set", "clinic/2025", "--epsilon", "3", "--delta", "1e-6"])
    capsys.readouterr()
    assert exit_code(["budget", "show"]) == 0
    whole, part = capsys.readouterr().out.splitlines()[1:]
    assert whole.split() == ["clinic", "-", "0.000", "0"] and "3.000" in part


def test_what_is_no_ledger_is_called_so(capsys: pytest.CaptureFixture[str]) -> None:
    Path("rows.csv").write_text("a,b\n1,2\n")
    assert exit_code(["budget", "show", "--ledger", "rows.csv"]) == 1
    said = capsys.readouterr().err
    assert "this is no ledger" in said and "a,b" not in said
