"""Delimited text: CSV, TSV and their relatives. Every cell is read as the text that was written."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.errors import SourceError
from likewise.io.cells import as_text
from likewise.io.dialect import Dialect, find_dialect
from likewise.io.format import Format
from likewise.io.text import to_utf8

_BLOCK = 1 << 24
_ROWS = 1 << 16
_LARGEST = (1 << 31) - 1
_NUL = b"\xff"
"""A byte that UTF-8 never has: Arrow overlooks delimiters, quotes and line ends in the bytes that follow a zero."""


def read_csv(
    data: bytes,
    path: Path,
    *,
    delimiter: str | None = None,
    header: bool | None = None,
    encoding: str | None = None,
    prefer: str | None = None,
) -> tuple[pa.Table, Format]:
    """Read delimited text into string columns, and say how it was written.

    Nothing is inferred: `007`, `1.50` and ` ?` keep their writing, an empty cell is "". Without a header the columns
    are called column_1, column_2, ... Raises SourceError for empty text, names that come twice, rows with too many or
    too few cells, and quotes that are not closed, each with its line.
    """
    utf8, found = to_utf8(data, path, encoding)
    text = utf8.lstrip(b"\r\n")
    if not text.strip(b" \r\n"):
        raise SourceError("source.empty", f"`{path}` is empty", where=str(path),
                          hint="a table needs at least a line of column names")  # fmt: skip
    skipped = utf8[: len(utf8) - len(text)].count(b"\n")
    dialect = find_dialect(text, delimiter=delimiter, header=header, prefer=prefer)
    names = _names(dialect, f"{path}:{skipped + 1}")
    try:
        table = _with_zeros(text, dialect, names) if b"\0" in text else _parse(text, dialect, names, pa.string())
    except pa.ArrowInvalid:
        raise _fault(text, dialect, len(names), path, skipped) from None
    if text.count(b'"') % 2:
        _check_quotes(text, dialect, path, skipped)
    written = Format(
        form="csv", delimiter=dialect.delimiter, encoding=found, newline=dialect.newline, header=dialect.header,
        quoted=tuple(names[i] for i in dialect.quoted), quoted_header=dialect.quoted_header,
    )  # fmt: skip
    return table, written


def _names(dialect: Dialect, where: str) -> list[str]:
    if not dialect.header:
        return [f"column_{i + 1}" for i in range(len(dialect.first))]
    twice = [name for name, count in Counter(dialect.first).items() if count > 1]
    if twice:
        listed = ", ".join(f"`{name}`" if name else "(no name)" for name in twice[:12])
        raise SourceError("source.duplicate-columns", f"column names come more than once: {listed}", where=where,
                          hint="give each column a name of its own, or say that there is no header")  # fmt: skip
    return list(dialect.first)


def _with_zeros(text: bytes, dialect: Dialect, names: Sequence[str]) -> pa.Table:
    """Parse text that holds zero bytes, which stand aside meanwhile."""
    table = _parse(text.replace(b"\0", _NUL), dialect, names, pa.binary())
    columns = [pc.replace_substring(column, _NUL, b"\0").cast(pa.string()) for column in table.columns]
    return pa.table(columns, names=list(names))


def _parse(text: bytes, dialect: Dialect, names: Sequence[str], form: pa.DataType) -> pa.Table:
    from pyarrow import csv as arrow_csv

    if not text.endswith((b"\n", b"\r")):
        text += b"\n"
    lone = len(names) == 1
    if lone:  # an empty line is a missing value of a lone column, but not at the end of the file
        text = text.rstrip(b"\r\n") + b"\n"
    block = _BLOCK
    while True:
        try:
            return arrow_csv.read_csv(
                pa.BufferReader(text),
                read_options=arrow_csv.ReadOptions(
                    column_names=list(names), skip_rows_after_names=int(dialect.header), block_size=block
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=dialect.delimiter, newlines_in_values=b'"' in text, ignore_empty_lines=not lone
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, form), strings_can_be_null=False
                ),
            )
        except pa.ArrowInvalid as fault:
            if "straddling" not in str(fault) or block >= min(len(text), _LARGEST):
                raise
            block = min(block * 8, _LARGEST)


def _records(text: bytes, delimiter: str, *, strict: bool) -> Iterator[tuple[int, list[str]]]:
    """Yield the line that each record begins on, from 1, and its cells."""
    lines = io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", newline="")
    reader = csv.reader(lines, delimiter=delimiter, strict=strict)
    while True:
        start = reader.line_num + 1
        try:
            yield start, next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise _OpenQuoteError(start) from None


class _OpenQuoteError(Exception):
    """Carry the line of the record whose quotes do not match."""

    def __init__(self, line: int) -> None:
        self.line = line


def _check_quotes(text: bytes, dialect: Dialect, path: Path, skipped: int) -> None:
    """Raise SourceError when a quoted cell is not closed; a mark in a bare cell (5" pipe) is no quote."""
    try:
        for _ in _records(text, dialect.delimiter, strict=True):
            pass
    except _OpenQuoteError as fault:
        raise SourceError(
            "source.open-quote",
            "a quoted cell is not closed where it should be",
            where=f"{path}:{fault.line + skipped}",
            hint='close it with ", and write a quote inside a quoted cell twice: ""',
        ) from None


def _fault(text: bytes, dialect: Dialect, width: int, path: Path, skipped: int) -> SourceError:
    """Return the error that names the rows that have too many or too few cells."""
    if b'"' in text:
        try:
            _check_quotes(text, dialect, path, skipped)
        except SourceError as fault:
            return fault
    ragged = [
        (line + skipped, len(row))
        for line, row in _records(text, dialect.delimiter, strict=False)
        if len(row) != width and row
    ]
    if not ragged:
        return SourceError("source.unreadable", f"`{path}` cannot be read as delimited text", where=str(path),
                           hint="name its delimiter and encoding")  # fmt: skip
    listed = ", ".join(f"line {line} has {cells}" for line, cells in ragged[:3])
    more = ", ..." if len(ragged) > 3 else ""
    rows = "row has" if len(ragged) == 1 else "rows have"
    widths = {cells for _, cells in ragged}
    hint = "put quotes around cells that hold the delimiter, or name the delimiter the file uses"
    if widths == {width + 1}:
        hint = f"the first line may lack one name; or {hint}"
    return SourceError("source.ragged", f"{len(ragged):,} {rows} not {width} cells: {listed}{more}",
                       where=f"{path}:{ragged[0][0]}", hint=hint)  # fmt: skip


@contextmanager
def csv_writer(stream: BinaryIO, form: Format, path: Path) -> Iterator[Callable[[pa.Table], None]]:
    """Yield a function that appends a block of rows as text; a missing value and "" are both an empty cell.

    Quotes stand only where they are needed, or on the columns that `form.quoted` names.
    """
    encoder = codecs.getincrementalencoder(form.encoding)()
    begun = False

    def put(utf8: bytes) -> None:
        if form.encoding == "utf-8":
            stream.write(utf8)
            return
        try:
            stream.write(encoder.encode(utf8.decode()))
        except UnicodeEncodeError:
            raise SourceError("source.encoding", f"some characters have no place in the encoding {form.encoding}",
                              where=str(path), hint="write utf-8 instead") from None  # fmt: skip

    def write(block: pa.Table) -> None:
        nonlocal begun
        if not begun and form.header:
            names = [pa.chunked_array([pa.array([n], pa.string())]) for n in block.column_names]
            put(_lines(names, [form.quoted_header] * len(names), form))
        begun = True
        always = [name in form.quoted for name in block.column_names]
        for start in range(0, block.num_rows, _ROWS):
            put(_lines(block.slice(start, _ROWS).columns, always, form))

    yield write


def _lines(columns: Sequence[pa.ChunkedArray], always: Sequence[bool], form: Format) -> bytes:
    """Return rows as UTF-8 text."""
    lone = len(columns) == 1
    cells = [_quoted(as_text(c), q, form.delimiter, lone) for c, q in zip(columns, always, strict=True)]
    joined = pc.binary_join_element_wise(*cells, pa.scalar(form.delimiter, pa.large_string()))
    end = pa.scalar("", pa.large_string())
    lines = pc.binary_join_element_wise(joined, end, pa.scalar(form.newline, pa.large_string()))
    _, offsets, data = lines.buffers()
    bounds = np.frombuffer(offsets, dtype=np.int64)[lines.offset : lines.offset + len(lines) + 1]
    return bytes(memoryview(data)[bounds[0] : bounds[-1]])


def _quoted(cells: pa.Array, always: bool, delimiter: str, lone: bool) -> pa.Array:
    """Put quotes around the cells that need them; nulls become empty cells."""
    cells = pc.fill_null(cells, "")
    data = cells.buffers()[2]
    held = data.to_pybytes() if data is not None else b""
    marks = [m for m in ('"', delimiter, "\n", "\r", "\ufeff") if m.encode() in held]
    if not (marks or always or lone):
        return cells
    need = pc.not_equal(cells, "") if always else pa.repeat(False, len(cells))
    for mark in marks:
        need = pc.or_(need, pc.match_substring(cells, mark))
    if lone:
        need = pc.or_(need, pc.equal(cells, ""))
    inner = pc.replace_substring(cells, '"', '""') if '"' in marks else cells
    mark = pa.scalar('"', pa.large_string())
    wrapped = pc.binary_join_element_wise(mark, inner, mark, pa.scalar("", pa.large_string()))
    return pc.if_else(need, wrapped, cells)
