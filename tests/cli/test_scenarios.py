"""`likewise simulate`: which scenarios there are, and runs of one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from likewise.cli.main import exit_code
from likewise.io.source import read_source
from likewise.techniques.agents.registry import scenarios


def test_scenarios_are_told_with_their_parameters(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["simulate"]) == 0
    said = capsys.readouterr().out
    assert all(f"{name}: " in said for name in scenarios())
    assert "  -p doctors=3  doctors\n" in said and "  -p start=2026-01-05T00:00:00  when it begins\n" in said
    assert exit_code(["simulate", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told.keys() == scenarios().keys()
    assert told["clinic"]["parameters"]["nurses"] == {"default": 2, "is_required": False, "about": "nurses"}


def test_a_clinic_leaves_a_log_of_visits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "visits.xes"
    asked = ["simulate", "clinic", "-p", "doctors=2", "-p", "country=DE", "--until", "2d", "-o", str(place)]
    assert exit_code([*asked, "--start", "2026-04-02"]) == 0  # the day before Good Friday
    found = read_source(place).table.to_pydict()
    assert {time.date().isoformat() for time in found["time"]} == {"2026-04-02"}
    assert len(set(found["case"])) > 50 and found["activity"].count("arrived") == len(set(found["case"]))
    assert exit_code(["simulate", "clinic", "-p", "doctors=0", "-o", str(tmp_path / "none.xes")]) == 1
    assert "$.doctors: at least 1 is wanted" in capsys.readouterr().err
