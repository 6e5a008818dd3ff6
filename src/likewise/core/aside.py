"""Writing that is whole or not at all: write beside the place, then rename."""

from __future__ import annotations

import itertools
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from likewise.core.faults import writing

_COUNT = itertools.count()


@contextmanager
def aside(path: str | Path) -> Iterator[Path]:
    """Yield a new, empty file in the folder of `path`, and rename it to `path` when the block ends well.

    When the block ends in any exception, Ctrl-C included, the new file is removed and an older file at `path` stays as
    it was. The mode of an older file is kept, a link is followed. Raises SourceError when the place cannot be written.
    """
    target = Path(os.path.realpath(path))
    with writing(Path(path)):
        if target.is_dir():
            raise IsADirectoryError(21, "is a directory")
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(13, "read-only")
        partial = target.with_name(f".{target.name[:200]}.{os.getpid()}-{next(_COUNT)}.part")
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        try:
            yield partial
            if target.exists():
                partial.chmod(stat.S_IMODE(target.stat().st_mode))
            partial.replace(target)
        except BaseException:
            with suppress(OSError):
                partial.unlink()
            raise


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
