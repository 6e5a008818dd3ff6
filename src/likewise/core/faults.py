"""How the operating system's refusals become errors that say what to do."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from likewise.errors import SourceError, nearest

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn an OSError raised while `path` is read into a SourceError."""
    try:
        yield
    except OSError as fault:
        raise _unreadable(fault, path) from None


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an OSError raised while `path` is written into a SourceError; a closed pipe is the caller's to handle."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as fault:
        raise _unwritable(fault, path) from None


def damaged_file(path: Path, thing: str) -> SourceError:
    """Return the error of a file of a folder that is no whole picture, sound or clip."""
    return SourceError("source.damaged", f"`{path}` is no {thing}, or one with damage in it", where=str(path),
                       hint="fetch it again, or leave the rows of such files out: --damaged skip")  # fmt: skip


def _unreadable(fault: OSError, path: Path) -> SourceError:
    where = str(path)
    if fault.errno in (errno.ENOENT, errno.ENOTDIR):
        return SourceError("source.no-such-file", f"there is no file `{path}`", where=where, hint=_neighbour(path))
    if fault.errno == errno.EISDIR:
        return SourceError("source.folder", f"`{path}` is a folder, not a file", where=where,
                           hint="name one file of it")  # fmt: skip
    if fault.errno in _REFUSED:
        return SourceError("source.no-permission", f"`{path}` may not be read", where=where,
                           hint="ask its owner for the right to read it")  # fmt: skip
    return SourceError("source.unreadable", f"`{path}` cannot be read: {_reason(fault)}", where=where,
                       hint="check the disk or the network drive it lies on")  # fmt: skip


def _unwritable(fault: OSError, path: Path) -> SourceError:
    where = str(path)
    if fault.errno in _FULL:
        return SourceError("source.disk-full", f"there is no room to write `{path}`: {_reason(fault)}", where=where,
                           hint="free some space or write elsewhere; nothing was left half-written")  # fmt: skip
    if fault.errno in (errno.ENOTDIR, errno.EEXIST):
        file = next((place for place in (path, *path.parents) if place.is_file()), path)
        return SourceError("source.no-folder", f"`{file}` is a file, not a folder", where=str(file),
                           hint="name a folder, or a place where there is nothing yet")  # fmt: skip
    if fault.errno == errno.ENOENT:
        return SourceError("source.no-such-folder", f"there is no folder `{path.parent}` to write into", where=where,
                           hint=f"make it first: mkdir -p {path.parent}")  # fmt: skip
    if fault.errno in _REFUSED:
        return SourceError("source.read-only", f"`{path}` may not be written", where=where,
                           hint="choose another place, or ask for the right to write there")  # fmt: skip
    if fault.errno == errno.EISDIR:
        return SourceError("source.folder", f"`{path}` is a folder, not a file", where=where,
                           hint=f"name a file in it, such as {path / 'synthetic.csv'}")  # fmt: skip
    return SourceError("source.unwritable", f"`{path}` cannot be written: {_reason(fault)}", where=where,
                       hint="check the disk or the network drive it lies on")  # fmt: skip


def _reason(fault: OSError) -> str:
    return os.strerror(fault.errno).lower() if fault.errno else str(fault)


def _neighbour(path: Path) -> str:
    """Return the hint for a missing file: the nearest name in its folder."""
    folder = path.parent
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return f"there is no folder `{folder}` either"
    close = nearest(path.name, names)
    return f"did you mean `{folder / close}`?" if close else f"the folder `{folder}` holds no file of a similar name"
