"""How long the blocks of a series should be, found from its autocorrelation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.errors import FitError, SettingsError

Floats = npt.NDArray[np.float64]

FEWEST = 8
"""Rows that a series must have for its block length to be found."""


@dataclass(frozen=True)
class BlockLength:
    """Hold the best block length for each kind of block, as real numbers of at least 1."""

    stationary: float
    circular: float

    def of(self, kind: str) -> float:
        """Return the length for a kind of block: whole numbers for all but the stationary one."""
        return self.stationary if kind == "stationary" else float(max(round(self.circular), 1))


def optimal_block_length(series: Any) -> BlockLength:
    """Return the block length that lets the variance of a mean be estimated best.

    `series` is a one-dimensional array without gaps, in the order of time. The stationary bootstrap takes
    `.stationary`, the average length of its blocks; circular, moving and tapered blocks take `.circular`. Cost:
    O(n log n).

    Use when rows depend on those before them. Avoid when the series wanders without a level (prices: take their
    returns), for which no block is long enough: lengths end at min(3 root n, n / 3).

    Raises SettingsError when the series is no array of finite numbers and FitError when it is shorter than 8.

    >>> rng = np.random.default_rng(0)
    >>> optimal_block_length(rng.normal(size=500)).circular < 5
    True

    Politis and White, 2004, Econometric Reviews 23, as corrected by Patton, Politis and White, 2009, same journal 28.
    """
    values = _numbers(series)
    n, size = len(values), float(np.abs(values).max())
    values = values / (size or 1.0)
    most = float(np.ceil(min(3 * np.sqrt(n), n / 3)))
    gone = max(5, int(np.ceil(np.sqrt(np.log10(n)))))
    lags = min(int(np.ceil(np.sqrt(n))) + gone, n - 1)
    covariances = autocovariances(values, lags)
    if covariances[0] <= 1e-24:
        return BlockLength(1.0, 1.0)
    width = _bandwidth(covariances / covariances[0], n, gone, lags)
    steps = np.arange(1, width + 1)
    weights = np.minimum(1.0, 2 * (1 - steps / width)) * covariances[1 : width + 1]  # flat top (Politis, Romano 1995)
    spectrum, slope = covariances[0] + 2 * weights.sum(), 2 * (steps * weights).sum()
    if spectrum == 0:
        return BlockLength(1.0, 1.0)
    ratio = n * (slope / spectrum) ** 2
    lengths = [float(min(max(ratio ** (1 / 3), 1.0), most)), float(min(max((1.5 * ratio) ** (1 / 3), 1.0), most))]
    return BlockLength(*lengths)


def autocovariances(values: Floats, lags: int) -> Floats:
    """Return the autocovariances of a series at lags 0 to `lags`, each divided by the number of rows."""
    n = len(values)
    size = 1 << int(n + lags).bit_length()
    spectrum = np.fft.rfft(values - values.mean(), size)
    found: Floats = np.fft.irfft(spectrum.real**2 + spectrum.imag**2, size)[: lags + 1] / n
    return found


def _bandwidth(correlations: Floats, n: int, gone: int, lags: int) -> int:
    """Return twice the lag from which on `gone` correlations in a row do not differ from 0.

    The paper may also be read to count from the lag before; this reading, that of others' code too, comes nearer to the
    lengths that are best for an autoregression.
    """
    large = np.abs(correlations[1:]) >= 2 * np.sqrt(np.log10(n) / n)
    quiet = (lag for lag in range(1, lags - gone + 2) if not large[lag - 1 : lag - 1 + gone].any())
    found = next(quiet, None)
    if found is None:
        found = int(np.flatnonzero(large)[-1]) + 1 if large.any() else 1
    return min(2 * found, lags)


def _numbers(series: Any) -> Floats:
    try:
        values = np.asarray(series, dtype=np.float64)
    except (TypeError, ValueError):
        values = np.full(1, np.nan)
    if values.ndim != 1 or not np.isfinite(values).all():
        raise SettingsError("settings.series", "a series is a one-dimensional array of finite numbers",
                            hint="give one column in the order of time, with its gaps filled")  # fmt: skip
    if len(values) < FEWEST:
        raise FitError("fit.short-series", f"a series of {len(values)} rows is too short to find a block length",
                       where="block", hint=f"give at least {FEWEST} rows, or name the block length")  # fmt: skip
    return values
