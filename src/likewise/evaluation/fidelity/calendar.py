"""Where dates and times stand in the calendar: what a generator loses that takes them for mere numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from likewise.core.schema import Kind
from likewise.core.table import MICROSECONDS_A_DAY

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

MOMENTS = frozenset({"date", "datetime", "time"})
SECOND = 1_000_000
FRACTION = 7
"""Places a fraction of a second may end in: none, and down to a microsecond."""


def calendar_parts(values: Floats, kind: Kind) -> Iterator[tuple[str, int, Codes]]:
    """Yield each part of known dates (days since 1970) or moments (microseconds): its name, its size and the codes.

    Days of the week, of the month and months of a date; hours, minutes, seconds and fractions of a time.

    >>> [(part, int(codes[0])) for part, _, codes in calendar_parts(np.array([31.0]), "date")]
    [('days of the week', 6), ('days of the month', 0), ('months', 1)]
    """
    if kind != "time":
        days = values if kind == "date" else np.floor(values / MICROSECONDS_A_DAY)
        dates = days.astype(np.int64).astype("datetime64[D]")
        months = dates.astype("datetime64[M]")
        # 1970 began on a Thursday.
        yield "days of the week", 7, (days.astype(np.int64) + 3) % 7
        yield "days of the month", 31, (dates - months).astype(np.int64)
        yield "months", 12, months.astype(np.int64) % 12
    if kind != "date":
        passed = np.mod(values, MICROSECONDS_A_DAY).astype(np.int64)
        yield "hours", 24, passed // (3600 * SECOND)
        yield "minutes", 60, passed // (60 * SECOND) % 60
        yield "seconds", 60, passed // SECOND % 60
        rest = passed % SECOND
        yield "fractions of a second", FRACTION, sum(rest % 10**k != 0 for k in range(1, FRACTION)).astype(np.int64)
