"""What falls due is paid once a month, on a day that is worked on."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from likewise.industries.finance.world.countries import COUNTRIES
from likewise.industries.finance.world.days import LAST, days_of, on_clocks

DAYS = days_of(date(2026, 1, 1), 365)
MONTH = DAYS.first.astype("datetime64[D]") + np.arange(365)


@pytest.mark.parametrize("table", [DAYS.due, DAYS.paid], ids=["due", "paid before"])
def test_what_is_due_on_a_day_of_the_month_is_paid_once_a_month(table: np.ndarray) -> None:
    counts = table[:, :365].sum(1)
    assert counts[:, 1:].min() >= 11 and counts[:, 1:].max() <= 13
    assert not table[:, :, 0].any()


def test_nothing_is_paid_on_weekends_and_holidays() -> None:
    free = (DAYS.kind[:, :365] != 0)[:, :, None]
    assert not (DAYS.due[:, :365] & free).any() and not (DAYS.paid[:, :365] & free).any()


def test_salaries_of_the_last_day_come_before_the_month_ends() -> None:
    land = [country.code for country in COUNTRIES].index("DE")
    paid = MONTH[DAYS.paid[land, :365, LAST]].astype(str).tolist()
    assert paid[:5] == ["2026-01-30", "2026-02-27", "2026-03-31", "2026-04-30", "2026-05-29"]


def test_holidays_are_those_of_each_country() -> None:
    unity = (np.datetime64("2026-10-03") - DAYS.first).astype(int)
    held = {country.code for country, free in zip(COUNTRIES, DAYS.is_holiday[:, unity], strict=True) if free}
    assert held == {"DE"}
    assert (DAYS.kind[:, unity] == np.where([c.code == "DE" for c in COUNTRIES], 2, 1)).all()


def test_less_is_spent_on_holidays_and_more_before_them() -> None:
    land = [country.code for country in COUNTRIES].index("GB")
    christmas = (np.datetime64("2026-12-25") - DAYS.first).astype(int)
    assert DAYS.busy[land, christmas] < 0.7 * DAYS.busy[land, christmas - 7]
    assert DAYS.busy[land, christmas - 1] > 1.5 * DAYS.busy[land, christmas]


def test_clocks_that_are_behind_show_an_earlier_hour() -> None:
    day, minute = on_clocks(np.array([86_400 + 3600, 3600]), np.array([6, 0]))
    assert (day.tolist(), minute.tolist()) == ([0, 0], [19 * 60, 60])
