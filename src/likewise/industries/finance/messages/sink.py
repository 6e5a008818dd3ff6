"""Where messages are written: one after another into a file, or each into a file of its own; whole or not at all."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import pyarrow as pa

from likewise.core.aside import appear, open_aside, partial_of, remove
from likewise.core.faults import writing
from likewise.errors import SourceError
from likewise.industries.finance.messages.groups import Groups
from likewise.industries.finance.messages.pieces import bytes_of, ends_of


@dataclass(frozen=True)
class Written:
    """Say how many messages were written, and how many rows went into them."""

    messages: int = 0
    rows: int = 0

    def __add__(self, other: Written) -> Written:
        return Written(self.messages + other.messages, self.rows + other.rows)


class Sink(Protocol):
    """Take messages: the text of each row, where messages begin and end among rows, and what they are called."""

    def put(self, texts: pa.Array, groups: Groups, names: pa.Array) -> None:
        """Write a block of messages."""


class _Together:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def put(self, texts: pa.Array, groups: Groups, names: pa.Array) -> None:
        self._stream.write(bytes_of(texts).data)


class _Apart:
    def __init__(self, folder: Path, suffix: str) -> None:
        self._folder, self._suffix = folder, suffix

    def put(self, texts: pa.Array, groups: Groups, names: pa.Array) -> None:
        written, ends = bytes_of(texts).tobytes(), ends_of(texts) - ends_of(texts)[0]
        begins, closes = ends[groups.starts].tolist(), ends[groups.ends + 1].tolist()
        for name, begin, end in zip(names.to_pylist(), begins, closes, strict=True):
            (self._folder / f"{name}{self._suffix}").write_bytes(written[begin:end])


@contextmanager
def sink(path: str | Path, suffix: str, *, split: bool) -> Iterator[Sink]:
    """Open a file that takes all messages, or, with `split`, a new folder with a file for each.

    What is written appears when the block ends well, all at once. Raises SourceError where it cannot be written.
    """
    place = Path(path)
    if not split:
        with open_aside(place) as stream:
            yield _Together(stream)
        return
    with writing(place):
        if place.exists() and not place.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "not a folder")
        if place.exists() and any(place.iterdir()):
            raise SourceError("source.folder-not-empty", f"`{place}` is there and not empty", where=str(place),
                              hint="name a new folder: nothing in a folder is ever written over")  # fmt: skip
        partial = partial_of(place)
        partial.mkdir()
        try:
            yield _Apart(partial, suffix)
            appear(partial, place)
        except BaseException:
            remove(partial)
            raise
