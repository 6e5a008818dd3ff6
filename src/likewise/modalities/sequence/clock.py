"""Times as places on the grid that they lie on, and back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from likewise.core.schema import Column
from likewise.core.table import MICROSECONDS_A_DAY
from likewise.errors import SettingsError

Floats = npt.NDArray[np.float64]
Form = Literal["steps", "months", "weekdays", "listed"]

NEAR = 1e-6
"""How far a step may lie from a whole number of units, in units."""
LAST_DAY = 2_932_896
"""Days from 1970 to the end of the year 9999."""
FILLED = 0.5
"""Share of the places of a grid that must have a row for times to be told by it."""
EVERY_DAY = "1111111"


@dataclass(frozen=True, eq=False)
class Clock:
    """Count from the earliest time on: `steps` of one length, `months`, days of a `week`, or times that are `listed`.

    Times are on the scale of `Table.numbers`, `day` is a day on it (0 where they are no days). A place is `unit` of
    what is counted; places of one series lie whole numbers apart.
    """

    form: Form
    origin: float
    day: float = 0.0
    unit: float = 1.0
    week: str = EVERY_DAY
    ends: bool = False
    listed: Floats = field(default_factory=lambda: np.zeros(0))

    def places(self, times: Floats) -> Floats:
        """Return how far from the earliest time each time is."""
        return self._counts(times) / self.unit

    def times(self, places: Floats, column: Column) -> Floats:
        """Return the time at each place; raises SettingsError for one past the year 9999."""
        counts = np.rint(places * self.unit).astype(np.int64)
        days, part = np.divmod(self.origin, self.day) if self.day else (0.0, 0.0)
        first = np.datetime64(int(days), "D")
        if self.form == "steps":
            found = self.origin + places * self.unit
        elif self.form == "listed":
            found = self.listed[np.clip(counts, 0, len(self.listed) - 1)]
        elif self.form == "weekdays":
            found = _number(np.busday_offset(first, counts, weekmask=self.week)) * self.day + part
        else:
            month = first.astype("M8[M]") + counts
            on = (
                (month + 1).astype("M8[D]") - 1
                if self.ends
                else month.astype("M8[D]") + (first - first.astype("M8[M]"))
            )
            found = _number(on) * self.day + part
        if self.day and len(found) and found.max() / self.day > LAST_DAY:
            raise SettingsError("settings.n", f"the times of `{column.name}` would go on beyond the year 9999",
                                where=column.name, hint="ask for fewer rows")  # fmt: skip
        return np.asarray(found, dtype=np.float64)

    def _counts(self, times: Floats) -> Floats:
        if self.form == "steps":
            return times - self.origin
        if self.form == "listed":
            return np.searchsorted(self.listed, times).clip(max=len(self.listed) - 1).astype(np.float64)
        first, days = _days(np.array([self.origin]), self.day), _days(times, self.day)
        if self.form == "weekdays":
            return np.busday_count(first, days, weekmask=self.week).astype(np.float64)
        return _number(days.astype("M8[M]") - first.astype("M8[M]"))

    def state(self) -> dict[str, Any]:
        """Return what a model file keeps of it, as JSON values."""
        return {"form": self.form, "origin": self.origin, "day": self.day, "unit": self.unit, "week": self.week,
                "ends": self.ends, "listed": self.listed.tolist()}  # fmt: skip

    @classmethod
    def from_state(cls, meta: dict[str, Any]) -> Clock:
        """Rebuild it from a model file."""
        return cls(**{**meta, "listed": np.array(meta["listed"], dtype=np.float64)})


def clock_of(column: Column, times: Floats, owner: npt.NDArray[np.int64], *, shared: bool) -> tuple[Clock, float]:
    """Return the clock whose places times fill best, and the share that they fill: 1 where none is left out.

    `times` rise within each `owner`, whose rows stand together; of several owners that times are `shared` by, those
    that were seen may be a grid of their own (days of trade). Where less than half of any grid is filled, time is
    counted in steps.

    >>> days = np.array([0.0, 31, 59, 90])
    >>> clock_of(Column(name="day", kind="date"), days, np.zeros(4, dtype=np.int64), shared=False)[0].form
    'months'
    """
    found = [_measured(clock, times, owner, column) for clock in _grids(column, times, shared)]
    best = max(found, key=lambda pair: pair[1])
    return best if best[1] >= FILLED else found[0]


def _grids(column: Column, times: Floats, shared: bool) -> list[Clock]:
    """Return the grids that times may lie on, the plainest first."""
    day = {"date": 1.0, "datetime": float(MICROSECONDS_A_DAY)}.get(column.kind, 0.0)
    plain = Clock("steps", float(times.min()), day)
    grids, seen = [plain], np.unique(times)
    if day and len(np.unique(seen % day)) == 1:
        days = _days(seen, day)
        month = days.astype("M8[M]")
        ends = bool(((month + 1).astype("M8[D]") - days == np.timedelta64(1, "D")).all())
        if ends or len(np.unique(days - month.astype("M8[D]"))) == 1:
            grids.append(replace(plain, form="months", ends=ends))
        week = "".join("01"[d in ((days.astype(np.int64) + 3) % 7)] for d in range(7))  # day 0 was a Thursday
        if week != EVERY_DAY and days[-1] - days[0] > np.timedelta64(7, "D"):
            grids.append(replace(plain, form="weekdays", week=week))
    if shared and 2 * len(seen) <= len(times):
        grids.append(replace(plain, form="listed", listed=seen))
    return grids


def _measured(clock: Clock, times: Floats, owner: npt.NDArray[np.int64], column: Column) -> tuple[Clock, float]:
    """Return the clock with its unit, and the share of places between the first and the last row that have one."""
    counts, inside = clock.places(times), np.diff(owner) == 0
    steps = np.diff(counts)[inside]
    if not len(steps):
        return clock, 1.0
    if steps.max() <= 0:
        return clock, 0.0
    rising = steps[steps > 0]
    whole = clock.form != "steps" or column.kind in ("integer", "date", "datetime", "duration")
    unit = float(np.gcd.reduce(rising.astype(np.int64))) if whole else _unit(rising)
    if not unit:
        return clock, 0.0
    if len(rising) < len(steps):
        return replace(clock, unit=unit), 0.0
    return replace(clock, unit=unit), float(len(times) / (np.rint(steps / unit).sum() + len(times) - len(steps)))


def _unit(steps: Floats) -> float:
    """Return the least of the steps where all are whole numbers of it, else 0."""
    least = float(steps.min())
    counts = np.rint(steps / least)
    return float(np.mean(steps / counts)) if (np.abs(steps / least - counts) <= NEAR * counts).all() else 0.0


def _days(times: Floats, day: float) -> npt.NDArray[np.datetime64]:
    return np.floor(times / day).astype("M8[D]")


def _number(moments: Any) -> Floats:
    return np.asarray(moments).astype(np.int64).astype(np.float64)
