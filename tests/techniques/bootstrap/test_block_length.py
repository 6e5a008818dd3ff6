"""Block lengths: those of known processes, and refusals."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.errors import FitError, SettingsError
from likewise.techniques.bootstrap import optimal_block_length
from likewise.techniques.bootstrap.block_length import autocovariances


def autoregression(phi: float, n: int, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=n + 200)
    for t in range(1, len(noise)):
        noise[t] += phi * noise[t - 1]
    return noise[200:]


@pytest.mark.parametrize("phi", [0.3, 0.6, -0.5])
def test_lengths_come_near_the_best_for_an_autoregression(phi: float) -> None:
    n = 4000
    ratio = 2 * phi / (1 - phi**2)  # of the sum of lag times covariance to the spectrum at 0
    best = (ratio**2 * n) ** (1 / 3)
    found = np.median([optimal_block_length(autoregression(phi, n, seed)).stationary for seed in range(15)])
    assert found == pytest.approx(best, rel=0.25)


def test_circular_blocks_are_longer_by_a_fixed_ratio() -> None:
    found = optimal_block_length(autoregression(0.6, 1000))
    assert found.circular / found.stationary == pytest.approx(1.5 ** (1 / 3))
    assert found.of("moving") == round(found.circular)
    assert found.of("stationary") == found.stationary


def test_rows_without_dependence_need_no_blocks() -> None:
    assert np.median([optimal_block_length(autoregression(0, 500, seed)).circular for seed in range(15)]) < 2


def test_a_constant_series_has_blocks_of_one() -> None:
    assert optimal_block_length(np.full(50, 1e300)).circular == 1
    assert optimal_block_length(np.zeros(50)).stationary == 1


def test_no_block_is_longer_than_a_third() -> None:
    assert optimal_block_length(np.sin(np.arange(12) / 3)).circular <= 4
    assert optimal_block_length(autoregression(0.999, 5000)).circular <= np.ceil(3 * 5000**0.5)


def test_scale_does_not_matter() -> None:
    values = autoregression(0.5, 300)
    assert optimal_block_length(values * 1e100 + 1e101).circular == pytest.approx(
        optimal_block_length(values).circular, rel=1e-6
    )


def test_autocovariances_are_the_sums() -> None:
    values = autoregression(0.5, 60)
    centred = values - values.mean()
    plain = [(centred[lag:] * centred[: 60 - lag]).sum() / 60 for lag in range(8)]
    assert np.allclose(autocovariances(values, 7), plain)


@pytest.mark.parametrize("bad", [[[1.0, 2.0]] * 9, ["a"] * 9, [1.0] * 8 + [np.nan], [np.inf] * 9, None, "series", {}])
def test_what_is_no_series_is_refused(bad: object) -> None:
    with pytest.raises(SettingsError, match=r"settings\.series"):
        optimal_block_length(bad)


def test_a_short_series_is_refused() -> None:
    with pytest.raises(FitError, match=r"fit\.short-series"):
        optimal_block_length([1.0, 2.0, 3.0])
