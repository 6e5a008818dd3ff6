"""The journal of a calibration: what a kill leaves, what is refused, and that nothing is run twice."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.errors import SourceError
from likewise.techniques.agents.calibration.journal import Journal, Run

HEAD = {"prior": [{"name": "a"}], "seed": 0}
finite = st.floats(allow_nan=False, allow_infinity=False)


@given(st.integers(0), st.lists(finite, min_size=1), st.lists(finite), st.sampled_from(["", "nan", "ValueError"]))
def test_a_run_is_read_back_to_the_bit(number: int, values: list[float], found: list[float], failed: str) -> None:
    run = Run(number, tuple(values), () if failed else tuple(found), failed)
    back = Run.read(run.line().encode().rstrip())
    assert back is not None
    assert (back.number, back.failed) == (number, failed)
    for ours, theirs in ((run.values, back.values), (run.summaries, back.summaries)):
        assert [(v, math.copysign(1, v)) for v in ours] == [(v, math.copysign(1, v)) for v in theirs]


def write(path: Path, runs: int = 3) -> list[Run]:
    made = [Run(i, (0.1 * i,), (1 / 3, float(i))) for i in range(runs)]
    journal = Journal.open(path, HEAD)
    journal.add(made[:2])
    journal.add(made[2:])
    journal.close()
    return made


def reopened(path: Path) -> dict[int, Run]:
    journal = Journal.open(path, HEAD)
    journal.close()
    return journal.runs


def test_what_was_added_is_there_again(tmp_path: Path) -> None:
    made = write(tmp_path / "j")
    assert [(r.number, r.values, r.summaries) for r in reopened(tmp_path / "j").values()] == [
        (r.number, r.values, r.summaries) for r in made
    ]


@pytest.mark.parametrize("kept", range(0, 140, 7))
def test_cut_anywhere_it_goes_on(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "j"
    write(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:kept])
    lines = whole[:kept].count(b"\n")
    assert len(reopened(path)) == max(0, lines - 1)
    journal = Journal.open(path, HEAD)
    journal.add([Run(9, (1.0,), (2.0, 3.0))])
    journal.close()
    assert 9 in reopened(path) and len(reopened(path)) == max(0, lines - 1) + 1


def test_a_journal_of_something_else_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "j")
    before = (tmp_path / "j").read_bytes()
    with pytest.raises(SourceError, match="not the same seed") as caught:
        Journal.open(tmp_path / "j", {**HEAD, "seed": 1})
    assert caught.value.code == "source.other-calibration"
    assert (tmp_path / "j").read_bytes() == before


@pytest.mark.parametrize("content", [b"name,age\nann,3\n", b"no line", b"{}\n", b'{"a": 1}'])
def test_a_file_that_is_no_journal_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "j").write_bytes(content)
    with pytest.raises(SourceError, match=r"source\.no-journal"):
        Journal.open(tmp_path / "j", HEAD)
    assert (tmp_path / "j").read_bytes() == content


def test_a_changed_line_is_told(tmp_path: Path) -> None:
    write(tmp_path / "j")
    lines = (tmp_path / "j").read_bytes().splitlines(keepends=True)
    (tmp_path / "j").write_bytes(b"".join([*lines[:2], b'{"run": oops}\n', *lines[2:]]))
    with pytest.raises(SourceError, match="line 3") as caught:
        Journal.open(tmp_path / "j", HEAD)
    assert caught.value.code == "source.damaged"


def test_two_processes_do_not_write_one_journal(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "j", HEAD)
    with pytest.raises(SourceError, match=r"source\.in-use"):
        Journal.open(tmp_path / "j", HEAD)
    journal.close()
    Journal.open(tmp_path / "j", HEAD).close()


def test_a_place_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"source\.no-such-folder"):
        Journal.open(tmp_path / "no" / "j", HEAD)
    with pytest.raises(SourceError, match=r"source\.folder"):
        Journal.open(tmp_path, HEAD)


SCRIPT = """
import sys, time
import numpy as np
from likewise.techniques.agents.calibration import ABC, Prior, calibrate

def simulate(values, seed):
    with open(sys.argv[2], "a") as log:
        log.write("x")
    time.sleep(float(sys.argv[3]))
    if values["mean"] < -4:
        raise ValueError
    return np.random.default_rng(seed).normal(values["mean"], 1, 20).mean(keepdims=True)

found = calibrate(simulate, Prior.of(mean=(-5, 5)), [1.0], method=ABC(population=40), budget=200, seed=2,
                  journal=sys.argv[1] if sys.argv[1] != "-" else None, workers=int(sys.argv[5]))
found.save(sys.argv[4])
"""


@pytest.mark.parametrize("workers", ["1", "2"])
def test_killed_and_resumed_it_gives_the_bytes_of_one_that_was_not(tmp_path: Path, workers: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)

    def arguments(journal: str, log: str, pause: str, out: str, count: str) -> list[str]:
        return [sys.executable, str(script), journal, str(tmp_path / log), pause, str(tmp_path / out), count]

    subprocess.run(arguments("-", "whole.log", "0", "whole.json", "1"), check=True)
    journal = tmp_path / "journal"
    killed = subprocess.Popen(arguments(str(journal), "killed.log", "0.02", "killed.json", workers))
    while not journal.exists() or journal.read_bytes().count(b"\n") < 30:
        assert killed.poll() is None
        time.sleep(0.02)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    assert not (tmp_path / "killed.json").exists()
    kept = journal.read_bytes().count(b"\n") - 1
    for _ in range(100):  # workers end with their parent, and only then the journal is free
        done = subprocess.run(arguments(str(journal), "resumed.log", "0", "resumed.json", "1"), check=False)
        if done.returncode == 0:
            break
        time.sleep(0.2)
    assert (tmp_path / "resumed.json").read_bytes() == (tmp_path / "whole.json").read_bytes()
    assert len((tmp_path / "resumed.log").read_text()) == 200 - kept
