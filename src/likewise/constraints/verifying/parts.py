"""Which rows hold another part of a date than the date has, by Python's calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from likewise.constraints.calendar import DOMAINS, Unit
from likewise.constraints.kinds.part import Part
from likewise.constraints.verifying.expressions import Columns
from likewise.constraints.verifying.functions import EPOCH

_READ: dict[Unit, Callable[[dt.datetime], int]] = {
    "date": lambda c: (c - EPOCH).days,
    "year": lambda c: c.year,
    "year and quarter": lambda c: 4 * c.year + (c.month - 1) // 3,
    "year and month": lambda c: 12 * c.year + c.month - 1,
    "year and week": lambda c: (c - dt.timedelta(days=c.weekday() - 3) - EPOCH).days // 7,
    "quarter": lambda c: (c.month + 2) // 3,
    "month": lambda c: c.month,
    "week": lambda c: c.isocalendar().week,
    "weekday": lambda c: c.weekday(),
    "day": lambda c: c.day,
    "day of the year": lambda c: c.timetuple().tm_yday,
    "time": lambda c: (c - c.replace(hour=0, minute=0, second=0, microsecond=0)) // dt.timedelta(microseconds=1),
    "hour": lambda c: c.hour,
    "minute": lambda c: c.minute,
    "second": lambda c: c.second,
}


def unlike(rule: Part, columns: Columns) -> list[int]:
    """Return the rows in which the column is not the part of the date that it is to be."""
    made: dict[int, Any] = {}
    own, moments = columns(rule.column), columns(rule.of)
    scale = 10**own.scale if own.scale else 1
    broken = []
    for row, (cell, moment) in enumerate(zip(own.cells, moments.cells, strict=True)):
        if moment is not None and moment not in made:
            made[moment] = _part(rule, EPOCH + dt.timedelta(microseconds=moment), own.sort)
        expected = None if moment is None else made[moment]
        if own.sort in ("number", "duration") and expected is not None and scale > 1:
            expected *= scale
        if cell != expected:
            broken.append(row)
    return broken


def _part(rule: Part, clock: dt.datetime, sort: str) -> Any:
    """Return what the column is to hold beside one moment."""
    if rule.form:
        text = clock.strftime(rule.form.replace("%q", str((clock.month + 2) // 3)))
        return _as(sort, text)
    number = _READ[rule.unit](clock)
    if rule.values:
        return _as(sort, rule.values[number - DOMAINS[rule.unit][0]])
    return _as(sort, str(number)) if sort != "moment" else number * 86_400_000_000


def _as(sort: str, text: str) -> Any:
    return text if sort == "text" else int(text) if text.lstrip("-").isdigit() else float(text)
