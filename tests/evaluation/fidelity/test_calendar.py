from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from likewise.evaluation.fidelity.calendar import calendar_parts

MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1))


def parts_of(value, kind):
    return {part: int(codes[0]) for part, size, codes in calendar_parts(np.array([value]), kind) if codes[0] < size}


@given(MOMENTS)
def test_the_parts_are_those_of_the_calendar(moment):
    passed = (moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    found = parts_of(float(passed), "datetime")
    written = f"{moment.microsecond:06d}".rstrip("0")
    assert found == {
        "days of the week": moment.weekday(), "days of the month": moment.day - 1, "months": moment.month - 1,
        "hours": moment.hour, "minutes": moment.minute, "seconds": moment.second,
        "fractions of a second": len(written),
    }  # fmt: skip


def test_dates_have_no_hours_and_times_no_days():
    assert list(parts_of(-1.0, "date")) == ["days of the week", "days of the month", "months"]
    assert parts_of(-1.0, "date")["months"] == 11
    assert list(parts_of(61e6, "time")) == ["hours", "minutes", "seconds", "fractions of a second"]
    assert parts_of(61e6, "time") == {"hours": 0, "minutes": 1, "seconds": 1, "fractions of a second": 0}
