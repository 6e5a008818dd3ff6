"""How many rows belong to one: noisy counts of it, made to fall off towards many rows where noise hides how they do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from likewise.privacy.pieces import Pieces
from likewise.techniques.marginals.select.bins import Bins
from likewise.techniques.marginals.units.levels import Level

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

TAIL = 0.03
"""Part of those counted whose many rows are cut off when rows are added up: noise grows with what one may add."""

DOUBT = 2.0
"""Standard errors below which what a range has is taken for noise."""

SPIKE = 4.0
"""Standard errors by which a number of rows is more common than smaller ones before it is taken for a spike."""


def cap_of(pieces: Pieces, middles: Floats) -> int:
    """Return a number of rows that few have more of, as noisy counts tell; `middles` has that of each range."""
    above = np.cumsum(pieces.masses[::-1])[::-1]
    return max(int(middles[above >= TAIL * above[0]].max(initial=1)), 1)


def corrected(noisy: Floats, sigma: float, rows: Floats, total: float, error: float) -> Floats:
    """Return noisy counts that agree better with the noisy sum of all `rows`, by the errors of both (least squares)."""
    gain = sigma**2 / (sigma**2 * float(rows @ rows) + error**2)
    return np.asarray(noisy + gain * (total - float(rows @ noisy)) * rows)


def falling(noisy: Floats, widths: Floats, middles: Floats, sigma: float) -> Pieces:
    """Return a piece for each range of numbers of rows: `widths` of them each, around `middles`.

    From where most rows are on, there are no more rows with a number than with a smaller one, but for spikes: the
    nearest counts for which that holds average away the noise of a long tail (Hay et al., 2010, VLDB 3), which else
    would seem to hold many rows, as no count is negative.
    """
    rows = noisy * middles / widths
    mode, spikes = int(np.argmax(rows)), np.zeros(len(noisy), dtype=bool)
    while True:
        fitted = rows.copy()
        kept = np.flatnonzero(~spikes & (np.arange(len(noisy)) >= mode))
        fitted[kept] = fallen(rows[kept], (widths / middles)[kept] ** 2)
        more = ~spikes & (np.arange(len(noisy)) > mode) & ((rows - fitted) * widths / middles > SPIKE * sigma)
        if not more.any():
            break
        spikes |= more
    starts = np.arange(len(noisy))
    masses = np.maximum(fitted * widths / middles, 0.0)
    return Pieces(starts, starts + 1, masses, sigma * float(np.sqrt(len(noisy))))


def surely(pieces: Pieces, sigma: float) -> Pieces:
    """Return the pieces without wide ones that noise alone may have made: few steps are far, and far ones add up."""
    doubtful = (pieces.stops - pieces.starts > 1) & (pieces.masses < DOUBT * sigma)
    masses = np.where(doubtful, 0.0, pieces.masses)
    if not masses.any():
        return pieces
    return replace(pieces, masses=masses * (pieces.total / masses.sum()))


def fallen(values: Floats, weights: Floats) -> Floats:
    """Return the nearest values, in weighed squares, that never rise (by pooling neighbours that do)."""
    means, sums, sizes = list[float](), list[float](), list[int]()
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        means.append(value)
        sums.append(weight)
        sizes.append(1)
        while len(means) > 1 and means[-2] < means[-1]:
            both = sums[-2] + sums[-1]
            means[-2:] = [(means[-2] * sums[-2] + means[-1] * sums[-1]) / both]
            sums[-2:] = [both]
            sizes[-2:] = [sizes[-2] + sizes[-1]]
    return np.repeat(means, sizes)


def mean_of(level: Level, bins: Bins, place: int) -> float:
    """Return the mean number of rows that a column of them has."""
    cells = np.zeros(level.domains[place].cells)
    for start, stop, weight in zip(bins.pieces.starts, bins.pieces.stops, bins.weights, strict=True):
        cells[start:stop] = weight / (stop - start)
    return float((cells * level.counts(place, np.arange(len(cells)))).sum() / cells.sum())
