"""Find columns that are a part of a date column: its year, month, weekday, hour, or the like."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from likewise.constraints.calendar import DOMAINS, FORMS, Unit, moments_of, number_in
from likewise.constraints.kinds import Part, level_texts
from likewise.constraints.mining.absences import NO_CHANCE
from likewise.constraints.mining.formulas import LEAST_SUPPORT, PROBE
from likewise.core.moments import MONTHS
from likewise.core.schema import Column
from likewise.core.table import Table

Floats = npt.NDArray[np.float64]

NUMBERED: tuple[Unit, ...] = (
    "year", "quarter", "month", "day", "weekday", "week", "day of the year", "hour", "minute", "second",
)  # fmt: skip
"""Units that are told by their number."""

NAMED: tuple[Unit, ...] = ("weekday", "quarter", "month", "hour")
"""Units that may have names."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def find_parts(table: Table) -> list[Part]:
    """Return the columns that are a part of a date in every row; each is the part of one date, moments first.

    Cost: date columns times others times 500 rows, and all rows for what holds there; nothing without dates.
    """
    dates = sorted((c for c in table.schema.columns if c.kind in ("datetime", "date")), key=lambda c: c.kind == "date")
    found: dict[str, Part] = {}
    for date in dates:
        if date.name in found:
            continue
        moments = moments_of(table.numbers(date.name), date)
        known = np.flatnonzero(~np.isnan(moments))
        rows = known[:: max(1, len(known) // PROBE)]
        glance, probe = table.take(rows), moments[rows]
        for column in table.schema.columns if len(known) >= LEAST_SUPPORT else ():
            if column.name in found or column.name == date.name or not _may_be_part(column, date):
                continue
            part = next((g for g in _guesses(glance, probe, column, date) if g.holds(glance).all()), None)
            part = part or _named(table, moments, column, date, glance, probe)
            if part is not None and part.holds(table).all():
                found[column.name] = part.model_copy(update={"support": len(known)})
    return list(found.values())


def _may_be_part(column: Column, date: Column) -> bool:
    if date.kind == "date" and column.kind in ("date", "time"):
        return False
    return column.kind in ("integer", "boolean", "category", "text", "date", "time") and not column.is_pseudonymous


def _guesses(glance: Table, moments: Floats, column: Column, date: Column) -> Iterator[Part]:
    """Yield what a column may be by its kind alone."""
    name, of = column.name, date.name
    if glance.missing(name).all():
        return
    if column.kind in ("date", "time"):
        yield Part(column=name, of=of, unit="date" if column.kind == "date" else "time")
        return
    for unit in NUMBERED if _varies(glance, column) and column.kind != "text" else ():
        if len(np.unique(number_in(unit, moments))) > 1:
            yield Part(column=name, of=of, unit=unit)
    for unit, forms in FORMS.items() if _tells_year(glance, moments, column) else ():
        for form in forms:
            if column.kind != "integer" or form in ("%y", "%Y%m", "%G%V"):
                yield Part(column=name, of=of, unit=unit, form=form)


def _tells_year(glance: Table, moments: Floats, column: Column) -> bool:
    """Return whether a row's text holds the last two digits of its year (or, in its first days, of the one before)."""
    row = int(np.argmax(~glance.missing(column.name)))
    one = glance.slice(row, 1)
    text = str(int(one.numbers(column.name)[0])) if column.is_number else level_texts(one, column.name)[0].as_py()
    year = int(number_in("year", moments[row : row + 1])[0])
    return any(f"{near % 100:02d}" in text for near in (year - 1, year, year + 1))


def _varies(glance: Table, column: Column) -> bool:
    """Return whether a column has more than one value, so that a number says something."""
    if column.is_number:
        return len(np.unique(glance.numbers(column.name))) > 1
    return len(level_texts(glance, column.name).unique()) > 1


def _named(
    table: Table, moments: Floats, column: Column, date: Column, glance: Table, probe: Floats
) -> Part | None:  # fmt: skip
    """Return the part whose units have names, or follow one by one from the unit, if chance does not explain that."""
    if column.kind not in ("integer", "boolean", "category"):
        return None
    for unit in NAMED:
        if unit == "hour" and date.kind == "date":
            continue
        if _names(glance, probe, column, unit) is None or not _varies(glance, column):
            continue
        values = _names(table, moments, column, unit)
        if values is not None:
            return Part(column=column.name, of=date.name, unit=unit, values=values)
    return None


def _names(table: Table, moments: Floats, column: Column, unit: Unit) -> tuple[str, ...] | None:
    """Return the value beside each number of a unit, where each has one, and chance does not explain it."""
    first, last = DOMAINS[unit]
    codes, names = _coded(table, column)
    known = ~np.isnan(moments)
    if (codes[known] < 0).any():
        return None
    places = (number_in(unit, moments[known]) - first).astype(np.int64)
    counts = np.zeros((last - first + 1, len(names)), dtype=np.int64)
    np.add.at(counts, (places, codes[known]), 1)
    rows = counts.sum(axis=1)
    if ((counts > 0).sum(axis=1) > 1).any() or not _is_no_chance(counts.sum(axis=0) / max(rows.sum(), 1), rows):
        return None
    seen = tuple(names[code] if n else None for code, n in zip(counts.argmax(axis=1), rows, strict=True))
    return _completed(seen, unit)


def _coded(table: Table, column: Column) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Return the values of a column as places in a list of texts, -1 where missing."""
    if column.is_number:
        values = table.numbers(column.name)
        distinct = np.unique(values[~np.isnan(values)])
        codes = np.where(np.isnan(values), -1, np.searchsorted(distinct, values))
        return codes, [str(int(value)) for value in distinct]
    encoded = level_texts(table, column.name).dictionary_encode()
    return np.asarray(encoded.indices.fill_null(-1), dtype=np.int64), encoded.dictionary.to_pylist()


def _is_no_chance(shares: Floats, rows: npt.NDArray[np.int64]) -> bool:
    """Return whether rows of one unit would hardly all agree if the column were independent of it."""
    agreed = np.logaddexp.reduce(rows[:, None] * np.log(np.maximum(shares, 1e-300)), axis=1)
    return -float(agreed.sum()) > NO_CHANCE


def _completed(seen: tuple[str | None, ...], unit: Unit) -> tuple[str, ...] | None:
    """Return the values with those filled in that no row showed, where a usual way of writing them tells."""
    whole = tuple(value for value in seen if value is not None)
    if len(whole) == len(seen):
        return whole
    for usual in usual_names(unit):
        if all(value in (None, name) for value, name in zip(seen, usual, strict=True)):
            return usual
    return None


def usual_names(unit: Unit) -> Iterator[tuple[str, ...]]:
    """Yield the usual ways to write the numbers of a unit: English names, and numbers that begin elsewhere.

    >>> next(usual_names("weekday"))[:2]
    ('Monday', 'Tuesday')
    """
    first, last = DOMAINS[unit]
    for name in {"weekday": (WEEKDAYS,), "month": (MONTHS,)}.get(unit, ()):
        for length in (None, 3, 2) if unit == "weekday" else (None, 3):
            short = [word[:length] for word in name]
            for cased in (str.title, str.upper, str.lower):
                yield tuple(cased(word) for word in short)
    if unit == "quarter":
        yield from (tuple(f"{mark}{n}" for n in range(1, 5)) for mark in ("Q", "q"))
    count = last - first + 1
    for turn in range(2 if unit == "weekday" else 1):
        for start in (0, 1):
            numbers = [(n + turn) % count + start for n in range(count)]
            yield tuple(map(str, numbers))
            yield tuple(f"{n:02d}" for n in numbers)
