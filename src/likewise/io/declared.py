"""Reading for privacy: what is decided follows from names and header alone, and no row changes how another is read.

`read_source` finds delimiter, quotes and encoding by looking at the rows, stops at one that does not fit, and lets a
quote that is not closed take in the lines after it. Each of these tells of one row in how others come out, or in an
error.
"""

from __future__ import annotations

import codecs
import csv
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.faults import reading
from likewise.errors import SourceError
from likewise.io.compression import decompress
from likewise.io.format import DATABASES, DELIMITERS, SUFFIXES, TEXTUAL, Form, Format, split_suffixes
from likewise.io.source import ReadOptions, Source, form_of, read_source, safe_name, without_twins
from likewise.io.text import codec_of
from likewise.privacy.contract import texts_of_cells

WIDE = ("utf-16", "utf-32")
"""Encodings whose line ends are not the single bytes of ASCII."""


def read_declared(source: str | Path, names: Sequence[str], *, options: ReadOptions | None = None) -> Source:
    """Read a source whose columns are declared, so that each row is read by itself.

    Of delimited text every line is a row, and one with too many or too few cells or with unmatched quotes is none: so a
    record over several lines is left out, rather than that it counts as many rows or takes in those of others. The
    delimiter is the one that makes the header hold most of `names`, else most cells; without a header (`header=False`)
    they are the names, in order, and the delimiter is the one that is given, else that of the suffix. Text is in UTF-8
    where no other encoding is given; cells that are not are missing. JSON objects give the columns that are in `names`;
    a broken line is a row of missing cells. Cells of Excel and SQLite are read by their own type alone; other formats
    keep their types. Format and compression of text are those of the file's name. Raises SourceError for what
    is no such source at all, such as a JSON array that is broken somewhere, never for a line.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "people.csv"
    >>> _ = path.write_text('age;sex\\n31;F\\n"44;M\\n52;F\\n')
    >>> read_declared(path, ["age", "sex"]).table.to_pylist()
    [{'age': '31', 'sex': 'F'}, {'age': '52', 'sex': 'F'}]
    """
    chosen = options or ReadOptions()
    text = str(source)
    stem, suffix, compression = split_suffixes(text)
    if text == "-":
        path, stem, form = Path("stdin"), "stdin", chosen.format or "csv"
        data = sys.stdin.buffer.read()
    else:
        path = Path(source).expanduser()
        if "://" in text:
            return _database(text, chosen)
        if path.is_dir():
            return read_source(source, options=chosen)
        with reading(path):
            data = path.read_bytes()
            named = SUFFIXES.get(suffix)  # the first bytes may be those of a row
            form = chosen.format or (named if named in TEXTUAL else form_of(path, suffix, data[:16]))
    if form in DATABASES:
        return _database(f"{form}:///{path}", chosen)
    if form == "excel":
        return _sheet(data, path, names, chosen)
    if form not in TEXTUAL:
        return read_source(path, options=chosen)
    if compression:
        data = decompress(data, compression, path)
    table, written = _read(data, path, form, names, chosen)
    changes = {"compression": compression, "suffix": suffix}
    return Source(without_twins(table, path), safe_name(stem), written.model_copy(update=changes))


def _database(url: str, options: ReadOptions) -> Source:
    from likewise.io.sql import read_url

    table, name, written = read_url(url, table=options.table, query=options.query, by_cell=True)
    return Source(without_twins(table, written.form), safe_name(name), written)


def _sheet(data: bytes, path: Path, names: Sequence[str], options: ReadOptions) -> Source:
    """Return the rows of a sheet in which there is anything; cells beside the columns are left out."""
    from likewise.io.excel import read_sheet, titles

    title, rows = read_sheet(data, path, options.sheet)
    filled = [row for row in rows if any(cell is not None for cell in row)]
    columns = _listed(names, path)
    if options.header is not False:
        columns, filled = titles(filled[0] if filled else ()), filled[1:]
    cells = [[_day(row[i]) if i < len(row) else None for row in filled] for i in range(len(columns))]
    table = pa.Table.from_arrays([texts_of_cells(column) for column in cells], names=[*columns])
    written = Format(form="excel", sheet=title, header=options.header is not False)
    return Source(without_twins(table, path), safe_name(path.stem), written)


def _day(cell: Any) -> Any:
    """Return a moment at midnight, as which Excel keeps dates, as the date."""
    return cell.date() if isinstance(cell, datetime) and cell.time() == time() else cell


def _listed(names: Sequence[str], path: Path) -> Sequence[str]:
    """Return the names of columns. Raises SourceError where there are none, and nothing else that tells of them."""
    if not names:
        raise SourceError("source.no-names", "nothing but the rows tells which columns there are", where=str(path),
                          hint="list the columns in the contract")  # fmt: skip
    return names


def _read(data: bytes, path: Path, form: Form, names: Sequence[str], options: ReadOptions) -> tuple[pa.Table, Format]:
    headed = form == "csv" and options.header is not False
    text, encoding = _as_utf8(data, path, options.encoding, marked=headed)
    if form != "csv":
        return _objects(text, path, form, _listed(names, path)), Format(form=form)
    promised = DELIMITERS.get(split_suffixes(path)[1])
    if headed:
        text = text.lstrip(b"\r\n")
        if not text:
            raise SourceError("source.empty", f"`{path}` is empty", where=str(path),
                              hint="a table needs at least a line of column names")  # fmt: skip
        first, newline = _first_line(text)
        delimiter, columns = _header(first, path, names, options, promised)
        text = text[len(first) + len(newline) :]
    else:  # the first line is a row, and decides nothing
        newline, delimiter, columns = b"\n", options.delimiter or promised or ",", [*_listed(names, path)]
    written = {"form": "csv", "delimiter": delimiter, "encoding": encoding, "newline": newline.decode(),
               "header": headed}  # fmt: skip
    return _rows(_lines(text, newline), delimiter, columns), Format.model_validate(written)


def _as_utf8(data: bytes, path: Path, encoding: str | None, *, marked: bool) -> tuple[bytes, str]:
    """Return text as UTF-8, line by line where it can be: bytes that fit no encoding spoil their own line alone.

    Its first bytes tell the encoding where they are `marked`, as those of a header are. Raises SourceError for
    encodings in which a line could hide the end of another.
    """
    marks = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    told = next((name for mark, name in marks.items() if marked and data.startswith(mark)), "utf-8")
    named = codec_of(encoding) if encoding is not None else told
    if not named.startswith(WIDE) and not _keeps_ascii(named):
        raise SourceError("source.encoding", f"lines in {named} cannot be told apart by themselves", where=str(path),
                          hint="convert the file to UTF-8")  # fmt: skip
    data = data.removeprefix(codecs.BOM_UTF8)
    if named in ("utf-8", "utf-8-sig"):
        return data, named
    if named.startswith(WIDE):
        return data.decode(named, errors="replace").removeprefix("\ufeff").encode(errors="replace"), named
    lines = (line.decode(named, errors="replace").encode(errors="replace") for line in data.split(b"\n"))
    return b"\n".join(lines), named


def _keeps_ascii(encoding: str) -> bool:
    """Return whether all of ASCII means itself in an encoding, so that no other bytes are the end of a line."""
    plain = bytes(range(128))
    try:
        return plain.decode(encoding) == plain.decode("ascii")
    except (UnicodeError, LookupError):
        return False


def _first_line(text: bytes) -> tuple[bytes, bytes]:
    """Return the first line, and how it ends."""
    ends = [place for mark in (b"\n", b"\r") if (place := text.find(mark)) >= 0]
    if not ends:
        return text, b"\n"
    end = min(ends)
    mark = b"\r\n" if text[end : end + 2] == b"\r\n" else text[end : end + 1]
    return text[:end], mark


def _header(
    first: bytes, path: Path, names: Sequence[str], options: ReadOptions, promised: str | None
) -> tuple[str, list[str]]:  # fmt: skip
    """Return the delimiter that makes the header hold most of the names, and the names in it."""
    known = {*names}
    read: dict[str, list[str]] = {}
    for delimiter in [options.delimiter] if options.delimiter else [*([promised] if promised else []), *",;\t|"]:
        cells = _cells(first, delimiter) or []
        if None in cells:
            raise SourceError("source.encoding", "the header is not in UTF-8", where=f"{path}:1",
                              hint="name the encoding the file is in, such as cp1252")  # fmt: skip
        read[delimiter] = [c.strip() if c is not None and c.strip() in known else str(c) for c in cells]
    found = max(read, key=lambda delimiter: (len(known & {*read[delimiter]}), len(read[delimiter])))
    if not read[found]:
        raise SourceError("source.header", "the quotes of the header do not match", where=f"{path}:1",
                          hint="write each column's name on the first line, in quotes or not")  # fmt: skip
    return found, read[found]


def _cells(line: bytes, delimiter: str) -> list[str | None] | None:
    """Return the cells of one line, None for those that are no UTF-8; None where its quotes do not match."""
    try:
        cells = next(csv.reader([line.decode(errors="surrogateescape")], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None
    return [cell if cell.isascii() or _is_text(cell) else None for cell in cells]


def _is_text(cell: str) -> bool:
    try:
        return bool(cell.encode())
    except UnicodeEncodeError:
        return False


def _lines(text: bytes, newline: bytes) -> pa.Array:
    """Return the lines that are not blank."""
    mark = b"\r" if newline == b"\r" else b"\n"
    lines = pc.split_pattern(pa.array([text], pa.large_binary()), mark).values
    if mark == b"\n":
        ended = pc.ends_with(lines, b"\r")
        lines = pc.if_else(ended, pc.binary_slice(lines, 0, -1), lines)
    return lines.filter(pc.greater(pc.binary_length(lines), 0))


def _rows(lines: pa.Array, delimiter: str, names: Sequence[str]) -> pa.Table:
    """Return the cells of lines as a table of strings; a line that has not one cell for each column is none."""
    width = len(names)
    quoted = np.asarray(pc.match_substring(lines, b'"'))
    split = pc.split_pattern(lines.filter(pa.array(~quoted)), delimiter.encode())
    fits = np.asarray(pc.equal(pc.list_value_length(split), width))
    plain = split.filter(pa.array(fits)).flatten()
    parsed = [_cells(line, delimiter) for line in lines.filter(pa.array(quoted)).to_pylist()]
    whole = [cells for cells in parsed if cells is not None and len(cells) == width]
    are_whole = np.array([cells is not None and len(cells) == width for cells in parsed], dtype=bool)
    order = pa.array(np.argsort(np.concatenate([np.flatnonzero(~quoted)[fits], np.flatnonzero(quoted)[are_whole]])))
    columns = []
    for i in range(width):
        own = _strings(plain.take(pa.array(np.arange(i, len(plain), width))))
        odd = pa.array([row[i] for row in whole], pa.large_string())
        columns.append(pa.concat_arrays([own, odd]).take(order))
    return pa.Table.from_arrays(columns, names=[*names])


def _strings(cells: pa.Array) -> pa.Array:
    """Return bytes as strings, null where they are no UTF-8."""
    try:
        return cells.cast(pa.large_string())
    except pa.ArrowInvalid:
        texts = (cell.decode(errors="surrogateescape") for cell in cells.to_pylist())
        return pa.array([text if _is_text(text) or not text else None for text in texts], pa.large_string())


def _objects(text: bytes, path: Path, form: Form, names: Sequence[str]) -> pa.Table:
    """Return the declared fields of JSON objects as strings; what is no object has none."""
    rows: Iterable[Any]
    if form == "json" and text.lstrip().startswith(b"["):
        rows = _parsed(text)
        if rows is None:
            raise SourceError("source.not-json", f"`{path}` is not JSON", where=str(path),
                              hint="write one object a line: then one that is broken spoils itself alone")  # fmt: skip
    else:
        rows = (_parsed(line) for line in text.split(b"\n") if line.strip())
    objects = [row if isinstance(row, dict) else {} for row in rows]
    return pa.table({name: pa.array([_text(o.get(name)) for o in objects], pa.large_string()) for name in names})


def _parsed(text: bytes) -> Any:
    """Return what JSON holds, its numbers as they are written; None where it is none."""
    try:
        return json.loads(text.decode(errors="surrogateescape"), parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None


def _text(value: Any) -> str | None:
    """Return a value of JSON as a cell: none of a list, an object, or a text that has half a character."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) and (not value or _is_text(value)) else None
