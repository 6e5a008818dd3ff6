from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.errors import SettingsError
from likewise.techniques.agents.clocks.calendar import (
    A_YEAR,
    begins,
    calendar,
    day_of,
    days_passed,
    hour_of,
    row_of,
)
from likewise.techniques.agents.clocks.holidays import HOLIDAYS, easter, holidays
from likewise.techniques.agents.clocks.hours import hours, is_open, next_close, next_open
from likewise.techniques.agents.clocks.paydays import next_payday, paydays
from likewise.techniques.agents.compiling import compiled

MONDAY = date(2026, 1, 5)


def test_easter_falls_on_the_sundays_on_which_it_was_held() -> None:
    held = ["1818-03-22", "1943-04-25", "2000-04-23", "2008-03-23", "2024-03-31", "2026-04-05", "2038-04-25"]
    assert easter([int(day[:4]) for day in held]).astype(str).tolist() == held


@pytest.mark.parametrize(
    ("country", "year", "days"),
    [
        ("DE", 2026, "01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26"),
        ("FR", 2025, "01-01 04-21 05-01 05-08 05-29 06-09 07-14 08-15 11-01 11-11 12-25"),
        ("US", 2026, "01-01 01-19 02-16 05-25 06-19 07-03 07-04 09-07 10-12 11-11 11-26 12-25"),
        ("US", 2020, "01-01 01-20 02-17 05-25 07-03 07-04 09-07 10-12 11-11 11-26 12-25"),
        ("GB", 2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-25 12-26 12-27 12-28"),
        ("PL", 2024, "01-01 01-06 03-31 04-01 05-01 05-03 05-19 05-30 08-15 11-01 11-11 12-25 12-26"),
    ],
)
def test_holidays_are_those_of_the_law(country: str, year: int, days: str) -> None:
    assert holidays(country, year, year).astype(str).tolist() == [f"{year}-{day}" for day in days.split()]


@pytest.mark.parametrize("country", HOLIDAYS)
def test_holidays_of_years_are_those_of_each_year(country: str) -> None:
    each = np.concatenate([holidays(country, year, year) for year in range(2015, 2026)])
    together = holidays(country, 2015, 2025)
    assert set(together.tolist()) >= set(each.tolist())  # the last day of 2021 was free in the US for one of 2022
    assert len(together) - len(each) <= 2


@given(st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)), st.floats(0, 365 * 20))
def test_the_day_of_a_moment_is_that_of_the_clock(start: datetime, passed: float) -> None:
    held = calendar(start, unit="hour")
    now = start + timedelta(hours=24 * passed)
    day = day_of(held, 24 * passed)
    if abs(hour_of(held, 24 * passed) - 12) < 11.99:  # further from midnight than moments are rounded
        assert (held.weekday[day], held.day[day], held.month[day]) == (now.weekday(), now.day, now.month)
        assert hour_of(held, 24 * passed) == pytest.approx(now.hour + now.minute / 60 + now.second / 3600, abs=1e-3)


def test_after_its_end_the_last_year_of_a_calendar_comes_again() -> None:
    held = calendar(MONDAY, years=1)
    last = len(held.weekday)
    days = np.arange(2 * A_YEAR + last)
    rows = row_of(held, days)
    assert rows[:last].tolist() == days[:last].tolist()
    assert (rows[last:] == rows[last - A_YEAR : -A_YEAR]).all()
    assert (held.weekday[rows] == days % 7).all()


def test_a_day_that_begins_is_that_day() -> None:
    held = calendar(datetime(2026, 1, 5, 7, 20), unit="hour")
    assert [days_passed(held, begins(held, day)) for day in range(1, 500)] == list(range(1, 500))


def test_days_of_a_scenario_are_free_too() -> None:
    held = calendar(MONDAY, free=[date(2026, 1, 6)])
    assert held.is_working[:7].tolist() == [True, False, True, True, True, False, False]


@pytest.mark.parametrize(
    ("fault", "settings"), [("agents.country", {"country": "DR"}), ("agents.unit", {"unit": "step"})]
)
def test_a_calendar_that_there_is_not_is_told(fault: str, settings: dict[str, Any]) -> None:
    with pytest.raises(SettingsError) as told:
        calendar(MONDAY, **settings)
    assert told.value.code == fault


OPEN = "Mo-Fr 09:00-12:00,13:30-18:00; Sa 22:00-04:00; PH 10:00-11:00"


FREE = set(holidays("DE", 2025, 2027).tolist())


def opened(now: float, length: float) -> bool:
    """Say whether what is `OPEN` is open, by the dates and the clock of Python."""
    moment = datetime(2026, 1, 5) + timedelta(days=now / length)
    for day in (moment.date() - timedelta(days=1), moment.date()):
        h = (moment - datetime(day.year, day.month, day.day)).total_seconds() / 3600
        if day in FREE:
            if 10 <= h < 11:
                return True
        elif day.weekday() < 5:
            if 9 <= h < 12 or 13.5 <= h < 18:
                return True
        elif day.weekday() == 5 and 22 <= h < 28:
            return True
    return False


@pytest.mark.parametrize(("unit", "length"), [("hour", 24.0), ("second", 86400.0), ("day", 1.0)])
def test_things_are_open_when_they_say(unit: str, length: float) -> None:
    held = calendar(MONDAY, unit=unit, country="DE")
    kinds = hours(held, ["24/7", OPEN])
    quarters = [(q / 96 + 1e-5) * length for q in range(96 * 180)]
    fast = compiled(_are_open)
    found = np.zeros(len(quarters), np.bool_)
    fast(held, kinds, np.array(quarters), found)
    assert found.tolist() == [opened(now, length) for now in quarters]


def _are_open(held: Any, kinds: Any, moments: Any, found: Any) -> None:
    for n in range(len(moments)):
        found[n] = is_open(held, kinds, 1, moments[n])


@given(st.floats(0, 1000), st.sampled_from(["hour", "second", "day"]))
def test_what_opens_is_open_and_was_not(days: float, unit: str) -> None:
    held = calendar(datetime(2026, 1, 5, 7, 7, 7), unit=unit, country="DE")
    kinds = hours(held, [OPEN])
    now = days * held.length
    opens, closes = next_open(held, kinds, 0, now), next_close(held, kinds, 0, now)
    assert now <= opens < closes
    assert is_open(held, kinds, 0, opens)
    assert not is_open(held, kinds, 0, closes)
    assert is_open(held, kinds, 0, (opens + closes) / 2)
    assert is_open(held, kinds, 0, now) == (opens == now)
    assert opens == now or not is_open(held, kinds, 0, (now + opens) / 2) or next_open(held, kinds, 0, now) == opens
    assert compiled(_moments)(held, kinds, now) == (opens, closes)


def _moments(held: Any, kinds: Any, now: Any) -> Any:
    return next_open(held, kinds, 0, now), next_close(held, kinds, 0, now)


def test_what_never_opens_or_closes_does_so_at_infinity() -> None:
    held = calendar(MONDAY)
    kinds = hours(held, ["Mo-Su off", "24/7", "PH 10:00-12:00"])
    assert next_open(held, kinds, 0, 3.25) == np.inf == next_close(held, kinds, 0, 3.25)
    assert (next_open(held, kinds, 1, 3.25), next_close(held, kinds, 1, 3.25)) == (3.25, np.inf)
    assert next_open(held, kinds, 2, 3.25) == np.inf
    assert next_open(held, kinds, 0, np.inf) == np.inf


def test_what_closes_when_it_opens_again_stays_open() -> None:
    held = calendar(MONDAY, unit="hour")
    kinds = hours(held, ["Mo 20:00-24:00; Tu 00:00-05:00,05:00-06:00"])
    assert next_close(held, kinds, 0, 21.0) == 30.0


@pytest.mark.parametrize(
    "text", ["Mo-Fr", "Xx 09:00-10:00", "Mo 25:00-26:00", "Mo 09:70-10:00", "Mo 9-10", "PH-Mo off"]
)
def test_hours_that_are_none_are_told_without_their_text(text: str) -> None:
    with pytest.raises(SettingsError) as told:
        hours(calendar(MONDAY), ["24/7", text])
    assert (told.value.code, told.value.where) == ("agents.hours", "hours[1]")


def test_paydays_are_working_days_of_the_month() -> None:
    held = calendar(MONDAY, country="GB", years=2)
    kinds = paydays(held, ["last", "15", "31", "1,15"])
    found = {k: [] for k in range(4)}  # type: dict[int, list[date]]
    for k, days in found.items():
        now = 0.5
        while (now := next_payday(held, kinds, k, now)) < 365:
            days.append(MONDAY + timedelta(days=now))
    assert found[0][:5] == [date(2026, m, d) for m, d in ((1, 30), (2, 27), (3, 31), (4, 30), (5, 29))]
    assert found[1][:6] == [date(2026, m, d) for m, d in ((1, 15), (2, 13), (3, 13), (4, 15), (5, 15), (6, 15))]
    assert found[2] == found[0]
    assert date(2026, 12, 31) in found[2]
    assert date(2026, 4, 1) in found[3]
    assert date(2026, 4, 30) not in found[3]
    assert date(2026, 5, 1) in found[3]


def test_paydays_of_the_week_come_every_week_or_every_second() -> None:
    held = calendar(MONDAY, years=1)
    kinds = paydays(held, ["friday", "friday/2"])
    weekly, second = ([], [])  # type: tuple[list[float], list[float]]
    for k, days in enumerate((weekly, second)):
        now = 0.0
        while (now := next_payday(held, kinds, k, now)) < 1200:
            days.append(now)
    assert weekly[:3] == [4.0, 11.0, 18.0]
    assert set(np.diff(weekly)) == {7.0}
    assert set(np.diff(second)) == {14.0}


def test_a_payday_that_there_is_not_is_told() -> None:
    with pytest.raises(SettingsError) as told:
        paydays(calendar(MONDAY), ["last", "32"])
    assert (told.value.code, told.value.where) == ("agents.payday", "paydays[1]")
