"""Parts of moments agree with those that pandas tells."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.constraints.calendar import FORMS, moments_of, number_in, whole_years, written_in
from likewise.core.moments import DAY
from likewise.core.schema import Column

TIMES = pd.Series(pd.date_range("1890-01-01", "2100-01-01", freq="37h"))
MOMENTS = TIMES.astype("datetime64[us]").astype("int64").to_numpy().astype(float)


def test_numbers_are_those_of_the_calendar() -> None:
    told = {
        "year": TIMES.dt.year, "month": TIMES.dt.month, "quarter": TIMES.dt.quarter, "day": TIMES.dt.day,
        "weekday": TIMES.dt.day_of_week, "week": TIMES.dt.isocalendar().week, "day of the year": TIMES.dt.day_of_year,
        "hour": TIMES.dt.hour, "minute": TIMES.dt.minute, "second": TIMES.dt.second,
    }  # fmt: skip
    for unit, expected in told.items():
        assert (number_in(unit, MOMENTS) == expected.to_numpy(dtype=float)).all(), unit


@pytest.mark.parametrize("form", [form for forms in FORMS.values() for form in forms if "%q" not in form])
def test_forms_are_written_as_strftime_does(form: str) -> None:
    assert written_in(form, MOMENTS[::97]).to_pylist() == TIMES[::97].dt.strftime(form).tolist()


def test_what_is_missing_has_no_part() -> None:
    assert np.isnan(number_in("month", np.array([np.nan]))).all()
    assert written_in("%YQ%q", np.array([np.nan, 100.0 * DAY])).to_pylist() == [None, "1970Q2"]
    assert np.isnan(whole_years(np.array([0.0, np.nan]), np.array([np.nan, 0.0]))).all()


@pytest.mark.parametrize(("zone", "hours"), [("UTC", 0), ("+02:00", 2), ("Europe/Berlin", 1), (None, 0)])
def test_moments_are_those_on_the_clocks_of_the_zone(zone: str | None, hours: int) -> None:
    found = moments_of(np.array([0.0, np.nan]), Column(name="t", kind="datetime", zone=zone))
    assert found[0] == hours * DAY / 24 and np.isnan(found[1])


@given(st.dates(), st.dates())
def test_whole_years_are_birthdays_that_passed(born: dt.date, then: dt.date) -> None:
    epoch = dt.date(1970, 1, 1)
    (found,) = whole_years(np.array([float((born - epoch).days)]), np.array([float((then - epoch).days)]))
    assert found == then.year - born.year - ((then.month, then.day) < (born.month, born.day))
