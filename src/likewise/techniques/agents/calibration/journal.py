"""What is kept of a calibration while it runs, so that a killed one goes on where it was."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from likewise.core.faults import reading, writing
from likewise.errors import SourceError

Floats = npt.NDArray[np.float64]
FORMAT = 1


@dataclass(frozen=True, eq=False)
class Run:
    """Hold one simulation that was run: its number, the values it was given, and its summaries or why there are none.

    `failed` is `nan` where it gave something that is no number, the name of the exception that it raised, or
    `too long`.
    """

    number: int
    values: tuple[float, ...]
    summaries: tuple[float, ...] = ()
    failed: str = ""

    def line(self) -> str:
        """Return the run as a line of a journal: numbers as JSON writes them, which reads back to the same bits."""
        fields: dict[str, Any] = {"run": self.number, "values": self.values}
        fields |= {"failed": self.failed} if self.failed else {"summaries": self.summaries}
        return json.dumps(fields, separators=(",", ":")) + "\n"

    @classmethod
    def read(cls, line: bytes) -> Run | None:
        """Return the run of a line, None where it is not one."""
        try:
            found = json.loads(line)
            return cls(found["run"], tuple(found["values"]), tuple(found.get("summaries", ())), found.get("failed", ""))
        except (ValueError, KeyError, TypeError):
            return None


class Journal:
    """Append the runs of one calibration to a file, and know those that stand in it already.

    The first line says what the runs are of; a journal of something else is refused. What a killed process left of a
    line goes. One process at a time. Raises SourceError.
    """

    def __init__(self, path: Path, handle: int, runs: dict[int, Run]) -> None:
        self.path, self.handle, self.runs = path, handle, runs

    @classmethod
    def open(cls, path: str | Path, head: dict[str, Any]) -> Self:
        """Open or begin the journal of what `head` describes."""
        place = Path(path)
        with writing(place):
            handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            _lock(handle, place)
            with reading(place):
                content = _content(handle)
            first = (json.dumps({"calibration": FORMAT, **head}, separators=(",", ":")) + "\n").encode()
            if b"\n" not in content:
                runs: dict[int, Run] = {}
                _check_begun(content, place)
                _replace(handle, first, place)
            else:
                runs, whole = _runs_of(content, first, place)
                with writing(place):
                    os.ftruncate(handle, whole)
            os.lseek(handle, 0, os.SEEK_END)
            return cls(place, handle, runs)
        except BaseException:
            os.close(handle)
            raise

    def add(self, runs: Iterable[Run]) -> None:
        """Write runs behind the others, on the disk when this returns; where there is no room, none of them."""
        data = "".join(run.line() for run in runs).encode()
        with writing(self.path):
            end = os.lseek(self.handle, 0, os.SEEK_END)
            try:
                if os.write(self.handle, data) < len(data):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(self.handle)
            except OSError:
                os.ftruncate(self.handle, end)
                raise

    def close(self) -> None:
        """Let others have it."""
        os.close(self.handle)


def _lock(handle: int, place: Path) -> None:
    with suppress(ImportError):
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SourceError("source.in-use", "another process writes this journal", where=str(place),
                              hint="wait for it, or name another file") from None  # fmt: skip


def _content(handle: int) -> bytes:
    parts = []
    while part := os.read(handle, 1 << 24):
        parts.append(part)
    return b"".join(parts)


def _check_begun(content: bytes, place: Path) -> None:
    """Refuse a file without a whole line that no calibration began, so that nobody's file is written over."""
    if content and not (b'{"calibration":'.startswith(content[:15]) or content.startswith(b'{"calibration":')):
        raise _foreign(place)


def _replace(handle: int, first: bytes, place: Path) -> None:
    with writing(place):
        os.ftruncate(handle, 0)
        os.pwrite(handle, first, 0)
        os.fsync(handle)


def _runs_of(content: bytes, first: bytes, place: Path) -> tuple[dict[int, Run], int]:
    """Return the runs by number, and how many bytes are whole lines."""
    head, _, rest = content.partition(b"\n")
    if head + b"\n" != first:
        if not head.startswith(b'{"calibration":'):
            raise _foreign(place)
        raise SourceError("source.other-calibration", "the journal is of another calibration: " + _unlike(head, first),
                          where=str(place), hint="give what it was begun with, or name another file")  # fmt: skip
    *lines, torn = rest.split(b"\n")
    runs = {}
    for number, line in enumerate(lines, start=2):
        run = Run.read(line)
        if run is None:
            raise SourceError("source.damaged", f"line {number} of the journal is no run", where=f"{place}:{number}",
                              hint="take the line out: its run is then done again")  # fmt: skip
        runs[run.number] = run
    return runs, len(content) - len(torn)


def _unlike(head: bytes, first: bytes) -> str:
    """Return which parts of two descriptions differ."""
    try:
        theirs, ours = json.loads(head), json.loads(first)
    except ValueError:
        return "its first line was changed"
    return "not the same " + ", ".join(sorted(k for k in {*theirs, *ours} if theirs.get(k) != ours.get(k)))


def _foreign(place: Path) -> SourceError:
    return SourceError("source.no-journal", "this file is no journal of a calibration", where=str(place),
                       hint="name a file that is not there yet")  # fmt: skip
