"""When what happens next: against the laws of the processes, and the same to the bit however it is run."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from likewise.errors import SettingsError
from likewise.techniques.agents.clocks.arrivals import (
    Profile,
    mean_time,
    moment_at,
    next_by_hour,
    next_event,
    next_in_burst,
    profile,
)
from likewise.techniques.agents.clocks.calendar import Calendar, calendar, day_of, hour_of
from likewise.techniques.agents.compiling import compiled
from likewise.techniques.agents.population import population

START = datetime(2026, 1, 7, 5, 30)
OFFICE = [1.0 + hour % 24 if 8 <= hour % 24 < 18 and hour < 120 else 0.0 for hour in range(168)]
EVEN = [1.0] * 168
SHOPS = [0.1 + (hour % 24) * (2 if hour >= 120 else 1) for hour in range(168)]

ENOUGH = 1e-4
"""The chance of a test to fail for a right process, were its seed drawn anew."""


def agents(count: int) -> Any:
    return population(3, "agents", count, excess=0.0, since=0.0, rate=np.linspace(0.0, 3.0, count))


def week(unit: str = "day", *, years: int = 2) -> tuple[Calendar, Profile]:
    held = calendar(START, unit=unit, country="DE", years=years)
    factors = np.where(held.is_holiday, 0.0, np.where(held.month == 12, 2.0, 1.0))
    return held, profile(held, [OFFICE, EVEN, SHOPS], factors)


def _times(who: Any, found: Any, rate: Any, hours: Any, k: Any, jump: Any) -> None:
    """Fill `found` with the times of one agent's events."""
    now = 0.0
    for n in range(len(found)):
        then = next_event(who, 0, 0, now, rate) if k < 0 else next_by_hour(who, 0, 0, now, rate, hours, k)
        if jump > 0.0:
            then = next_in_burst(who, 0, 1, now, then, jump, 10.0)
        now = then
        who.turn[0] += 1
        found[n] = now


def times(count: int, rate: float, hours: Profile, k: int, jump: float = 0.0, *, plain: bool = False) -> Any:
    found = np.zeros(count)
    (_times if plain else compiled(_times))(agents(1), found, rate, hours, k, jump)
    return found


@pytest.mark.parametrize("k", [-1, 0, 1, 2])
@pytest.mark.parametrize("jump", [0.0, 5.0])
def test_times_are_the_same_to_the_bit_compiled_and_plain(k: int, jump: float) -> None:
    _, hours = week()
    assert times(300, 5.0, hours, k, jump).tobytes() == times(300, 5.0, hours, k, jump, plain=True).tobytes()


@pytest.mark.parametrize("unit", ["day", "second"])
def test_times_of_columns_are_those_of_agents(unit: str) -> None:
    held, hours = week(unit)
    who, i, k = agents(300), np.arange(300), np.arange(300) % 3
    now = np.linspace(0, 1500, 300) * held.length
    together = next_by_hour(who, i, 0, now, who.rate / held.length, hours, k)
    alone = [next_by_hour(who, j, 0, now[j], who.rate[j] / held.length, hours, k[j]) for j in i]
    assert together.tobytes() == np.array(alone).tobytes()
    evenly = next_event(who, i, 0, now, who.rate)
    assert evenly.tobytes() == np.array([next_event(who, j, 0, now[j], who.rate[j]) for j in i]).tobytes()
    assert together[0] == np.inf == evenly[0]  # at a rate of 0


@given(st.floats(0, 5000), st.sampled_from([0, 1, 2]), st.sampled_from(["day", "hour", "second"]))
def test_the_moment_at_a_mean_time_is_that_at_which_it_has_passed(mean: float, k: int, unit: str) -> None:
    held, hours = _WEEKS.setdefault(unit, week(unit))
    mean = mean * held.length
    moment = moment_at(hours, k, mean)
    passed = max(mean, mean_time(hours, k, 0.0))
    assert mean_time(hours, k, max(moment, 0.0)) == pytest.approx(passed, rel=1e-9, abs=1e-9 * held.length)


_WEEKS: dict[str, tuple[Calendar, Profile]] = {}


def test_an_even_profile_is_a_clock() -> None:
    held = calendar(date(2026, 1, 1), unit="hour", years=1)
    hours = profile(held, [EVEN])
    for now in (0.0, 0.5, 23.9, 100.25, 24.0 * 1000 + 3):
        assert mean_time(hours, 0, now) == pytest.approx(now)
        assert moment_at(hours, 0, now) == pytest.approx(now)


def test_events_come_when_the_profile_lets_them_and_as_often_as_it_says() -> None:
    held, hours = week()
    found = times(40_000, 30.0, hours, 0)
    rows, hour = day_of(held, found), np.floor(hour_of(held, found)).astype(int)
    assert (hours.factor[0, rows] > 0).all()
    assert ((hour >= 8) & (hour < 18) & (held.weekday[rows] < 5)).all()
    assert (found > 730).any()  # beyond the end of the calendar
    expected = np.array(OFFICE[8:18]) / sum(OFFICE[8:18]) * len(found)
    assert stats.chisquare(np.bincount(hour, minlength=24)[8:18], expected).pvalue > ENOUGH
    busy = held.month[rows[found < 365]] == 12
    days = hours.factor[0, :365] * (held.weekday[:365] < 5)
    share = days[held.month[:365] == 12].sum() / days.sum()
    assert stats.binomtest(int(busy.sum()), len(busy), share).pvalue > ENOUGH


@pytest.mark.parametrize("k", [0, 1, 2])
def test_in_mean_time_events_are_a_poisson_process(k: int) -> None:
    """What an inhomogeneous process becomes when its clock runs as fast as its rate (Cinlar, 1975)."""
    _, hours = week()
    gaps = np.diff(mean_time(hours, k, times(20_000, 8.0, hours, k)))
    assert stats.kstest(gaps * 8.0, "expon").pvalue > ENOUGH
    assert abs(np.corrcoef(gaps[:-1], gaps[1:])[0, 1]) < 4 / np.sqrt(len(gaps))


@pytest.mark.parametrize("k", [-1, 0])
def test_bursts_are_those_of_hawkes(k: int) -> None:
    """In the time that runs as fast as the rate is, gaps are exponential and independent (Papangelou, 1972)."""
    _, hours = week()
    found = times(20_000, 4.0, hours, k, jump=6.0)
    by_itself = 4.0 * (mean_time(hours, k, found) if k >= 0 else found)
    gaps, excess = np.diff(by_itself), 0.0
    for n, gap in enumerate(np.diff(found)):
        excess += 6.0
        gaps[n] += excess / 10.0 * -np.expm1(-10.0 * gap)
        excess *= np.exp(-10.0 * gap)
    assert stats.kstest(gaps, "expon").pvalue > ENOUGH
    assert abs(np.corrcoef(gaps[:-1], gaps[1:])[0, 1]) < 4 / np.sqrt(len(gaps))


def test_each_event_of_a_burst_leads_to_as_many_others_as_it_says() -> None:
    """The mean rate is that of events that come by themselves over 1 - 0.6, and counts spread by 1 / (1 - 0.6)**2."""
    _, hours = week()
    found = times(60_000, 4.0, hours, -1, jump=6.0)
    assert len(found) / found[-1] == pytest.approx(10.0, rel=0.05)
    counts = np.bincount((found / 5.0).astype(int))[:-1]
    assert counts.var() / counts.mean() == pytest.approx(6.25, rel=0.15)


def test_bursts_without_a_jump_are_none() -> None:
    _, hours = week()
    who = agents(1)
    assert next_in_burst(who, 0, 0, 3.0, 4.5, 0.0, 1.0) == 4.5
    assert times(50, 1.0, hours, -1, jump=1e-300).tobytes() == times(50, 1.0, hours, -1).tobytes()


@pytest.mark.parametrize(
    ("weeks", "factors"),
    [([EVEN[:-1]], 1.0), ([[-1.0, *EVEN[1:]]], 1.0), ([[0.0] * 168], 1.0), ([EVEN], -1.0), ([EVEN], np.inf)],
)
def test_a_profile_that_is_none_is_told(weeks: Any, factors: float) -> None:
    with pytest.raises(SettingsError) as told:
        profile(calendar(START, years=1), weeks, factors)
    assert told.value.code == "agents.profile"


def test_where_nothing_ever_happens_again_it_happens_at_infinity() -> None:
    held = calendar(START, years=1)
    hours = profile(held, [EVEN], (np.arange(len(held.weekday)) < 100).astype(float))
    assert moment_at(hours, 0, 50.0) == pytest.approx(50.0 - held.ahead)
    assert moment_at(hours, 0, 100.5) == np.inf
