"""Writing that is whole or not at all: write beside the place, then rename."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import BinaryIO

from likewise.core.faults import writing

_COUNT = itertools.count()
_PART = re.compile(r"\.(.+)\.(\d+)-\d+\.part")
_WAITING: ContextVar[list[tuple[Path, Path]] | None] = ContextVar("waiting", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Let all that is written aside in the block appear when it ends well, one rename after another; else none of it.

    Every byte is on the disk before the first rename, so that only a process that is killed between two of them leaves
    some without the others. Within a block like it, the outer one decides.
    """
    if _WAITING.get() is not None:
        yield
        return
    waiting: list[tuple[Path, Path]] = []
    token = _WAITING.set(waiting)
    try:
        yield
        while waiting:
            _renamed(*waiting[0])
            waiting.pop(0)
    finally:
        _WAITING.reset(token)
        for partial, _ in waiting:
            remove(partial)


@contextmanager
def at_once() -> Iterator[None]:
    """Let what is written aside in the block appear as soon as it is whole, also within a block of `together`.

    For what is to be found after a failure: the checkpoints of a training.
    """
    token = _WAITING.set(None)
    try:
        yield
    finally:
        _WAITING.reset(token)


@contextmanager
def aside(path: str | Path) -> Iterator[Path]:
    """Yield a new, empty file in the folder of `path`, and rename it to `path` when the block ends well.

    When the block ends in any exception, Ctrl-C included, the new file is removed and an older file at `path` stays as
    it was. The mode of an older file is kept, a link is followed. What a killed process has left of the same file is
    removed. Raises SourceError when the place cannot be written.
    """
    target = Path(os.path.realpath(path))
    with writing(Path(path)):
        if target.is_dir():
            raise IsADirectoryError(21, "is a directory")
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(13, "read-only")
        partial = partial_of(target)
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        try:
            yield partial
            if target.exists():
                partial.chmod(stat.S_IMODE(target.stat().st_mode))
            appear(partial, target)
        except BaseException:
            remove(partial)
            raise


def partial_of(target: Path) -> Path:
    """Return a place beside a file or folder to write it in, and remove what killed processes have left of it."""
    name = target.name[:200]
    clear(target.parent, name)
    return target.with_name(f".{name}.{os.getpid()}-{next(_COUNT)}.part")


def appear(partial: Path, target: Path) -> None:
    """Rename what is whole to its place, now or at the end of the block that it is to appear `together` with."""
    waiting = _WAITING.get()
    if waiting is None:
        _renamed(partial, target)
    else:
        waiting.append((partial, target))


def _renamed(partial: Path, target: Path) -> None:
    with writing(target):
        if target.is_dir():
            target.rmdir()
        partial.replace(target)


def remove(partial: Path) -> None:
    """Remove a file or folder that will not be finished."""
    if partial.is_dir():
        shutil.rmtree(partial, ignore_errors=True)
    with suppress(OSError):
        partial.unlink()


def clear(folder: Path, name: str | None = None) -> None:
    """Remove what killed processes have left half-written in a folder: of one file, or of all without a `name`."""
    with suppress(OSError):
        for place in list(folder.iterdir()):
            found = _PART.fullmatch(place.name)
            if found and found[1] == (name or found[1]) and not _is_running(int(found[2])):
                remove(place)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


@contextmanager
def open_aside(path: str | Path) -> Iterator[BinaryIO]:
    """Yield a binary file whose bytes appear at `path`, all at once, when the block ends well.

    A device or a pipe (`/dev/null`, a FIFO) is written straight, for there is nothing to keep whole.
    """
    place = Path(path)
    if place.exists() and not place.is_file() and not place.is_dir():
        with writing(place), place.open("wb") as stream:
            yield stream
        return
    with aside(place) as partial, partial.open("wb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


def write_aside(path: str | Path, content: str | bytes) -> None:
    """Write a whole text (UTF-8) or bytes to `path` so that no half of it is ever seen there.

    Raises SourceError when the place cannot be written.
    """
    with open_aside(path) as stream:
        stream.write(content.encode() if isinstance(content, str) else content)
