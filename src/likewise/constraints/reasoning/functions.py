"""What the functions of rules may come to between two ends, and what their results leave to their arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import reduce

import numpy as np

from likewise.constraints.reasoning.intervals import Floats, Interval, Mask, common_step, everything, result
from likewise.constraints.reasoning.years import age_between, first_day_of_age, last_birth_of_age, year_of
from likewise.core.moments import DAY

Ends = tuple[Floats, Floats]

HALF_WAY = 20_016.0
"""More kilometres than any two places of the earth are apart."""
DEGREE = 111.195
"""Kilometres between two degrees of latitude, rounded up."""

_RANGES = {"quarter": (1, 4), "month": (1, 12), "week": (1, 53), "day": (1, 31), "weekday": (0, 6), "hour": (0, 23),
           "minute": (0, 59), "second": (0, 59), "sign": (-1, 1), "len": (0, np.inf), "distance": (0, HALF_WAY)}  # fmt: skip


def _ranged(low: float, high: float) -> Callable[[Sequence[Interval]], Interval]:
    def reached(of: Sequence[Interval]) -> Interval:
        found = everything(len(of[0].low))
        absent = reduce(np.logical_or, (part.absent for part in of))
        return Interval(np.full_like(found.low, low), np.full_like(found.high, high), absent)

    return reached


def _abs(of: Sequence[Interval]) -> Interval:
    (x,) = of
    low = np.where(x.zero, 0.0, np.minimum(np.abs(x.low), np.abs(x.high)))
    return _told(low, np.maximum(np.abs(x.low), np.abs(x.high)), of, x.step)


def _least(of: Sequence[Interval]) -> Interval:
    low, high = (np.minimum.reduce([getattr(x, end) for x in of]) for end in ("low", "high"))
    return _told(low, high, of, reduce(common_step, (x.step for x in of)))


def _greatest(of: Sequence[Interval]) -> Interval:
    low, high = (np.maximum.reduce([getattr(x, end) for x in of]) for end in ("low", "high"))
    return _told(low, high, of, reduce(common_step, (x.step for x in of)))


def _coalesced(of: Sequence[Interval]) -> Interval:
    low, high, absent = of[-1].low, of[-1].high, of[-1].absent
    for x in reversed(of[:-1]):
        low = np.where(x.absent, np.minimum(x.low, low), x.low)
        high = np.where(x.absent, np.maximum(x.high, high), x.high)
        absent = x.absent & absent
    return Interval(low, high, absent, reduce(common_step, (x.step for x in of)))


def _rising(function: Callable[[Floats], Floats], step: Fraction | None) -> Callable[[Sequence[Interval]], Interval]:
    def reached(of: Sequence[Interval]) -> Interval:
        with np.errstate(all="ignore"):
            found = _told(function(of[0].low), function(of[0].high), of, step)
        outside = np.isnan(found.low) | np.isnan(found.high)  # the logarithm of 0, the root of -1
        return Interval(np.where(outside, -np.inf, found.low), np.where(outside, np.inf, found.high),
                        found.absent | outside, step)  # fmt: skip

    return reached


def _rounded(of: Sequence[Interval]) -> Interval:
    scale = 10.0 ** _digits(of)
    low, high = (np.sign(end) * np.floor(np.abs(end) * scale + 0.5 + 1e-9) / scale for end in (of[0].low, of[0].high))
    step = Fraction(1, int(scale[0])) if len(scale) and (scale == scale[0]).all() and scale[0] >= 1 else None
    return _told(low, high, of, step)


def _digits(of: Sequence[Interval]) -> Floats:
    return of[1].low if len(of) > 1 else np.zeros(len(of[0].low))


def _days(of: Sequence[Interval]) -> Interval:
    first, last = of
    low, high = (
        np.floor(last.low / DAY) - np.floor(first.high / DAY),
        np.floor(last.high / DAY) - np.floor(first.low / DAY),
    )
    return _told(np.nan_to_num(low, nan=-np.inf), np.nan_to_num(high, nan=np.inf), of, Fraction(1))


def _age(of: Sequence[Interval]) -> Interval:
    born, at = of
    return _told(age_between(born.high, at.low, -np.inf), age_between(born.low, at.high, np.inf), of, Fraction(1))


def _told(low: Floats, high: Floats, of: Sequence[Interval], step: Fraction | None) -> Interval:
    none = reduce(np.logical_or, (x.none for x in of))
    absent = reduce(np.logical_or, (x.absent for x in of))
    return Interval(np.where(none, np.inf, low), np.where(none, -np.inf, high), absent, step)


REACHED: dict[str, Callable[[Sequence[Interval]], Interval]] = {
    **{name: _ranged(*ends) for name, ends in _RANGES.items()},
    "abs": _abs, "min": _least, "max": _greatest, "coalesce": _coalesced, "round": _rounded,
    "floor": _rising(lambda x: np.floor(x + 1e-9), Fraction(1)), "ceil": _rising(lambda x: np.ceil(x - 1e-9), Fraction(1)),
    "sqrt": _rising(np.sqrt, None), "exp": _rising(np.exp, None),
    "log": _rising(lambda x: np.where(x > 0, np.log(x), np.nan), None),
    "mod": lambda of: result("%", *of), "year": _rising(year_of, Fraction(1)),
    "days_between": _days, "age": _age,
}  # fmt: skip
"""What a function may come to, for what its arguments may be."""


def narrowed_by(function: str, of: Sequence[Interval], low: Floats, high: Floats) -> Iterator[tuple[int, Ends]]:
    """Yield the ends that a result from `low` to `high` leaves to each argument, by its place.

    A result that may be missing leaves everything, and so does a function of which this is not known.
    """
    narrow = _NARROWED.get(function)
    if narrow is None:
        return
    for place in range(len(of)):
        with np.errstate(all="ignore"):
            least, most, sure = narrow(of, place, low, high)
        yield (
            place,
            (
                np.where(~sure | np.isnan(least), -np.inf, least),
                np.where(~sure | np.isnan(most), np.inf, most),
            ),
        )


Narrowed = tuple[Floats, Floats, Mask]


def _others_known(of: Sequence[Interval], place: int) -> Mask:
    others = [~x.absent for at, x in enumerate(of) if at != place]
    return reduce(np.logical_and, others, np.ones(len(of[0].low), dtype=bool))


def _abs_back(of: Sequence[Interval], place: int, low: Floats, high: Floats) -> Narrowed:
    (x,) = of
    return np.where(x.low >= 0, low, -high), np.where(x.high <= 0, -low, high), _others_known(of, place)


def _least_back(of: Sequence[Interval], place: int, low: Floats, high: Floats) -> Narrowed:
    others = np.minimum.reduce([x.low for at, x in enumerate(of) if at != place])
    return low, np.where(others > high, high, np.inf), _others_known(of, place)


def _greatest_back(of: Sequence[Interval], place: int, low: Floats, high: Floats) -> Narrowed:
    others = np.maximum.reduce([x.high for at, x in enumerate(of) if at != place])
    return np.where(others < low, low, -np.inf), high, _others_known(of, place)


def _coalesced_back(of: Sequence[Interval], place: int, low: Floats, high: Floats) -> Narrowed:
    sure = reduce(np.logical_and, (x.none for x in of[:place]), np.ones(len(low), dtype=bool))
    return low, high, sure


def _by_itself(
    least: Callable[[Floats], Floats],
    most: Callable[[Floats], Floats],
    inside: Callable[[Interval], Mask] | None = None,
) -> Callable[[Sequence[Interval], int, Floats, Floats], Narrowed]:
    def back(of: Sequence[Interval], place: int, low: Floats, high: Floats) -> Narrowed:
        sure = np.ones(len(low), dtype=bool) if inside is None else inside(of[0])
        return least(low), most(high), sure

    return back


def _rounded_back(of: Sequence[Interval], place: int, low: Floats, high: Floats) -> Narrowed:
    half = 0.5000001 * 10.0 ** -_digits(of)
    return low - half, high + half, _others_known(of, place) & (place == 0)


def _days_back(of: Sequence[Interval], place: int, low: Floats, high: Floats) -> Narrowed:
    first, last = of
    if place:
        return ((np.floor(first.low / DAY) + low) * DAY, (np.floor(first.high / DAY) + high + 1) * DAY - 1,
                ~first.absent)  # fmt: skip
    return (np.floor(last.low / DAY) - high) * DAY, (np.floor(last.high / DAY) - low + 1) * DAY - 1, ~last.absent


def _age_back(of: Sequence[Interval], place: int, low: Floats, high: Floats) -> Narrowed:
    born, at = of
    if place:
        return first_day_of_age(born.low, low) * DAY, first_day_of_age(born.high, high + 1) * DAY - 1, ~born.absent
    return (last_birth_of_age(at.low, high + 1) + 1) * DAY, (last_birth_of_age(at.high, low) + 1) * DAY - 1, ~at.absent


def _distance_back(of: Sequence[Interval], place: int, low: Floats, high: Floats) -> Narrowed:
    known = _others_known(of, place)
    other = of[(place + 2) % 4]
    if place in (0, 2):
        return other.low - high / DEGREE, other.high + high / DEGREE, known
    centre = of[0 if place == 3 else 2]
    far = np.sin(high / HALF_WAY * np.pi) / np.cos(np.radians(np.maximum(np.abs(centre.low), np.abs(centre.high))))
    reach = np.degrees(np.arcsin(far)) * 1.001
    sure = known & (high < HALF_WAY / 2) & (other.low - reach > -180) & (other.high + reach < 180)
    return other.low - reach, other.high + reach, sure


_NARROWED: dict[str, Callable[[Sequence[Interval], int, Floats, Floats], Narrowed]] = {
    "abs": _abs_back, "min": _least_back, "max": _greatest_back, "coalesce": _coalesced_back, "round": _rounded_back,
    "floor": _by_itself(lambda r: np.ceil(r) - 1e-6, lambda r: np.floor(r) + 1),
    "ceil": _by_itself(lambda r: np.ceil(r) - 1, lambda r: np.floor(r) + 1e-6),
    "sqrt": _by_itself(lambda r: np.maximum(r, 0) ** 2 * (1 - 1e-12), lambda r: r * r * (1 + 1e-12), lambda x: x.low >= 0),
    "exp": _by_itself(lambda r: np.where(r > 0, np.log(r), -np.inf) - 1e-12, lambda r: np.log(r) + 1e-12),
    "log": _by_itself(lambda r: np.exp(r) * (1 - 1e-12), lambda r: np.exp(r) * (1 + 1e-12), lambda x: x.low > 0),
    "year": _by_itself(lambda r: _new_year(np.ceil(r)), lambda r: _new_year(np.floor(r) + 1) - 1),
    "days_between": _days_back, "age": _age_back, "distance": _distance_back,
}  # fmt: skip


def _new_year(years: Floats) -> Floats:
    """Return when years begin, in microseconds since 1970."""
    sound = np.isfinite(years) & (np.abs(years) < 30_000)
    days = (np.where(sound, years, 1970).astype(np.int64) - 1970).astype("M8[Y]").astype("M8[D]").astype(np.int64)
    return np.where(sound, days * float(DAY), np.sign(years) * np.inf)
