"""Whole years between two days, forth and back: how old on a day, which day an age is reached, who has reached it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from likewise.constraints.calendar import number_in, whole_years
from likewise.core.moments import DAY

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_FAR = 10_000_000.0
"""Days since 1970 beyond which nothing is reckoned (27,000 years)."""


def year_of(moments: Floats) -> Floats:
    """Return the year of each moment; what is infinite stays so."""
    sound = np.isfinite(moments) & (np.abs(moments) < _FAR * DAY)
    return np.where(sound, number_in("year", np.where(sound, moments, 0.0)), np.sign(moments) * np.inf)


def age_between(born: Floats, at: Floats, unknown: float) -> Floats:
    """Return the whole years from a moment to another, `unknown` where one of them is infinite."""
    first, last = np.floor(born / DAY), np.floor(at / DAY)
    sound = (np.abs(first) < _FAR) & (np.abs(last) < _FAR)
    return np.where(sound, whole_years(np.where(sound, first, 0), np.where(sound, last, 0)), unknown)


def first_day_of_age(born: Floats, age: Floats) -> Floats:
    """Return the first day (since 1970) on which who was born at a moment has reached an age, NaN where unknown.

    >>> from datetime import date
    >>> leap = (date(2000, 2, 29) - date(1970, 1, 1)).days
    >>> date.fromordinal(int(first_day_of_age(np.array([leap * DAY]), np.array([1]))[0]) + 719163).isoformat()
    '2001-03-01'
    """
    days, years, sound = _sound(born, age)
    months = days.astype("M8[D]").astype("M8[M]")
    within = (days.astype("M8[D]") - months.astype("M8[D]")).astype(np.int64)
    then = (months.astype(np.int64) + 12 * years).astype("M8[M]")
    next_month = (then + 1).astype("M8[D]").astype(np.int64)
    return np.where(sound, np.minimum(then.astype("M8[D]").astype(np.int64) + within, next_month), np.nan)


def last_birth_of_age(at: Floats, age: Floats) -> Floats:
    """Return the last day (since 1970) of birth with which an age is reached at a moment, NaN where unknown."""
    days, years, sound = _sound(at, age)
    months = days.astype("M8[D]").astype("M8[M]")
    within = (days.astype("M8[D]") - months.astype("M8[D]")).astype(np.int64)
    then = (months.astype(np.int64) - 12 * years).astype("M8[M]")
    last = (then + 1).astype("M8[D]").astype(np.int64) - 1
    return np.where(sound, np.minimum(then.astype("M8[D]").astype(np.int64) + within, last), np.nan)


def _sound(moments: Floats, years: Floats) -> tuple[Ints, Ints, npt.NDArray[np.bool_]]:
    days = np.floor(moments / DAY)
    sound = (np.abs(days) < _FAR) & (np.abs(years) < 20_000)
    return np.where(sound, days, 0).astype(np.int64), np.where(sound, years, 0).astype(np.int64), sound
