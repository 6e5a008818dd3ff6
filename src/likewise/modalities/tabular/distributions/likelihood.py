"""How a likelihood is maximised: weighted means, roots of a slope, and descents with a slope in every direction."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from likewise.errors import FitError

Floats = npt.NDArray[np.float64]


def mean_of(values: Floats, weights: Floats) -> np.float64:
    """Return the weighted mean, as numpy's number: divided by where it is 0, it gives an infinity."""
    return np.float64(np.average(values, weights=weights))


def sd_of(values: Floats, weights: Floats) -> np.float64:
    """Return the weighted standard deviation, of the values as they are (the most likely one)."""
    return np.float64(np.sqrt(mean_of((values - mean_of(values, weights)) ** 2, weights)))


def median_of(values: Floats, weights: Floats) -> float:
    """Return a value that half of the weight lies below and half above."""
    order = np.argsort(values, kind="stable")
    running = np.cumsum(weights[order])
    lower = np.searchsorted(running, running[-1] / 2, side="left")
    upper = min(int(np.searchsorted(running, running[-1] / 2, side="right")), len(values) - 1)
    return float(values[order[lower]] / 2 + values[order[upper]] / 2)


def root_of(function: Callable[[float], float], start: float, width: float) -> float:
    """Return where a function of one number crosses zero, sought from `start` in both directions.

    Raises FitError where it crosses nowhere: then no member of the family is the most likely one.
    """
    from scipy.optimize import brentq

    if not np.isfinite(start) or not np.isfinite(function(start)):
        start = 0.0
    here, step = function(start), width
    for _ in range(10):
        for end in (start - step, start + step):
            there = function(end)
            if np.isfinite(there) and np.sign(there) != np.sign(here):
                return float(brentq(function, min(start, end), max(start, end), xtol=1e-12, rtol=1e-12))
        step *= 2
    raise FitError("fit.degenerate", "no member of the family fits these values best",
                   hint="take another family: the values are all one, or nearly so")  # fmt: skip


def least(function: Callable[[Floats], float], start: Sequence[float]) -> Floats:
    """Return where a function of a few numbers is least, by Nelder and Mead's simplex from `start`."""
    from scipy.optimize import minimize

    options = {"xatol": 1e-8, "fatol": 1e-10, "maxiter": 400 * len(start), "maxfev": 400 * len(start)}
    found = minimize(function, np.asarray(start, dtype=np.float64), method="Nelder-Mead", options=options)
    return np.asarray(found.x, dtype=np.float64)
