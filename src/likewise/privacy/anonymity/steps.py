"""Round ranges: numbers by widths that double, dates by parts of the calendar."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.table import MICROSECONDS_A_DAY

Floats = npt.NDArray[np.float64]

FINEST = 16
"""Ranges that the finest automatic width cuts the line into, about."""


def step_rungs(places: Floats, steps: Sequence[float] | None, *, whole: bool) -> list[pa.Array]:
    """Return how numbers are written in ranges of each width; widths that double where `steps` is None.

    Code 0, a missing value, is left out. Ranges begin at multiples of their width: narrow ones lie in wide ones.

    >>> step_rungs(np.array([np.nan, 31, 38]), [5, 10], whole=True)[1].to_pylist()
    ['30..39', '30..39']
    """
    values = places[1:]
    found = []
    for width in steps if steps is not None else _doubling(float(values[-1] - values[0]), whole):
        number = np.floor(values / width)
        ends = zip((number * width).tolist(), ((number + 1) * width - (1 if whole else 0)).tolist(), strict=True)
        found.append(pa.array([f"{low:.12g}..{high:.12g}" if low != high else f"{low:.12g}" for low, high in ends]))
    return found


def _doubling(span: float, whole: bool) -> list[float]:
    """Return four widths, each twice the one before, of which the first is round."""
    if span <= 0:
        return []
    power = 10.0 ** math.floor(math.log10(span / FINEST))
    first = power * next(n for n in (1, 2, 5, 10) if n * power >= span / FINEST * 0.99)
    first = max(2.0, round(first)) if whole else first
    return [first * 2**n for n in range(5) if first * 2**n < span]


def calendar_rungs(places: Floats, kind: str) -> list[pa.Array]:
    """Return how dates (in days) or moments (in microseconds) are written by day, month, quarter, year and decade.

    >>> [names.to_pylist()[0] for names in calendar_rungs(np.array([np.nan, 11_000]), "date")]
    ['2000-02', '2000-Q1', '2000', '2000..2009']
    """
    days = places[1:] if kind == "date" else np.floor(places[1:] / MICROSECONDS_A_DAY)
    dates = days.astype("int64").astype("datetime64[D]")
    months = dates.astype("datetime64[M]").astype(np.int64)
    years = np.floor_divide(months, 12) + 1970
    quarters = np.mod(months, 12) // 3 + 1
    found = [pa.array(np.datetime_as_string(dates, unit="M"))]
    found.append(pa.array([f"{y}-Q{q}" for y, q in zip(years.tolist(), quarters.tolist(), strict=True)]))
    found.append(pa.array([str(y) for y in years.tolist()]))
    found.append(pa.array([f"{y // 10 * 10}..{y // 10 * 10 + 9}" for y in years.tolist()]))
    return found if kind == "date" else [pa.array(np.datetime_as_string(dates, unit="D")), *found]
