"""Compressed bytes: gzip, zstd, bzip2 and xz, found by their first bytes."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

import pyarrow as pa

from likewise.core.faults import reading
from likewise.errors import SourceError

Compression = Literal["gz", "zst", "bz2", "xz"]

SUFFIXES: dict[str, Compression] = {".gz": "gz", ".zst": "zst", ".bz2": "bz2", ".xz": "xz"}
_MAGIC: tuple[tuple[bytes, Compression], ...] = (
    (b"\x1f\x8b", "gz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
)


def compression_of(head: bytes) -> Compression | None:
    """Return how bytes that begin so are compressed, None when they are not.

    >>> compression_of(b"\\x1f\\x8b\\x08")
    'gz'
    """
    return next((name for magic, name in _MAGIC if head.startswith(magic)), None)


def decompress(data: bytes, how: Compression, path: Path) -> bytes:
    """Return the bytes that were compressed; raises SourceError when they are cut short or damaged."""
    try:
        if how == "gz":
            return gzip.decompress(data)
        if how == "zst":
            with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as stream:
                return cast(bytes, stream.read())
        return bz2.decompress(data) if how == "bz2" else lzma.decompress(data)
    except EOFError:
        raise _cut_short(how, path) from None
    except (OSError, ValueError, zlib.error, lzma.LZMAError) as fault:
        if "runcated" in str(fault) or "end-of-stream" in str(fault):
            raise _cut_short(how, path) from None
        raise _damaged(how, path) from None


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Yield the bytes of a file as a stream, decompressed if they are compressed, whatever the file is called.

    Raises SourceError where it cannot be read, and in the middle of reading when it is cut short or damaged.
    """
    with reading(path), path.open("rb") as file:
        how = compression_of(file.read(8))
        file.seek(0)
        if how is None:
            yield file
            return
        try:
            with _unpacker(file, how) as stream:
                yield stream
        except EOFError:
            raise _cut_short(how, path) from None
        except (OSError, zlib.error, lzma.LZMAError) as fault:
            if isinstance(fault, OSError) and fault.errno is not None:
                raise
            if "runcated" in str(fault) or "end-of-stream" in str(fault):
                raise _cut_short(how, path) from None
            raise _damaged(how, path) from None


def _unpacker(file: BinaryIO, how: Compression) -> AbstractContextManager[BinaryIO]:
    unpacked: Any  # the caller opens and closes it
    if how == "gz":
        unpacked = gzip.GzipFile(fileobj=file, mode="rb")
    elif how == "zst":
        unpacked = pa.CompressedInputStream(pa.PythonFile(file, mode="r"), "zstd")
    else:
        unpacked = bz2.BZ2File(file) if how == "bz2" else lzma.LZMAFile(file)  # noqa: SIM115
    return cast(AbstractContextManager[BinaryIO], unpacked)


def _damaged(how: Compression, path: Path) -> SourceError:
    return SourceError("source.damaged", f"the .{how} bytes of `{path}` are damaged", where=str(path),
                       hint="fetch or make the file again")  # fmt: skip


def _cut_short(how: Compression, path: Path) -> SourceError:
    return SourceError("source.truncated", f"`{path}` ends before its .{how} stream does", where=str(path),
                       hint="the copy or download stopped early: fetch the file again")  # fmt: skip


class _KeptOpen(io.RawIOBase):
    """Pass bytes on, and stay open when Arrow closes what it was given."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self._stream.write(data)


@contextmanager
def compressed(stream: BinaryIO, how: Compression | None) -> Iterator[BinaryIO]:
    """Yield a stream that compresses into `stream`; equal bytes in give equal bytes out (no name, no time)."""
    if how is None:
        yield stream
        return
    with _packer(stream, how) as packed:
        yield packed


def _packer(stream: BinaryIO, how: Compression) -> AbstractContextManager[BinaryIO]:
    packed: Any  # the caller opens and closes it
    if how == "gz":
        packed = gzip.GzipFile(filename="", mode="wb", fileobj=stream, mtime=0, compresslevel=6)
    elif how == "zst":
        packed = pa.CompressedOutputStream(pa.PythonFile(_KeptOpen(stream), mode="w"), "zstd")
    elif how == "bz2":
        packed = bz2.BZ2File(stream, "wb")
    else:
        packed = lzma.LZMAFile(stream, "wb")  # noqa: SIM115
    return cast(AbstractContextManager[BinaryIO], packed)
