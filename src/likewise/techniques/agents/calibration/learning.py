"""Summaries that are learned: what the given ones tell of each parameter, as its expected deviate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LEVELS = 100
"""Quantiles by which a summary becomes a normal score."""
PENALTIES = np.logspace(-7, 3, 21)
"""Ridge penalties tried, in units of the mean squared singular value."""


@dataclass(frozen=True, eq=False)
class Scale:
    """Hold the middle and the width of each summary: the median, and the median deviation from it in normal units."""

    middle: Floats
    width: Floats

    @classmethod
    def of(cls, summaries: Floats) -> Scale:
        """Return the scale of rows; the standard deviation where most are equal, 1 where all are."""
        middle = np.median(summaries, axis=0)
        width = 1.4826 * np.median(np.abs(summaries - middle), axis=0)
        spread = summaries.std(axis=0)
        tiny = 1e-9 * np.maximum(np.abs(middle), 1e-300)
        width = np.where(width > np.maximum(tiny, 1e-3 * spread), width, spread)
        return cls(middle, np.where(width > tiny, width, 1.0))

    def apply(self, summaries: Floats) -> Floats:
        """Return deviations from the middle in widths."""
        return np.asarray((summaries - self.middle) / self.width)


@dataclass(frozen=True, eq=False)
class Scores:
    """Hold how each summary becomes a normal score: its rank among some runs, whatever its own distribution.

    So a summary that grows like the exponential of another tells the same, and one wild run bends no line. `levels` are
    its quantiles, (LEVELS, d), `scores` the normal deviates of their shares.
    """

    levels: Floats
    scores: Floats
    widths: Floats

    @classmethod
    def of(cls, summaries: Floats, least: Floats) -> Scores:
        """Return the scores by the quantiles of rows (n, d); `least` (d,) are widths below which none is taken."""
        from scipy.special import ndtri

        shares = (np.arange(LEVELS) + 0.5) / LEVELS
        levels, scores = np.quantile(summaries, shares, axis=0), ndtri(shares)
        return cls(levels, scores, np.maximum((levels[-1] - levels[0]) / (scores[-1] - scores[0]), least))

    def beyond(self, summaries: Floats) -> Floats:
        """Return by how many widths each summary lies outside the runs that the scores are of, (n, d); mostly 0."""
        above = np.maximum(summaries - self.levels[-1], 0)
        below = np.maximum(self.levels[0] - summaries, 0)
        return np.asarray((above - below) / self.widths)

    def apply(self, summaries: Floats) -> Floats:
        """Return the scores of rows; values that hold several quantiles get the middle of their scores."""
        found = np.empty_like(summaries)
        for i, levels in enumerate(self.levels.T):
            low = np.interp(summaries[:, i], levels, self.scores)
            high = -np.interp(-summaries[:, i], -levels[::-1], -self.scores[::-1])
            found[:, i] = (low + high) / 2
        return found


@dataclass(frozen=True, eq=False)
class Learned:
    """Hold one statistic a parameter: the mean of its deviate given the summaries, by ridge regression.

    Regressed on are the normal scores of the summaries, and their squares. Such means are all that the posterior
    means can be told by, and the fewer the numbers compared, the nearer can two simulations come (Fearnhead and
    Prangle, 2012).
    """

    scores: Scores
    weights: Floats
    middle: Floats
    base: Floats

    @classmethod
    def fit(cls, deviates: Floats, summaries: Floats, least: Floats) -> Learned:
        """Learn from runs: deviates (n, p) and summaries (n, d). The penalty of each parameter is cross-validated."""
        scores = Scores.of(summaries, least)
        features = _features(scores.apply(summaries))
        middle, base = features.mean(axis=0), deviates.mean(axis=0)
        weights = ridge(features - middle, deviates - base)
        return cls(scores, weights, middle, base)

    def apply(self, summaries: Floats) -> Floats:
        """Return the statistics of runs, (n, p)."""
        return np.asarray(self.base + (_features(self.scores.apply(summaries)) - self.middle) @ self.weights)


def _features(scores: Floats) -> Floats:
    return np.concatenate([scores, scores**2], axis=1)


def ridge(features: Floats, targets: Floats) -> Floats:
    """Return the weights of centred targets on centred features, the penalty by generalised cross-validation.

    Golub, Heath and Wahba, 1979.
    """
    left, singular, right = np.linalg.svd(features, full_matrices=False)
    along = left.T @ targets
    total = (targets**2).sum(axis=0)
    n, best = len(features), np.full(targets.shape[1], np.inf)
    weights = np.zeros((features.shape[1], targets.shape[1]))
    mean_square = (singular**2).mean() or 1.0
    for penalty in PENALTIES * mean_square:
        shrunk = singular**2 / (singular**2 + penalty)
        residual = total - ((2 * shrunk - shrunk**2)[:, None] * along**2).sum(axis=0)
        score = residual / (1 - min(shrunk.sum() / n, 0.99)) ** 2
        better = score < best
        if better.any():
            fitted = right.T @ ((shrunk / np.where(singular > 0, singular, 1.0))[:, None] * along[:, better])
            weights[:, better], best[better] = fitted, score[better]
    return weights
