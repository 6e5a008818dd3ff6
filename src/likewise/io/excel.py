"""Excel workbooks (.xlsx); needs the extra `excel`."""

from __future__ import annotations

import io
import math
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, time
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from likewise.core.extras import require
from likewise.errors import SourceError, suggest
from likewise.io.cells import cell_text, plain
from likewise.io.dialect import has_header
from likewise.io.format import Format

_ROWS = 1_048_576
_CHARACTERS = 32_767
_EPOCH = datetime(1980, 1, 1)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def read_excel(
    data: bytes, path: Path, *, sheet: str | None = None, header: bool | None = None
) -> tuple[pa.Table, Format]:
    """Read one sheet, the first if none is named; formulas give the values that Excel last kept for them.

    A column of one type keeps it; a column that mixes types becomes strings. Raises SourceError for a sheet that is
    not there, names that come twice, and a damaged or locked file.
    """
    title, rows = read_sheet(data, path, sheet)
    table, named = _table(rows, path, title, header)
    return table, Format(form="excel", sheet=title, header=named)


def read_sheet(data: bytes, path: Path, sheet: str | None = None) -> tuple[str, list[list[Any]]]:
    """Return the title of a sheet, the first if none is named, and its rows as Python values. Raises SourceError."""
    openpyxl = require("openpyxl", extra="excel")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of features that hold no data, such as styles
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            names = [s.title for s in book.worksheets]
            if sheet is not None and sheet not in names:
                raise SourceError("source.unknown-sheet", f"there is no sheet `{sheet}` in `{path}`", where=str(path),
                                  hint=suggest(sheet, names, "sheet"))  # fmt: skip
            found = book[sheet] if sheet is not None else book.worksheets[0]
            found.reset_dimensions()
            rows = [list(row) for row in found.iter_rows(values_only=True)]
            book.close()
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, SyntaxError):
        raise SourceError("source.damaged", f"`{path}` is no Excel workbook, or one with damage in it",
                          where=str(path), hint="open it in Excel and save it anew as .xlsx") from None  # fmt: skip
    return found.title, rows


def _table(rows: list[list[Any]], path: Path, sheet: str, header: bool | None) -> tuple[pa.Table, bool]:
    filled = [i for i, row in enumerate(rows) if any(v is not None for v in row)]
    if not filled:
        raise SourceError("source.empty", f"the sheet `{sheet}` of `{path}` is empty", where=f"{path} ({sheet})",
                          hint="name another sheet")  # fmt: skip
    rows = rows[filled[0] : filled[-1] + 1]
    width = max(i + 1 for row in rows for i, v in enumerate(row) if v is not None)
    rows = [(row + [None] * width)[:width] for row in rows]
    if header is None:
        header = has_header([["" if v is None else cell_text(v) for v in row] for row in rows[:400]])
    names = [f"column_{i + 1}" for i in range(width)]
    if header:
        names = titles(rows[0])
        twice = [name for name, count in Counter(names).items() if count > 1]
        if twice:
            listed = ", ".join(f"`{name}`" for name in twice[:12])
            raise SourceError("source.duplicate-columns", f"column names come more than once: {listed}",
                              where=f"{path} ({sheet}, row {filled[0] + 1})",
                              hint="give each column a name of its own")  # fmt: skip
    body = rows[1:] if header else rows
    columns = zip(*body, strict=True) if body else [()] * width
    return pa.table([_column(list(c)) for c in columns], names=names), header


def titles(row: Sequence[Any]) -> list[str]:
    """Return the names of columns that a row of cells holds; a column without one is named by its place."""
    return [f"column_{i + 1}" if v is None else cell_text(v) for i, v in enumerate(row)]


def _column(values: Sequence[Any]) -> pa.Array:
    types = {type(v) for v in values if v is not None}
    if types == {datetime} and all(v is None or v.time() == time() for v in values):
        return pa.array([None if v is None else v.date() for v in values], pa.date32())
    if not types:
        return pa.array(values, pa.string())
    if len(types) == 1 or types == {int, float}:
        try:
            return pa.array(values)
        except (pa.ArrowInvalid, OverflowError):
            pass
    return pa.array([None if v is None else cell_text(v) for v in values], pa.string())


@contextmanager
def excel_writer(stream: BinaryIO, form: Format, path: Path) -> Iterator[Callable[[pa.Table], None]]:
    """Yield a function that appends a block of rows to one sheet; equal rows give equal bytes.

    Texts are never taken for formulas. Raises SourceError where a sheet cannot hold the data: more than 1,048,576
    rows, texts over 32,767 characters, control characters.
    """
    openpyxl = require("openpyxl", extra="excel")
    cells = require("openpyxl.cell", extra="excel")
    book = openpyxl.Workbook(write_only=True)
    book.properties.created = _EPOCH
    sheet = book.create_sheet(form.sheet or "Sheet1")
    rows = 0

    def cell(value: Any) -> Any:
        known = _excel_value(value, path)
        if isinstance(known, str):
            written = cells.WriteOnlyCell(sheet, value=known)
            written.data_type = "s"
            return written
        return known

    def write(block: pa.Table) -> None:
        nonlocal rows
        lines: list[Sequence[Any]] = [block.column_names] if rows == 0 and form.header else []
        lines += zip(*(plain(c).to_pylist() for c in block.columns), strict=True)
        rows += len(lines)
        if rows > _ROWS:
            raise SourceError("source.too-long", f"an Excel sheet holds at most {_ROWS:,} rows", where=str(path),
                              hint="write .csv or .parquet, or ask for fewer rows")  # fmt: skip
        for line in lines:
            sheet.append([cell(v) for v in line])

    try:
        yield write
    except BaseException:
        with suppress(ValueError, OSError, StopIteration):
            book.save(io.BytesIO())  # so that openpyxl closes and removes its own temporary files
        raise
    packed = io.BytesIO()
    book.save(packed)
    _without_clock(packed, stream)


def _excel_value(value: Any, path: Path) -> Any:
    """Return what a cell can hold for one value: times with a zone, nested values and bytes become text."""
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.isoformat(sep=" ")
    if isinstance(value, dict | list | bytes):
        value = cell_text(value)
    if isinstance(value, str):
        if len(value) > _CHARACTERS:
            raise SourceError("source.too-long", f"an Excel cell holds at most {_CHARACTERS:,} characters",
                              where=str(path), hint="write .csv or .parquet")  # fmt: skip
        if any(c < " " and c not in "\t\n\r" for c in value):
            raise SourceError("source.encoding", "an Excel cell cannot hold control characters", where=str(path),
                              hint="write .csv or .parquet")  # fmt: skip
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**15:
        return str(value)  # a cell keeps 15 digits
    return value


def _without_clock(packed: BinaryIO, stream: BinaryIO) -> None:
    """Copy a workbook without the time it was written at."""
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, _EPOCH.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
