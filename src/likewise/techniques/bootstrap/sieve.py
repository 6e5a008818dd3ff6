"""An autoregression of several series, found, and run anew with its own residuals."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from likewise.techniques.bootstrap.runs import draw

Floats = npt.NDArray[np.float64]

BURN = 200
"""Steps that are run before the first that is kept, beside ten for each lag."""

TINY = 1e-9
"""Added to the variance of each series, so that those which repeat one another, or do not move, can be solved."""


def interpolated(values: Floats) -> Floats:
    """Return series (rows, columns) with their gaps filled in a straight line, ends by the nearest value."""
    rows = np.arange(len(values))
    found = values.copy()
    for column in found.T:
        gone = np.isnan(column)
        if gone.any():
            column[gone] = np.interp(rows[gone], rows[~gone], column[~gone])
    return found


def autoregression(values: Floats, lags: int | None = None) -> tuple[Floats, Floats]:
    """Return coefficients (lags, columns, columns) and residuals of series (rows, columns) of mean 0 and variance 1.

    Solved by Yule and Walker's equations step by step (Whittle, 1963), so that it always settles; the number of lags up
    to 10 log10 rows, or as asked, by Akaike's criterion. Residuals (rows - lags, columns) are centred.
    """
    rows, columns = values.shape
    most = lags if lags is not None else max(min(int(10 * np.log10(rows)), (rows - 1) // (2 * columns) - 1), 0)
    covariances = [values[lag:].T @ values[: rows - lag] / rows for lag in range(most + 1)]  # E x_t x_{t-lag}'
    covariances[0] = covariances[0] + np.eye(columns) * TINY
    forward: list[Floats] = []
    backward: list[Floats] = []
    ahead, behind = covariances[0], covariances[0]
    best, best_score = forward, _akaike(ahead, 0, rows)
    for order in range(most):
        gap = covariances[order + 1] - sum(
            (a @ covariances[order - k] for k, a in enumerate(forward)), np.zeros_like(ahead)
        )
        a, b = np.linalg.solve(behind.T, gap.T).T, np.linalg.solve(ahead.T, gap).T
        forward, backward = (
            [f - a @ w for f, w in zip(forward, reversed(backward))] + [a],
            [w - b @ f for w, f in zip(backward, reversed(forward))] + [b],
        )
        ahead, behind = ahead - a @ gap.T, behind - b @ gap
        score = _akaike(ahead, order + 1, rows)
        if score < best_score or lags is not None:
            best, best_score = forward, score
    found = np.stack(best) if best else np.empty((0, columns, columns))
    order = len(found)
    left = values[order:] - sum((values[order - 1 - k : rows - 1 - k] @ a.T for k, a in enumerate(found)),
                                np.zeros((rows - order, columns)))  # fmt: skip
    return found, left - left.mean(axis=0)


def simulate(coefficients: Floats, residuals: Floats, n: int, rng: np.random.Generator) -> Floats:
    """Return `n` steps of the autoregression, (n, columns), driven by residuals drawn with replacement."""
    lags, columns = len(coefficients), residuals.shape[1]
    burn = BURN + 10 * lags
    steps = residuals[draw(rng, len(residuals), n + burn)]
    if not lags:
        return np.asarray(steps[burn:])
    flat = np.concatenate(list(coefficients[::-1]), axis=1)  # (columns, lags * columns), the oldest step first
    path = np.zeros((lags + n + burn, columns))
    laid = path.reshape(-1)
    for t in range(n + burn):
        path[lags + t] = flat @ laid[t * columns : (t + lags) * columns] + steps[t]
    return np.asarray(path[lags + burn :])


def _akaike(covariance: Floats, lags: int, rows: int) -> float:
    sign, size = np.linalg.slogdet(covariance)
    if sign <= 0:
        return np.inf
    return float(rows * size + 2 * lags * covariance.shape[0] ** 2)
