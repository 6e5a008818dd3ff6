"""Reading: one function for every kind of file, database table or stream."""

from __future__ import annotations

import re
import sys
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa
from pydantic import Field

from likewise.core.faults import reading
from likewise.core.spec import Spec
from likewise.errors import SourceError
from likewise.io.compression import compression_of, decompress
from likewise.io.format import (
    DATABASES,
    DELIMITERS,
    IDX,
    KNOWN,
    LOGS,
    NAMES,
    PACKED,
    SUFFIXES,
    TEXTUAL,
    Form,
    Format,
    split_suffixes,
)  # fmt: skip

_MAGIC: tuple[tuple[bytes, Form], ...] = (
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"\xff\xff\xff\xff", "arrow"),
    (b"PK\x03\x04", "excel"),
    (b"SQLite format 3\x00", "sqlite"),
)
_UNSAFE = re.compile(r"[^\w.+-]+")


class ReadOptions(Spec):
    """Say what cannot or should not be found by looking; whatever is None is found.

    `format` is what the content is whatever the name says, `sheet` one of a workbook's, `table` one of a database's,
    `query` an SQL query. Files of a folder that are damaged, or that its `metadata.csv` names in vain, stop the
    reading, or are left out with their rows where `damaged` is `skip`.
    """

    format: Form | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    encoding: str | None = None
    header: bool | None = None
    sheet: str | None = None
    table: str | None = None
    query: str | None = None
    damaged: Literal["refuse", "skip"] = "refuse"


@dataclass(frozen=True, slots=True)
class Source:
    """Hold what was read: the raw table, a name that is safe in a file name, and how it was written.

    `notes` say what was left out.
    """

    table: pa.Table
    name: str
    format: Format
    notes: tuple[str, ...] = ()


def read_source(source: str | Path, *, options: ReadOptions | None = None) -> Source:
    """Read a file, a database table by URL, or CSV from standard input (`-`).

    Cells of CSV and TSV are all strings, as they are written; other formats keep their types. Delimiter, encoding,
    header and compression are found, and can be set in `options`. A table of column names alone has 0 rows. Raises
    SourceError, which says where and what to do, for whatever cannot be read; warns of files that were left out.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "towns.csv"
    >>> _ = path.write_text("zip;city\\n01067;Dresden\\n")
    >>> read_source(path).table.to_pylist()
    [{'zip': '01067', 'city': 'Dresden'}]
    """
    chosen = options or ReadOptions()
    text = str(source)
    if text == "-":
        return _read_bytes(sys.stdin.buffer.read(), Path("stdin"), "csv", chosen)
    if isinstance(source, str) and "://" in source:
        from likewise.io.sql import read_url

        table, name, written = read_url(source, table=chosen.table, query=chosen.query)
        return Source(without_twins(table, written.form), safe_name(name), written)
    return _read_path(Path(source).expanduser(), chosen)


def _read_path(path: Path, options: ReadOptions) -> Source:
    stem, suffix, _ = split_suffixes(path)
    arrays = _read_arrays(path, options)
    if arrays is not None:
        return arrays
    with reading(path):
        with path.open("rb") as stream:
            head = stream.read(16)
        if not head:
            raise SourceError("source.empty", f"`{path}` is empty", where=str(path),
                              hint="a table needs at least a line of column names")  # fmt: skip
        form = options.format or form_of(path, suffix, head)
        if form in LOGS or (form in ("json", "sqlite") and options.table is options.query is None):
            from likewise.io.logs import read_events

            log = read_events(path, form)
            if log is not None:
                return log
        if form in DATABASES:
            from likewise.io.sql import read_url

            url = f"{form}:///{path}"
            table, name, written = read_url(url, table=options.table, query=options.query)
            return Source(table, safe_name(name), written.model_copy(update={"suffix": suffix}))
        if form == "parquet":
            from likewise.io.parquet import read_parquet

            table, written = read_parquet(path)
        elif form == "arrow":
            from likewise.io.arrow import read_arrow

            table, written = read_arrow(path)
        else:
            return _read_bytes(path.read_bytes(), path, form, options)
    return Source(without_twins(table, path), safe_name(stem), written.model_copy(update={"suffix": suffix}))


def _read_arrays(path: Path, options: ReadOptions) -> Source | None:
    """Read what holds pictures, sounds and arrays rather than a table; None where it is something else."""
    stem, suffix, _ = split_suffixes(path)
    if path.is_dir():
        from likewise.io.folder import read_folder

        table, written, notes = read_folder(path, damaged=options.damaged)
        for note in notes:
            warnings.warn(note, UserWarning, stacklevel=4)
        return Source(without_twins(table, path), safe_name(path.resolve().name), written, notes)
    if not path.is_file():
        return None
    named = IDX.match(path.name)
    if named and options.format in (None, "idx"):
        from likewise.io.idx import read_idx

        with reading(path):
            table, written = read_idx(path)
        return Source(table, safe_name(named[1] or "images"), written)
    if (options.format or SUFFIXES.get(suffix)) == "npz" and path.stat().st_size:
        from likewise.io.npz import read_npz

        with reading(path):
            table, written = read_npz(path)
        return Source(without_twins(table, path), safe_name(stem), written.model_copy(update={"suffix": suffix}))
    return None


def _read_bytes(data: bytes, path: Path, form: Form, options: ReadOptions) -> Source:
    """Read the formats that are text or small: CSV, JSON and Excel."""
    stem, suffix, _ = split_suffixes(path)
    compression = compression_of(data) if form in TEXTUAL else None
    if compression:
        data = decompress(data, compression, path)
    if form == "csv":
        from likewise.io.csv import read_csv

        table, written = read_csv(
            data, path, delimiter=options.delimiter, header=options.header, encoding=options.encoding,
            prefer=DELIMITERS.get(suffix),
        )  # fmt: skip
    elif form == "excel":
        from likewise.io.excel import read_excel

        table, written = read_excel(data, path, sheet=options.sheet, header=options.header)
    else:
        from likewise.io.json import read_json

        table, written = read_json(data, path, encoding=options.encoding)
    changes = {"compression": compression, "suffix": suffix}
    return Source(without_twins(table, path), safe_name(stem), written.model_copy(update=changes))


def form_of(path: Path, suffix: str, head: bytes) -> Form:
    """Return the format, from the suffix and the first bytes; they must agree."""
    named = SUFFIXES.get(suffix)
    held = next((form for magic, form in _MAGIC if head.startswith(magic)), None)
    if head[8:12] == b"DUCK":
        held = "duckdb"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise SourceError("source.old-excel", f"`{path}` is an Excel file of the old kind, or one with a password",
                          where=str(path), hint="save it in Excel as .xlsx without a password")  # fmt: skip
    if held is None:
        if named is None and _is_medium(path):
            raise SourceError("source.one-file", f"`{path}` is one picture, sound or clip, where a folder of them is "
                              "wanted", where=str(path), hint=f"name the folder: {path.parent}")  # fmt: skip
        if named is None:
            raise SourceError("source.unknown-format", f"neither name nor content of `{path}` tells its format",
                              where=str(path), hint=KNOWN)  # fmt: skip
        if named not in PACKED:
            raise SourceError("source.wrong-suffix", f"`{path}` is called {NAMES[named]} but does not hold it",
                              where=str(path), hint="rename it to what it is, or say its format")  # fmt: skip
        return named
    if named is None or named == held or (held in DATABASES and named in DATABASES):
        return held
    if (named, held) == ("ocel-sqlite", "sqlite"):
        return named
    fitting = next(s for s, form in SUFFIXES.items() if form == held)
    renamed = path.with_suffix(fitting).name
    raise SourceError("source.wrong-suffix", f"`{path}` is called {NAMES[named]} but holds {NAMES[held]}",
                      where=str(path), hint=f"rename it to {renamed}, or say its format")  # fmt: skip


def _is_medium(path: Path) -> bool:
    """Return whether a file is called as pictures, sounds and clips are."""
    from likewise.io.folder import MEDIA

    return path.suffix.lower() in MEDIA


def without_twins(table: pa.Table, place: object) -> pa.Table:
    """Return the table. Raises SourceError where two of its columns have one name."""
    twice = [name for name, count in Counter(table.column_names).items() if count > 1]
    if twice:
        listed = ", ".join(f"`{name}`" for name in twice[:12])
        raise SourceError("source.duplicate-columns", f"column names come more than once: {listed}", where=str(place),
                          hint="give each column a name of its own")  # fmt: skip
    return table


def safe_name(name: str) -> str:
    """Return a name that is safe as that of a file."""
    return _UNSAFE.sub("_", name).strip("._") or "table"
