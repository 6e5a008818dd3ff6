"""Arithmetic on intervals of numbers, one in each row: what results from two of them, and what a result leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import gcd, lcm

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Interval:
    """Hold what is known of a value in each row: it lies from `low` to `high`, or is missing where it may be `absent`.

    Where `low` is above `high` it can only be missing, or cannot be at all. Values are multiples of `step` where there
    is one; a step of 0 is that of the number 0, which is on every grid.
    """

    low: Floats
    high: Floats
    absent: Mask
    step: Fraction | None = None

    @property
    def none(self) -> Mask:
        """Where no value is left."""
        return self.low > self.high

    @property
    def zero(self) -> Mask:
        """Where it may be 0."""
        return (self.low <= 0) & (self.high >= 0)


def everything(rows: int, *, absent: bool = True) -> Interval:
    """Return what is known where nothing is."""
    return Interval(np.full(rows, -np.inf), np.full(rows, np.inf), np.full(rows, absent))


def between(low: Floats, high: Floats) -> Interval:
    """Return values between two ends that are not missing."""
    return Interval(low, high, np.zeros(len(low), dtype=bool))


def common_step(first: Fraction | None, second: Fraction | None) -> Fraction | None:
    """Return the greatest step of which both are multiples, None where there is none."""
    if first is None or second is None:
        return None
    if not first or not second:
        return first + second
    over = lcm(first.denominator, second.denominator)
    return Fraction(gcd(int(first * over), int(second * over)), over)


def decimals_of_step(step: Fraction | None) -> int | None:
    """Return with how many decimals all multiples of a step are written, None where there is no such number."""
    return None if step is None else next((n for n in range(13) if (step * 10**n).denominator == 1), None)


def on_grid(ends: Floats, step: Fraction | None, *, up: bool) -> Floats:
    """Return the nearest multiples of a step from ends inwards; what is off by a rounding error counts as on it."""
    if not step:
        return ends
    with np.errstate(invalid="ignore", over="ignore"):
        places = ends * step.denominator / step.numerator
        sure = (ends == np.rint(ends)) & (step.denominator == 1)
        slack = np.where(sure, 0.0, 1e-9 + np.abs(places) * 1e-14)
        whole = np.ceil(places - slack) if up else np.floor(places + slack)
        return np.where(np.isfinite(ends), whole * step.numerator / step.denominator, ends)


def negative(of: Interval) -> Interval:
    """Return the values with their signs turned."""
    return Interval(-of.high, -of.low, of.absent, of.step)


def result(operation: str, left: Interval, right: Interval) -> Interval:
    """Return what an operation may come to."""
    with np.errstate(all="ignore"):
        return _RESULTS[operation](left, right)


def _plus(left: Interval, right: Interval) -> Interval:
    step = common_step(left.step, right.step)
    return _told(left.low + right.low, left.high + right.high, left, right, step)


def _times(left: Interval, right: Interval) -> Interval:
    corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    corners = [np.where(np.isnan(corner), 0.0, corner) for corner in corners]  # 0 times infinity
    step = None if left.step is None or right.step is None else left.step * right.step
    return _told(np.minimum.reduce(corners), np.maximum.reduce(corners), left, right, step)


def _over(left: Interval, right: Interval) -> Interval:
    """Return the quotients; what would divide by zero is missing."""
    above = Interval(np.where(right.high > 0, 1 / right.high, np.inf),
                     np.where(right.low > 0, 1 / right.low, np.inf), right.absent)  # fmt: skip
    below = Interval(np.where(right.high < 0, 1 / right.high, -np.inf),
                     np.where(right.low < 0, 1 / right.low, -np.inf), right.absent)  # fmt: skip
    up, down = _times(left, above), _times(left, below)
    can_up, can_down = right.high > 0, right.low < 0
    low = np.minimum(np.where(can_up, up.low, np.inf), np.where(can_down, down.low, np.inf))
    high = np.maximum(np.where(can_up, up.high, -np.inf), np.where(can_down, down.high, -np.inf))
    found = _told(low, high, left, right, None)
    return Interval(found.low, found.high, found.absent | right.zero)


def _floored(left: Interval, right: Interval) -> Interval:
    found = _over(left, right)
    slack = 1e-9  # a quotient that is whole up to a rounding error may come out on either side of it
    return Interval(np.floor(found.low - slack), np.floor(found.high + slack), found.absent, Fraction(1))


def _rest(left: Interval, right: Interval) -> Interval:
    inside = (left.low >= 0) & (left.high < right.low)
    low = np.where(inside, left.low, np.where(right.low >= 0, 0.0, np.minimum(right.low, 0)))
    high = np.where(inside, left.high, np.where(right.high <= 0, 0.0, right.high))
    points = (left.low == left.high) & (right.low == right.high)
    rest = left.low - right.low * np.floor(left.low / right.low + 1e-9)
    low, high = np.where(points, rest, low), np.where(points, rest, high)
    found = _told(low, high, left, right, common_step(left.step, right.step))
    return Interval(found.low, found.high, found.absent | right.zero, found.step)


def _power(left: Interval, right: Interval) -> Interval:
    whole = (right.low == right.high) & (right.low == np.rint(right.low)) & (right.low >= 0)
    even = whole & (right.low % 2 == 0) & (right.low > 0)
    corners = [a**b for a in (left.low, left.high) for b in (right.low, right.high)]
    unclear = ~(whole | (left.low >= 0)) | np.isnan(corners).any(axis=0)
    low, high = np.minimum.reduce(corners), np.maximum.reduce(corners)
    low = np.where(even & left.zero, 0.0, low)
    step = left.step if left.step == 1 and bool(whole.all()) else None
    found = _told(np.where(unclear, -np.inf, low), np.where(unclear, np.inf, high), left, right, step)
    return Interval(found.low, found.high, found.absent | ~(whole | (left.low > 0)), found.step)


_RESULTS = {
    "+": _plus, "-": lambda left, right: _plus(left, negative(right)), "*": _times, "/": _over, "//": _floored,
    "%": _rest, "**": _power,
}  # fmt: skip


def _told(low: Floats, high: Floats, left: Interval, right: Interval, step: Fraction | None) -> Interval:
    """Return an interval, a hair wider where it may have been rounded, and none where one of the two is."""
    low, high = _wider(low, -1.0), _wider(high, 1.0)
    none = left.none | right.none
    return Interval(np.where(none, np.inf, low), np.where(none, -np.inf, high), left.absent | right.absent, step)


def _wider(ends: Floats, side: float) -> Floats:
    return np.where(ends == np.rint(ends), ends, ends + side * np.abs(ends) * 4e-16)


def left_of(operation: str, found: Interval, left: Interval, right: Interval) -> tuple[Floats, Floats]:
    """Return the ends that a result leaves to the left side of an operation, for the right side that there is."""
    with np.errstate(all="ignore"):
        match operation:
            case "+":
                back = _plus(found, negative(right))
            case "-":
                back = _plus(found, right)
            case "*":
                back = _divided_back(found, right)
            case "/":
                back = _times(found, right)
            case "//":
                back = _times(Interval(found.low, found.high + 1, found.absent), right)
            case "**":
                return _root(found, left, right)
            case _:
                return np.full(len(left.low), -np.inf), np.full(len(left.low), np.inf)
    return back.low, back.high


def right_of(operation: str, found: Interval, left: Interval, right: Interval) -> tuple[Floats, Floats]:
    """Return the ends that a result leaves to the right side of an operation."""
    with np.errstate(all="ignore"):
        match operation:
            case "+" | "*":
                return left_of(operation, found, right, left)
            case "-":
                back = _plus(left, negative(found))
            case "/":
                back = _divided_back(left, found)
            case _:
                return np.full(len(left.low), -np.inf), np.full(len(left.low), np.inf)
    return back.low, back.high


def _divided_back(found: Interval, by: Interval) -> Interval:
    """Return what times `by` may be `found`: anything where both may be 0."""
    back = _over(found, by)
    free = found.zero & by.zero
    return Interval(np.where(free, -np.inf, back.low), np.where(free, np.inf, back.high), back.absent)


def _root(found: Interval, left: Interval, right: Interval) -> tuple[Floats, Floats]:
    """Return the ends of what an exponent that is one whole number above 0 raises to a result."""
    power = right.low
    plain = (power == right.high) & (power >= 1) & (power == np.rint(power))
    power = np.where(plain, power, 1.0)
    even = power % 2 == 0
    low = np.sign(found.low) * np.abs(found.low) ** (1 / power)
    high = np.sign(found.high) * np.abs(found.high) ** (1 / power)
    low, high = _wider(low, -8.0), _wider(high, 8.0)
    least = np.where(even, np.where(left.low >= 0, np.maximum(low, 0), -high), low)
    return np.where(plain, least, -np.inf), np.where(plain, high, np.inf)


def past(ends: Floats, step: Fraction | None, *, up: bool) -> Floats:
    """Return the next value above or below each end."""
    if step:
        return ends + float(step) if up else ends - float(step)
    return np.nextafter(ends, np.inf if up else -np.inf)


def hull(intervals: Sequence[Interval], dead: Sequence[Mask]) -> Interval:
    """Return the least interval that holds several, in the rows in which each is not dead."""
    low = np.minimum.reduce([np.where(d, np.inf, i.low) for i, d in zip(intervals, dead)])
    high = np.maximum.reduce([np.where(d, -np.inf, i.high) for i, d in zip(intervals, dead)])
    absent = reduce(np.logical_or, (i.absent & ~d for i, d in zip(intervals, dead)))
    return Interval(low, high, absent, reduce(common_step, (i.step for i in intervals)))
