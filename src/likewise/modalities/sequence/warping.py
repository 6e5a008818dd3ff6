"""Series read at other places than their steps, and smooth random curves; gaps (NaN) go where their steps go."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def read_at(series: Floats, places: Floats) -> Floats:
    """Return series (n x steps x channels) at places (n x new steps) between 0 and steps - 1.

    Values are interpolated between two steps; where one of the two is missing, the nearer one is taken as it is.

    >>> read_at(np.array([[[0.0], [10.0], [np.nan]]]), np.array([[0.5, 1.2, 1.8]]))[0, :, 0].tolist()
    [5.0, 10.0, nan]
    """
    steps = series.shape[1]
    places = np.clip(places, 0, steps - 1)
    low = np.minimum(places.astype(np.int64), max(steps - 2, 0))
    high = np.minimum(low + 1, steps - 1)
    part = (places - low)[:, :, None]
    rows = np.arange(len(series))[:, None]
    first, second = series[rows, low], series[rows, high]
    mixed = (1 - part) * first + part * second
    return np.where(np.isnan(mixed), np.where(part < 0.5, first, second), mixed)


def smooth_curves(values: Floats, steps: int) -> Floats:
    """Return the cubic curves (n x steps x channels) through evenly spread values (n x knots x channels)."""
    from scipy.interpolate import CubicSpline

    knots = values.shape[1]
    weights = CubicSpline(np.linspace(0, 1, knots), np.eye(knots))(np.linspace(0, 1, steps))
    return np.asarray(np.einsum("tk,nkc->ntc", weights, values))


def paths(speeds: Floats) -> Floats:
    """Return the places (n x steps) reached at some speeds (n x steps, above 0), from the first to the last step.

    >>> paths(np.array([[1.0, 1.0, 1.0, 3.0]])).round(1).tolist()
    [[0.0, 0.8, 1.5, 3.0]]
    """
    between = (speeds[:, 1:] + speeds[:, :-1]) / 2
    reached = np.concatenate([np.zeros((len(speeds), 1)), np.cumsum(between, axis=1)], axis=1)
    last = reached[:, -1:]
    return np.asarray(reached / np.where(last > 0, last, 1) * (speeds.shape[1] - 1))
