"""The file of a ledger: locked, read whole, and added to by a line or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from likewise.core.faults import reading, writing
from likewise.errors import PrivacyError


class LedgerFile:
    """Hold an open, locked ledger; a lock ends with its process, however that ends."""

    def __init__(self, path: Path, handle: int) -> None:
        self.path, self.handle = path, handle

    def content(self) -> bytes:
        """Return all bytes."""
        with reading(self.path):
            return _whole(self.handle)

    def add(self, line: bytes, after: int) -> None:
        """Write a line behind the first `after` bytes, and what a killed process left there goes.

        It is on the disk when this returns; where there is no room for all of it none is left. Raises SourceError.
        """
        with writing(self.path):
            if after and os.pread(self.handle, 1, after - 1) != b"\n":
                line = b"\n" + line
            os.ftruncate(self.handle, after)
            try:
                if os.pwrite(self.handle, line, after) < len(line):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(self.handle)
            except OSError:
                os.ftruncate(self.handle, after)
                raise


@contextmanager
def locked(path: Path, *, write: bool, new: bool = False) -> Iterator[LedgerFile]:
    """Yield the ledger, locked: alone to `write`, beside other readers otherwise; waits for who has it.

    `new` makes the file where there is none. Raises SourceError where it cannot be opened as wanted, and PrivacyError
    where there is none.
    """
    handle = _opened(path, write=write, new=new)
    try:
        yield LedgerFile(path, handle)
    finally:
        os.close(handle)  # which unlocks it


def _opened(path: Path, *, write: bool, new: bool) -> int:
    try:
        import fcntl
    except ImportError:
        raise PrivacyError("privacy.ledger-system", "a ledger needs the file locks of Linux or macOS", where=str(path),
                           hint="keep the ledger, and fit, on such a machine") from None  # fmt: skip
    if not new and not path.exists():
        raise PrivacyError("privacy.no-ledger", f"there is no ledger `{path}`", where=str(path),
                           hint="`likewise budget set` begins one")  # fmt: skip
    flags = os.O_CLOEXEC | (os.O_RDWR if write else os.O_RDONLY) | (os.O_CREAT if new else 0)
    with (writing if write else reading)(path):
        while True:
            existed = path.exists()
            handle = os.open(path, flags, 0o666)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX if write else fcntl.LOCK_SH)
                if _is_at(handle, path):
                    if not existed:
                        _sync_folder(path.parent)
                    return handle
            except BaseException:
                os.close(handle)
                raise
            os.close(handle)  # another file was put in its place while we waited


def _is_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    """Put the name of a new file on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _whole(handle: int) -> bytes:
    return os.pread(handle, os.fstat(handle).st_size, 0)
