"""Paydays: days of the month or the week on which people and firms are paid, or pay."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.errors import SettingsError
from likewise.techniques.agents.clocks.calendar import A_YEAR, Calendar, begins, days_passed, row_of
from likewise.techniques.agents.clocks.holidays import THURSDAY
from likewise.techniques.agents.language.term import term

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Paydays(NamedTuple):
    """Hold how many days it is from each day of a calendar to the next payday after it, by kind of payday."""

    wait: Ints


def paydays(calendar: Calendar, kinds: Sequence[str]) -> Paydays:
    """Return the paydays of a calendar by kind: `last`, a day of the month, a weekday, or every second such weekday.

    `last` is the last working day of a month, `15` the 15th, `1,15` both, and either of them the working day before
    where it is none; `friday` is every Friday and `friday/2` every second one. Raises SettingsError.

    >>> from datetime import date
    >>> from likewise.techniques.agents.clocks.calendar import calendar
    >>> paydays(calendar(date(2026, 1, 1)), ["last", "friday"]).wait[:, 0].tolist()
    [29, 1]
    """
    return Paydays(np.array([_waits(_is_payday(calendar, kind, f"paydays[{k}]")) for k, kind in enumerate(kinds)]))


@term()
def next_payday(calendar: Any, paydays: Any, k: Any, now: Any) -> Any:
    """Return when the next payday of kind `k` begins that is after the present day."""
    day = days_passed(calendar, now)
    return begins(calendar, day + paydays.wait[k, row_of(calendar, day)])


def _waits(is_payday: Bools) -> Ints:
    """Return how long it is from each day to the next payday; after the last day the last year comes again."""
    held = len(is_payday)
    days = np.flatnonzero(np.concatenate([is_payday, is_payday[-A_YEAR:]]))
    return days[np.searchsorted(days, np.arange(held), side="right")] - np.arange(held)


def _is_payday(calendar: Calendar, kind: str, where: str) -> Bools:
    weekly = _WEEKLY.fullmatch(kind)
    if weekly is not None and weekly[1] in DAYS:
        weeks = (calendar.first + THURSDAY + np.arange(len(calendar.weekday))) // 7
        return np.asarray((calendar.weekday == DAYS.index(weekly[1])) & (weeks % int(weekly[2] or 1) == 0))
    parts = kind.split(",")
    if not all(part == "last" or (part.isdigit() and 1 <= int(part) <= 31) for part in parts):
        raise SettingsError("agents.payday", "this is no payday", where=where,
                            hint="write `last`, a day such as 15, or a weekday such as friday, friday/2")  # fmt: skip
    months = np.cumsum(calendar.day == 1)
    ends = np.flatnonzero(np.append(np.diff(months), 1))
    before = np.maximum.accumulate(np.where(calendar.is_working, np.arange(len(months)), 0))
    found = np.zeros(len(months), np.bool_)
    for part in parts:
        days = ends if part == "last" else ends - np.maximum(calendar.day[ends] - int(part), 0)
        found[before[np.maximum(days, 0)]] = True
    return found


_WEEKLY = re.compile(r"([a-z]+)(?:/([1-9]))?")
