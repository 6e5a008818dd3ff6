"""Ages of people, and the days on which they were born."""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
import numpy.typing as npt

from likewise.techniques.rules.records.chances import Chances

Days = npt.NDArray[np.int64]

OLDEST = 120

ALIVE = np.concatenate([np.zeros(18), np.ones(47), np.linspace(1, 0.05, 31), np.zeros(OLDEST - 95)])
"""How common adults of each age are: as likely from 18 to 64, and rarer from there to 95."""


@cache
def days_lived(as_of: dt.date) -> Chances:
    """Return the chances of how many days ago a person was born, as ages are common."""
    _, days = birthdays(as_of)
    return Chances(np.repeat(ALIVE / days, days.astype(np.intp)))


@cache
def birthdays(as_of: dt.date) -> tuple[Days, npt.NDArray[np.uint64]]:
    """Return for each age the last day on which one of that age was born, and how many such days there are."""
    last = np.array(
        [_years_before(as_of, age).toordinal() - dt.date(1970, 1, 1).toordinal() for age in range(OLDEST + 2)]
    )
    return last[:-1], (last[:-1] - last[1:]).astype(np.uint64)


def _years_before(day: dt.date, years: int) -> dt.date:
    """Return the day some years earlier; one born on 29 February is a year older on 1 March."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def calendar(days: Days) -> tuple[Days, Days, Days]:
    """Return year, month and day of days counted from 1970.

    >>> [part.tolist() for part in calendar(np.array([0, 11016]))]
    [[1970, 2000], [1, 2], [1, 29]]
    """
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    number = months.astype(np.int64)
    return number // 12 + 1970, number % 12 + 1, (dates - months).astype(np.int64) + 1


def age_at(days: Days, as_of: dt.date) -> Days:
    """Return whole years from days of birth to a date.

    >>> age_at(np.array([0, 10957]), dt.date(2025, 6, 1)).tolist()
    [55, 25]
    """
    year, month, day = calendar(days)
    later = (month > as_of.month) | ((month == as_of.month) & (day > as_of.day))
    ages: Days = as_of.year - year - later
    return ages
