"""Settings that are a range: each row draws its own number from it."""

from __future__ import annotations

from math import isfinite
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, BeforeValidator

Floats = npt.NDArray[np.float64]


def _pair(value: Any) -> Any:
    return (value, value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _ordered(span: tuple[float, float]) -> tuple[float, float]:
    if not all(isfinite(end) for end in span) or span[0] > span[1]:
        raise ValueError("a number or a range (low, high) of finite numbers is wanted")
    return span


def within(low: float, high: float) -> AfterValidator:
    """Return the check that both ends of a range lie between two numbers."""

    def check(span: tuple[float, float]) -> tuple[float, float]:
        if span[0] < low or span[1] > high:
            raise ValueError(f"numbers between {low:g} and {high:g} are wanted")
        return span

    return AfterValidator(check)


Span = Annotated[tuple[float, float], BeforeValidator(_pair), AfterValidator(_ordered)]
"""A range (low, high), or one number for both ends."""


def spread(span: tuple[float, float], uniform: Floats) -> Floats:
    """Return numbers from 0 to 1 as numbers of a range.

    >>> spread((10, 20), np.array([0.0, 0.5])).tolist()
    [10.0, 15.0]
    """
    return np.asarray(span[0] + (span[1] - span[0]) * uniform)


def spread_evenly(span: tuple[float, float], uniform: Floats) -> Floats:
    """Return numbers from 0 to 1 as numbers of a range above 0, every doubling as likely as any other."""
    return np.exp(spread((float(np.log(span[0])), float(np.log(span[1]))), uniform))
