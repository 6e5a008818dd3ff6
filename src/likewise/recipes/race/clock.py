"""Time as a promise: how it is written, how much is left, and work that ends when it is over."""

from __future__ import annotations

import math
import time as clocks
from collections.abc import Callable
from dataclasses import dataclass

from likewise.core.progress import Progress
from likewise.core.seconds import seconds_of

SPARE = 1.3
"""How much longer than estimated work may take on a machine that others use too."""


class OutOfTime(Exception):
    """The work was stopped because its time was over."""


@dataclass(frozen=True)
class Clock:
    """Tell seconds: `wall` as they pass, `cpu` as this process spends them; tests bring clocks of their own."""

    wall: Callable[[], float] = clocks.monotonic
    cpu: Callable[[], float] = clocks.process_time


MACHINE = Clock()
"""The clock of this machine."""


@dataclass(frozen=True)
class Limit:
    """Hold a promise: to be done by `end` on the clock, `seconds` after the verb was called."""

    seconds: float
    end: float
    clock: Clock

    @property
    def left(self) -> float:
        """The seconds that are left, less than none when the time is over."""
        return self.end - self.clock.wall()


@dataclass(frozen=True)
class Guard:
    """Be a Progress that stops the work it is told of once its time is over, by raising OutOfTime."""

    end: float
    clock: Clock

    def __call__(self, step: str, done: int, total: int) -> None:
        """Look at the clock."""
        if self.clock.wall() > self.end:
            raise OutOfTime


def guard(seconds: float | None, clock: Clock) -> Progress:
    """Return a Progress that ends work after some seconds; None lets it take as long as it takes."""
    return Guard(math.inf if seconds is None else clock.wall() + seconds, clock)


def limit_of(time: str | float | None, clock: Clock) -> Limit | None:
    """Start the time that is allowed, from now on; None where there is no limit."""
    seconds = None if time is None else seconds_of(time)
    return None if seconds is None else Limit(seconds, clock.wall() + seconds, clock)


def spoken(seconds: float) -> str:
    """Write seconds as one says them, rounded up.

    >>> spoken(7.2), spoken(195), spoken(3700)
    ('8 s', '4 min', '1 h 2 min')
    """
    if seconds <= 180:
        return f"{math.ceil(seconds)} s"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
