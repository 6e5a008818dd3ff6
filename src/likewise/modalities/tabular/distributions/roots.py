"""Quantiles without a formula: the least value at which a rising function reaches its aim, for whole arrays at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]

MOST_STEPS = 2200
"""Halvings that reach any double from any other: more than its 2,098 binary places."""

TABLE = 1 << 20
"""Whole numbers whose probabilities are tabulated at most, where many quantiles are asked for."""


def crossing(
    height: Callable[[Floats, Places], tuple[Floats, Floats]], low: Floats, high: Floats
) -> Floats:  # fmt: skip
    """Return where rising functions first are not below zero, one for each bracket from `low` to `high`.

    `height(x, places)` gives the functions at those places of the arrays and their slopes. Newton's steps, and a
    halving wherever one would leave the bracket or is no shorter than half the one before (Press et al., Numerical
    Recipes, section 9.4), so that it ends for every function that rises, jumps included.
    """
    found = high.copy()
    places = np.flatnonzero(low < high)
    low, high = low[places], high[places]
    x = low / 2 + high / 2
    before = high - low
    for _ in range(MOST_STEPS):
        if not len(places):
            break
        f, slope = height(x, places)
        reached = f >= 0
        high, low = np.where(reached, x, high), np.where(reached, low, x)
        newton = x - f / slope
        middle = low / 2 + high / 2
        good = (newton >= low) & (newton <= high) & (np.abs(newton - x) <= before / 2)
        following = np.where(good, newton, middle)
        step = np.abs(following - x)
        small = 2 * np.spacing(np.abs(x))
        done = (good & (step <= small)) | (high - low <= small)
        found[places[done]] = np.where(good, x, high)[done]
        left = ~done
        places, low, high, x, before = places[left], low[left], high[left], following[left], step[left]
    return found


def least_whole(
    reached: Callable[[Floats], Bools], start: Floats, width: float, low: float, high: float
) -> Floats:  # fmt: skip
    """Return the least whole number from `low` to `high` that each condition holds for, and with it for all above.

    `reached(x)` says for each element whether it holds at `x`; the search spreads out from `start` in steps that
    double, the first of about `width`, and halves what it finds.
    """
    upper = np.clip(np.floor(start), low, high)
    step = np.full(upper.shape, max(1.0, np.ceil(width)))
    for _ in range(MOST_STEPS):  # up to where it holds
        short = (upper < high) & ~reached(upper)
        if not short.any():
            break
        upper = np.where(short, np.minimum(upper + step, high), upper)
        step = np.where(short, 2 * step, step)
    lower, step = upper - np.maximum(1.0, np.ceil(width)), np.full(upper.shape, max(1.0, np.ceil(width)))
    for _ in range(MOST_STEPS):  # down to where it does not
        above = (lower >= low) & reached(np.maximum(lower, low))
        if not above.any():
            break
        upper = np.where(above, lower, upper)
        lower, step = np.where(above, lower - step, lower), np.where(above, 2 * step, step)
    lower = np.maximum(lower, low - 1)
    for _ in range(MOST_STEPS):
        middle = np.floor(lower / 2 + upper / 2)
        open_ = (middle > lower) & (middle < upper)
        if not open_.any():
            break
        holds = reached(np.where(open_, middle, upper))
        upper, lower = np.where(open_ & holds, middle, upper), np.where(open_ & ~holds, middle, lower)
    return upper


def least_counts(
    rising: Callable[[Floats], Floats], aims: Floats, start: Floats, width: float, low: float, high: float
) -> Floats:
    """Return the least whole number at which a rising function reaches each aim, sought from `start`.

    Where the aims are more than the numbers that they span, the function is tabulated once.
    """
    start = np.where(np.isfinite(start), start, low if np.isfinite(low) else 0.0)
    ends = np.array([aims.argmin(), aims.argmax()])
    first, last = least_whole(lambda x: rising(x) >= aims[ends], start[ends], width, low, high)
    if last - first > min(TABLE, 4 * aims.size + 64):
        return least_whole(lambda x: rising(x) >= aims, start, width, low, high)
    table = np.maximum.accumulate(rising(np.arange(first, last + 1)))
    return np.asarray(first + np.searchsorted(table, aims).clip(0, len(table) - 1), dtype=np.float64)
