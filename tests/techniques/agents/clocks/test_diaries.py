from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pytest
from scipy import stats

from likewise.errors import SettingsError
from likewise.techniques.agents.clocks.calendar import Calendar, calendar, day_of, hour_of
from likewise.techniques.agents.clocks.diaries import Diaries, Entry, diaries, next_entry, present_entry
from likewise.techniques.agents.compiling import compiled
from likewise.techniques.agents.population import population

WORK, SHOP, SPORT, CHURCH = range(4)
WORKER = {
    "Mo-Fr": [
        Entry(WORK, 8.5, spread=0.75, lasts=8.0),
        Entry(SHOP, 17.0, place=1, spread=2.0, lasts=0.5, chance=0.3),
        Entry(SPORT, 23.5, place=2, spread=1.0, chance=0.5),
    ],
    "Sa": [Entry(SHOP, 11.0, place=1, spread=1.0, lasts=2.0)],
    "PH": [Entry(CHURCH, 10.0)],
}
IDLE: dict[str, list[Entry]] = {"Mo": []}
ENOUGH = 1e-4


def week(unit: str = "hour") -> tuple[Calendar, Diaries]:
    return calendar(datetime(2026, 1, 7, 6, 30), unit=unit, country="DE", years=2), diaries([IDLE, WORKER])


def _lives(held: Any, days: Any, who: Any, found: Any) -> None:
    for i in range(len(found)):
        now = 0.0
        for n in range(found.shape[1]):
            now, until, row = next_entry(days, held, who, i, 1, now)
            found[i, n, 0], found[i, n, 1], found[i, n, 2] = now, until, row
            who.turn[i] += 1


def lives(people: int, entries: int, unit: str = "hour", *, plain: bool = False) -> Any:
    found = np.zeros((people, entries, 3))
    who = population(5, "people", people)
    (_lives if plain else compiled(_lives))(*week(unit), who, found)
    return found


@pytest.mark.parametrize("unit", ["hour", "second"])
def test_diaries_are_the_same_to_the_bit_compiled_and_plain(unit: str) -> None:
    assert lives(3, 50, unit).tobytes() == lives(3, 50, unit, plain=True).tobytes()


def test_entries_follow_one_another_and_do_not_overlap() -> None:
    found = lives(50, 400)
    begin, until = found[:, :, 0], found[:, :, 1]
    assert (begin < until).all()
    assert (until[:, :-1] <= begin[:, 1:]).all()
    held, _ = week()
    assert (day_of(held, begin) == day_of(held, until - 1e-6)).all()


def test_entries_come_on_their_days_as_often_and_when_they_say() -> None:
    held, _ = week()
    found = lives(200, 400).reshape(-1, 3)
    begin, row = found[:, 0], found[:, 2].astype(int)
    day, hour = day_of(held, begin), hour_of(held, begin)
    assert (held.is_holiday[day] == (row == 4)).all()
    usual = ~held.is_holiday[day]
    assert (held.weekday[day[row == 3]] == 5).all()
    assert (held.weekday[day[usual & (row < 3)]] < 5).all()
    assert stats.kstest(hour[row == 0], stats.norm(8.5, 0.75).cdf).pvalue > ENOUGH
    at_work = int((row == 0).sum())
    assert stats.binomtest(int((row == 1).sum()), at_work, 0.3).pvalue > ENOUGH
    assert stats.binomtest(int((row == 2).sum()), at_work, 0.5).pvalue > ENOUGH


def test_what_is_asked_for_twice_is_the_same_whatever_happened_between() -> None:
    held, days = week()
    who = population(5, "people", 2)
    first = [next_entry(days, held, who, 1, 1, 24.0 * day) for day in range(40)]
    who.turn[1] = 77
    assert [next_entry(days, held, who, 1, 1, 24.0 * day) for day in range(40)] == first


def test_what_an_agent_is_at_is_what_it_began_and_has_not_ended() -> None:
    held, days = week()
    who = population(5, "people", 3)
    for begin, until, row in lives(3, 60, plain=True)[2]:
        moments = [begin + 1e-9, (begin + until) / 2, until - 1e-6]
        assert [present_entry(days, held, who, 2, 1, now) for now in moments] == [row] * 3
        then = next_entry(days, held, who, 2, 1, begin)[0]
        if then - until > 0.1:
            assert present_entry(days, held, who, 2, 1, until + 0.05) == -1


def test_who_never_does_anything_does_it_at_infinity() -> None:
    held, days = week()
    who = population(5, "people", 1)
    assert next_entry(days, held, who, 0, 0, 3.0) == (np.inf, np.inf, -1)
    assert present_entry(days, held, who, 0, 0, 3.0) == -1


@pytest.mark.parametrize(
    "entries",
    [[Entry(0, 9.0), Entry(0, 8.0)], [Entry(0, 24.0)], [Entry(0, 8.0, chance=1.5)], [Entry(0, 8.0, lasts=0.0)]],
)
def test_a_diary_that_is_none_is_told(entries: list[Entry]) -> None:
    with pytest.raises(SettingsError) as told:
        diaries([IDLE, {"Mo-Su": entries}])
    assert (told.value.code, told.value.where) == ("agents.diary", "diaries[1].Mo-Su")
