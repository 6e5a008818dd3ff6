"""Diaries: what agents do on a day, where and from when until when, drawn from templates by kind of agent and day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.errors import SettingsError
from likewise.techniques.agents.clocks.calendar import begins, days_passed, row_of
from likewise.techniques.agents.clocks.hours import HOLIDAY, NAMES, named_days
from likewise.techniques.agents.language.arithmetic import cos, less, log, more, sqrt
from likewise.techniques.agents.language.chance import uniform_of
from likewise.techniques.agents.language.term import term

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MINUTE = 1.0 / 60.0

AHEAD = 60
"""Days within which an agent does something, or nothing any more."""


class Entry(NamedTuple):
    """Hold what an agent may do: what, about when (in hours, give or take `spread`), where, how long and how likely.

    `activity` and `place` are numbers of the scenario's own. What `lasts` to infinity lasts until the next entry.
    """

    activity: int
    at: float
    place: int = 0
    spread: float = 0.0
    lasts: float = np.inf
    chance: float = 1.0


class Diaries(NamedTuple):
    """Hold the entries of templates in one table, and which rows are those of a kind of agent on a kind of day."""

    first: Ints
    last: Ints
    activity: Ints
    place: Ints
    at: Floats
    spread: Floats
    lasts: Floats
    chance: Floats


def diaries(templates: Sequence[Mapping[str, Sequence[Entry]]]) -> Diaries:
    """Return the diaries of several kinds of agents, each given by entries for days such as `Mo-Fr`, `Sa,Su` and `PH`.

    Holidays are days like others unless `PH` is named. Raises SettingsError for days that are none, and for entries
    whose times are not in order, or whose chances are not from 0 to 1.

    >>> worker = {"Mo-Fr": [Entry(0, 8.5, spread=0.5, lasts=8.0), Entry(1, 18.0, chance=0.2)], "Sa": [Entry(1, 11.0)]}
    >>> diaries([worker]).last[0].tolist()
    [2, 2, 2, 2, 2, 3, 0, -1]
    """
    first, last = np.zeros((2, len(templates), len(NAMES)), np.int64)
    first[:, HOLIDAY] = last[:, HOLIDAY] = -1
    entries: list[Entry] = []
    for k, template in enumerate(templates):
        for days, listed in template.items():
            place = f"diaries[{k}].{days}"
            chosen = named_days(days, place)
            _check(listed, place)
            first[k, chosen], last[k, chosen] = len(entries), len(entries) + len(listed)
            entries += listed
    columns = list(zip(*entries, strict=True)) or [()] * len(Entry._fields)
    activity, at, places, spread, lasts, chance = columns
    whole, real = np.int64, np.float64
    return Diaries(first, last, np.array(activity, whole), np.array(places, whole), np.array(at, real),
                   np.array(spread, real), np.array(lasts, real), np.array(chance, real))  # fmt: skip


def _check(entries: Sequence[Entry], where: str) -> None:
    times = [entry.at for entry in entries]
    if times != sorted(times) or not all(0 <= time < 24 for time in times):
        raise SettingsError("agents.diary", "entries come in the order of their hours, from 0 up to 24", where=where,
                            hint="sort them by `at`")  # fmt: skip
    if not all(0 <= entry.chance <= 1 and entry.spread >= 0 and entry.lasts > 0 for entry in entries):
        raise SettingsError("agents.diary", "chances are from 0 to 1, a spread is at least 0, and things last longer "
                            "than that", where=where, hint="look at `chance`, `spread` and `lasts`")  # fmt: skip


@term()
def next_entry(diaries: Any, calendar: Any, who: Any, i: Any, k: Any, now: Any) -> Any:
    """Return what an agent of kind `k` does next after `now`: from when, until when, and the row of the entry.

    The same day has the same entries whenever it is asked for. Infinity and -1 where there is nothing any more.
    """
    today = days_passed(calendar, now)
    for day in range(today, today + AHEAD):
        first, last = _rows(diaries, calendar, k, day)
        begin, before = begins(calendar, day), -MINUTE
        for n in range(first, last):
            hour = _hour(diaries, who, i, day, n, before, last)
            if hour < np.inf:
                before = hour
            if hour < np.inf and begin + hour * calendar.length / 24.0 > now:
                until = less(hour + diaries.lasts[n], 24.0)
                for further in range(n + 1, last):
                    until = less(until, _hour(diaries, who, i, day, further, hour, last))
                return begin + hour * calendar.length / 24.0, begin + until * calendar.length / 24.0, n
    return np.inf, np.inf, -1


@term()
def present_entry(diaries: Any, calendar: Any, who: Any, i: Any, k: Any, now: Any) -> Any:
    """Return the row of the entry that an agent of kind `k` is at, -1 for none."""
    day = days_passed(calendar, now)
    hour = (now - begins(calendar, day)) / calendar.length * 24.0
    first, last = _rows(diaries, calendar, k, day)
    found, ends, before = -1, 0.0, -MINUTE
    for n in range(first, last):
        begin = _hour(diaries, who, i, day, n, before, last)
        if begin <= hour:
            found, ends, before = n, begin + diaries.lasts[n], begin
    return found if hour < ends else -1


@term()
def _rows(diaries: Any, calendar: Any, k: Any, day: Any) -> Any:
    row = row_of(calendar, day)
    kind = calendar.weekday[row]
    if calendar.is_holiday[row] and diaries.first[k, HOLIDAY] >= 0:
        kind = HOLIDAY
    return diaries.first[k, kind], diaries.last[k, kind]


@term()
def _hour(diaries: Any, who: Any, i: Any, day: Any, n: Any, before: Any, last: Any) -> Any:
    """Return the hour at which an entry begins on a day, a minute after the one before at least; infinity for not."""
    if uniform_of(who, i, day, 3 * n) >= diaries.chance[n]:
        return np.inf
    hour = diaries.at[n]
    if diaries.spread[n] > 0.0:
        far = sqrt(-2.0 * log(uniform_of(who, i, day, 3 * n + 1)))
        hour = hour + diaries.spread[n] * far * cos(6.283185307179586 * uniform_of(who, i, day, 3 * n + 2))
    return more(less(hour, 24.0 - (last - n) * MINUTE), before + MINUTE)
