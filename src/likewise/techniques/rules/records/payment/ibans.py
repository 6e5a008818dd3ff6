"""IBANs: account numbers of a country's banks with both their check digits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa

from likewise.core.counted import Counted
from likewise.techniques.rules.patterns.grids import grid_of, lanes_of, looked_up
from likewise.techniques.rules.records.checks import chance, character, rest, serial, weighted, weights97
from likewise.techniques.rules.records.payment.banks import Bank
from likewise.techniques.rules.records.payment.layouts import LAYOUTS, Part, layout, length, letter_columns
from likewise.techniques.rules.records.payment.national import NATIONAL
from likewise.techniques.rules.records.texts import Bytes, Ints, fixed, put

Drawn = Callable[[Counted, Ints, int], Ints]

_AT_ONCE = 16_384
"""Rows that are written at a time, so that what is computed on the way stays in the processor's cache."""

_COUNTED = 15
"""Digits that keep numbers from repeating, at most; what is free beyond is of chance."""


def has_ibans(country: str) -> bool:
    """Return whether accounts of a country have IBANs."""
    return country in LAYOUTS


def iban_grid(country: str, banks: Sequence[Bank], which: Ints, random: Counted, rows: Ints, *, unique: bool) -> Bytes:
    """Return the characters of an IBAN for each row, at the bank that it has; with `unique`, none twice."""
    grid = np.empty((len(rows), length(country)), dtype=np.uint8)
    for begin in range(0, len(rows), _AT_ONCE):
        part = slice(begin, begin + _AT_ONCE)
        _write(grid[part], country, banks, which[part], random, rows[part], serial if unique else chance)
    return grid


def _write(
    grid: Bytes, country: str, banks: Sequence[Bank], which: Ints, random: Counted, rows: Ints, drawn: Drawn
) -> None:  # fmt: skip
    parts = layout(country)
    grid[:] = ord("0")
    own, begin = grid[:, 4:], next((part.start for part in parts if part.kind == "B"), 0)
    end = begin + len(banks[0].code)
    _fill(own, _spans(parts, end), drawn, random, rows)
    codes = lanes_of(grid_of([bank.code for bank in banks]))
    if codes is not None:
        own[:, begin:end] = looked_up(codes, which, end - begin)
    for part in parts:
        if part.text:
            own[:, part.start : part.end] = np.frombuffer(part.text.encode(), np.uint8)
    if country in NATIONAL:
        NATIONAL[country](own)
    grid[:, :2] = np.frombuffer(country.encode(), np.uint8)
    check = _check(grid, country)
    grid[:, 2], grid[:, 3] = character(check // 10), character(rest(check, 10))


def _spans(parts: Sequence[Part], start: int) -> list[tuple[int, int]]:
    """Return where digits are free from a column on, each as long as it goes."""
    found = list[tuple[int, int]]()
    for part in parts:
        if part.kind in ("B", "S", "A") and part.end > start:
            begin = max(part.start, start)
            if found and found[-1][1] == begin:
                begin = found.pop()[0]
            found.append((begin, part.end))
    return found


def _fill(out: Bytes, spans: Sequence[tuple[int, int]], drawn: Drawn, random: Counted, rows: Ints) -> None:
    """Write digits into spans of columns: the numbers that are drawn into the last of them."""
    free = sum(end - start for start, end in spans)
    counted = min(free, _COUNTED)
    written = out[:, slice(*spans[0])] if len(spans) == 1 else np.empty((len(rows), free), dtype=np.uint8)
    put(written[:, free - counted :], drawn(random.at("account"), rows, 10**counted))
    for start in range(0, free - counted, 9):
        part = written[:, start : min(start + 9, free - counted)]
        put(part, random.at("more", start).integers(rows, 10 ** part.shape[1]))
    at = 0
    for start, end in spans if len(spans) > 1 else ():
        out[:, start:end] = written[:, at : at + end - start]
        at += end - start


def _check(grid: Bytes, country: str) -> Ints:
    """Return the IBAN's check digits: its country and two zeros count as if they stood behind the rest."""
    behind = int("".join(str(ord(letter) - ord("A") + 10) for letter in country) + "00")
    letters = [4 + column for column in letter_columns(country)]
    weights = weights97(grid.shape[1], letters, last=10**6 % 97)
    total = weighted(grid, [0, 0, 0, 0, *weights[4:]], letters)
    return 98 - rest(total + behind, 97)


def spaced(grid: Bytes) -> pa.Array:
    """Return IBANs as they are printed, in groups of four."""
    rows, width = grid.shape
    out = np.full((rows, width + (width - 1) // 4), ord(" "), dtype=np.uint8)
    for start in range(0, width, 4):
        at = start + start // 4
        out[:, at : at + min(4, width - start)] = grid[:, start : start + 4]
    return fixed(out)
