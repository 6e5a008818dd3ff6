"""Times become seconds of a calendar, or plain numbers, and come back."""

from __future__ import annotations

import numpy as np
import pytest
from tests.techniques.agents.habits.worlds import MONDAY

from likewise.core.schema import Column, Kind
from likewise.techniques.agents.habits.axis import (
    DAY,
    DAYS,
    FORM,
    HOURS,
    PLAIN,
    SPAN,
    UNIT,
    axis_of,
    hour,
    numbers_of,
    open_day,
    seconds_of,
    told_finely,
    weekday,
)


@pytest.mark.parametrize(("kind", "numbers"), [
    ("date", [3.0, 90.0]), ("datetime", [1.5e15, 1.6e15]), ("duration", [0.0, 5e6]), ("integer", [-4.0, 7.0]),
    ("float", [0.25, 9.75])])  # fmt: skip
def test_numbers_of_a_table_become_seconds_and_come_back(kind: Kind, numbers: list[float]) -> None:
    column = Column(name="when", kind=kind)
    assert numbers_of(column, seconds_of(column, np.array(numbers))).tolist() == numbers


def test_a_calendar_knows_weekdays_hours_and_how_finely_it_is_told() -> None:
    times = MONDAY + np.array([9 * 3600.0, DAY + 10.5 * 3600, 8 * DAY])
    axis, start = axis_of(Column(name="when", kind="datetime"), times)
    assert start == MONDAY
    assert axis.told.tolist() == [HOURS, 0.0, 60.0, 8 * DAY]
    assert np.asarray(weekday(axis, times - start)).tolist() == [0, 1, 1]
    assert np.asarray(hour(axis, times - start)).tolist() == [9, 10.5, 0]
    assert weekday(axis, DAY) == 1 and hour(axis, DAY + 1800.0) == 0.5
    assert told_finely(axis, 100.0) == 120.0 and told_finely(axis, 1e9) == 8 * DAY


def test_days_without_anybody_are_none_where_many_come() -> None:
    times = MONDAY + np.repeat([0.0, 1.0, 4.0], 100) * DAY
    busy, _ = axis_of(Column(name="when", kind="date"), times)
    quiet, _ = axis_of(Column(name="when", kind="date"), times[::50])
    assert busy.told[FORM] == DAYS and busy.told[UNIT] == DAY
    assert busy.open.tolist() == [0, 1, 4] and quiet.open.tolist() == [0, 1, 2, 3, 4]
    assert np.asarray(open_day(busy, np.array([0.5, 2.0, 9.0]) * DAY)).tolist() == [0, 2, 2]


def test_plain_numbers_keep_their_steps() -> None:
    axis, start = axis_of(Column(name="when", kind="integer", decimals=0), np.array([20.0, 35.0, 50.0]))
    assert (start, axis.told[FORM], axis.told[UNIT], axis.told[SPAN]) == (20.0, PLAIN, 15.0, 30.0)
    assert weekday(axis, 15.0) == -1 and hour(axis, 15.0) == -1
    alone, _ = axis_of(Column(name="when", kind="integer", decimals=0), np.array([7.0]))
    assert alone.told[SPAN] > 0
