"""How spans of model time are written: `30d`, `12h`, `1w`, or a number of the scenario's own units."""

from __future__ import annotations

import math
import re

from likewise.errors import SettingsError

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
"""How long the units of time are that have a meaning outside."""

_LETTERS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_FORM = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")


def units_of(span: str | float, unit: str, *, where: str = "until") -> float:
    """Read a span of time as a number of units.

    Raises SettingsError for what is none, for one that is not above 0, and for hours and days where a unit is a step.

    >>> units_of("30d", "day"), units_of("36h", "day"), units_of(250, "step")
    (30.0, 1.5, 250.0)
    """
    found = math.nan
    if isinstance(span, str):
        written = _FORM.fullmatch(span.strip())
        if written is not None:
            if unit not in SECONDS:
                raise SettingsError("agents.until", f"the unit of time here is a {unit}, which has no length",
                                    where=where, hint="give a number of them, e.g. 100")  # fmt: skip
            found = float(written[1]) * _LETTERS[written[2]] / SECONDS[unit]
        else:
            try:
                found = float(span)
            except ValueError:
                found = math.nan
    elif not isinstance(span, bool):
        found = float(span)
    if not (math.isfinite(found) and found > 0):
        raise SettingsError("agents.until", "a span of time is more than 0, such as 30d, 12h or a number of "
                            f"{unit}s", where=where, hint="write e.g. --until 100")  # fmt: skip
    return found
