"""Move simulated parameters to where they would be had their simulations matched the data exactly."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Adjust = Literal["heteroscedastic", "linear", "none"]

WIDEST = 3.0
"""How many times wider or narrower a residual may become."""


def adjusted(deviates: Floats, gaps: Floats, weights: Floats, how: Adjust) -> Floats:
    """Return deviates (n, p) moved along their regression on the `gaps` (n, k) from the observed statistics to 0.

    `linear`: by the fitted line (Beaumont, Zhang and Balding, 2002). `heteroscedastic`: with residuals scaled to the
    spread that is fitted at the data (Blum and Francois, 2010). Residuals are widened for the parameters fitted. In the
    space of deviates, so that nothing leaves the bounds.
    """
    effective = weights.sum() ** 2 / (weights**2).sum()
    if how == "none" or effective < 2 * (gaps.shape[1] + 2):
        return deviates
    lines = _line(gaps, deviates, weights)
    at_data = lines[0]
    residuals = deviates - _along(gaps, lines)
    residuals *= np.sqrt(effective / max(effective - gaps.shape[1] - 1, 1))
    if how == "heteroscedastic":
        spread = _line(gaps, np.log(residuals**2 + 1e-12), weights)
        ratio = np.exp(0.5 * (spread[0] - _along(gaps, spread)))
        residuals *= np.clip(ratio, 1 / WIDEST, WIDEST)
    return np.asarray(at_data + residuals)


def _along(gaps: Floats, lines: Floats) -> Floats:
    return np.asarray(lines[0] + gaps @ lines[1:])


def _line(gaps: Floats, targets: Floats, weights: Floats) -> Floats:
    """Return intercepts and slopes, (1 + k, p), of a weighted regression with a slight ridge."""
    root = np.sqrt(weights / weights.sum())[:, None]
    size = np.sqrt(((root * gaps) ** 2).sum(axis=0))
    size[size == 0] = 1.0
    table = np.concatenate([np.ones((len(gaps), 1)), gaps / size], axis=1) * root
    gram = table.T @ table + 1e-6 * np.diag([0.0] + [1.0] * gaps.shape[1])
    found = np.linalg.solve(gram, table.T @ (targets * root))
    found[1:] /= size[:, None]
    return np.asarray(found)
