"""Which map of channels brings windows of series nearer to a normal distribution: by quantiles, or a plain scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from likewise.modalities.sequence.channels import Channels, Form
from likewise.modalities.sequence.frames import bridged, held

Floats = npt.NDArray[np.float64]

STEPS, NUMBERS, WINDOWS = 24, 300, 2000
"""Steps of a window, numbers in one, and windows that are looked at, each at most."""
PARTS = 10
"""Runs of rows, every other held out: windows of neighbouring rows may share steps."""
WORTH = 0.3
"""Nats a number by which a plain scale must be likelier: with quantiles, values are drawn as often as they were."""
NOISE = 1e-4
"""Variance that is added to each score, so that channels that follow each other exactly have a likelihood."""


def best_form(cells: Sequence[Floats]) -> Form:
    """Return the map under which held-out windows are likelier, each map's windows taken as normal.

    Quantiles make each value normal and may bend what ties the steps (a wave is no longer one); a plain scale bends
    nothing and leaves long tails. The likelihood is that of values, so that both can be compared.
    """
    windows = _windows(cells)
    if len(windows) < 4:
        return "normal"
    by_quantiles, plainly = (_likelihood(windows, Channels.fit(cells, form)) for form in ("normal", "plain"))
    return "plain" if plainly - by_quantiles > WORTH * windows[0].size else "normal"


def _windows(cells: Sequence[Floats]) -> Floats:
    channels = cells[0].shape[1]
    steps = min(STEPS, max(len(cell) for cell in cells), max(1, NUMBERS // max(channels, 1)))
    total = sum(max(1, len(cell) // steps) for cell in cells)
    cut = [(cell, at * steps) for cell in cells for at in range(max(1, len(cell) // steps)) if len(cell)]
    chosen = np.linspace(0, total - 1, min(total, WINDOWS)).astype(np.int64)
    found = [held(bridged(cut[i][0]), steps, start=cut[i][1]) for i in chosen if i < len(cut)]
    return np.stack(found) if found else np.zeros((0, steps, channels))


def _likelihood(windows: Floats, channels: Channels) -> float:
    scores = channels.encode(windows).reshape(len(windows), -1)
    rises = np.log(np.maximum(channels.slopes(windows), 1e-12)).reshape(len(windows), -1).sum(axis=1)
    learned = np.arange(len(windows)) * PARTS // len(windows) % 2 == 0
    mean, held_back = scores[learned].mean(axis=0), scores[~learned]
    covariance = np.atleast_2d(np.cov(scores[learned], rowvar=False)) + NOISE * np.eye(len(mean))
    root = np.linalg.cholesky(covariance)
    white = np.linalg.solve(root, (held_back - mean).T)
    found = rises[~learned] - 0.5 * (white**2).sum(axis=0) - np.log(np.diag(root)).sum()
    return float(np.median(found))
