"""Hold judges of series to what is known of the series they are given."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.evaluation.media.series import (
    autocorrelation_error,
    cross_correlation_error,
    discriminative,
    predictive,
    prepared,
    series_figures,
    spectrum_distance,
)


def waves(rows, seed, speed=0.5, noise=0.05):
    """Two channels: a wave of random phase, and the same a quarter later."""
    rng = np.random.default_rng(seed)
    at = speed * np.arange(12)[None, :] + rng.uniform(0, 6.28, (rows, 1))
    return np.stack([np.sin(at), np.cos(at)], axis=2) + rng.normal(0, noise, (rows, 12, 2))


def shuffled(series, seed):
    """The same values in another order of steps: alike in nothing but the values."""
    rng = np.random.default_rng(seed)
    return np.stack([cell[rng.permutation(len(cell))] for cell in series])


def test_figures_without_judges_are_zero_of_the_same_and_small_of_fresh_series():
    real, fresh, wrong = waves(400, 0), waves(400, 1), shuffled(waves(400, 2), 3)
    for measure in (autocorrelation_error, cross_correlation_error, spectrum_distance):
        assert measure(real, real) == 0
        assert 4 * measure(real, fresh) < measure(real, wrong)


def test_correlations_see_past_gaps_and_lengths():
    real = waves(400, 0)
    rng = np.random.default_rng(1)
    holed = [np.where(rng.random(cell.shape) < 0.2, np.nan, cell)[: rng.integers(6, 13)] for cell in waves(400, 2)]
    assert autocorrelation_error(real, holed) < 0.1
    assert cross_correlation_error(real, holed) < 0.1
    assert np.isfinite(spectrum_distance(real, holed))


def test_a_judge_tells_shuffled_series_and_not_fresh_ones():
    pytest.importorskip("torch")
    real, fresh, wrong = prepared(waves(600, 0), waves(600, 1), shuffled(waves(600, 2), 3))
    assert discriminative(real, fresh, seed=0, wide=True, judges=2, steps=100).mean() < 0.08
    assert discriminative(real, wrong, seed=0, wide=True, judges=2, steps=150).mean() > 0.4


def test_judges_are_repeatable():
    pytest.importorskip("torch")
    real, fresh = prepared(waves(100, 0), waves(100, 1))
    told = [discriminative(real, fresh, seed=seed, steps=3).tolist() for seed in (0, 0, 1)]
    assert told[0] == told[1] != told[2] and len(told[0]) == 3


def test_what_is_learned_from_shuffled_series_foretells_worse():
    pytest.importorskip("torch")
    real, wrong = prepared(waves(600, 0), shuffled(waves(600, 2), 3))
    right = predictive(real, real, seed=0, steps=300).mean()
    assert right < 0.8 * predictive(wrong, real, seed=0, steps=300).mean()


def test_prepared_series_carry_marks_of_gaps_and_ends():
    short = [np.array([[1.0, 5.0], [np.nan, 5.0]]), np.array([[3.0, 5.0]])]
    (made,) = prepared(short)
    assert made.shape == (2, 2, 4)
    assert made[0].tolist() == [[0, 0, 0, 0], [1, 0, 0, 0]]
    assert made[1].tolist() == [[0, 0, 1, 0], [1, 1, 0, 0]]


def test_all_figures_have_floors():
    pytest.importorskip("torch")
    figures = series_figures(waves(200, 0), waves(200, 1), seed=0, steps=5)
    assert figures.autocorrelation.value < 0.1 > figures.autocorrelation.floor
    assert 0 <= figures.discriminative.floor <= 0.5 and figures.spectrum.floor >= 0
