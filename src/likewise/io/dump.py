"""Related tables as a script of SQL: the statements that make them, and their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.aside import open_aside
from likewise.io.cells import as_text, plain
from likewise.io.related import Fill, Target
from likewise.modalities.relational.sql_names import Dialect, full, quoted

BATCH = 500
"""Rows that one INSERT holds."""


@contextmanager
def dump_writer(
    path: Path, targets: Sequence[Target], *, language: Dialect, before: Sequence[str] = (), after: Sequence[str] = ()
) -> Iterator[Fill]:
    """Yield a function that writes the rows of one table to a script; the file is there when all of it is written.

    `before` and `after` are the statements around the rows. PostgreSQL gets its rows in COPY blocks, as pg_dump writes
    them, other databases in INSERTs of 500. All of it is one transaction where the database has such for tables. Raises
    SourceError.
    """
    known = {target.name: target for target in targets}
    with open_aside(path) as stream:
        for line in _OPENING[language]:
            stream.write(f"{line}\n".encode())
        for statement in before:
            stream.write(f"{statement};\n".encode())

        def fill(name: str, blocks: Iterable[pa.Table]) -> int:
            count = 0
            for block in blocks:
                if block.num_rows and language == "postgresql" and not known[name].reckoned:
                    _copy(stream, name, block)
                elif block.num_rows:
                    _insert(stream, name, block, language, known[name].reckoned)
                count += block.num_rows
            return count

        yield fill
        for statement in after:
            stream.write(f"{statement};\n".encode())
        for line in _CLOSING[language]:
            stream.write(f"{line}\n".encode())


_OPENING: dict[Dialect, tuple[str, ...]] = {
    "sqlite": ("PRAGMA foreign_keys = OFF;", "BEGIN;"),
    "postgresql": ("SET client_encoding = 'UTF8';", "SET standard_conforming_strings = on;", "BEGIN;"),
    "duckdb": ("BEGIN;",),
    "mysql": ("SET NAMES utf8mb4;", "SET FOREIGN_KEY_CHECKS = 0;", "START TRANSACTION;"),
}
_CLOSING: dict[Dialect, tuple[str, ...]] = {
    "sqlite": ("COMMIT;", "PRAGMA foreign_key_check;"), "postgresql": ("COMMIT;",), "duckdb": ("COMMIT;",),
    "mysql": ("COMMIT;", "SET FOREIGN_KEY_CHECKS = 1;"),
}  # fmt: skip


def _copy(stream: BinaryIO, name: str, block: pa.Table) -> None:
    """Write rows as PostgreSQL copies them: tabs between cells, `\\N` for none."""
    columns = []
    for column in block.columns:
        array = plain(column)
        if pa.types.is_boolean(array.type):
            texts = pc.if_else(array, "t", "f")
        elif pa.types.is_binary(array.type):
            texts = pa.array([None if v is None else f"\\\\x{v.hex()}" for v in array.to_pylist()], pa.string())
        else:
            texts = as_text(column).cast(pa.string())
            for sign, written in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
                texts = pc.replace_substring(texts, sign, written)
        columns.append(pc.fill_null(texts.cast(pa.string()), "\\N"))
    listed = ", ".join(quoted(column, "postgresql") for column in block.column_names)
    stream.write(f"COPY {full(name, 'postgresql')} ({listed}) FROM stdin;\n".encode())
    stream.write("\n".join(pc.binary_join_element_wise(*columns, "\t").to_pylist()).encode())
    stream.write(b"\n\\.\n")


def _insert(stream: BinaryIO, name: str, block: pa.Table, language: Dialect, reckoned: Mapping[str, str]) -> None:
    """Write rows in statements of some hundred each."""
    names = block.column_names
    listed = ", ".join(quoted(column, language) for column in names)
    literals = [_literals(column, language) for column in block.columns]
    rows = pc.binary_join_element_wise("(", pc.binary_join_element_wise(*literals, ", "), ")", "").to_pylist()
    begins, ends = f"INSERT INTO {full(name, language)} ({listed}) VALUES\n", ""
    if reckoned:
        own = {column: quoted(column, language) for column in names}
        picked = ", ".join(
            f"CASE WHEN {own[column]} IS NULL THEN NULL ELSE {reckoned[column]} END"
            if column in reckoned
            else own[column]
            for column in names
        )
        begins = f"INSERT INTO {full(name, language)} ({listed}) WITH likewise_rows ({listed}) AS (VALUES\n"
        ends = f")\nSELECT {picked} FROM likewise_rows"
    for start in range(0, len(rows), BATCH):
        stream.write(f"{begins}{(',' + chr(10)).join(rows[start : start + BATCH])}{ends};\n".encode())


def _literals(column: pa.ChunkedArray, language: Dialect) -> pa.Array:
    """Return the cells of a column as SQL writes them."""
    array = plain(column)
    kind = array.type
    if pa.types.is_boolean(kind):
        texts = pc.if_else(array, "TRUE", "FALSE")
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        texts = as_text(column).cast(pa.string())
    elif pa.types.is_binary(kind):
        form = "'\\x{}'" if language == "postgresql" else "X'{}'"
        texts = pa.array([None if v is None else form.format(v.hex()) for v in array.to_pylist()], pa.string())
    else:
        texts = pc.replace_substring(as_text(column).cast(pa.string()), "'", "''")
        if language == "mysql":
            texts = pc.replace_substring(texts, "\\", "\\\\")
        texts = pc.binary_join_element_wise("'", texts, "'", "")
    return pc.fill_null(texts.cast(pa.string()), "NULL")
