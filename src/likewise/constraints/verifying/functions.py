"""What the functions of expressions make of plain values, by Python's own mathematics, calendar and texts."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from typing import Any

from likewise.constraints.language.cells import ROUNDING, SLACK
from likewise.constraints.language.functions import EARTH, FUNCTIONS
from likewise.constraints.verifying.arithmetic import compare, each, once, reckon
from likewise.constraints.verifying.values import DAY, Values, read_numbers

EPOCH = dt.datetime(1970, 1, 1)


def call(function: str, of: Sequence[Values]) -> Values:
    """Return what a function makes of its arguments."""
    taken = FUNCTIONS[function].taken
    of = [
        read_numbers(argument) if argument.sort == "text" and "text" not in taken(place) else argument
        for place, argument in enumerate(of)
    ]
    if function in _OF_COLUMNS:
        return _OF_COLUMNS[function](*of)
    if function in _OF_MOMENTS:
        read = _OF_MOMENTS[function]
        return Values("number", once(lambda cell: read(_clock(cell)), of[0].cells))
    if function in _OF_TEXTS:
        sort, made = _OF_TEXTS[function]
        lists = [argument.cells for argument in of]
        return Values(sort, once(made, lists[0]) if len(lists) == 1 else each(made, *lists))
    return Values("number", each(_finite(_OF_FLOATS[function]), *(argument.floats() for argument in of)), None)


def _finite(function: Callable[..., float]) -> Callable[..., float | None]:
    def made(*of: float) -> float | None:
        try:
            found = function(*of)
        except (ValueError, OverflowError, ZeroDivisionError):
            return None
        return found if math.isfinite(found) else None

    return made


def _clock(micros: float) -> dt.datetime:
    return EPOCH + dt.timedelta(microseconds=micros)


# -- numbers ----------------------------------------------------------------------------------------------------------
def _abs(x: Values) -> Values:
    return Values(x.sort, each(abs, x.cells), x.scale)


def _sign(x: Values) -> Values:
    return Values("number", each(lambda a: (a > 0) - (a < 0), x.cells))


def _round(x: Values, digits: Values | None = None) -> Values:
    places = [0] * len(x.cells) if digits is None else digits.cells
    if x.scale is None or len({*places}) != 1 or not isinstance(places[0], int) or places[0] < 0:
        return Values("number", each(_round_float, x.floats(), places), None)
    finer = x.scale - places[0]
    if finer <= 0:
        return x
    half, step = 10**finer // 2, 10**finer

    def rounded(a: int) -> int:
        whole: int = (abs(a) + half) // step
        return whole if a >= 0 else -whole

    return Values("number", each(rounded, x.cells), places[0])


def _round_float(a: float, places: float) -> float:
    size = abs(a) * 10.0**places
    return float(math.copysign(math.floor(size + 0.5 + ROUNDING * max(size, 1.0)), a) / 10.0**places)


def _floor(x: Values) -> Values:
    if x.scale is not None:
        step = 10**x.scale
        return Values("number", each(lambda a: a // step, x.cells))
    return Values("number", each(lambda a: math.floor(a + ROUNDING * max(abs(a), 1.0)), x.cells))


def _ceil(x: Values) -> Values:
    if x.scale is not None:
        step = 10**x.scale
        return Values("number", each(lambda a: -(-a // step), x.cells))
    return Values("number", each(lambda a: math.ceil(a - ROUNDING * max(abs(a), 1.0)), x.cells))


def _is_integer(x: Values) -> Values:
    if x.scale is not None:
        step = 10**x.scale
        return Values("truth", each(lambda a: a % step == 0, x.cells))
    return Values("truth", each(lambda a: abs(a - round(a)) <= SLACK * max(abs(a), 1.0), x.cells))


def _extreme(sign: str) -> Callable[..., Values]:
    def chosen(first: Values, *others: Values) -> Values:
        for other in others:
            smaller = compare(sign, first, other)
            first, other, scale = _on_one_grid(first, other)
            cells = [
                None if a is None or b is None else a if less else b
                for a, b, less in zip(first.cells, other.cells, smaller, strict=True)
            ]
            first = Values(first.sort, cells, scale)
        return first

    return chosen


def _on_one_grid(first: Values, other: Values) -> tuple[Values, Values, int | None]:
    if first.scale == other.scale:
        return first, other, first.scale
    if first.scale is None or other.scale is None:
        return Values(first.sort, first.floats(), None), Values(other.sort, other.floats(), None), None
    scale = max(first.scale, other.scale)
    made = [Values(x.sort, each(_times(10 ** (scale - (x.scale or 0))), x.cells), scale) for x in (first, other)]
    return made[0], made[1], scale


def _times(factor: int) -> Callable[[int], int]:
    return lambda a: a * factor


def _coalesce(first: Values, *others: Values) -> Values:
    for other in others:
        first, other, scale = _on_one_grid(first, other)
        cells = [b if a is None else a for a, b in zip(first.cells, other.cells, strict=True)]
        first = Values(first.sort, cells, scale)
    return first


def distance(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Return the great-circle distance in kilometres, by the formula of Vincenty for a sphere.

    >>> round(distance(52.52, 13.405, 48.8566, 2.3522))
    877
    """
    a, b, across = math.radians(lat), math.radians(other_lat), math.radians(other_lon - lon)
    up = math.hypot(
        math.cos(b) * math.sin(across), math.cos(a) * math.sin(b) - math.sin(a) * math.cos(b) * math.cos(across)
    )
    return EARTH * math.atan2(up, math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(across))


# -- texts ------------------------------------------------------------------------------------------------------------
def _letter_by_letter(change: Callable[[str], str]) -> Callable[[str], str]:
    """Return a change of case that keeps the number of letters, as the tables of Unicode for single letters do."""

    def single(letter: str) -> str:
        made = change(letter)
        return made if len(made) == 1 else {"ß": "ẞ", "İ": "i"}.get(letter, letter)

    return lambda text: "".join(map(single, text))


def _substring(text: str, start: int, length: int | None = None) -> str:
    return text[max(start - 1, 0) : None if length is None else max(start - 1 + length, 0)]


# -- moments ----------------------------------------------------------------------------------------------------------
def _days_between(first: Values, last: Values) -> Values:
    return Values("number", each(lambda a, b: b // DAY - a // DAY, first.cells, last.cells))


def _age(born: Values, at: Values) -> Values:
    def years(first: int, last: int) -> int:
        day, then = _clock(first), _clock(last)
        return then.year - day.year - ((then.month, then.day) < (day.month, day.day))

    return Values("number", each(years, born.cells, at.cells))


_OF_COLUMNS: dict[str, Callable[..., Values]] = {
    "abs": _abs, "sign": _sign, "round": _round, "floor": _floor, "ceil": _ceil, "is_integer": _is_integer,
    "min": _extreme("<"), "max": _extreme(">"), "coalesce": _coalesce, "mod": lambda a, b: reckon("%", a, b),
    "days_between": _days_between, "age": _age,
}  # fmt: skip
_OF_FLOATS: dict[str, Callable[..., float]] = {
    "sqrt": math.sqrt, "exp": math.exp, "log": math.log, "distance": distance,
}  # fmt: skip
_OF_TEXTS: dict[str, tuple[Any, Callable[..., Any]]] = {
    "len": ("number", len), "lower": ("text", _letter_by_letter(str.lower)),
    "upper": ("text", _letter_by_letter(str.upper)), "trim": ("text", str.strip),
    "concat": ("text", lambda *texts: "".join(texts)), "substring": ("text", _substring),
    "starts_with": ("truth", str.startswith), "ends_with": ("truth", str.endswith),
    "contains": ("truth", lambda text, piece: piece in text),
}  # fmt: skip
_OF_MOMENTS: dict[str, Callable[[dt.datetime], int]] = {
    "year": lambda c: c.year, "quarter": lambda c: (c.month + 2) // 3, "month": lambda c: c.month,
    "week": lambda c: c.isocalendar().week, "day": lambda c: c.day, "weekday": lambda c: c.weekday(),
    "hour": lambda c: c.hour, "minute": lambda c: c.minute, "second": lambda c: c.second,
}  # fmt: skip
