"""Writing: block after block, whole or not at all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import pyarrow as pa

from likewise.core.aside import open_aside
from likewise.core.faults import writing
from likewise.errors import SourceError
from likewise.io.cells import without_tensors
from likewise.io.compression import compressed
from likewise.io.format import DATABASES, TENSORS, Format, format_of

Write = Callable[[pa.Table], None]


class Sink:
    """Take blocks of rows, and keep all of them when the `with` block ends well and none when it does not.

    An older file stays as it was until then. `rows` counts what was written so far.
    """

    def __init__(
        self,
        place: str,
        writer: AbstractContextManager[Write],
        *,
        tensors: bool = False,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        self.place, self.rows, self._tensors, self._metadata = place, 0, tensors, metadata
        self._writer = writer
        self._write: Write = _closed
        self._schema: pa.Schema | None = None

    def __enter__(self) -> Self:
        self._write = self._writer.__enter__()
        return self

    def write(self, table: pa.Table) -> None:
        """Append a block; the first block decides the columns and their types."""
        table = table if self._tensors else without_tensors(table)
        if self._schema is None:
            self._schema = table.schema.with_metadata(dict(self._metadata) if self._metadata else None)
        if table.column_names != self._schema.names:
            raise SourceError("source.columns", "a block has other columns than the first one", where=self.place,
                              hint="write all blocks with the same columns in the same order")  # fmt: skip
        try:
            self._write(table.cast(self._schema))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
            # Arrow's own words can hold values of the columns.
            raise SourceError("source.types", "the columns have types that cannot be stored here", where=self.place,
                              hint="give all blocks the same types, or choose another format") from None  # fmt: skip
        self.rows += table.num_rows

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        self._write = _closed
        if kind is None and self._schema is None:
            fault = SourceError("source.nothing-written", "no table was written", where=self.place,
                                hint="write at least one block; it may have 0 rows")  # fmt: skip
            if not self._writer.__exit__(type(fault), fault, None):
                raise fault
        return self._writer.__exit__(kind, fault, trace)


def open_sink(
    path_or_url: str | Path,
    *,
    format: Format | None = None,
    replace: bool = False,
    metadata: Mapping[str, str] | None = None,
) -> Sink:
    """Open a file, a database table by URL, or CSV on standard output (`-`) for writing in blocks.

    The suffix chooses the format; `format`, that of a source, adds the details (delimiter, quotes, encoding, types of
    a database) where they fit. A file is replaced at the end, in one step; a table of a database is written in one
    transaction and only replaced when `replace` is true. `metadata` go into Parquet and Arrow files. Memory stays that
    of one block. Raises SourceError.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "ages.csv"
    >>> with open_sink(path) as sink:
    ...     sink.write(pa.table({"age": [31, 45]}))
    >>> path.read_text()
    'age\\n31\\n45\\n'
    """
    text = str(path_or_url)
    if text == "-":
        like = format if format is not None and format.form == "csv" else Format(form="csv")
        return Sink("standard output", _to_stdout(like.model_copy(update={"compression": None})))
    if isinstance(path_or_url, str) and "://" in text:
        from likewise.io.sql import masked, sql_writer

        return Sink(masked(text), sql_writer(text, format, replace=replace))
    path = Path(path_or_url).expanduser()
    form = format_of(path_or_url, format)
    if form.form in DATABASES:
        from likewise.io.sql import sql_writer

        return Sink(str(path), sql_writer(f"{form.form}:///{path}#{path.stem}", form, replace=replace))
    if form.form == "folder":
        from likewise.io.folder import folder_writer

        return Sink(str(path), folder_writer(path, animations=form.codec == "gif"), tensors=True)
    if form.form == "idx":
        from likewise.io.idx import idx_writer

        return Sink(str(path), idx_writer(path), tensors=True)
    if form.form in ("ocel", "ocel-sqlite"):
        from likewise.io.ocel.writer import ocel_writer

        return Sink(str(path), ocel_writer(path, form))
    return Sink(str(path), _to_file(path, form), tensors=form.form in TENSORS, metadata=metadata)


class _Left(Exception):
    """Leave a place as it was."""


def check_sink(
    path_or_url: str | Path, *, format: Format | None = None, replace: bool = False, rows: pa.Table | None = None
) -> None:
    """Open a place as for writing and leave it as it is; nothing is opened for standard output (`-`).

    `rows`, none or some, are of the columns that are to be written. Raises the SourceError that writing would begin
    with.

    >>> check_sink("nowhere/ages.csv")
    Traceback (most recent call last):
    likewise.errors.SourceError: error[source.no-such-folder]: there is no folder `nowhere` to write into
      at nowhere/ages.csv
      hint: make it first: mkdir -p nowhere
    """
    if str(path_or_url) == "-":
        return
    with suppress(_Left), open_sink(path_or_url, format=format, replace=replace) as sink:
        if rows is not None:
            sink.write(rows)
        raise _Left


def _closed(table: pa.Table) -> None:
    raise SourceError("source.closed", "the sink is not open", hint="write inside `with open_sink(...) as sink:`")


@contextmanager
def _to_file(path: Path, form: Format) -> Iterator[Write]:
    with open_aside(path) as file, compressed(file, form.compression) as stream, _writer(stream, form, path) as write:
        yield write


@contextmanager
def _to_stdout(form: Format) -> Iterator[Write]:
    with writing(Path("standard output")):
        with _writer(sys.stdout.buffer, form, Path("-")) as write:
            yield write
        sys.stdout.buffer.flush()


def _writer(stream: BinaryIO, form: Format, path: Path) -> AbstractContextManager[Write]:
    if form.form == "csv":
        from likewise.io.csv import csv_writer

        return csv_writer(stream, form, path)
    if form.form == "parquet":
        from likewise.io.parquet import parquet_writer

        return parquet_writer(stream, form)
    if form.form == "arrow":
        from likewise.io.arrow import arrow_writer

        return arrow_writer(stream, form)
    if form.form == "excel":
        from likewise.io.excel import excel_writer

        return excel_writer(stream, form, path)
    if form.form == "npz":
        from likewise.io.npz import npz_writer

        return npz_writer(stream, path)
    if form.form == "xes":
        from likewise.io.xes.writer import xes_writer

        return xes_writer(stream, path)
    from likewise.io.json import json_writer

    return json_writer(stream, form)
