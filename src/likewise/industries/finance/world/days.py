"""Days: which are worked on where, when what falls due, and how much is spent on which."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np

from likewise.industries.finance.arrays import Array, Bools, Floats, Ints
from likewise.industries.finance.world.countries import COUNTRIES
from likewise.techniques.agents.clocks.calendar import calendar
from likewise.techniques.agents.clocks.holidays import SATURDAY, SUNDAY

LAST = 31
"""The day of the month that stands for the last one."""

WORKING, HALF, FREE = range(3)
"""Kinds of days: working days, Saturdays, Sundays and holidays."""


class Days(NamedTuple):
    """Hold the days from the first on, by country where it matters.

    `kind` says whether one is a working day, a Saturday, or a Sunday or holiday (countries x days). `due` says of each
    day of the month whether what is nominally due on it is paid on a day: on the next working day (`due`), or on the
    one before (`paid`), where it is none (countries x days x 32). `since` is how many days ago a payday was (countries
    x days x 32). `busy` is how much is spent in shops on a day (countries x days).
    """

    first: np.datetime64
    weekday: Ints
    month: Ints
    is_holiday: Bools
    kind: Ints
    due: Bools
    paid: Bools
    since: Ints
    busy: Floats


def days_of(start: date, count: int) -> Days:
    """Return so many days from a date on, and a few more."""
    lands = [calendar(start, country=country.code, years=count // 365 + 2) for country in COUNTRIES]
    ahead = count + 40
    holiday = np.stack([land.is_holiday[:ahead] for land in lands])
    working = np.stack([land.is_working[:ahead] for land in lands])
    weekday, day, month = (part[:ahead] for part in (lands[0].weekday, lands[0].day, lands[0].month))
    last = np.flatnonzero(np.append(day[1:] == 1, False))
    nominal = np.zeros((ahead, LAST + 1), np.bool_)
    nominal[np.arange(ahead), day] = True
    nominal[:, LAST] = False
    nominal[last, LAST] = True
    short = last[day[last] < 30]
    nominal[short, 29:LAST] |= np.arange(29, LAST) > day[short, None]
    kind = np.where(holiday | (weekday == SUNDAY), FREE, np.where(weekday == SATURDAY, HALF, WORKING))
    paid = np.stack([_moved(nominal, own, -1) for own in working])
    return Days(np.datetime64(start, "D"), weekday, month, holiday, kind,
                np.stack([_moved(nominal, own, 1) for own in working]), paid, _since(paid),
                _busy(weekday, month, day, holiday))  # fmt: skip


def _moved(nominal: Bools, working: Bools, step: int) -> Bools:
    """Return what is due on which working day: what is nominally due on others is moved on, or back."""
    number = np.arange(len(working))
    later = np.minimum.accumulate(np.where(working, number, len(working))[::-1])[::-1]
    target = later if step > 0 else np.maximum.accumulate(np.where(working, number, -1))
    found = np.zeros_like(nominal)
    inside = (target >= 0) & (target < len(working))
    np.logical_or.at(found, target[inside], nominal[inside])
    return found


def _since(paid: Bools) -> Ints:
    """Return days since the last payday of each day of the month; half a month where none was yet."""
    number = np.arange(paid.shape[1])[None, :, None]
    last = np.maximum.accumulate(np.where(paid, number, -15), axis=1)
    return np.asarray(np.minimum(number - last, 31))


def _busy(weekday: Ints, month: Ints, day: Ints, holiday: Bools) -> Floats:
    week = np.array([0.86, 0.86, 0.9, 0.98, 1.2, 1.35, 0.75])[weekday]
    season = np.array([0.92, 0.94, 0.98, 1.0, 1.0, 1.02, 1.03, 0.98, 0.99, 1.0, 1.08, 1.2])[month - 1]
    rush = np.where((month == 12) & (day >= 10) & (day <= 23), 1.15, 1.0)
    eve = np.where(np.roll(holiday, -1, axis=1) & ~holiday, 1.25, 1.0)
    return np.asarray(week * season * rush * eve * np.where(holiday, 0.5, 1.0))


def on_clocks(seconds: Array, behind: Array) -> tuple[Array, Array]:
    """Return the day and the minute of the day that clocks show which are so many hours behind those of `ZONE`."""
    shown = seconds - behind * 3600
    day = shown // 86_400
    return day, (shown - day * 86_400) // 60
