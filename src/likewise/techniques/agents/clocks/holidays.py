"""Public holidays of a few countries, those of the whole country: computed from dates, weekdays and Easter.

The lists are of our own, made from the laws that name the days; holidays of single regions are not among them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Dates = npt.NDArray[np.datetime64]

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)

DAY = np.timedelta64(1, "D")


class Fixed(NamedTuple):
    """Hold a holiday on a date, or on the first such weekday from that date on, in the years since one."""

    month: int
    day: int
    weekday: int | None = None
    since: int = 0


class Easter(NamedTuple):
    """Hold a holiday so many days after Easter Sunday."""

    after: int


_NEW_YEAR, _EPIPHANY, _LABOUR = Fixed(1, 1), Fixed(1, 6), Fixed(5, 1)
_ASSUMPTION, _ALL_SAINTS, _CONCEPTION = Fixed(8, 15), Fixed(11, 1), Fixed(12, 8)
_CHRISTMAS, _BOXING = Fixed(12, 25), Fixed(12, 26)
_GOOD_FRIDAY, _EASTER, _EASTER_MONDAY, _ASCENSION, _WHIT_MONDAY = (
    Easter(-2),
    Easter(0),
    Easter(1),
    Easter(39),
    Easter(50),
)

HOLIDAYS: dict[str, tuple[Fixed | Easter, ...]] = {
    "AT": (_NEW_YEAR, _EPIPHANY, _EASTER_MONDAY, _LABOUR, _ASCENSION, _WHIT_MONDAY, Easter(60), _ASSUMPTION,
           Fixed(10, 26), _ALL_SAINTS, _CONCEPTION, _CHRISTMAS, _BOXING),
    "DE": (_NEW_YEAR, _GOOD_FRIDAY, _EASTER_MONDAY, _LABOUR, _ASCENSION, _WHIT_MONDAY, Fixed(10, 3), _CHRISTMAS,
           _BOXING),
    "ES": (_NEW_YEAR, _EPIPHANY, _GOOD_FRIDAY, _LABOUR, _ASSUMPTION, Fixed(10, 12), _ALL_SAINTS, Fixed(12, 6),
           _CONCEPTION, _CHRISTMAS),
    "FR": (_NEW_YEAR, _EASTER_MONDAY, _LABOUR, Fixed(5, 8), _ASCENSION, _WHIT_MONDAY, Fixed(7, 14), _ASSUMPTION,
           _ALL_SAINTS, Fixed(11, 11), _CHRISTMAS),
    "GB": (_NEW_YEAR, _GOOD_FRIDAY, _EASTER_MONDAY, Fixed(5, 1, MONDAY), Fixed(5, 25, MONDAY), Fixed(8, 25, MONDAY),
           _CHRISTMAS, _BOXING),
    "IT": (_NEW_YEAR, _EPIPHANY, _EASTER, _EASTER_MONDAY, Fixed(4, 25), _LABOUR, Fixed(6, 2), _ASSUMPTION,
           Fixed(10, 4, since=2026), _ALL_SAINTS, _CONCEPTION, _CHRISTMAS, _BOXING),
    "PL": (_NEW_YEAR, _EPIPHANY, _EASTER, _EASTER_MONDAY, _LABOUR, Fixed(5, 3), Easter(49), Easter(60), _ASSUMPTION,
           _ALL_SAINTS, Fixed(11, 11), Fixed(12, 24, since=2025), _CHRISTMAS, _BOXING),
    "US": (_NEW_YEAR, Fixed(1, 15, MONDAY), Fixed(2, 15, MONDAY), Fixed(5, 25, MONDAY), Fixed(6, 19, since=2021),
           Fixed(7, 4), Fixed(9, 1, MONDAY), Fixed(10, 8, MONDAY), Fixed(11, 11), Fixed(11, 22, THURSDAY), _CHRISTMAS),
}  # fmt: skip
"""The holidays of countries by their codes of two letters (ISO 3166); those of GB are England's."""


def holidays(country: str, first: int, last: int) -> Dates:
    """Return the public holidays of a country in the years from `first` to `last`, in order.

    >>> holidays("GB", 2026, 2026)[1:3].tolist()
    [datetime.date(2026, 4, 3), datetime.date(2026, 4, 6)]
    """
    years = np.arange(first, last + 1)
    found = np.concatenate([_days(holiday, years) for holiday in HOLIDAYS[country]])
    if country == "US":
        found = np.concatenate([found, _beside(found)])
    if country == "GB":
        found = _made_up(np.sort(found))
    return np.unique(found[_year(found) >= first])


def easter(years: Any) -> Dates:
    """Return Easter Sunday of years of the Gregorian calendar.

    Meeus, 1991, Astronomical Algorithms, chapter 8 (the rule printed in Nature in 1876).
    """
    years = np.asarray(years)
    century, rest = years // 100, years % 100
    moon = (19 * (years % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (years % 19 + 11 * moon + 22 * sunday) // 451
    days = moon + sunday - 7 * late + 114
    return _date(years, days // 31, days % 31 + 1)


def weekday_of(days: Dates) -> npt.NDArray[np.int64]:
    """Return the weekdays of dates, 0 for Monday."""
    return (days.astype("datetime64[D]").astype(np.int64) + THURSDAY) % 7


def _days(holiday: Fixed | Easter, years: npt.NDArray[np.int64]) -> Dates:
    if isinstance(holiday, Easter):
        return easter(years) + holiday.after * DAY
    days = _date(years[years >= holiday.since], holiday.month, holiday.day)
    if holiday.weekday is None:
        return days
    return days + (holiday.weekday - weekday_of(days)) % 7 * DAY


def _beside(days: Dates) -> Dates:
    """Return the Fridays before holidays on a Saturday and the Mondays after those on a Sunday: free instead."""
    weekday = weekday_of(days)
    return np.concatenate([days[weekday == SATURDAY] - DAY, days[weekday == SUNDAY] + DAY])


def _made_up(days: Dates) -> Dates:
    """Return holidays with the next working day, that is none itself, for each that falls on a weekend."""
    free = set(days.tolist())
    for day in days[weekday_of(days) >= SATURDAY]:
        instead = day + DAY
        while instead.item() in free or weekday_of(instead[None])[0] >= SATURDAY:
            instead += DAY
        free.add(instead.item())
    return np.array(sorted(free), "datetime64[D]")


def _date(years: Any, month: Any, day: Any) -> Dates:
    months = (np.asarray(years) - 1970) * 12 + np.asarray(month) - 1
    return np.asarray(months.astype("datetime64[M]").astype("datetime64[D]") + (np.asarray(day) - 1) * DAY)


def _year(days: Dates) -> npt.NDArray[np.int64]:
    return np.asarray(days.astype("datetime64[Y]").astype(np.int64) + 1970)
