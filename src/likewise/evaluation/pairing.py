"""Put the real, the synthetic and the holdout table into one coding, column by column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.schema import Column
from likewise.core.seeds import generator
from likewise.core.table import MICROSECONDS_A_DAY, Table
from likewise.errors import EvaluationError

Array = npt.NDArray[Any]

TRUE_WORDS = frozenset({"true", "t", "yes", "y", "1", "on"})
"""Texts that mean true where one table holds a boolean and the other the same column as texts."""


@dataclass(frozen=True)
class Compared:
    """Name one column that is compared: `levels` are the texts of its codes, empty for a number."""

    column: Column
    numeric: bool
    levels: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the column."""
        return self.column.name


@dataclass(frozen=True, eq=False)
class Part:
    """Hold one of the tables, aligned: float64 with NaN, or int32 codes with -1, where a value is missing.

    `texts` are codes of the free texts and documents, equal where the texts are; only the search for copies uses them.
    """

    arrays: tuple[Array, ...]
    rows: int
    texts: tuple[Array, ...] = ()

    def take(self, rows: npt.NDArray[np.integer[Any]] | npt.NDArray[np.bool_]) -> Part:
        """Return some rows: positions or a mask."""
        size = int(rows.sum()) if rows.dtype == bool else len(rows)
        return Part(tuple(a[rows] for a in self.arrays), size, tuple(a[rows] for a in self.texts))

    def sample(self, most: int, seed: int, *path: int | str) -> Part:
        """Return at most `most` rows, drawn without replacement in a seeded order; all of them as they are if fewer."""
        if self.rows <= most:
            return self
        return self.take(generator(seed, *path).permutation(self.rows)[:most])


@dataclass(frozen=True, eq=False)
class Paired:
    """Hold the tables side by side; `left_out` are columns that are not compared, each with its reason."""

    columns: tuple[Compared, ...]
    real: Part
    synthetic: Part
    holdout: Part | None
    left_out: tuple[tuple[Column, str], ...]
    notes: tuple[str, ...]

    def position(self, name: str) -> int | None:
        """Return where a column stands among those compared, None when it is not compared."""
        return next((i for i, c in enumerate(self.columns) if c.name == name), None)


def pair_tables(real: Table, synthetic: Table, holdout: Table | None) -> Paired:
    """Align the tables by column name and level text; the real table says what each column means.

    Keys, ids, ignored and empty columns are left out; free texts and JSON are kept apart, for exact copies only.
    Infinities count as missing, and so do values of another kind that cannot be read as the real column's kind. Raises
    EvaluationError when no column is in all tables or a table has no rows.
    """
    tables = [t for t in (real, synthetic, holdout) if t is not None]
    for table, called in zip(tables, ("real", "synthetic", "holdout")):
        if table.rows == 0:
            raise EvaluationError("evaluate.empty", f"the {called} table has no rows", hint="give it at least one row")
    common = [n for n in real.names if all(n in t.schema for t in tables)]
    if not common:
        raise EvaluationError("evaluate.no-common-columns", "the tables have no column name in common",
                              hint="compare tables of one schema; columns are matched by name")  # fmt: skip
    columns, arrays, left_out, notes = [], [], [], _name_notes(real, synthetic, holdout)
    texts, read = [], []
    for name in common:
        column = real.schema[name]
        why = _reason_to_leave_out(column, synthetic.schema[name])
        if why:
            left_out.append((column, why))
            if _is_read(column, synthetic.schema[name]):
                texts.append(_text_codes(name, tables))
                read.append(name)
            continue
        compared, values = _align(column, tables)
        columns.append(compared)
        arrays.append(values)
        if not _alike(column, synthetic.schema[name]):
            other = synthetic.schema[name].kind
            notes.append(
                f"`{name}` is {column.kind} in the real and {other} in the synthetic table; it was compared as "
                f"{column.kind}."
            )
    if len(left_out) > len(read):
        listed = _listed(c.name for c, _ in left_out if c.name not in read)
        notes.append(f"Not compared, because they are identifiers, ignored or empty: {listed}.")
    if read:
        notes.append(f"Compared in the search for exact copies only, because they are free text: {_listed(read)}.")
    parts = [Part(tuple(a[i] for a in arrays), t.rows, tuple(a[i] for a in texts)) for i, t in enumerate(tables)]
    third = parts[2] if holdout is not None else None
    return Paired(tuple(columns), parts[0], parts[1], third, tuple(left_out), tuple(notes))


def _name_notes(real: Table, synthetic: Table, holdout: Table | None) -> list[str]:
    notes = []
    absent = [n for n in real.names if n not in synthetic.schema]
    extra = [n for n in synthetic.names if n not in real.schema]
    unheld = [n for n in real.names if holdout is not None and n not in holdout.schema and n not in absent]
    if absent:
        notes.append(f"The synthetic table lacks {_listed(absent)}; what is not there was not scored.")
    if extra:
        notes.append(
            f"The synthetic table has columns that the real table lacks, which were ignored: {_listed(extra)}."
        )
    if unheld:
        notes.append(f"The holdout lacks {_listed(unheld)}; these columns were not compared.")
    return notes


def _listed(names: Iterable[str]) -> str:
    quoted = [f"`{n}`" for n in names]
    return ", ".join(quoted[:12]) + (f" and {len(quoted) - 12} more" if len(quoted) > 12 else "")


def _reason_to_leave_out(column: Column, other: Column) -> str:
    if column.role == "key" or column.kind == "id" or column.is_pseudonymous:
        return "An identifier: its values are made anew, so they are not compared."
    if column.role == "ignore":
        return "Ignored, as its role says."
    if column.kind in ("text", "json"):
        if other.kind == "empty":
            return "The synthetic column is empty."
        return "Free text is compared for exact copies only."
    if column.kind == "empty":
        return "The real column is empty." + ("" if other.kind == "empty" else " The synthetic one is not.")
    return ""


def _is_read(column: Column, other: Column) -> bool:
    """Say whether a column that is left out counts for exact copies.

    Where the synthetic texts are all missing no row would be a copy, whatever else it repeats.
    """
    plain = column.kind in ("text", "json") and column.role not in ("key", "ignore")
    return plain and other.kind != "empty"


def _text_codes(name: str, tables: Sequence[Table]) -> list[Array]:
    """Return codes that are equal where the texts are, the same in all tables, -1 where there is none."""
    # Offsets of 64 bits, for the texts of all tables together may exceed 2 GiB.
    chunks = [t.column(name).cast(pa.string()).cast(pa.large_string()) for t in tables]
    coded = pa.chunked_array(chunks).dictionary_encode().combine_chunks()
    codes = np.asarray(pc.fill_null(coded.indices.cast(pa.int32()), -1))
    return np.split(codes, np.cumsum([t.rows for t in tables])[:-1])


def _alike(column: Column, other: Column) -> bool:
    plain = {"integer", "decimal", "float"}
    if other.kind in ("constant", "empty") or column.kind == "constant":
        return True
    return column.kind == other.kind or {column.kind, other.kind} <= plain


def _align(column: Column, tables: Sequence[Table]) -> tuple[Compared, list[Array]]:
    if column.is_number:
        return Compared(column, True), [_numbers(t, column) for t in tables]
    listed = [_levels(t, column) for t in tables]
    levels = dict.fromkeys(listed[0][0])
    levels.update(dict.fromkeys(sorted({text for texts, _ in listed[1:] for text in texts} - levels.keys())))
    place = {text: i for i, text in enumerate(levels)}
    arrays: list[Array] = []
    for texts, codes in listed:
        # The extra last entry is where code -1, a missing value, points.
        moved = np.array([place[t] for t in texts] + [-1], dtype=np.int32)
        arrays.append(moved[codes])
    return Compared(column, False, tuple(levels)), arrays


def _numbers(table: Table, column: Column) -> Array:
    """Return the values of a column on the line of the real column's kind, NaN where there is none."""
    own = table.schema[column.name]
    if own.is_number and (
        own.kind == column.kind or not {own.kind, column.kind} & {"date", "time", "datetime", "duration"}
    ):
        values = table.numbers(column.name)
    elif {own.kind, column.kind} == {"date", "datetime"}:
        values = table.numbers(column.name)
        values = values * MICROSECONDS_A_DAY if own.kind == "date" else np.floor(values / MICROSECONDS_A_DAY)
    else:
        values = _read_numbers(table.column(column.name), column)
    values = np.asarray(values, dtype=np.float64)
    return np.where(np.isfinite(values), values, np.nan)


def _read_numbers(array: pa.Array[Any], column: Column) -> Array:
    """Read texts or levels as numbers, dates or times; what cannot be read is missing."""
    if pa.types.is_null(array.type):
        return np.full(len(array), np.nan)
    texts, codes = _distinct_texts(array)
    read = np.array([_read_number(t, column.kind) for t in texts] + [np.nan])
    return np.asarray(read[codes])


def _read_number(text: str, kind: str) -> float:
    try:
        if kind in ("date", "datetime"):
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            passed = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
            return float(passed if kind == "datetime" else passed // MICROSECONDS_A_DAY)
        return float(text) if kind in ("integer", "decimal", "float") else float("nan")
    except ValueError:
        return float("nan")


def _distinct_texts(array: Any) -> tuple[list[str], npt.NDArray[np.int32]]:
    if not pa.types.is_dictionary(array.type):
        array = array.cast(pa.string()).dictionary_encode()
    codes = np.asarray(pc.fill_null(array.indices.cast(pa.int32()), -1))
    return [str(t) for t in array.dictionary.to_pylist()], codes


def _levels(table: Table, column: Column) -> tuple[list[str], npt.NDArray[np.int32]]:
    """Return the level texts of a column and the code of each row, in the writing of the real column's kind."""
    array = table.column(column.name)
    if pa.types.is_null(array.type):
        return [], np.full(len(array), -1, dtype=np.int32)
    if pa.types.is_boolean(array.type):
        texts, codes = ["false", "true"], table.codes(column.name)
    else:
        texts, codes = _distinct_texts(array)
    if column.kind == "boolean" and not pa.types.is_boolean(array.type):
        texts = ["true" if t.casefold() in TRUE_WORDS else "false" for t in texts]
    elif table.schema[column.name].is_number or pa.types.is_boolean(array.type) or column.levels is None:
        texts = [_as_written(t, column.levels or ()) for t in texts]
    return texts, codes


def _as_written(text: str, levels: Sequence[str]) -> str:
    """Return the real level that means the same as `text` (`1` for `1.0`, `Yes` for `true`), else the text itself."""
    if text in levels:
        return text
    for level in levels:
        if _same_number(level, text) or (
            text in ("true", "false") and (level.casefold() in TRUE_WORDS) == (text == "true")
        ):
            return level
    return text


def _same_number(first: str, second: str) -> bool:
    try:
        return float(first) == float(second)
    except ValueError:
        return False
