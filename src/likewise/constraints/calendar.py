"""Parts of moments: which year, month, weekday or hour they lie in, and how these are written."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.moments import DAY, SECOND, offset_of, write_moments
from likewise.core.schema import Column

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

Unit = Literal[
    "date", "year", "year and quarter", "year and month", "year and week", "quarter", "month", "week", "weekday",
    "day", "day of the year", "time", "hour", "minute", "second",
]  # fmt: skip

DOMAINS: dict[Unit, tuple[int, int]] = {
    "quarter": (1, 4), "month": (1, 12), "weekday": (0, 6), "hour": (0, 23), "minute": (0, 59), "second": (0, 59),
}  # fmt: skip
"""The first and the last number of units that come round again and have few of them; Monday is weekday 0."""

FORMS: dict[Unit, tuple[str, ...]] = {
    "year": ("%Y", "%y"),
    "year and quarter": ("%YQ%q", "%Y-Q%q", "%Y Q%q", "Q%q %Y", "Q%q/%Y"),
    "year and month": (
        "%Y-%m", "%Y/%m", "%Y.%m", "%Y%m", "%m/%Y", "%m-%Y", "%m.%Y", "%b %Y", "%B %Y", "%b-%Y", "%b-%y",
    ),
    "year and week": ("%G-W%V", "%GW%V", "%G-%V", "%G%V", "W%V %G"),
}  # fmt: skip
"""How units that go on for ever are written; `%q` is the quarter, `%V` the ISO week and `%G` its year."""

_TOKEN = re.compile(r"(%[A-Za-z])")


def moments_of(values: Floats, column: Column) -> Floats:
    """Return the values of a date or datetime column as microseconds on the clocks of its zone, NaN where missing."""
    if column.kind == "date":
        return values * DAY
    if column.zone is None or re.fullmatch(r"[+-]\d\d:\d\d", column.zone):
        return values + offset_of(column.zone) * 60 * SECOND
    known = ~np.isnan(values)
    stamps = pa.array(np.where(known, values, 0).astype(np.int64)).cast(pa.timestamp("us", tz=column.zone))
    return np.where(known, np.asarray(pc.local_timestamp(stamps).cast(pa.int64())), np.nan)


def number_in(unit: Unit, moments: Floats) -> Floats:
    """Return the number of the unit that each moment lies in (month 1 to 12, days since 1970), NaN where missing.

    >>> number_in("weekday", np.array([0.0, 4.0 * DAY])).tolist()
    [3.0, 0.0]
    """
    known = ~np.isnan(moments)
    days, within = np.divmod(np.where(known, moments, 0).astype(np.int64), DAY)
    return np.where(known, _READ[unit](days, within), np.nan)


def written_in(form: str, moments: Floats) -> pa.Array:
    """Return moments written in one of `FORMS`, null where missing.

    >>> written_in("%Y-Q%q", np.array([0.0, np.nan])).to_pylist()
    ['1970-Q1', None]
    """
    micros = np.where(np.isnan(moments), 0, moments).astype(np.int64)
    pieces: list[Any] = [_piece(piece, micros) for piece in _TOKEN.split(form) if piece]
    return pc.if_else(pa.array(~np.isnan(moments)), pc.binary_join_element_wise(*pieces, ""), None)


def _piece(piece: str, micros: Ints) -> Any:
    days = micros // DAY
    number = {"%q": _quarter, "%V": _week, "%G": _year_of_week}.get(piece)
    if number is None:
        return write_moments(micros, piece) if piece.startswith("%") else piece
    return pc.utf8_lpad(pa.array(number(days)).cast(pa.string()), 2 if piece == "%V" else 1, "0")


def whole_years(first: Floats, last: Floats) -> Floats:
    """Return the whole years that passed between days (since 1970), as ages are told.

    >>> whole_years(np.array([-1.0, -1.0]), np.array([363.0, 364.0])).tolist()
    [0.0, 1.0]
    """
    unknown = np.isnan(first) | np.isnan(last)
    born, then = (np.where(unknown, 0, days).astype(np.int64) for days in (first, last))
    early = 100 * _month(then) + _day(then) < 100 * _month(born) + _day(born)
    return np.where(unknown, np.nan, _year(then) - _year(born) - early)


def _year(days: Ints) -> Ints:
    years: Ints = days.astype("M8[D]").astype("M8[Y]").astype(np.int64) + 1970
    return years


def _months(days: Ints) -> Ints:
    return days.astype("M8[D]").astype("M8[M]").astype(np.int64) + 12 * 1970


def _month(days: Ints) -> Ints:
    return _months(days) % 12 + 1


def _quarter(days: Ints) -> Ints:
    return (_month(days) + 2) // 3


def _day(days: Ints) -> Ints:
    return _days_since("M8[M]", days)


def _day_of_year(days: Ints) -> Ints:
    return _days_since("M8[Y]", days)


def _days_since(start: str, days: Ints) -> Ints:
    """Return the number of each day, from 1, in its month or its year."""
    dates = days.astype("M8[D]")
    number: Ints = (dates - dates.astype(start).astype("M8[D]")).astype(np.int64) + 1
    return number


def _weekday(days: Ints) -> Ints:
    return (days + 3) % 7


def _thursday(days: Ints) -> Ints:
    """Return the Thursday of each day's week, whose year is the week's."""
    return days - _weekday(days) + 3


def _week(days: Ints) -> Ints:
    return (_day_of_year(_thursday(days)) - 1) // 7 + 1


def _year_of_week(days: Ints) -> Ints:
    return _year(_thursday(days))


_READ: dict[Unit, Callable[[Ints, Ints], Ints]] = {
    "date": lambda days, within: days,
    "year": lambda days, within: _year(days),
    "year and quarter": lambda days, within: 4 * _year(days) + _quarter(days) - 1,
    "year and month": lambda days, within: _months(days),
    "year and week": lambda days, within: _thursday(days) // 7,
    "quarter": lambda days, within: _quarter(days),
    "month": lambda days, within: _month(days),
    "week": lambda days, within: _week(days),
    "day of the year": lambda days, within: _day_of_year(days),
    "day": lambda days, within: _day(days),
    "weekday": lambda days, within: _weekday(days),
    "time": lambda days, within: within,
    "hour": lambda days, within: within // (3600 * SECOND),
    "minute": lambda days, within: within // (60 * SECOND) % 60,
    "second": lambda days, within: within // SECOND % 60,
}
