"""How a delimited text is written: its delimiter, its header, its quotes and its line ends."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from likewise.core.spec import Spec

_DELIMITERS = ("\t", "|", ";", ",")
_SAMPLE = 1 << 20
_RECORDS = 400
_MISSING = frozenset({"", "?", "na", "n/a", "nan", "null", "none", "-", "."})
_NUMBER = re.compile(r"[-+(]?[$€£¥]?\s?\d[\d.,' ]*(?:[eE][-+]?\d+)?\s?[%€)]?|[-+]?\.\d+(?:[eE][-+]?\d+)?|[-+]?inf")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]\d{1,2}:\d{2}.*)?|\d{1,2}:\d{2}(?::\d{2}.*)?")


class Dialect(Spec):
    """Describe one delimited text; `quoted` are the positions of columns whose every value stands in quotes."""

    delimiter: str
    header: bool
    newline: Literal["\n", "\r\n", "\r"]
    quoted: tuple[int, ...]
    quoted_header: bool
    first: tuple[str, ...]


def find_dialect(data: bytes, *, delimiter: str | None, header: bool | None, prefer: str | None = None) -> Dialect:
    """Return how UTF-8 text is written, judged by its first MiB; what is given is taken as it is.

    `prefer` is the delimiter that the file's suffix promises; it wins where it splits the first line.
    """
    cut = len(data) > _SAMPLE
    sample = data[:_SAMPLE].decode("utf-8", errors="ignore")
    newline = _newline(sample)
    if newline == "\r":
        sample = sample.replace("\r", "\n")
    if delimiter is None:
        delimiter = _delimiter(sample, cut, prefer)
    records = _records(sample, delimiter, cut)
    first = tuple(records[0]) if records else ()
    if header is None:
        header = has_header(records)
    marks = _quote_marks(sample, delimiter, len(records))
    body = marks[1:] if header else marks
    return Dialect(
        delimiter=delimiter,
        header=header,
        newline=newline,
        quoted=tuple(i for i in range(len(first)) if _always_quoted(body, i)),
        quoted_header=header and bool(marks) and all(needless for needless, _ in marks[0]),
        first=first,
    )


def _newline(sample: str) -> Literal["\n", "\r\n", "\r"]:
    if "\r\n" in sample:
        return "\r\n"
    return "\r" if "\r" in sample and "\n" not in sample else "\n"


def _records(sample: str, delimiter: str, cut: bool) -> list[list[str]]:
    """Return the first records of a sample; the last is left out when the sample ends inside it."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if row:
                rows.append(row)
            if len(rows) > _RECORDS:
                return rows
    except csv.Error:
        return rows
    return rows[:-1] if cut and len(rows) > 1 else rows


def _delimiter(sample: str, cut: bool, prefer: str | None) -> str:
    """Return the delimiter that splits every record into as many cells as the first; the rarer character wins a tie."""
    best, best_share = prefer or ",", 0.0
    for candidate in (prefer, *_DELIMITERS) if prefer else _DELIMITERS:
        records = _records(sample, candidate, cut)
        width = len(records[0]) if records else 0
        if width < 2:
            continue
        if candidate == prefer:
            return candidate
        share = sum(len(r) == width for r in records) / len(records)
        if share > best_share + 1e-9:
            best, best_share = candidate, share
    return best


def has_header(records: Sequence[Sequence[str]]) -> bool:
    """Say whether the first record names the columns rather than holding values.

    It does when a column of numbers or dates has a word on top; it does not when numbers stand on top of numbers, or
    when the words on top are values that come back below (unless nothing at all speaks for that).

    >>> has_header([["age", "sex"], ["31", "F"]]), has_header([["31", "F"], ["45", "M"], ["19", "F"]])
    (True, False)
    """
    if not records:
        return True
    top, below = records[0], [r for r in records[1:] if len(r) == len(records[0])]
    if not below:
        return not any(_is_value(cell) for cell in top)
    for_header = against = 0.0
    years = _counts_up(top)
    for place, cell in enumerate(top):
        if cell.strip().casefold() in _MISSING:
            continue
        column = [r[place] for r in below if r[place].strip().casefold() not in _MISSING]
        if not column:
            continue
        values = sum(_is_value(c) for c in column) / len(column)
        if values > 0.9:
            if not _is_value(cell):
                return True
            against += 0.0 if years else 1.0
        elif cell in column:
            against += 1.0
        elif len(set(column)) < 0.5 * len(column):
            for_header += 0.5
    return for_header >= against


def _is_value(cell: str) -> bool:
    text = cell.strip()
    return bool(_NUMBER.fullmatch(text) or _DATE.fullmatch(text))


def _counts_up(top: Sequence[str]) -> bool:
    """Say whether the numbers on top are a run such as 2019, 2020, 2021, which name columns."""
    numbers = [int(c) for c in top if c.strip().isdecimal()]
    steps = {b - a for a, b in pairwise(numbers)}
    return len(numbers) < len(top) and (steps == {1} or (len(numbers) > 2 and len(steps) == 1 and steps != {0}))


def _quote_marks(sample: str, delimiter: str, records: int) -> list[list[tuple[bool, bool]]]:
    """Return for each cell of the first records whether it stands in quotes without need, and whether without quotes.

    An empty cell without quotes is neither, and so is one whose content needs its quotes.
    """
    if '"' not in sample:
        return []
    stop = re.escape(delimiter)
    cell = re.compile(rf'("(?:[^"]|"")*")?([^{stop}\r\n]*)({stop}|\r\n|\n|\r|\Z)')
    marks: list[list[tuple[bool, bool]]] = [[]]
    place = 0
    while place < len(sample) and len(marks) <= records:
        found = cell.match(sample, place)
        if found is None:
            break
        place = found.end()
        inner, rest = (found[1] or "")[1:-1], found[2]
        needless = found[1] is not None and not any(c in inner for c in ('"', delimiter, "\n", "\r"))
        marks[-1].append((needless, bool(rest)))
        if found[3] != delimiter:
            if not found[1] and marks[-1] == [(False, False)]:
                marks.pop()
            marks.append([])
    return marks[:records]


def _always_quoted(marks: list[list[tuple[bool, bool]]], place: int) -> bool:
    """Say whether no filled cell of a column stands without quotes, and one has quotes that it would not need."""
    cells = [row[place] for row in marks if place < len(row)]
    return any(needless for needless, _ in cells) and not any(bare for _, bare in cells)
