"""Arithmetic in rules: choices, roundings, and functions that give the same bits on every machine.

The functions of mathematics that processors lack are made here of sums and products, whose results IEEE 754 settles:
libraries differ in the last bit, and one bit is enough for two runs of a simulation to part.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from likewise.techniques.agents.language.term import term

LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
"""The natural logarithm of 2 in two parts; whole multiples of the first up to 2**20 are exact."""

HALF_PI = (1.57079632673412561417e00, 6.07710050630396597660e-11, 2.02226624879595063154e-21)
"""A quarter of a turn in three parts."""

MOST = 709.0
"""What `exp` takes larger numbers for, so that no result is infinite."""

_EXP = tuple(1.0 / math.factorial(n) for n in range(13, -1, -1))
_LOG = tuple(2.0 / n for n in range(23, 1, -2))
_SIN = tuple((-1.0) ** n / math.factorial(2 * n + 1) for n in range(8, -1, -1))
_COS = tuple((-1.0) ** n / math.factorial(2 * n) for n in range(8, -1, -1))


@term(arrays=np.where)
def where(condition: Any, yes: Any, no: Any) -> Any:
    """Return one of two values: what `if` is in a rule that is to run on whole columns as well."""
    return yes if condition else no


@term(arrays=np.sqrt)
def sqrt(x: Any) -> Any:
    """Return the square root."""
    return math.sqrt(x)


@term(arrays=np.floor)
def floor(x: Any) -> Any:
    """Return the largest whole number that is not more, as a float."""
    return float(math.floor(x))


@term(arrays=lambda x: np.asarray(x).astype(np.int64))
def whole(x: Any) -> Any:
    """Return a number as a whole one, cut off towards 0."""
    return int(x)


@term(arrays=np.maximum)
def more(a: Any, b: Any) -> Any:
    """Return the larger of two numbers."""
    return a if a > b else b


@term(arrays=np.minimum)
def less(a: Any, b: Any) -> Any:
    """Return the smaller of two numbers."""
    return a if a < b else b


@term(arrays=np.frexp)
def parts(x: Any) -> Any:
    """Return a number as one of at least 0.5 and below 1 and the power of two that it is to be taken by."""
    return math.frexp(x)


@term(arrays=lambda x, power: np.ldexp(x, np.asarray(power).astype(np.int32)))
def scaled(x: Any, power: Any) -> Any:
    """Return a number times a power of two."""
    return math.ldexp(x, int(power))


@term()
def exp(x: Any) -> Any:
    """Return e to the power of a number, to 1 unit in the last place; of more than 709 as of 709."""
    x = less(more(x, -MOST), MOST)
    power = floor(x * 1.4426950408889634 + 0.5)
    rest = (x - power * LN2_HIGH) - power * LN2_LOW
    found = 0.0 * rest
    for factor in _EXP:
        found = found * rest + factor
    return scaled(found, power)


@term()
def log(x: Any) -> Any:
    """Return the natural logarithm of a positive number, to 1 unit in the last place."""
    most, power = parts(x)
    is_small = most < 0.7071067811865476
    most, power = where(is_small, most * 2.0, most), where(is_small, power - 1, power)
    ratio = (most - 1.0) / (most + 1.0)
    square = ratio * ratio
    found = 0.0 * square
    for factor in _LOG:
        found = (found + factor) * square
    return power * LN2_HIGH + (ratio * (found + 2.0) + power * LN2_LOW)


@term()
def power(x: Any, y: Any) -> Any:
    """Return a positive number to the power of another."""
    return exp(y * log(x))


@term()
def sin(x: Any) -> Any:
    """Return the sine of an angle in radians of at most a million."""
    return _on_circle(x, 0.0)


@term()
def cos(x: Any) -> Any:
    """Return the cosine of an angle in radians of at most a million."""
    return _on_circle(x, 1.0)


@term()
def _on_circle(x: Any, ahead: Any) -> Any:
    """Return the sine of an angle that lies so many quarters of a turn ahead."""
    quarter = floor(x * 0.6366197723675814 + 0.5)
    rest = ((x - quarter * HALF_PI[0]) - quarter * HALF_PI[1]) - quarter * HALF_PI[2]
    square = rest * rest
    even, odd = 0.0 * square, 0.0 * square
    for factor in _COS:
        even = even * square + factor
    for factor in _SIN:
        odd = odd * square + factor
    odd = odd * rest
    turn = quarter + ahead - 4.0 * floor((quarter + ahead) * 0.25)
    return where(turn == 0.0, odd, where(turn == 1.0, even, where(turn == 2.0, -odd, -even)))
