"""How a span of time is written: `45s`, `2m`, `1h30m`, or seconds."""

from __future__ import annotations

import math
import re

from likewise.errors import SettingsError

FORM = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def seconds_of(time: str | float) -> float:
    """Read a duration: seconds as a number, or hours, minutes and seconds as whole numbers with their letters.

    Raises SettingsError for anything else, and for less than a second.

    >>> seconds_of("45s"), seconds_of("2m"), seconds_of("1h30m"), seconds_of(12.5)
    (45.0, 120.0, 5400.0, 12.5)
    """
    found = float("nan")
    if isinstance(time, str):
        parts = FORM.fullmatch(time.strip())
        if parts is not None and any(parts.groups()):
            hours, minutes, rest = (int(part or 0) for part in parts.groups())
            found = 3600.0 * hours + 60.0 * minutes + rest
    elif isinstance(time, int | float) and not isinstance(time, bool):
        found = float(time)
    if not (math.isfinite(found) and found >= 1):
        raise SettingsError("settings.time", "a time is of the form 45s, 2m or 1h30m, and a second at least",
                            where="time", hint="write e.g. 60s, or the seconds as a number in Python")  # fmt: skip
    return found
