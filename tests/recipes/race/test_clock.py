from __future__ import annotations

import pytest

from likewise.errors import SettingsError
from likewise.recipes.race.clock import MACHINE, Clock, OutOfTime, guard, limit_of, seconds_of, spoken


@pytest.mark.parametrize(
    ("time", "seconds"),
    [("45s", 45), ("2m", 120), ("1h30m", 5400), ("1h", 3600), ("1m5s", 65), (" 60s ", 60), (1, 1), (2.5, 2.5)],
)
def test_durations_are_read(time: str | float, seconds: float) -> None:
    assert seconds_of(time) == seconds


@pytest.mark.parametrize(
    "time", ["", "60", "s", "1.5m", "-5s", "5 s", "30m1h", "1h1h", "2d", "1M", "0s", 0, 0.5, True, float("nan"), "inf"]
)
def test_what_is_no_duration_is_refused(time: str | float) -> None:
    with pytest.raises(SettingsError) as caught:
        seconds_of(time)
    assert caught.value.code == "settings.time" and caught.value.hint


def test_time_runs_from_the_start_and_ends_work() -> None:
    now = [100.0]
    clock = Clock(wall=lambda: now[0], cpu=lambda: 0.0)
    assert limit_of(None, clock) is None
    limit = limit_of("10s", clock)
    assert limit is not None and limit.left == 10
    watch, forever = guard(5, clock), guard(None, clock)
    now[0] = 105
    watch("step", 0, 1)
    now[0] = 105.1
    assert limit.left == pytest.approx(4.9)
    forever("step", 0, 1)
    with pytest.raises(OutOfTime):
        watch("step", 1, 1)
    assert MACHINE.wall() <= MACHINE.wall()


def test_seconds_are_spoken() -> None:
    assert [spoken(s) for s in (0.2, 59.1, 181, 3600)] == ["1 s", "60 s", "4 min", "1 h 0 min"]
