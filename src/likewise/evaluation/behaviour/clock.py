"""What time is in a table of events: moments, days or plain numbers; and the windows that go with it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from likewise.core.schema import Kind
from likewise.evaluation.behaviour.events import Occasions
from likewise.evaluation.behaviour.wording import number

Floats = npt.NDArray[np.float64]

HOUR, DAY = 3_600.0, 86_400.0
UNITS = ((DAY, "days"), (HOUR, "hours"), (60.0, "min"), (1.0, "s"))
MOMENTS = (("1 hour", HOUR), ("24 hours", DAY), ("7 days", 7 * DAY))
DAYS = (("1 day", DAY), ("7 days", 7 * DAY), ("30 days", 30 * DAY))
STEPS = (1, 10, 100)
"""Windows of plain numbers, in median gaps."""
CUTS = (1e-3, 1, 10, 60, 600, HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY, 90 * DAY, 365 * DAY)
"""Where a chart of gaps is cut, in seconds."""
CUTS_SAID = ("1 ms", "1 s", "10 s", "1 min", "10 min", "1 h", "6 h", "1 d", "3 d", "7 d", "30 d", "90 d", "1 y")


@dataclass(frozen=True)
class Clock:
    """Say what the times of a table are, and which windows are looked at, the shortest first.

    `seconds` are known of dates, moments and durations; `days` of the week of dates and moments; `hours` of moments
    that are not all at midnight.
    """

    seconds: bool
    days: bool
    hours: bool
    windows: tuple[tuple[str, float], ...]

    def said(self, length: float) -> str:
        """Write a time in a unit that suits it.

        >>> clock_of("datetime", Occasions(np.array([], np.int32), np.array([1.5]), np.array([], np.int32))).said(5400)
        '1.5 hours'
        """
        if not self.seconds:
            return number(length)
        size, unit = next(((s, u) for s, u in UNITS if length >= 0.995 * s), UNITS[-1])
        return f"{length / size:.2g} {unit}" if length / size < 10 else f"{length / size:.0f} {unit}"

    def cuts(self, gaps: Floats) -> tuple[Floats, tuple[str, ...]]:
        """Return where a chart of gaps is cut, and what its bins are called; the ends are open."""
        if self.seconds:
            known = [(at, said) for at, said in zip(CUTS, CUTS_SAID, strict=True) if gaps.min() <= at <= gaps.max()]
        else:
            low, high = np.floor(np.log10(gaps.min())), np.ceil(np.log10(gaps.max()))
            places = [10.0**k * step for k in np.arange(low, high + 1)[-6:] for step in (1, 3)]
            known = [(at, f"{at:g}") for at in places if gaps.min() <= at <= gaps.max()]
        if not known:
            return np.empty(0), ("any",)
        names = [said for _, said in known]
        between = [f"{a} to {b}" for a, b in pairwise(names)]
        return np.array([at for at, _ in known]), (f"under {names[0]}", *between, f"{names[-1]} or more")


def clock_of(kind: Kind, real: Occasions) -> Clock:
    """Return the clock of a column of times, by the real events."""
    if kind == "date" or (kind == "datetime" and not bool((np.mod(real.time, DAY) != 0).any())):
        return Clock(seconds=True, days=True, hours=False, windows=DAYS)
    if kind in ("datetime", "duration"):
        return Clock(seconds=True, days=kind == "datetime", hours=kind == "datetime", windows=MOMENTS)
    gaps = real.gaps[0]
    middle = float(np.median(gaps)) if len(gaps) else 1.0
    windows = tuple((number(step * middle), step * middle) for step in STEPS)
    return Clock(seconds=False, days=False, hours=False, windows=windows)
