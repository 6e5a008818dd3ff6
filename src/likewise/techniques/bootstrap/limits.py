"""The ends of a confidence interval, from replicates of a statistic."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from likewise.errors import SettingsError
from likewise.techniques.bootstrap.observed import Floats


def of(
    method: str, drawn: Floats, estimate: Floats, level: float, left_out: Sequence[Floats], errors: Floats | None
) -> tuple[Floats, Floats]:
    """Return low and high of each number; the columns of `drawn`, `errors` and the parts of `left_out`."""
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    if method == "bca":
        return bca(drawn, estimate, tails, left_out)
    if method == "studentized":
        assert errors is not None
        return studentized(drawn, errors, estimate, tails)
    if method == "normal":
        from scipy.special import ndtri

        middle, reach = 2 * estimate - drawn.mean(axis=0), ndtri(tails[1]) * drawn.std(axis=0, ddof=1)
        return middle - reach, middle + reach
    low, high = quantiles(drawn, tails)
    return (low, high) if method == "percentile" else (2 * estimate - high, 2 * estimate - low)


def quantiles(drawn: Floats, shares: Floats) -> Floats:
    """Return the quantiles of replicates: of R of them the i-th in order is at i / (R + 1)."""
    found: Floats = np.quantile(drawn, shares, axis=0, method="weibull")
    return found


def studentized(drawn: Floats, errors: Floats, estimate: Floats, tails: Floats) -> tuple[Floats, Floats]:
    """Return estimate - t * se for the quantiles t of the studentized replicates."""
    spread = drawn.std(axis=0, ddof=1)
    if ((errors <= 0) & (spread > 0)).any():
        raise SettingsError("settings.method", "in some resamples the statistic does not vary, so it has no standard "
                            "error to be divided by", hint="use method='bca', or raise `inner`")  # fmt: skip
    t = (drawn - estimate) / np.where(errors > 0, errors, 1)
    low, high = quantiles(t, tails)
    return estimate - high * spread, estimate - low * spread


def bca(drawn: Floats, estimate: Floats, tails: Floats, left_out: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Return the quantiles that correct for median bias and for acceleration."""
    from scipy.special import ndtr, ndtri

    count = len(drawn)
    near = 1e-12 * np.maximum(np.abs(estimate), np.abs(drawn).max(axis=0))
    below = (drawn < estimate - near).sum(axis=0) + 0.5 * (np.abs(drawn - estimate) <= near).sum(axis=0)
    bias = ndtri(np.clip(below / count, 0.5 / count, 1 - 0.5 / count))
    reach = bias + ndtri(tails)[:, None]
    shrunk = 1 - acceleration(left_out) * reach
    shares = np.where(shrunk > 0, ndtr(bias + reach / np.where(shrunk > 0, shrunk, 1)), tails[:, None])
    ends = [quantiles(drawn[:, i], shares[:, i]) for i in range(drawn.shape[1])]
    return np.array([low for low, _ in ends]), np.array([high for _, high in ends])


def acceleration(left_out: Sequence[Floats]) -> Floats:
    """Return how fast the standard error changes with the statistic, from the jackknife over one or more samples.

    Influences are (units - 1)(mean - value without the unit); the samples' sums of third and second powers, by their
    sizes, add up (Davison and Hinkley, 1997, equation 5.28).
    """
    if not left_out:
        return np.zeros(1)
    third: Floats = np.zeros(left_out[0].shape[1])
    second = np.zeros_like(third)
    size = max(float(np.abs(part).max()) for part in left_out) or 1.0
    for part in left_out:
        units = len(part)
        influence = (units - 1) * (part.mean(axis=0) - part) / size
        third += (influence**3).sum(axis=0) / units**3
        second += (influence**2).sum(axis=0) / units**2
    flat = second <= 1e-24
    found: Floats = np.where(flat, 0.0, third / (6 * np.where(flat, 1, second) ** 1.5))
    return found
