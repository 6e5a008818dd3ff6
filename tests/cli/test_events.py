"""Events on the command line: judged with entity and time, refused by name."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from likewise.cli.main import exit_code


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for seed, name in enumerate(("real", "made")):
        logins(name, seed)
    return tmp_path


def logins(name: str, seed: int, people: int = 70) -> None:
    draw = random.Random(seed)
    lines = ["who,at,device,sent"]
    for person in range(people):
        at = draw.uniform(0, 3e5)
        for _ in range(draw.randint(4, 15)):
            at += draw.expovariate(1 / 2e4)
            lines.append(
                f"p{seed}-{person},{at:.3f},d{seed}-{person // draw.randint(1, 3)},{draw.lognormvariate(3, 1):.2f}"
            )
    Path(f"{name}.csv").write_text("\n".join(lines) + "\n")


EVENTS = ("evaluate", "real.csv", "made.csv", "--entity", "who", "--order", "at", "--brief")


def test_behaviour_is_shown_unasked_and_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code([*EVENTS, "--report", "report.html"]) == 0
    assert "## How entities behave" in capsys.readouterr().out
    assert "How entities behave" in Path("report.html").read_text(encoding="utf-8")
    assert exit_code([*EVENTS, "--shared", "device", "--amount", "sent", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["part"] for row in found["behaviour"]["properties"]] == ["timing", "bursts", "sharing", "velocity"]
    assert any("beside the entity" in row["title"] for row in found["behaviour"]["statistics"])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("--shared", "dvice"), "evaluate.unknown-column"), (("--amount", "device"), "evaluate.amount"),
     (("--counterparty", "whom"), "evaluate.unknown-column"), (("--entity", "whoo"), "evaluate.unknown-column")],
)  # fmt: skip
def test_what_is_not_there_is_refused(
    arguments: tuple[str, str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code([*EVENTS, *arguments, "--report", "report.html"]) == 1
    said = capsys.readouterr()
    assert f"error[{code}]" in said.err and "  hint: " in said.err and said.out == ""
    assert not Path("report.html").exists()


def test_events_need_entity_and_order_and_no_certificate(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["evaluate", "real.csv", "made.csv", "--amount", "sent", "--brief"]) == 1
    assert "error[evaluate.events]" in capsys.readouterr().err
    assert exit_code(["evaluate", "real.csv", "made.csv", "--amount", "sent", "--certificate", "c.json"]) == 1
    assert "error[settings.entity]" in capsys.readouterr().err and not Path("c.json").exists()
