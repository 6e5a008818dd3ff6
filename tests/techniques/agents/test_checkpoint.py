"""A run that was killed goes on to the same bytes; a folder of another run is refused."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from likewise.errors import SettingsError
from likewise.recipes.simulate import simulate_to_file

SCRIPT = """
import sys
import likewise.recipes.simulate as doing
doing.SOON = 0.0
asked = {"agents": 3000, "wanted": 0.8, "until": 400, "how": "plain"}
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
    asked = {"agents": 3000, "wanted": 0.8, "until": 6, "how": "plain"}
    simulate_to_file("schelling", tmp_path / "whole.csv", **asked)
    simulate_to_file("schelling", place, checkpoint=folder, **asked)
    whole, found = (tmp_path / "whole.csv").read_bytes(), place.read_bytes()
    assert found[: len(whole)] == whole  # it may have been killed later than step 6


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
