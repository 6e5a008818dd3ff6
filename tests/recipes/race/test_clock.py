from __future__ import annotations

import pytest

from likewise.recipes.race.clock import MACHINE, Clock, OutOfTime, guard, limit_of, spoken


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
