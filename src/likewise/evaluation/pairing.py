"""Put the real, the synthetic and the holdout table into one coding, column by column."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
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
FALSE_WORDS = frozenset({"false", "f", "no", "n", "0", "off"})
"""Texts that mean true or false, whichever of them each table writes."""
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")


HUGE = 1e150
"""What numbers are cut off at, so that their squares can be summed; a note says where any is."""

UNJUDGED = "not judged."
"""How the reason ends to leave out a column of cells that cannot be compared, though they may be those of real rows."""

SEEN = "Its cells are compared by scores of their own."
"""Why columns of images, sounds and series have no histogram."""

OTHERS = ("synthetic table", "holdout")
"""What the tables beside the real one are called."""


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

    `texts` are codes of the free texts, documents and cells of media, equal where these are; only the search for copies
    uses them.
    """

    arrays: tuple[Array, ...]
    rows: int
    texts: tuple[Array, ...] = ()

    def take(self, rows: npt.NDArray[np.integer[Any]] | npt.NDArray[np.bool_]) -> Part:
        """Return some rows: positions or a mask."""
        size = int(rows.sum()) if rows.dtype == bool else len(rows)
        return Part(tuple(a[rows] for a in self.arrays), size, tuple(a[rows] for a in self.texts))

    def columns(self, places: Sequence[int]) -> Part:
        """Return some of the columns, beside all texts."""
        return Part(tuple(self.arrays[i] for i in places), self.rows, self.texts)

    def sample(self, most: int, seed: int, *path: int | str) -> Part:
        """Return at most `most` rows, drawn without replacement in a seeded order; all of them as they are if fewer."""
        if self.rows <= most:
            return self
        return self.take(generator(seed, *path).permutation(self.rows)[:most])


@dataclass(frozen=True, eq=False)
class Paired:
    """Hold the tables side by side; `left_out` are columns that are not compared, each with its reason.

    `read` are the columns that `texts` of the parts hold codes of, in order; `media` those of images, sounds and series
    among them, which have scores of their own.
    """

    columns: tuple[Compared, ...]
    real: Part
    synthetic: Part
    holdout: Part | None
    left_out: tuple[tuple[Column, str], ...]
    notes: tuple[str, ...]
    read: tuple[Column, ...] = ()

    @property
    def media(self) -> tuple[Column, ...]:
        """The columns of images, sounds and series."""
        return tuple(column for column in self.read if column.is_media)

    def position(self, name: str) -> int | None:
        """Return where a column stands among those compared, None when it is not compared."""
        return next((i for i, c in enumerate(self.columns) if c.name == name), None)

    @property
    def unjudged(self) -> tuple[str, ...]:
        """The columns of media that cannot be compared: real cells may be repeated there, and nobody looks."""
        return tuple(column.name for column, why in self.left_out if why.endswith(UNJUDGED))

    def without(self, places: Collection[int]) -> Paired:
        """Return the tables without the columns at some places."""
        if not places:
            return self
        kept = [i for i in range(len(self.columns)) if i not in places]
        real, synthetic = self.real.columns(kept), self.synthetic.columns(kept)
        holdout = None if self.holdout is None else self.holdout.columns(kept)
        return replace(self, columns=tuple(self.columns[i] for i in kept), real=real, synthetic=synthetic,
                       holdout=holdout)  # fmt: skip


def pair_tables(real: Table, synthetic: Table, holdout: Table | None) -> Paired:
    """Align the tables by column name and level text; the real table says what each column means.

    Keys, ids, ignored and empty columns are left out; free texts and JSON are kept apart, for exact copies only, and so
    are images, sounds and series, which have scores of their own.
    Infinities count as missing, as do values of another kind that cannot be read as the real column's kind; notes say
    so. Raises EvaluationError when no column is in all tables or a table has no rows.
    """
    tables = [t for t in (real, synthetic, holdout) if t is not None]
    for table, called in zip(tables, ("real", "synthetic", "holdout")):
        if table.rows == 0:
            raise EvaluationError("evaluate.empty", f"the {called} table has no rows", hint="give it at least one row")
    common = [n for n in real.names if all(n in t.schema for t in tables)]
    if not common:
        raise EvaluationError("evaluate.no-common-columns", "the tables have no column name in common",
                              hint=_rename(real, tables[1:]))  # fmt: skip
    columns, arrays, left_out, notes = [], [], [], _name_notes(real, synthetic, holdout)
    texts, read = [], []
    for name in common:
        column = real.schema[name]
        others = [t.schema[name] for t in tables[1:]]
        why = _reason_to_leave_out(column, others)
        if why:
            left_out.append((column, why))
            if _is_read(column, others):
                texts.append(_cell_codes(name, tables) if column.is_media else _text_codes(name, tables))
                read.append(column)
            continue
        compared, values, said = _align(column, tables)
        columns.append(compared)
        arrays.append(values)
        notes.extend(said)
    unjudged = [c.name for c, why in left_out if why.endswith(UNJUDGED)]
    if unjudged:
        notes.append(f"Not judged, because the tables hold different kinds of cells there: {_listed(unjudged)}.")
    aside = [c.name for c, _ in left_out if c.name not in (*(c.name for c in read), *unjudged)]
    if aside:
        notes.append(f"Not compared, because they are identifiers, ignored or empty: {_listed(aside)}.")
    words = [c.name for c in read if not c.is_media]
    if words:
        notes.append(f"Compared in the search for exact copies only, because they are free text: {_listed(words)}.")
    parts = [Part(tuple(a[i] for a in arrays), t.rows, tuple(a[i] for a in texts)) for i, t in enumerate(tables)]
    third = parts[2] if holdout is not None else None
    return Paired(tuple(columns), parts[0], parts[1], third, tuple(left_out), tuple(notes), tuple(read))


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


def _rename(real: Table, others: Sequence[Table]) -> str:
    """Return the hint for tables without a common name: those that differ in case or blanks only, if any do."""
    folded = {name.strip().casefold() for name in real.names}
    if all(any(name.strip().casefold() in folded for name in t.names) for t in others):
        return "the names differ in case or blanks only: write them as the real table does"
    return "compare tables of one schema; columns are matched by name"


def _listed(names: Iterable[str]) -> str:
    quoted = [f"`{n}`" for n in names]
    return ", ".join(quoted[:12]) + (f" and {len(quoted) - 12} more" if len(quoted) > 12 else "")


def _reason_to_leave_out(column: Column, others: Sequence[Column]) -> str:
    other = others[0]
    if column.role == "key" or column.kind == "id" or column.is_pseudonymous:
        return "An identifier: its values are made anew, so they are not compared."
    if column.role == "ignore":
        return "Ignored, as its role says."
    kinds = {c.kind: None for c in (column, *others)}
    if any(c.is_media for c in (column, *others)):
        return SEEN if len(kinds) == 1 else f"Cells of the kinds {' and '.join(kinds)} are {UNJUDGED}"
    if column.kind in ("text", "json"):
        if other.kind == "empty":
            return "The synthetic column is empty."
        return "Free text is compared for exact copies only."
    if column.kind == "empty":
        return "The real column is empty." + ("" if other.kind == "empty" else " The synthetic one is not.")
    return ""


def _is_read(column: Column, others: Sequence[Column]) -> bool:
    """Say whether a column that is left out counts for exact copies.

    Where the synthetic texts are all missing no row would be a copy, whatever else it repeats.
    """
    if column.role in ("key", "ignore"):
        return False
    if column.is_media:
        return all(c.kind == column.kind for c in others)
    return column.kind in ("text", "json") and others[0].kind != "empty" and not any(c.is_media for c in others)


def _text_codes(name: str, tables: Sequence[Table]) -> list[Array]:
    """Return codes that are equal where the texts are, the same in all tables, -1 where there is none."""
    # Offsets of 64 bits, for the texts of all tables together may exceed 2 GiB.
    chunks = [t.column(name).cast(pa.string()).cast(pa.large_string()) for t in tables]
    coded = pa.chunked_array(chunks).dictionary_encode().combine_chunks()
    codes = np.asarray(pc.fill_null(coded.indices.cast(pa.int32()), -1))
    return np.split(codes, np.cumsum([t.rows for t in tables])[:-1])


def _cell_codes(name: str, tables: Sequence[Table]) -> list[Array]:
    """Return codes that are equal where the cells of media are, by a digest of their values and shape; -1 for none."""
    place: dict[bytes, int] = {}
    found = []
    for table in tables:
        cells = table.tensor(name)
        codes = [-1 if c is None else place.setdefault(_digest(c), len(place)) for c in cells]
        found.append(np.array(codes, dtype=np.int32))
    return found


def _digest(cell: Array) -> bytes:
    """Return a digest of a cell; zeros of either sign are one value, and so are all gaps."""
    plain = cell if cell.dtype == np.uint8 else np.where(np.isnan(cell), np.nan, cell + 0.0)
    return hashlib.blake2b(str(cell.shape).encode() + np.ascontiguousarray(plain).tobytes(), digest_size=12).digest()


def _alike(column: Column, other: Column) -> bool:
    plain = {"integer", "decimal", "float"}
    if other.kind in ("constant", "empty") or column.kind == "constant":
        return True
    return column.kind == other.kind or {column.kind, other.kind} <= plain


def _align(column: Column, tables: Sequence[Table]) -> tuple[Compared, list[Array], list[str]]:
    """Return a column in one coding for all tables, and what is to be said of how the others write it."""
    if column.is_number:
        read = [_numbers(t, column) for t in tables]
        return Compared(column, True), read, _said_of_numbers(column, tables, read)
    listed = [_levels(t, column) for t in tables]
    levels = dict.fromkeys(listed[0][0])
    own = [t.schema[column.name] for t in tables[1:]]
    named = [listed[0][0], *(_in_real_words(*texts, tuple(levels), _alike(column, o))
                             for texts, o in zip(listed[1:], own))]  # fmt: skip
    levels.update(dict.fromkeys(sorted({text for texts in named[1:] for text in texts} - levels.keys())))
    place = {text: i for i, text in enumerate(levels)}
    arrays: list[Array] = []
    for texts, (_, codes) in zip(named, listed):
        # The extra last entry is where code -1, a missing value, points.
        moved = np.array([place[t] for t in texts] + [-1], dtype=np.int32)
        arrays.append(moved[codes])
    rewritten = [after != before for after, (before, _) in zip(named[1:], listed[1:])]
    return Compared(column, False, tuple(levels)), arrays, _said_of_levels(column, own, rewritten)


def _said_of_numbers(column: Column, tables: Sequence[Table], read: Sequence[Array]) -> list[str]:
    vast = any((np.abs(values) >= HUGE).any() for values in read)
    said = [f"`{column.name}` holds numbers of over 150 digits, which were compared as one."] if vast else []
    if any(_is_infinite(table, column.name) for table in tables):
        said.append(f"`{column.name}` holds infinite values, which count as missing.")
    for table, values, called in zip(tables[1:], read[1:], OTHERS):
        own = table.schema[column.name]
        if not _alike(column, own):
            lost = np.isnan(values[~table.missing(column.name)])
            unread = f"; {100 * lost.mean():.0f} % of its values cannot be read so and count as missing"
            said.append(_other_kind(column, own, called, unread if lost.any() else ""))
        elif own.dtype == column.dtype and own.format != column.format:
            said.append(f"`{column.name}` is written in another way in the {called}; it was compared by value.")
    return said


def _is_infinite(table: Table, name: str) -> bool:
    return table.schema[name].is_number and bool(np.isinf(table.numbers(name)).any())


def _said_of_levels(column: Column, others: Sequence[Column], rewritten: Sequence[bool]) -> list[str]:
    said = []
    for own, words, called in zip(others, rewritten, OTHERS):
        if not _alike(column, own):
            said.append(_other_kind(column, own, called))
        elif words:
            said.append(f"`{column.name}` is written in other words in the {called} (as 1 or true for yes); its levels "
                        "were matched by meaning.")  # fmt: skip
    return said


def _other_kind(column: Column, own: Column, called: str, unread: str = "") -> str:
    return (
        f"`{column.name}` is {column.kind} in the real table and {own.kind} in the {called}; it was compared as "
        f"{column.kind}{unread}."
    )


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
    return np.clip(np.where(np.isfinite(values), values, np.nan), -HUGE, HUGE)


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
            moment = datetime.fromisoformat(text.strip())
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            passed = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
            return float(passed if kind == "datetime" else passed // MICROSECONDS_A_DAY)
        return _number(text) if kind in ("integer", "decimal", "float") else math.nan
    except ValueError:
        return math.nan


def _number(text: str) -> float:
    """Return the number that a text spells, with commas between thousands perhaps; NaN where it spells none."""
    plain = text.strip()
    try:
        return float(plain.replace(",", "") if THOUSANDS.fullmatch(plain) else plain)
    except ValueError:
        return math.nan


def _distinct_texts(array: Any) -> tuple[list[str], npt.NDArray[np.int32]]:
    if not pa.types.is_dictionary(array.type):
        array = array.cast(pa.string()).dictionary_encode()
    codes = np.asarray(pc.fill_null(array.indices.cast(pa.int32()), -1))
    return [str(t) for t in array.dictionary.to_pylist()], codes


def _levels(table: Table, column: Column) -> tuple[list[str], npt.NDArray[np.int32]]:
    """Return the level texts of a column, as its own table writes them, and the code of each row."""
    array = table.column(column.name)
    if pa.types.is_null(array.type):
        return [], np.full(len(array), -1, dtype=np.int32)
    if pa.types.is_boolean(array.type):
        return ["false", "true"], table.codes(column.name)
    return _distinct_texts(array)


def _in_real_words(
    texts: list[str], codes: npt.NDArray[np.int32], levels: Sequence[str], alike: bool
) -> list[str]:  # fmt: skip
    """Return texts as the real levels that mean the same (`1` for `1.0`, `Yes` for `true`).

    Only where the column as a whole is of another kind or has no level in common: beside real levels, another writing
    is a level of its own, and a fault.
    """
    known = {*levels}
    used = np.unique(codes[codes >= 0])
    if not len(used) or (alike and any(texts[k] in known for k in used)):
        return texts
    numbers = {number: level for level in reversed(levels) if math.isfinite(number := _number(level))}
    truths = {truth: level for level in levels if (truth := _truth(level)) is not None}
    two = len(levels) <= 2 and len(truths) == len(levels)

    def meant(text: str) -> str:
        if text in known:
            return text
        truth = _truth(text) if two else None
        return numbers.get(_number(text)) or (truths.get(truth, text) if truth is not None else text)

    return [meant(t) for t in texts]


def _truth(text: str) -> bool | None:
    """Return the truth value that a text spells, None where it spells none."""
    word = text.strip().casefold().removesuffix(".0")
    return True if word in TRUE_WORDS else False if word in FALSE_WORDS else None
