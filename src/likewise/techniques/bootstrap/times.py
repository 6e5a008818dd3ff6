"""The times of a series, and how they go on after its last row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.schema import Column
from likewise.core.table import MICROSECONDS_A_DAY
from likewise.errors import SettingsError
from likewise.techniques.bootstrap.drawing import Floats

LAST_DAY = 2_932_896
"""Days from 1970 to the end of the year 9999."""


@dataclass(frozen=True, eq=False)
class Times:
    """Hold the times of a series in order, on the scale of `Table.numbers`.

    After the last one they go on by `period` the same way again: by the usual step where all are alike, by whole weeks
    where these are days of some weekdays, by calendar months where all are of one day of the month.
    """

    values: Floats
    period: float
    months: bool

    @classmethod
    def of(cls, values: Floats, column: Column) -> Times:
        """Find how ordered times without gaps or repeats go on."""
        steps = np.diff(values)
        days = {"date": 1.0, "datetime": float(MICROSECONDS_A_DAY)}.get(column.kind)
        step = float(np.median(steps)) if len(steps) else days or 1.0
        if days is not None and len(values) > 2:
            months = _months(values / days)
            if months is not None:
                return cls(values, float(months), True)
        period = float(values[-1] - values[0]) + step
        if days is not None and period > 7 * days and len(np.unique(np.floor(values / days) % 7)) < 7:
            period = float(np.ceil(period / (7 * days))) * 7 * days
        return cls(values, period, False)

    def at(self, start: int, size: int, column: Column) -> Floats:
        """Return the times of rows `start` to `start + size`. Raises SettingsError past the year 9999."""
        rounds, place = np.divmod(np.arange(start, start + size), len(self.values))
        if self.months:
            day = 1.0 if column.kind == "date" else float(MICROSECONDS_A_DAY)
            found = _later(self.values[place] / day, (rounds * self.period).astype(np.int64)) * day
        else:
            found = self.values[place] + rounds * self.period
        unit = {"date": 1.0, "datetime": float(MICROSECONDS_A_DAY)}.get(column.kind)
        if unit is not None and size and found[-1] / unit > LAST_DAY:
            raise SettingsError("settings.n", f"the times of `{column.name}` would go on beyond the year 9999",
                                where=column.name, hint="ask for fewer rows")  # fmt: skip
        return found


def _months(days: Floats) -> int | None:
    """Return how many months lie between the first and the one after the last, where all are months apart."""
    moments = np.floor(days).astype("M8[D]")
    months = moments.astype("M8[M]").astype(np.int64)
    gaps = np.diff(months)
    if (gaps <= 0).any():
        return None
    first = (moments - moments.astype("M8[M]")).astype(np.int64)
    last = ((moments.astype("M8[M]") + 1).astype("M8[D]") - moments).astype(np.int64)
    same = bool((first == first[0]).all() or (last == last[0]).all())
    regular = bool((days % 1 == days[0] % 1).all())
    return int(months[-1] - months[0] + np.median(gaps)) if same and regular else None


def _later(days: Floats, months: npt.NDArray[np.int64]) -> Floats:
    """Return days so many months later: of the same day of the month, the ends of months as ends."""
    moments = np.floor(days).astype("M8[D]")
    month = moments.astype("M8[M]")
    first, last = moments - month, (month + 1).astype("M8[D]") - moments
    later = month + months
    ends = (
        bool((last.astype(np.int64) == last[:1].astype(np.int64)).all())
        and int(first[:1].astype(int).max(initial=0)) > 27
    )
    found = (later + 1).astype("M8[D]") - last if ends else later.astype("M8[D]") + first
    return np.asarray(found.astype(np.int64) + days % 1)
