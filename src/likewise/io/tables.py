"""Writing several tables: a folder with a file a table, whole or not at all."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyarrow as pa

from likewise.core.aside import appear, partial_of, remove, write_aside
from likewise.core.faults import writing
from likewise.errors import SourceError, suggest
from likewise.io.format import SUFFIXES, Form, format_of, split_suffixes
from likewise.io.sink import Sink, open_sink

WriteTo = Callable[[str, pa.Table], None]
"""Append a block of rows to a table by its name."""

FILES: dict[str, str] = {"csv": ".csv", "parquet": ".parquet", "jsonl": ".jsonl", "json": ".json", "arrow": ".arrow",
                         "excel": ".xlsx"}  # fmt: skip
"""The suffix of a table's file in a folder, by its format."""


@contextmanager
def open_tables(
    place: str | Path,
    tables: Sequence[str],
    *,
    format: str | None = None,
) -> Iterator[WriteTo]:
    """Yield a function that appends a block to one of `tables`, which are written in that order, one after another.

    `place` is a folder, which gets a file a table in `format` (`csv` where none is said), or, of one table, a file or
    standard output (`-`); databases are filled by `related.related_writer`. Nothing is there until all of it is. Raises
    SourceError where the place cannot be written.

    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp()) / "shop"
    >>> with open_tables(place, ["customers"]) as write:
    ...     write("customers", pa.table({"id": [1, 2]}))
    >>> [path.name for path in place.iterdir()]
    ['customers.csv']
    """
    text = str(place)
    form = _form_of(Path(text))
    if len(tables) == 1 and (text == "-" or form is not None):
        with open_sink(place) as sink:
            yield lambda _, block: sink.write(block)
        return
    if text == "-":
        raise SourceError("source.several-tables", f"{len(tables)} tables do not go to standard output as one",
                          hint="name a folder or a database, or choose one table with --tables")  # fmt: skip
    if form is not None:
        raise SourceError("source.several-tables", f"{len(tables)} tables do not fit into the file `{text}`",
                          where=text, hint=f"name a folder: -o {Path(text).with_suffix('')}/")  # fmt: skip
    with _folder(Path(text).expanduser(), tables, format or "csv") as write:
        yield write


def _form_of(path: Path) -> Form | None:
    """Return the format that a file's suffix says; None of a folder."""
    return SUFFIXES.get(split_suffixes(path)[1])


class Folder:
    """Take blocks of several tables in any order, and documents beside them."""

    def __init__(self, path: Path, tables: Sequence[str], suffix: str, opened: ExitStack) -> None:
        self._path, self._suffix, self._opened = path, suffix, opened
        self._sinks = {name: self._open(name) for name in tables}

    def _open(self, name: str) -> Sink:
        return self._opened.enter_context(open_sink(self._path / f"{name}{self._suffix}"))

    def write(self, name: str, block: pa.Table) -> None:
        """Append a block to one of the tables; one that was not named before begins with it."""
        if name not in self._sinks:
            self._sinks[name] = self._open(name)
        self._sinks[name].write(block)

    def put(self, name: str, text: str) -> None:
        """Write a document."""
        write_aside(self._path / name, text)


@contextmanager
def open_folder(place: str | Path, tables: Sequence[str], *, format: str | None = None) -> Iterator[Folder]:
    """Yield a new folder whose tables, a file each in `format` (`csv` where none is said), grow side by side.

    Each of them gets a block at least, of 0 rows perhaps. The folder appears when all is written. Memory is that of a
    block of each table. Raises SourceError where the place is no new folder.

    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp()) / "shop"
    >>> with open_folder(place, ["orders", "lines"]) as folder:
    ...     for order in (1, 2):
    ...         folder.write("orders", pa.table({"id": [order]}))
    ...         folder.write("lines", pa.table({"order": [order, order]}))
    ...     folder.put("README.md", "two orders")
    >>> sorted(path.name for path in place.iterdir())
    ['README.md', 'lines.csv', 'orders.csv']
    """
    path = Path(place).expanduser()
    if "://" in str(place) or str(place) == "-" or _form_of(path) is not None:
        raise SourceError("source.several-tables", f"{len(tables)} tables go into a folder, a file each",
                          where=str(place), hint="name a folder: -o bank/")  # fmt: skip
    with _aside(path, tables, format or "csv") as partial, ExitStack() as opened:
        yield Folder(partial, tables, FILES[format or "csv"], opened)


@contextmanager
def _folder(folder: Path, tables: Sequence[str], format: str) -> Iterator[WriteTo]:
    """Yield a function that appends a block to the file of a table, in a folder that appears when all is written."""
    with _aside(folder, tables, format) as partial, ExitStack() as opened:
        yield _one_after_another(partial, FILES[format], opened)


@contextmanager
def _aside(folder: Path, tables: Sequence[str], format: str) -> Iterator[Path]:
    """Yield a folder beside the place of another one, which it takes when the block ends well."""
    if format not in FILES:
        raise SourceError("source.unknown-format", f"no table is written as `{format}`", where=str(folder),
                          hint=suggest(format, tuple(FILES), "format"))  # fmt: skip
    odd = next((name for name in tables if not re.fullmatch(r"[^/\\\0]{1,200}", name) or name.startswith(".")), None)
    if odd is not None:
        raise SourceError("source.name", f"a table called `{odd}` has no file name", where=str(folder),
                          hint="name the table otherwise")  # fmt: skip
    with writing(folder):
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "not a folder")
        if folder.exists() and any(folder.iterdir()):
            raise SourceError("source.folder-not-empty", f"`{folder}` is there and not empty", where=str(folder),
                              hint="name a new folder: nothing in a folder is ever written over")  # fmt: skip
        partial = partial_of(folder)
        partial.mkdir()
    try:
        yield partial
        appear(partial, folder)
    except BaseException:
        remove(partial)
        raise


def _one_after_another(folder: Path, suffix: str, opened: ExitStack) -> WriteTo:
    """Return a function that keeps the file of the latest table open."""
    current: list[tuple[str, Sink]] = []

    def write(name: str, block: pa.Table) -> None:
        if not current or current[0][0] != name:
            opened.pop_all().close() if current else None
            current[:] = [(name, opened.enter_context(open_sink(folder / f"{name}{suffix}")))]
        current[0][1].write(block)

    return write


def is_text(place: str | Path, format: str | None) -> bool:
    """Return whether tables are written as texts, in the writing of their schemas, rather than as values."""
    if "://" in str(place):
        return False
    form = _form_of(Path(place))
    return (format or "csv") == "csv" if form is None else format_of(place, None).form == "csv"
