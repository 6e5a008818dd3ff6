"""One scale for every number column: numbers as they are, dates in days, times and durations in microseconds."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import numpy as np
import pyarrow as pa

from likewise.core.moments import offset_of
from likewise.core.schema import Column
from likewise.core.values import typed_array
from likewise.errors import ConditionError, SchemaError

Range = tuple[float, float]

_EPOCH = dt.datetime(1970, 1, 1)
_MICROSECOND = dt.timedelta(microseconds=1)
_CLOCK = re.compile(r"^(-?)(?:(\d+) days?,? )?(\d+):([0-5]\d)(?::([0-5]\d(?:\.\d{1,6})?))?$")
_WANTED = {
    "date": "a date such as 2024-05-31",
    "time": "a time such as 13:45",
    "datetime": "a moment such as 2024-05-31T13:45",
    "duration": "a duration such as 90 (seconds), 1:30:00 or PT90S",
}


def on_scale(column: Column, value: Any) -> float:
    """Return a value of a number column on the scale of `Table.numbers`.

    A text may be written as the column writes its values (`$1,200.50`, `31.05.2024`), or plainly (`1200.5`, ISO 8601).
    A moment without a zone is taken in the column's own. Raises ConditionError for what is not a value of this kind.

    >>> on_scale(Column(name="day", kind="date"), "1970-01-03")
    2.0
    """
    try:
        if isinstance(value, str):
            return _read(column, value.strip())
        if column.kind in ("integer", "decimal", "float"):
            return _finite(value)
        return _of_moment(column, value)
    except (TypeError, ValueError, OverflowError, ArithmeticError):
        wanted = _WANTED.get(column.kind, "a number")
        raise ConditionError("given.value", f"column `{column.name}` ({column.kind}) wants {wanted}",
                             where=column.name, hint=f"write {wanted}") from None  # fmt: skip


def from_scale(column: Column, value: float) -> str:
    """Return a value on the scale of `Table.numbers` as `on_scale` reads it: a plain number or ISO 8601.

    >>> from_scale(Column(name="day", kind="date"), 2.0)
    '1970-01-03'
    """
    if not np.isfinite(value):
        return ""
    if column.kind in ("integer", "decimal", "float"):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(float(value))
    if column.kind == "duration":
        return f"PT{value / 1e6:.6f}".rstrip("0").rstrip(".") + "S"
    try:
        if column.kind == "date":
            return (_EPOCH + dt.timedelta(days=int(value))).date().isoformat()
        moment = _EPOCH + dt.timedelta(microseconds=int(value))
    except OverflowError:  # beyond the years 1 to 9999, where Python has no dates
        return f"{value:.0f}"
    if column.kind == "time":
        return moment.time().isoformat()
    return (moment.replace(tzinfo=dt.UTC) if column.zone else moment).isoformat()


def grid_of(column: Column) -> float:
    """Return the distance that values of a column keep at least on the scale, 0 for none."""
    return 0.0 if column.kind == "float" else 10.0 ** -(column.decimals or 0)


def reach(column: Column) -> Range | None:
    """Return the bounds of a number column on the scale, None where the schema has none."""
    if column.bounds is None:
        return None
    return on_scale(column, column.bounds[0]), on_scale(column, column.bounds[1])


def _finite(value: Any) -> float:
    number = float(value)
    if isinstance(value, bool | np.bool_ | bytes) or not np.isfinite(number):
        raise ValueError
    return number


def _read(column: Column, text: str) -> float:
    """Read a text as the column writes it, else plainly."""
    if column.format:
        try:
            typed = typed_array(pa.array([text]), column)[0].as_py()
        except (SchemaError, pa.ArrowInvalid):
            typed = None
        if typed is not None:
            return _finite(typed) if column.kind in ("integer", "decimal", "float") else _of_moment(column, typed)
    if column.kind in ("integer", "decimal", "float"):
        return _finite(text)
    if column.kind == "duration":
        return _duration(text)
    if column.kind == "time":
        return _of_moment(column, dt.time.fromisoformat(text))
    return _of_moment(column, dt.datetime.fromisoformat(text))


def _duration(text: str) -> float:
    if text.startswith("PT") and text.endswith("S"):
        text = text[2:-1]
    elif found := _CLOCK.match(text):
        seconds = (int(found[2] or 0) * 24 + int(found[3])) * 3600 + int(found[4]) * 60 + float(found[5] or 0)
        text = f"{found[1]}{seconds}"
    return float(round(_finite(text) * 1e6))


def _of_moment(column: Column, value: Any) -> float:
    if isinstance(value, np.datetime64 | np.timedelta64):
        value = value.astype("M8[us]" if isinstance(value, np.datetime64) else "m8[us]").item()
    if column.kind == "duration":
        return float(value // _MICROSECOND) if isinstance(value, dt.timedelta) else float(round(_finite(value) * 1e6))
    if column.kind == "time":
        if not isinstance(value, dt.time):
            raise ValueError
        return float(((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond)
    if not isinstance(value, dt.date):
        raise ValueError
    if not isinstance(value, dt.datetime):
        value = dt.datetime(value.year, value.month, value.day)
    if column.zone and value.tzinfo is None:
        value = value.replace(tzinfo=_zone(column.zone))
    if value.tzinfo is not None:
        value = value.astimezone(dt.UTC).replace(tzinfo=None)
    since = value - _EPOCH
    return float(since // dt.timedelta(days=1) if column.kind == "date" else since // _MICROSECOND)


def _zone(name: str) -> dt.tzinfo:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return dt.timezone(dt.timedelta(minutes=offset_of(name)))
