"""The time of a table of events: what its numbers are, on which days anything happens, and how finely it is told."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.core.scale import grid_of
from likewise.core.schema import Column
from likewise.techniques.agents.language.arithmetic import less, more, where, whole
from likewise.techniques.agents.language.term import term

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DAY = 86_400.0
"""Seconds of a day."""

PLAIN, DAYS, HOURS = range(3)
"""What times are: numbers without a calendar, days, moments of days."""

BUSY = 20.0
"""Occasions on an average day from which on a day without any is one on which nobody comes."""

FORM, MONDAY, UNIT, SPAN = range(4)
"""What `told` says: what times are, how many days after a Monday the first one is, how finely times are told, and when
the last one is."""

FINE = (3600.0, 60.0, 1.0, 1e-3)
"""Seconds that moments may be told in."""


class Axis(NamedTuple):
    """Hold the time of a table: what it is (`told`), the days on which anything happens, counted from the first, and at
    which second the last event of a Monday, and so on, is.

    Times are seconds since the beginning of the first day, or, of plain numbers, what they are since the first.
    """

    told: Floats
    open: Ints
    latest: Floats


def axis_of(column: Column, times: Floats) -> tuple[Axis, float]:
    """Return the axis of times as `seconds_of` gives them, one an occasion, and where it begins."""
    if column.kind not in ("date", "datetime"):
        start = float(times.min())
        passed = times - start
        unit = _step(passed, column)
        return Axis(
            np.array([PLAIN, 0.0, unit, max(float(passed.max()), unit)]), np.zeros(1, np.int64), np.zeros(7)
        ), start
    days = np.floor(times / DAY).astype(np.int64)
    start, last = int(days.min()), int(days.max())
    seen, whole_days = np.unique(days - start), np.arange(last - start + 1)
    within = times - days * DAY
    form = HOURS if column.kind == "datetime" and within.any() else DAYS
    unit = DAY if form == DAYS else next((s for s in FINE if not (within % s).any()), 1e-6)
    told = np.array(
        [form, float((start + 3) % 7), unit, max(float(times.max() - start * DAY), unit)]
    )  # day 0 was a Thursday
    latest = np.zeros(7)
    np.maximum.at(latest, (days + 3) % 7, within)
    return Axis(told, seen if len(times) / len(whole_days) >= BUSY else whole_days, latest), start * DAY


def seconds_of(column: Column, numbers: Floats) -> Floats:
    """Return the numbers of a table's column in seconds, if they are times, else as they are."""
    return numbers * {"date": DAY, "datetime": 1e-6, "duration": 1e-6}.get(column.kind, 1.0)


def numbers_of(column: Column, seconds: Floats) -> Floats:
    """Return seconds as the numbers that a table holds: days, microseconds or what they are."""
    if column.kind == "date":
        return np.floor(seconds / DAY + 0.5)
    return np.rint(seconds * 1e6) if column.kind in ("datetime", "duration") else seconds


def _step(passed: Floats, column: Column) -> float:
    """Return the largest step that all plain times are multiples of; next to none where they are told as floats."""
    grid = 1e-6 if column.kind == "duration" else grid_of(column)
    if grid == 0:
        return float(passed.max()) * 1e-12 or 1.0
    steps = np.gcd.reduce(np.rint(passed / grid).astype(np.int64))
    return float(max(int(steps), 1)) * grid


@term()
def weekday(axis: Any, now: Any) -> Any:
    """Return the day of the week from 0, Monday, and -1 where there are no days."""
    return where(axis.told[FORM] == PLAIN, -1.0, whole(now / DAY + axis.told[MONDAY]) % 7 + 0.0)


@term()
def hour(axis: Any, now: Any) -> Any:
    """Return how many hours have passed of the day, and -1 where times are no moments of days."""
    return where(axis.told[FORM] == HOURS, (now - whole(now / DAY) * DAY) / 3600.0, -1.0)


@term()
def told_finely(axis: Any, time: Any) -> Any:
    """Return the nearest time that can be told, of the axis."""
    unit = axis.told[UNIT]
    return less(more(whole(time / unit + 0.5) * unit, 0.0), axis.told[SPAN])


@term()
def open_day(axis: Any, time: Any) -> Any:
    """Return which of the days on which anything happens a time is on, the next one if it is on none."""
    return less(np.searchsorted(axis.open, whole(time / DAY)), len(axis.open) - 1)
