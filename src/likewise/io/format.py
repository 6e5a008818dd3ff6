"""What a file or table is written like, in enough detail to write another one like it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from likewise.core.spec import Spec
from likewise.errors import SourceError
from likewise.io.compression import SUFFIXES as COMPRESSIONS
from likewise.io.compression import Compression

Form = Literal[
    "csv", "parquet", "jsonl", "json", "arrow", "excel", "sqlite", "duckdb", "postgresql", "npz", "idx", "folder",
    "xes", "ocel", "ocel-sqlite",
]  # fmt: skip

SUFFIXES: dict[str, Form] = {
    ".csv": "csv", ".tsv": "csv", ".tab": "csv", ".txt": "csv", ".data": "csv", ".dat": "csv", ".psv": "csv",
    ".parquet": "parquet", ".pq": "parquet",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json",
    ".arrow": "arrow", ".feather": "arrow", ".ipc": "arrow", ".arrows": "arrow",
    ".xlsx": "excel", ".xlsm": "excel", ".npz": "npz",
    ".db": "sqlite", ".sqlite": "sqlite", ".sqlite3": "sqlite", ".duckdb": "duckdb",
    ".xes": "xes", ".jsonocel": "ocel", ".ocel.json": "ocel", ".ocel.sqlite": "ocel-sqlite",
}  # fmt: skip
TEXTUAL: frozenset[Form] = frozenset({"csv", "jsonl", "json"})
DATABASES: frozenset[Form] = frozenset({"sqlite", "duckdb", "postgresql"})
LOGS: frozenset[Form] = frozenset({"xes", "ocel", "ocel-sqlite"})
"""Formats of event logs."""
PACKED: frozenset[Form] = TEXTUAL | {"xes", "ocel"}
"""Formats that may be compressed as a whole."""
TENSORS: frozenset[Form] = frozenset({"parquet", "arrow", "npz", "idx", "folder"})
"""Formats that hold arrays as they are; in others they become lists."""
NAMES: dict[Form, str] = {
    "csv": "CSV", "parquet": "Parquet", "jsonl": "JSON Lines", "json": "JSON", "arrow": "Arrow IPC", "excel": "Excel",
    "sqlite": "SQLite", "duckdb": "DuckDB", "postgresql": "PostgreSQL", "npz": "NumPy arrays", "idx": "IDX",
    "folder": "a folder of pictures or sounds", "xes": "XES", "ocel": "OCEL", "ocel-sqlite": "OCEL in SQLite",
}  # fmt: skip
KNOWN = (
    "known are .csv .tsv .txt .data .jsonl .json .xes .jsonocel (each also .gz .zst .bz2 .xz), .parquet .arrow "
    ".feather .xlsx .sqlite .db .duckdb .npz, IDX files, folders of pictures or sounds (a name that ends in /), and "
    "the URLs sqlite:/// duckdb:/// postgresql://"
)
DELIMITERS = {".tsv": "\t", ".tab": "\t", ".psv": "|"}


class Format(Spec):
    """Describe how a table is stored, so that another can be stored the same way.

    For text: `delimiter`, `encoding` (a Python codec), `newline`, `header` (whether the first line names the columns),
    `quoted` (columns whose every value stands in quotes) and `quoted_header`. `compression` is that of the whole file,
    `codec` the one inside Parquet and Arrow files, `stream` says that Arrow is in its stream form, `sheet` is Excel's,
    `types` maps a database's columns to their declared types, `objects` those of an event log that refer to objects
    to the objects' type and the qualifier. `suffix` is that of the file it was found in.
    """

    form: Form
    compression: Compression | None = None
    delimiter: str = ","
    encoding: str = "utf-8"
    newline: Literal["\n", "\r\n", "\r"] = "\n"
    header: bool = True
    quoted: tuple[str, ...] = ()
    quoted_header: bool = False
    codec: str | None = None
    stream: bool = False
    sheet: str | None = None
    types: dict[str, str] = {}
    objects: dict[str, tuple[str, str]] = {}
    suffix: str = ""


IDX = re.compile(r"^(.*?)-?(images|labels)[-.]idx(\d)-ubyte(\.gz)?$")
"""What IDX files are called: a stem, pictures or labels, and their number of axes."""


def is_idx(name: str) -> bool:
    """Return whether a file is called as IDX files are.

    >>> is_idx("train-images-idx3-ubyte.gz"), is_idx("train.csv")
    (True, False)
    """
    return IDX.match(name) is not None


def split_suffixes(path: str | Path) -> tuple[str, str, Compression | None]:
    """Return the stem, the format's suffix (lower case) and the compression that a file name ends in.

    >>> split_suffixes("data/adult.CSV.gz"), split_suffixes("orders.ocel.json")
    (('adult', '.csv', 'gz'), ('orders', '.ocel.json', None))
    """
    name = Path(path)
    compression = COMPRESSIONS.get(name.suffix.lower())
    if compression:
        name = name.with_suffix("")
    double = next((end for end in SUFFIXES if end.count(".") == 2 and name.name.lower().endswith(end)), None)
    if double:
        return name.name[: -len(double)], double, compression
    suffix = name.suffix.lower()
    known = suffix in SUFFIXES
    return (name.stem if known else name.name), (suffix if known else name.suffix.lower()), compression


def is_database(place: str) -> bool:
    """Return whether a place is a table of a database, by its URL or its suffix.

    >>> is_database("sqlite:///shop.db#orders"), is_database("shop.db"), is_database("shop.csv")
    (True, True, False)
    """
    return "://" in place or SUFFIXES.get(split_suffixes(place)[1]) in DATABASES


def format_of(path: str | Path, like: Format | None = None) -> Format:
    """Return the format that a file name asks for, with the details of `like` where they fit.

    Raises SourceError when the suffix is not known, or when there is none and no `like`.
    """
    _, suffix, compression = split_suffixes(path)
    form: Form | None = "folder" if str(path).endswith("/") else SUFFIXES.get(suffix)
    if form is None and is_idx(Path(path).name):
        return Format(form="idx", suffix="-images-idx3-ubyte", compression=compression)
    if form is None and Path(path).is_dir():
        form = "folder"
    if form is None:
        if suffix or like is None or like.form in DATABASES:
            what = f"the suffix `{suffix}` of `{path}` names" if suffix else f"`{path}` has no suffix, which would name"
            raise SourceError("source.unknown-format", f"{what} {'no known' if suffix else 'its'} format",
                              where=str(path), hint=KNOWN)  # fmt: skip
        form = like.form
    changes: dict[str, object] = {"form": form, "compression": compression if form in PACKED else None}
    changes["suffix"] = suffix if form != "folder" and suffix in SUFFIXES else ""
    if suffix in DELIMITERS:
        changes["delimiter"] = DELIMITERS[suffix]
    elif like is not None and like.suffix in DELIMITERS:
        changes["delimiter"] = ","
    if form == "arrow" and suffix == ".arrows":
        changes["stream"] = True
    base = like if like is not None and (like.form == form or (like.form in DATABASES and form in DATABASES)) else None
    if base is None:
        return Format.model_validate(changes)
    return base.model_copy(update=changes)
