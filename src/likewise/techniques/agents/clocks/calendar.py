"""Calendars: which day a moment lies in, and what day that is, as columns that rules read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.errors import SettingsError, suggest
from likewise.techniques.agents.clocks.holidays import DAY, HOLIDAYS, SATURDAY, holidays, weekday_of
from likewise.techniques.agents.durations import SECONDS
from likewise.techniques.agents.language.arithmetic import floor, where, whole
from likewise.techniques.agents.language.term import term

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

A_YEAR = 364
"""Days at the end of a calendar that come again and again after it: whole weeks, so that weekdays stay right."""

YEARS = 20
"""Years that a calendar holds where nobody says otherwise."""


class Calendar(NamedTuple):
    """Hold days from the one of the start on, a row each, and how long a day is in units of time.

    `weekday` is 0 for Monday; `day` and `month` count from 1; `is_working` is neither a weekend nor a holiday. `ahead`
    is the time since midnight at the start, `first` the number of the first day since 1970-01-01.
    """

    length: float
    ahead: float
    first: int
    weekday: Ints
    day: Ints
    month: Ints
    is_holiday: Bools
    is_working: Bools


def calendar(
    start: date, *, unit: str = "day", country: str | None = None, free: Iterable[date] = (), years: int = YEARS
) -> Calendar:
    """Return the calendar of a simulation that begins at `start`, with the holidays of a country and those in `free`.

    It holds so many `years`, the last of which comes again after that. `unit` is the scenario's unit of time. Raises
    SettingsError for a country whose holidays are not known, and for a unit that has no length.

    >>> year = calendar(date(2026, 4, 2), country="DE")
    >>> year.weekday[:5].tolist(), year.is_holiday[:5].tolist()
    ([3, 4, 5, 6, 0], [False, True, False, False, True])
    """
    length = day_in(unit)
    if country is not None and country not in HOLIDAYS:
        raise SettingsError("agents.country", f"the holidays of `{country}` are not known", where="country",
                            hint=suggest(country, list(HOLIDAYS), "country"))  # fmt: skip
    begin = start if isinstance(start, datetime) else datetime(start.year, start.month, start.day)
    midnight = datetime(begin.year, begin.month, begin.day)
    ahead = (begin - midnight).total_seconds() / SECONDS["day"] * length
    days = np.datetime64(midnight, "D") + np.arange(years * 366 // 7 * 7 + A_YEAR) * DAY
    months = days.astype("datetime64[M]")
    known = holidays(country, begin.year, begin.year + years + 2) if country else np.empty(0, "datetime64[D]")
    is_holiday = np.isin(days, np.concatenate([known, np.array(list(free), "datetime64[D]")]))
    weekday = weekday_of(days)
    return Calendar(length, ahead, int(days[0].astype(np.int64)), weekday, (days - months).astype(np.int64) + 1,
                    months.astype(np.int64) % 12 + 1, is_holiday, ~is_holiday & (weekday < SATURDAY))  # fmt: skip


def day_in(unit: str) -> float:
    """Return how many units of time a day has. Raises SettingsError for a unit that has no length."""
    if unit not in SECONDS:
        raise SettingsError("agents.unit", f"a {unit} has no length, so that there are no days", where="unit",
                            hint=f"let the scenario's unit be one of {', '.join(SECONDS)}")  # fmt: skip
    return SECONDS["day"] / SECONDS[unit]


@term()
def days_passed(calendar: Any, now: Any) -> Any:
    """Return how many midnights have passed since the day of the start began."""
    return whole(floor((now + calendar.ahead) / calendar.length))


@term()
def begins(calendar: Any, day: Any) -> Any:
    """Return when a day begins, by its number since the start."""
    return day * calendar.length - calendar.ahead


@term()
def row_of(calendar: Any, day: Any) -> Any:
    """Return the row of a day in the columns of a calendar, by its number since the start."""
    held = len(calendar.weekday)
    return where(day < held, day, held - A_YEAR + (day - held) % A_YEAR)


@term()
def day_of(calendar: Any, now: Any) -> Any:
    """Return the row of the day in which a moment lies: `w.calendar.weekday[day_of(w.calendar, now)]`."""
    return row_of(calendar, days_passed(calendar, now))


@term()
def hour_of(calendar: Any, now: Any) -> Any:
    """Return the time of the day, in hours from 0 up to 24."""
    days = (now + calendar.ahead) / calendar.length
    return (days - floor(days)) * 24.0
