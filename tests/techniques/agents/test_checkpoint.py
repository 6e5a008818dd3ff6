"""A run that was killed goes on to the same bytes; a folder of another run is refused."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from likewise.errors import SettingsError, SourceError
from likewise.recipes.simulate import simulate_to_file

SCRIPT = """
import sys
import likewise.recipes.simulate as doing
doing.SOON = 0.0
asked = {"agents": 500, "wanted": 0.8, "until": 150, "how": "plain"}
doing.simulate_to_file("schelling", sys.argv[1], checkpoint=sys.argv[2], **asked)
"""


def test_a_run_goes_on_after_it_was_killed(tmp_path: Path) -> None:
    place, folder = tmp_path / "events.csv", tmp_path / "run"
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, str(place), str(folder)])
    deadline = time.monotonic() + 120
    while not (folder / "state.npz").exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert process.poll() is None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not place.exists() and (folder / "state.npz").exists()
    asked = {"agents": 500, "wanted": 0.8, "until": 150, "how": "plain"}
    simulate_to_file("schelling", tmp_path / "whole.csv", **asked)
    simulate_to_file("schelling", place, checkpoint=folder, **asked)
    assert place.read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_a_folder_of_another_run_is_refused(tmp_path: Path) -> None:
    asked = {"agents": 100, "until": 2, "how": "plain", "checkpoint": tmp_path / "run"}
    simulate_to_file("schelling", tmp_path / "a.csv", **asked)
    with pytest.raises(SettingsError, match="another simulation"):
        simulate_to_file("schelling", tmp_path / "a.csv", **{**asked, "seed": 1})


def test_a_finished_run_can_be_prolonged(tmp_path: Path) -> None:
    for until in (3, 7):
        simulate_to_file("schelling", tmp_path / "a.csv", agents=300, until=until, how="plain",
                         checkpoint=tmp_path / "run")  # fmt: skip
    simulate_to_file("schelling", tmp_path / "b.csv", agents=300, until=7, how="plain")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_less_than_there_is_already_is_refused(tmp_path: Path) -> None:
    asked = {"agents": 100, "how": "plain", "checkpoint": tmp_path / "run"}
    simulate_to_file("schelling", tmp_path / "a.csv", until=4, **asked)
    with pytest.raises(SettingsError, match="beyond 3"):
        simulate_to_file("schelling", tmp_path / "b.csv", until=3, **asked)
    assert not (tmp_path / "b.csv").exists()


@pytest.mark.parametrize("name", ["run.json", "state.npz", "events-000000.arrow"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no more", b"{"])
def test_a_damaged_folder_is_told(name: str, content: bytes, tmp_path: Path) -> None:
    asked = {"agents": 100, "wanted": 0.9, "until": 3, "how": "plain", "checkpoint": tmp_path / "run"}
    simulate_to_file("schelling", tmp_path / "a.csv", **asked)
    (tmp_path / "run" / name).write_bytes(content)
    with pytest.raises(SourceError) as fault:
        simulate_to_file("schelling", tmp_path / "b.csv", **asked)
    assert fault.value.code == "source.damaged" and name in (fault.value.where or "")
    assert not (tmp_path / "b.csv").exists()


def test_agents_along_the_way_go_on_too(tmp_path: Path) -> None:
    asked: dict[str, Any] = {"agents": 100, "wanted": 0.9, "every": 2, "how": "plain"}
    simulate_to_file("schelling", tmp_path / "whole", until=6, **asked)
    simulate_to_file("schelling", tmp_path / "first", until=4, checkpoint=tmp_path / "kept", **asked)
    # As if it had been killed after further rows and before its state: they are not of the run that goes on.
    (tmp_path / "kept" / "people-000009.arrow").write_bytes(b"no more")
    simulate_to_file("schelling", tmp_path / "rest", until=6, checkpoint=tmp_path / "kept", **asked)
    for place in (tmp_path / "whole").iterdir():
        assert place.read_bytes() == (tmp_path / "rest" / place.name).read_bytes()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("mine")
    with pytest.raises(SourceError):
        simulate_to_file("schelling", tmp_path / "a.csv", agents=100, until=2, checkpoint=tmp_path / "run")
    assert (tmp_path / "run").read_text() == "mine"
