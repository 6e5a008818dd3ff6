"""How like real series synthetic ones are: told apart, of use to foretell, and alike in what ties their steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.core.seeds import generator
from likewise.networks.device import one_thread

Floats = npt.NDArray[np.float64]

WIDE = 16
"""Units of a judge that sees more than TimeGAN's, which has half as many as there are channels."""
STEPS, RATE = 800, 5e-3
"""Steps and learning rate of a judge (TimeGAN: 2,000 at a fifth of the rate, which comes to the same)."""
JUDGES = 3
MOST_STEPS = 200
"""Steps up to which series are judged one by one; longer ones are looked at from evenly spread steps."""
LAGS = 20


@dataclass(frozen=True)
class Figure:
    """Hold a figure, that of real series against other real ones, and the spread of several judges (0: no judges)."""

    value: float
    floor: float
    spread: float = 0.0


@dataclass(frozen=True)
class SeriesFigures:
    """Hold what `series_figures` measures."""

    discriminative: Figure
    discriminative_wide: Figure
    predictive: Figure
    autocorrelation: Figure
    cross_correlation: Figure
    spectrum: Figure


def series_figures(
    real: Sequence[Floats],
    synthetic: Sequence[Floats],
    *,
    seed: int,
    fresh: Sequence[Floats] | None = None,
    steps: int = STEPS,
) -> SeriesFigures:
    """Return all figures of synthetic series beside their floors.

    Series are steps x channels with NaN where missing; they may differ in length. `fresh` are real series beside
    `real`; without any, floors are of one half of the real series against the other. Windows that overlap make floors
    low: give `fresh` of other times where that matters. `steps` are those that judges learn in. About 45 CPU seconds
    for windows of 24 x 6.
    """
    order = generator(seed, "halves").permutation(len(real))
    halves = (real, fresh) if fresh is not None else ([real[i] for i in order[::2]], [real[i] for i in order[1::2]])
    own, made, half, other = prepared(real, synthetic, *halves)

    def told(wide: bool) -> Figure:
        sides = ((own, made), (half, other))
        return _figure(*(discriminative(*side, seed=seed, wide=wide, steps=steps) for side in sides))

    foretold = _figure(*(predictive(side, own, seed=seed, steps=2 * steps) for side in (made, other)))
    measures = (autocorrelation_error, cross_correlation_error, spectrum_distance)
    direct = [Figure(measure(real, synthetic), measure(*halves)) for measure in measures]
    return SeriesFigures(told(False), told(True), foretold, *direct)


def _figure(scores: Floats, floor: Floats) -> Figure:
    return Figure(float(scores.mean()), float(floor.mean()), float(scores.std()))


# -- by judges ------------------------------------------------------------------------------------------------------
def discriminative(
    real: npt.NDArray[np.float32], synthetic: npt.NDArray[np.float32], *, seed: int, wide: bool = False,
    judges: int = JUDGES, steps: int = STEPS,
) -> Floats:  # fmt: skip
    """Return each judge's discriminative score: how far its accuracy on held-out series lies from guessing, 0 to .5.

    Arrays are what `prepared` returns. Judges are recurrent networks of half as many units as channels (Yoon et al.
    2019, "Time-series Generative Adversarial Networks"), or of 16 units where `wide`: those see more. About 4 CPU
    seconds for three (wide: 10) on windows of 24 x 6. Use when figures beside published ones are wanted. Avoid with
    fewer than some hundred series: the judge has nothing to learn from.
    """
    require("torch", extra="deep")
    from likewise.evaluation.media.recurrent import told_apart

    width = WIDE if wide else max(1, real.shape[2] // 2)
    with one_thread():
        shares = told_apart(real, synthetic, width=width, judges=judges, steps=steps, rate=RATE, seed=seed)
    return np.abs(np.array(shares) - 0.5)


def predictive(
    train: npt.NDArray[np.float32], test: npt.NDArray[np.float32], *, seed: int, judges: int = JUDGES,
    steps: int = 2 * STEPS,
) -> Floats:  # fmt: skip
    """Return each judge's predictive score: its mean absolute error on real series after learning from `train`.

    The judge foretells the next step of the last channel from the channels before it (Yoon et al. 2019). Read it beside
    that of real series on themselves. Use when the series are to train forecasts on.
    """
    require("torch", extra="deep")
    from likewise.evaluation.media.recurrent import foretold

    width = max(1, train.shape[2] // 2)
    with one_thread():
        errors = foretold(train, test, width=width, judges=judges, steps=steps, rate=2 * RATE, seed=seed)
    return np.array(errors)


def prepared(real: Sequence[Floats], *others: Sequence[Floats]) -> list[npt.NDArray[np.float32]]:
    """Return each side as one array for judges: channels scaled to 0..1 by the real ones' range, before them marks.

    There is a mark for each channel that has missing values and one for steps behind the end, where any side has such.
    """
    sides = [real, *others]
    steps = min(MOST_STEPS, max(len(cell) for side in sides for cell in side))
    low = np.nanmin([np.nanmin(c, axis=0) for c in real if np.isfinite(c).any()], axis=0)
    high = np.nanmax([np.nanmax(c, axis=0) for c in real if np.isfinite(c).any()], axis=0)
    stacked = []
    for side in sides:
        own = np.full((len(side), steps, len(low)), np.nan)
        for row, cell in zip(own, side, strict=True):
            seen = cell if len(cell) <= steps else cell[np.linspace(0, len(cell) - 1, steps).astype(np.int64)]
            row[: len(seen)] = seen
        stacked.append((own - low) / np.where(high > low, high - low, 1))
    gone = [np.isnan(side) for side in stacked]
    marked = np.any([g.any(axis=(0, 1)) for g in gone], axis=0)
    return [
        np.concatenate([g[:, :, marked], np.nan_to_num(side)], axis=2).astype(np.float32)
        for g, side in zip(gone, stacked, strict=True)
    ]


# -- by moments -----------------------------------------------------------------------------------------------------
def autocorrelation_error(real: Sequence[Floats], synthetic: Sequence[Floats]) -> float:
    """Return the mean difference of autocorrelations, over channels and up to 20 lags.

    All series of a side are taken as pieces of one process: a channel has one mean and one deviation.
    """
    lags = range(1, 1 + min(LAGS, min(max(len(c) for c in side) for side in (real, synthetic)) - 1))
    first, second = (_correlations(side, lags, own=True) for side in (real, synthetic))
    return float(np.mean([np.abs(a - b).mean() for a, b in zip(first, second, strict=True)] or [0.0]))


def cross_correlation_error(real: Sequence[Floats], synthetic: Sequence[Floats]) -> float:
    """Return the mean difference of correlations between channels, at the same step and one step apart."""
    first, second = (_correlations(side, (0, 1), own=False) for side in (real, synthetic))
    return float(np.mean([np.abs(a - b).mean() for a, b in zip(first, second, strict=True)]))


def spectrum_distance(real: Sequence[Floats], synthetic: Sequence[Floats]) -> float:
    """Return the distance of power spectra in decibels: the root mean square over frequencies, then over channels.

    Series are taken without their means, gaps as their means, all padded to one length.
    """
    steps = max(len(c) for side in (real, synthetic) for c in side)
    first, second = (_power(side, steps) for side in (real, synthetic))
    lowest = 1e-9 * np.maximum(first.sum(axis=0), 1e-30)
    apart = 10 * np.log10(np.maximum(second, lowest) / np.maximum(first, lowest))
    return float(np.sqrt((apart**2).mean(axis=0)).mean())


def _correlations(cells: Sequence[Floats], lags: Sequence[int], *, own: bool) -> list[Floats]:
    """Return for each lag the correlations of channels with themselves, or between them, so many steps apart."""
    values = np.concatenate(list(cells))
    # A channel may have no value at all, as that of levels that the real series do not have.
    known = np.isfinite(values)
    number = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, values, 0).sum(axis=0) / number
    deviation = np.sqrt((np.where(known, values - mean, 0) ** 2).sum(axis=0) / number)
    scaled = [(cell - mean) / np.where(deviation > 0, deviation, 1) for cell in cells]
    return [_lagged([cell for cell in scaled if len(cell) > lag], lag, own=own) for lag in lags]


def _lagged(cells: Sequence[Floats], lag: int, *, own: bool) -> Floats:
    before = np.concatenate([cell[: len(cell) - lag] for cell in cells])
    after = np.concatenate([cell[lag:] for cell in cells])
    known = np.isfinite(before), np.isfinite(after)
    before, after = np.nan_to_num(before), np.nan_to_num(after)
    if own:
        return np.asarray((before * after).sum(axis=0) / np.maximum((known[0] & known[1]).sum(axis=0), 1))
    found = before.T @ after / np.maximum(known[0].T.astype(np.float64) @ known[1], 1)
    return np.asarray(found[~np.eye(len(found), dtype=bool)] if len(found) > 1 else found[0])


def _power(cells: Sequence[Floats], steps: int) -> Floats:
    total = np.zeros((steps // 2 + 1, cells[0].shape[1]))
    for cell in cells:
        with np.errstate(invalid="ignore"):
            gone = np.isnan(cell)
            mean = np.where(gone, 0, cell).sum(axis=0) / np.maximum((~gone).sum(axis=0), 1)
        total += np.abs(np.fft.rfft(np.where(gone, 0, cell - mean), n=steps, axis=0)) ** 2
    return np.asarray(total[1:] / len(cells))
