"""When what happens next: evenly, by the hours of the week and the days of a calendar, and in bursts.

Each answer takes one chance or two and none is thrown away, so that two runs of one seed keep the same luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.errors import SettingsError
from likewise.techniques.agents.clocks.calendar import A_YEAR, Calendar
from likewise.techniques.agents.language.arithmetic import exp, floor, less, log, more, where, whole
from likewise.techniques.agents.language.chance import uniform, waiting
from likewise.techniques.agents.language.term import term

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

HOURS = 168
"""Hours of a week, from Monday's first on."""


class Profile(NamedTuple):
    """Hold how often things happen by hour, by kind: `until` each midnight and `within` each weekday, in mean time.

    A unit of mean time is as long as one of time would be if things happened evenly all week. The last `again` days
    come again and again. `factor` is what a day has more or less than other such days.
    """

    length: float
    ahead: float
    again: int
    weekday: Ints
    factor: Floats
    until: Floats
    within: Floats


def profile(calendar: Calendar, weeks: Sequence[Sequence[float]] | Floats, factors: Any = 1.0) -> Profile:
    """Return the profile of several kinds of things, each given by 168 numbers: how often it happens in which hour.

    The first hour is Monday's; only proportions count: the rate that rules give is the mean of an ordinary week.
    `factors` are what days have more or less, a number for each day of the calendar, or rows of them, one for each
    kind. Raises SettingsError for numbers that are negative or infinite, for weeks of another length, and for a week in
    which nothing happens.

    >>> from datetime import date
    >>> from likewise.techniques.agents.clocks.calendar import calendar
    >>> office = [1.0 if 8 <= hour % 24 < 18 and hour < 120 else 0.0 for hour in range(168)]
    >>> year = calendar(date(2026, 1, 1), country="DE")
    >>> calls = profile(year, [office], factors=1.0 - 0.9 * year.is_holiday)
    >>> calls.until[0, :3].round(2).tolist()
    [0.0, 0.14, 1.54]
    """
    hours = np.asarray(weeks, np.float64)
    factor = np.asarray(factors, np.float64)
    if hours.ndim != 2 or hours.shape[1] != HOURS:
        raise SettingsError("agents.profile", f"a week has {HOURS} hours", where="weeks",
                            hint="give as many numbers for each kind, from Monday's first hour on")  # fmt: skip
    if not all(np.isfinite(values).all() and (values >= 0).all() for values in (hours, factor)):
        raise SettingsError("agents.profile", "things happen at least 0 times, and not infinitely often", where="weeks",
                            hint="give numbers of at least 0")  # fmt: skip
    if not (hours.sum(axis=1) > 0).all():
        raise SettingsError("agents.profile", "nothing happens in all the week", where="weeks",
                            hint="give a number above 0 for some hour")  # fmt: skip
    hours = hours / hours.mean(axis=1, keepdims=True) * (calendar.length / 24.0)
    within = np.zeros((len(hours), 7, 25))
    within[:, :, 1:] = np.cumsum(hours.reshape(len(hours), 7, 24), axis=2)
    factor = np.array(np.broadcast_to(factor, (len(hours), len(calendar.weekday))))
    until = np.zeros((len(hours), len(calendar.weekday) + 1))
    until[:, 1:] = np.cumsum(factor * within[:, calendar.weekday, 24], axis=1)
    return Profile(calendar.length, calendar.ahead, A_YEAR, calendar.weekday, factor, until, within)


@term()
def next_event(who: Any, i: Any, purpose: Any, now: Any, rate: Any) -> Any:
    """Return when an agent has its next event, where they come at a rate whatever was before (a Poisson process)."""
    return now + waiting(who, i, purpose, rate)


@term()
def next_by_hour(who: Any, i: Any, purpose: Any, now: Any, rate: Any, profile: Any, k: Any) -> Any:
    """Return when an agent has its next event, where the rate goes by the profile of kind `k`; `rate` is its mean.

    An inhomogeneous Poisson process by inversion of the cumulated rate: exact, one chance an event.
    Cinlar, 1975, Introduction to Stochastic Processes, chapter 4.
    """
    is_ever = rate > 0.0
    wait = -log(uniform(who, i, purpose)) / where(is_ever, rate, 1.0)
    found = moment_at(profile, k, mean_time(profile, k, now) + wait)
    return where(is_ever, more(found, now), np.inf)


@term()
def mean_time(profile: Any, k: Any, now: Any) -> Any:
    """Return the mean time that has passed since the first midnight: events to expect at a rate of 1."""
    days = (now + profile.ahead) / profile.length
    day = floor(days)
    hours = (days - day) * 24.0
    hour = floor(hours)
    row, before = _row(profile, k, whole(day))
    d, h = profile.weekday[row], whole(hour)
    part = profile.within[k, d, h]
    part = part + (hours - hour) * (profile.within[k, d, h + 1] - part)
    return before + profile.until[k, row] + profile.factor[k, row] * part


@term()
def _row(profile: Any, k: Any, day: Any) -> Any:
    """Return the row of a day, and the mean time that rounds of the last days took before it."""
    held = len(profile.weekday)
    rounds = more((day - held) // profile.again + 1, 0)
    ends = profile.until[k, held]
    return day - rounds * profile.again, rounds * (ends - profile.until[k, held - profile.again])


@term()
def moment_at(profile: Any, k: Any, mean: Any) -> Any:
    """Return the moment at which so much mean time has passed; infinity where it never has."""
    held = len(profile.weekday)
    ends = profile.until[k, held]
    a_round = ends - profile.until[k, held - profile.again]
    is_ever = (mean < ends) | (a_round > 0.0)
    rounds = more(floor((mean - ends) / where(a_round > 0.0, a_round, 1.0)) + 1.0, 0.0)
    mean = mean - rounds * a_round
    row = _day_at(profile, k, mean)
    d, factor = profile.weekday[row], profile.factor[k, row]
    part = (mean - profile.until[k, row]) / where(factor > 0.0, factor, 1.0)
    h = _hour_at(profile, k, d, part)
    first = profile.within[k, d, h]
    step = profile.within[k, d, h + 1] - first
    hours = h + less(more(part - first, 0.0) / where(step > 0.0, step, 1.0), 1.0)
    found = (row + rounds * profile.again + hours / 24.0) * profile.length - profile.ahead
    return where(is_ever, found, np.inf)


def _days_at(profile: Any, k: Any, mean: Any) -> Any:
    k, found = np.broadcast_to(k, np.shape(mean)), np.empty(np.shape(mean), np.int64)
    for kind in range(len(profile.until)):
        of_kind = k == kind
        found[of_kind] = np.searchsorted(profile.until[kind], mean[of_kind], side="right") - 1
    return np.clip(found, 0, len(profile.weekday) - 1)


@term(arrays=_days_at)
def _day_at(profile: Any, k: Any, mean: Any) -> Any:
    """Return the row of the day within which so much mean time has passed since the first one."""
    until, low, high = profile.until, 0, len(profile.weekday)
    while high - low > 1:
        middle = (low + high) >> 1
        if until[k, middle] <= mean:
            low = middle
        else:
            high = middle
    return low


def _hours_at(profile: Any, k: Any, day: Any, part: Any) -> Any:
    return np.clip((profile.within[k, day] <= part[:, None]).sum(axis=1) - 1, 0, 23)


@term(arrays=_hours_at)
def _hour_at(profile: Any, k: Any, day: Any, part: Any) -> Any:
    """Return the hour within which so much mean time has passed since midnight."""
    within, low, high = profile.within, 0, 24
    while high - low > 1:
        middle = (low + high) >> 1
        if within[k, day, middle] <= part:
            low = middle
        else:
            high = middle
    return low


@term()
def next_in_burst(who: Any, i: Any, purpose: Any, now: Any, otherwise: Any, jump: Any, decay: Any) -> Any:
    """Return when an agent that has an event now has its next one, where each makes further ones likely for a while.

    `otherwise` is when it would come by itself (`next_event`, `next_by_hour`); each event adds `jump` to the rate, and
    that fades at the rate `decay`: an event leads to `jump / decay` others, which is to be below 1. The population has
    the columns `excess`, how much the rate is above that of events that come by themselves, and `since`, when it was;
    both are 0 at the beginning. To be called once at each event. One chance, and the result is exact.

    Hawkes, 1971, Biometrika 58; Dassios and Zhao, 2013, Electronic Communications in Probability 18.
    """
    excess = who.excess[i] * exp(-decay * (now - who.since[i])) + jump
    who.excess[i], who.since[i] = excess, now
    if not excess > 0.0:
        return otherwise
    left = 1.0 + decay * log(uniform(who, i, purpose)) / excess
    return less(otherwise, now - log(left) / decay) if left > 0.0 else otherwise
