"""Opening hours: when what is open, by weekday and holiday; written as in OpenStreetMap."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.errors import SettingsError
from likewise.techniques.agents.clocks.calendar import Calendar, begins, days_passed, row_of
from likewise.techniques.agents.language.arithmetic import more, where
from likewise.techniques.agents.language.term import term

Floats = npt.NDArray[np.float64]

NAMES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH")
"""Weekdays and the public holiday, as they are written."""

HOLIDAY = NAMES.index("PH")

AHEAD = 400
"""Days within which what is closed opens again, or never."""

_SPAN = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)")


class Hours(NamedTuple):
    """Hold when what is open: from and until when, in time since midnight, by kind, kind of day and part of it.

    Parts of a day that there are not begin at infinity; one that ends after midnight ends beyond the day's length.
    """

    opens: Floats
    closes: Floats


def hours(calendar: Calendar, kinds: Sequence[str]) -> Hours:
    """Return the opening hours of several kinds of things, each in the form `Mo-Fr 09:00-12:00,13:00-18:00; PH off`.

    Days are Mo Tu We Th Fr Sa Su, and PH for a public holiday, on which things are open as on its weekday unless PH
    is named; days without hours are `off`; `24/7` is always. What comes later counts. Raises SettingsError.

    >>> from datetime import date
    >>> from likewise.techniques.agents.clocks.calendar import calendar
    >>> shops = hours(calendar(date(2026, 1, 5), unit="hour"), ["Mo-Sa 08:00-20:00", "24/7"])
    >>> shops.opens[:, 0, 0].tolist(), shops.closes[:, 6, 0].tolist()
    ([8.0, 0.0], [inf, 24.0])
    """
    found = [read_hours(kind, f"hours[{number}]") for number, kind in enumerate(kinds)]
    parts = max((len(day) for days in found for day in days), default=0)
    spans = np.full((2, len(kinds), len(NAMES), max(parts, 1)), np.inf)
    for k, days in enumerate(found):
        for d, day in enumerate(days):
            for n, span in enumerate(day):
                spans[:, k, d, n] = span
    in_units = spans * (calendar.length / 24.0)
    return Hours(in_units[0], in_units[1])


def open_share(hours: Hours, k: int, length: float) -> float:
    """Return how much of an ordinary week what has the hours of kind `k` is open; days are of this length."""
    opens, closes = hours.opens[k, :HOLIDAY], hours.closes[k, :HOLIDAY]
    is_part = np.isfinite(opens)
    return float((closes[is_part] - opens[is_part]).sum() / (HOLIDAY * length))


def weekly(weights: Mapping[str, float], where: str = "profile") -> list[float]:
    """Return 168 numbers from what is said of parts of the week, `{"Mo-Fr 08:00-18:00": 3, "Sa": 1}`; 0 elsewhere.

    Raises SettingsError for what is no part of the week.

    >>> week = weekly({"Mo-Fr 08:00-12:00,13:00-17:30": 2, "Su": 1})
    >>> week[7:14], week[17], week[167]
    ([0.0, 2.0, 2.0, 2.0, 2.0, 0.0, 2.0], 1.0, 1.0)
    """
    found = [0.0] * (24 * HOLIDAY)
    for text, weight in weights.items():
        for day, spans in enumerate(read_hours(text if ":" in text else f"{text} 00:00-24:00", where)[:HOLIDAY]):
            for first, last in spans:
                for hour in range(int(first), math.ceil(last)):
                    part = min(last, hour + 1.0) - max(first, float(hour))
                    found[(24 * day + hour) % len(found)] += weight * part
    return found


def read_hours(text: str, where: str) -> list[list[tuple[float, float]]]:
    """Return the hours at which a text says that something is open, for each of the eight kinds of days.

    Raises SettingsError.
    """
    days: list[list[tuple[float, float]] | None] = [None] * len(NAMES)
    for part in filter(None, (part.strip() for part in text.split(";"))):
        named, _, spans = part.rpartition(" ") if not part.startswith("24/7") else ("Mo-Su", "", "00:00-24:00")
        chosen = named_days(named, where) if named else range(HOLIDAY)
        for day in chosen:
            days[day] = _spans(spans, where)
    if days[HOLIDAY] is None:
        return [day or [] for day in days[:HOLIDAY]] + [[_AS_USUAL]]
    return [day or [] for day in days]


_AS_USUAL = (-1.0, -1.0)
"""What is held for holidays that are days like others."""


def named_days(text: str, where: str) -> list[int]:
    """Return the numbers of days that are written as `Mo-Fr` or `Sa,Su,PH`. Raises SettingsError."""
    found: list[int] = []
    for part in text.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if first not in NAMES or (last and not {first, last} <= {*NAMES[:HOLIDAY]}):
            raise _unreadable(where)
        a, b = NAMES.index(first), NAMES.index(last or first)
        found += [(a + k) % HOLIDAY for k in range((b - a) % HOLIDAY + 1)] if last else [a]
    return found


def _spans(text: str, where: str) -> list[tuple[float, float]]:
    if text in ("off", "closed"):
        return []
    found = []
    for part in text.split(","):
        written = _SPAN.fullmatch(part)
        if written is None:
            raise _unreadable(where)
        a, b, c, d = map(int, written.groups())
        begin, end = a + b / 60, c + d / 60
        if begin >= 24 or b > 59 or d > 59 or end > 48:
            raise _unreadable(where)
        found.append((begin, end if end > begin else end + 24))
    return found


def _unreadable(where: str) -> SettingsError:
    return SettingsError("agents.hours", "these are no opening hours", where=where,
                         hint="write e.g. `Mo-Fr 09:00-12:00,13:00-18:00; Sa 10:00-14:00; PH off`")  # fmt: skip


@term()
def _kind_of_day(calendar: Any, hours: Any, k: Any, day: Any) -> Any:
    row = row_of(calendar, day)
    is_other = calendar.is_holiday[row] and hours.opens[k, HOLIDAY, 0] >= 0.0
    return HOLIDAY if is_other else calendar.weekday[row]


@term()
def is_open(calendar: Any, hours: Any, k: Any, now: Any) -> Any:
    """Return whether what has the opening hours of kind `k` is open."""
    return next_open(calendar, hours, k, now) <= now


@term()
def next_open(calendar: Any, hours: Any, k: Any, now: Any) -> Any:
    """Return when it is open next: now where it is already, infinity where it will not be again."""
    return _next(calendar, hours, k, now)[0]


@term()
def next_close(calendar: Any, hours: Any, k: Any, now: Any) -> Any:
    """Return when it closes next, after it has opened where it is closed now; infinity where it never does."""
    return next_span(calendar, hours, k, now)[1]


@term()
def next_span(calendar: Any, hours: Any, k: Any, now: Any) -> Any:
    """Return from and until when it is open next: what `next_open` and `next_close` say, in one."""
    opens, closes, is_found, last = np.inf, now, False, now + AHEAD * calendar.length
    while closes < last:
        first, end = _next(calendar, hours, k, closes)
        if is_found and first > closes:
            break
        if not is_found:
            opens, is_found = first, True
        closes = end
    return opens, where(closes < last, closes, np.inf)


@term()
def _next(calendar: Any, hours: Any, k: Any, now: Any) -> Any:
    """Return from and until when the first part of a day is open that has not ended, from now on."""
    if not now < np.inf:
        return np.inf, np.inf
    today = days_passed(calendar, now)
    opens, closes = np.inf, np.inf
    for day in range(more(today - 2, 0), today + AHEAD):
        begin = begins(calendar, day)
        if begin > opens:
            break
        kind = _kind_of_day(calendar, hours, k, day)
        for n in range(hours.opens.shape[2]):
            first, last = begin + hours.opens[k, kind, n], begin + hours.closes[k, kind, n]
            if now < last and more(first, now) < opens:
                opens, closes = more(first, now), last
    return opens, where(opens < np.inf, closes, np.inf)
