"""Rules on the command line: proposed by `inspect --rules`, counted by `evaluate --constraints`."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from likewise.cli.main import exit_code
from likewise.constraints.kinds import Constraints


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("rules")
    draw = random.Random(2)
    for name, wrong in (("real", 0), ("made", 7)):
        lines = []
        for row in range(300):
            start = draw.randint(1, 90)
            lines.append(f"{start},{start + draw.randint(0, 5) - (9 if row < wrong else 0)},{draw.choice('FM')}")
        (place / f"{name}.csv").write_text("start,end,sex\n" + "\n".join(lines) + "\n")
    (place / "bad.yaml").write_text("- start <= edn\n- start <\n")
    return place


@pytest.fixture(autouse=True)
def inside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


def test_rules_are_written_and_their_violations_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["inspect", "real.csv", "--rules", "-o", "rules.yaml"]) == 0
    rules = Constraints.read("rules.yaml")
    assert Constraints.of(["start <= end"]).items[0] in rules.items
    capsys.readouterr()
    asked = ("evaluate", "real.csv", "made.csv", "--constraints", "rules.yaml", "--brief", "--json")
    assert exit_code([*asked]) == 0
    found = {rule["rule"]: rule for rule in json.loads(capsys.readouterr().out)["rules"]}
    assert found["`start <= end`"]["violations"] == 7
    assert found["`start <= end`"]["real_violations"] == 0


def test_rules_without_a_file_go_to_stdout_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["inspect", "real.csv", "--rules"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("likewise: 1\nconstraints:\n- start <= end  # seen in about")


def test_a_certificate_holds_the_rules(capsys: pytest.CaptureFixture[str]) -> None:
    Path("two.yaml").write_text("- start <= end\n- unique: [start, end, sex]\n")
    asked = ("evaluate", "real.csv", "made.csv", "--constraints", "two.yaml", "--certificate", "c.json")
    assert exit_code([*asked]) == 0
    kept = json.loads(Path("c.json").read_text())
    assert kept["rules"][0]["violations"] == 7
    capsys.readouterr()
    assert exit_code(["verify", "c.json", "--real", "real.csv", "--synthetic", "made.csv", "--again"]) == 0
    assert "the declared rules" in capsys.readouterr().err


def test_bad_rules_are_said_with_their_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["evaluate", "real.csv", "made.csv", "--constraints", "bad.yaml", "--brief"]) == 1
    assert "bad.yaml:2:3" in capsys.readouterr().err
