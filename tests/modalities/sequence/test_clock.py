"""Hold clocks to the grids that times lie on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.core.schema import Column
from likewise.core.table import MICROSECONDS_A_DAY
from likewise.errors import SettingsError
from likewise.modalities.sequence.clock import Clock, clock_of

DATE, MOMENT, FLOAT = Column(name="t", kind="date"), Column(name="t", kind="datetime"), Column(name="t", kind="float")


def days(text: str, count: int, step: str) -> np.ndarray:
    """Days from one on, a month (M), a week (W) or a day (D) apart."""
    first = np.datetime64(text, step)
    return (first + np.arange(count)).astype("M8[D]").astype(float)


def trading(count: int) -> np.ndarray:
    """Days from Wednesday the first of January 2020 on that are no weekends."""
    found = np.datetime64("2020-01-01") + np.arange(2 * count)
    return found[np.is_busday(found)][:count].astype(float)


CASES = {
    "steps": (FLOAT, np.arange(20) * 0.25 + 3),
    "months": (DATE, days("2019-11", 20, "M")),
    "ends of months": (DATE, days("2019-11", 20, "M") - 1),
    "quarters": (DATE, days("2019-11", 60, "M")[::3]),
    "weekdays": (DATE, trading(40)),
    "noons": (MOMENT, (trading(40) + 0.5) * MICROSECONDS_A_DAY),
    "hours": (MOMENT, days("2019-11", 1, "M") * MICROSECONDS_A_DAY + np.arange(50) * 3.6e9),
}


@pytest.mark.parametrize("name", CASES)
def test_a_regular_grid_is_found_and_goes_on(name: str) -> None:
    column, times = CASES[name]
    most = len(times) // 2
    clock, filled = clock_of(column, times[:most], np.zeros(most, dtype=np.int64), shared=False)
    assert filled == 1 and clock.form == {"ends of months": "months", "quarters": "months", "noons": "weekdays",
                                          "hours": "steps"}.get(name, name)  # fmt: skip
    np.testing.assert_allclose(clock.places(times[:most]), np.arange(most))
    np.testing.assert_allclose(clock.times(np.arange(len(times)) * 1.0, column), times)
    again = Clock.from_state(clock.state())
    np.testing.assert_array_equal(again.times(np.arange(9.0), column), clock.times(np.arange(9.0), column))


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.integers(-9, 9))
def test_places_lead_back_to_times(gaps: list[int], first: int) -> None:
    times = first + np.cumsum([0, *gaps]) * 1.0
    clock, filled = clock_of(
        Column(name="t", kind="integer"), times, np.zeros(len(times), dtype=np.int64), shared=False
    )
    np.testing.assert_array_equal(clock.times(clock.places(times), FLOAT), times)
    assert filled == pytest.approx(len(times) / ((times[-1] - times[0]) / np.gcd.reduce(gaps) + 1))


def test_times_that_several_share_are_a_grid_of_their_own() -> None:
    visits = np.array([0.0, 1, 5, 30, 31])
    owner = np.repeat(np.arange(4), 5)
    clock, filled = clock_of(DATE, np.tile(visits, 4), owner, shared=True)
    assert clock.form == "listed" and filled == 1
    assert clock.times(np.array([0.0, 3]), DATE).tolist() == [0, 30]
    assert clock_of(DATE, visits, owner[:5], shared=False)[0].form == "steps"


def test_times_without_a_grid_are_counted_in_steps() -> None:
    times = np.cumsum(np.random.default_rng(0).exponential(size=50))
    clock, filled = clock_of(FLOAT, times, np.zeros(50, dtype=np.int64), shared=False)
    assert (clock.form, clock.unit, filled) == ("steps", 1.0, 0.0)
    assert clock_of(FLOAT, np.zeros(5), np.zeros(5, dtype=np.int64), shared=False)[1] == 0


def test_no_time_is_past_the_year_9999() -> None:
    with pytest.raises(SettingsError, match="9999"):
        Clock("steps", 0.0, 1.0, 365.0).times(np.array([1e4]), DATE)
