"""Writing aside: whole or not at all, together or not at all, and nothing left of the dead."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from likewise.core.aside import aside, at_once, clear, open_aside, together, write_aside
from likewise.errors import SourceError


def names(folder: Path) -> list[str]:
    return sorted(place.name for place in folder.iterdir())


def test_files_written_together_appear_after_the_last_of_them(tmp_path: Path) -> None:
    with together():
        write_aside(tmp_path / "a", "1")
        with together(), open_aside(tmp_path / "b") as stream:
            stream.write(b"2")
        assert not {"a", "b"} & set(names(tmp_path))
    assert names(tmp_path) == ["a", "b"]


def test_none_of_them_appears_where_the_last_one_fails(tmp_path: Path) -> None:
    write_aside(tmp_path / "a", "old")
    with pytest.raises(KeyboardInterrupt), together():
        write_aside(tmp_path / "a", "new")
        with aside(tmp_path / "b"):
            raise KeyboardInterrupt
    assert names(tmp_path) == ["a"] and (tmp_path / "a").read_text() == "old"


def test_what_is_to_be_found_after_a_failure_appears_at_once(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), together():
        with at_once():
            write_aside(tmp_path / "a", "1")
        write_aside(tmp_path / "b", "2")
        assert "a" in names(tmp_path)
        raise KeyboardInterrupt
    assert names(tmp_path) == ["a"]


def test_a_place_that_is_taken_meanwhile_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError), together():
        write_aside(tmp_path / "a", "new")
        (tmp_path / "a" / "full").mkdir(parents=True)
    assert names(tmp_path) == ["a"]


def test_what_the_dead_left_of_a_file_is_removed_when_it_is_written_again(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    left = [tmp_path / f".{name}.{pid}-0.part" for name in ("a", "b") for pid in (gone.pid, os.getpid())]
    for part in left:
        part.write_text("rows")
    write_aside(tmp_path / "a", "1")
    assert names(tmp_path) == sorted(["a", *(part.name for part in left[1:])])
    clear(tmp_path)
    assert names(tmp_path) == sorted(["a", left[1].name, left[3].name])
