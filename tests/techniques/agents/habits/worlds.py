"""Tables of events whose habits are known."""

from __future__ import annotations

import numpy as np

from likewise.core.schema import Column
from likewise.techniques.agents.habits.axis import DAY, axis_of
from likewise.techniques.agents.habits.history import Floats, History, Ints

MONDAY = 4 * DAY
"""A Monday in January 1970, in seconds."""


def history(kind: str, owner: Ints, seconds: Floats, *values: Ints) -> History:
    """Return events, given in any order, as a history."""
    rows = np.lexsort((seconds, owner))
    column = Column(name="when", kind=kind, decimals=0 if kind == "integer" else None)  # type: ignore[arg-type]
    axis, start = axis_of(column, seconds)
    return History(axis, owner[rows], seconds[rows] - start, tuple(own[rows] for own in values))


def shop(customers: int = 200, seed: int = 0) -> History:
    """Return customers who come on working days from 9 to 17, for one to five things of which they come back to some.

    Every other one comes about weekly, the others about monthly.
    """
    rng = np.random.default_rng(seed)
    owner, seconds, things = [], [], []
    for who in range(customers):
        known: list[int] = []
        day = float(rng.integers(20))
        while day < 250:
            when = MONDAY + _working(int(day)) * DAY + (9 * 60 + rng.integers(480)) * 60
            for _ in range(rng.integers(1, 6)):
                if not known or rng.random() < 0.4:
                    known.append(int(rng.zipf(1.5) % 300))
                owner.append(who)
                seconds.append(when)
                things.append(known[rng.integers(len(known))])
            day += 1 + rng.exponential(5.0 if who % 2 else 20.0)
    _, codes = np.unique(things, return_inverse=True)
    return history("datetime", np.array(owner), np.array(seconds, np.float64), codes)


def _working(day: int) -> int:
    return day // 5 * 7 + day % 5
