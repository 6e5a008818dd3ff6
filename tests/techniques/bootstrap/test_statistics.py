"""Named statistics: what they are, on all rows and with each left out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from likewise.core.seeds import generator
from likewise.errors import SettingsError
from likewise.techniques.bootstrap.replicating import OfMoments, OfQuantile
from likewise.techniques.bootstrap.resampling import Resampling, resampling
from likewise.techniques.bootstrap.statistics import Moments, Quantile, named

VALUES = np.random.default_rng(0).lognormal(size=(31, 3)) * [1, 1e8, 1e-8] + [0, 5, 0]
PLAIN: dict[str, Any] = {
    "mean": lambda v: v.mean(axis=0),
    "std": lambda v: v.std(axis=0, ddof=1),
    "corr": lambda v: np.corrcoef(v.T)[np.triu_indices(3, 1)],
    "median": lambda v: np.median(v, axis=0),
    "quantile:0.9": lambda v: np.quantile(v, 0.9, axis=0),
    "quantile:0": lambda v: v.min(axis=0),
    "quantile:1": lambda v: v.max(axis=0),
}


def work(name: str, values: np.ndarray, scheme: Resampling | None = None) -> OfMoments | OfQuantile:
    statistic = named(name)
    scheme = scheme or resampling(len(values))
    if isinstance(statistic, Moments):
        return OfMoments(values, statistic, scheme)
    assert isinstance(statistic, Quantile)
    return OfQuantile(values, statistic, scheme)


@pytest.mark.parametrize("name", PLAIN)
def test_the_whole_is_numpys(name: str) -> None:
    assert np.allclose(work(name, VALUES).whole(), PLAIN[name](VALUES), rtol=1e-10)


@pytest.mark.parametrize("name", PLAIN)
def test_leaving_a_row_out_is_leaving_it_out(name: str) -> None:
    plain = np.array([PLAIN[name](np.delete(VALUES, row, axis=0)) for row in range(31)])
    assert np.allclose(work(name, VALUES).left_out()[0], plain, rtol=1e-9)


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize(
    "scheme", [{}, {"resample": "stationary", "block": 4}, {"strata": [1, 2, 3] * 10 + [1]}], ids=str
)
def test_replicates_are_those_of_the_rows(name: str, scheme: dict[str, Any]) -> None:
    drawing = resampling(31, **scheme)
    rows = drawing.indices(generator(5), 20)
    plain = np.array([PLAIN[name](VALUES[each]) for each in rows])
    assert np.allclose(work(name, VALUES, drawing).draw(generator(5), 20), plain, rtol=1e-8)


@pytest.mark.parametrize("share", [0.0, 0.31, 0.5, 1.0])
def test_order_statistics_of_draws_are_those_of_resamples(share: float) -> None:
    values = np.sort(np.random.default_rng(1).normal(size=(12, 1)), axis=0)
    statistic = Quantile(share)
    fast = statistic.of_draws(values, 12, 40_000, generator(1))[:, 0]
    slow = np.quantile(values[generator(2).integers(12, size=(40_000, 12)), 0], share, axis=1)
    at = np.sort(values[:, 0]) + 1e-9
    assert np.allclose((fast[:, None] <= at).mean(axis=0), (slow[:, None] <= at).mean(axis=0), atol=0.012)


def test_huge_and_constant_columns_hold() -> None:
    values = np.stack([np.full(9, 3.0), np.arange(9) * 1e300], axis=1)
    assert np.allclose(work("std", values).whole(), [0, np.arange(9).std(ddof=1) * 1e300])
    assert work("corr", values).whole() == 0
    assert np.isfinite(work("std", values).draw(generator(0), 50)).all()


@pytest.mark.parametrize("name", ["maen", "", "quantile:", "quantile:2", "quantile:-0.1", "quantile:nan", "quantile"])
def test_unknown_names_are_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=r"settings\.statistic") as caught:
        named(name)
    assert caught.value.hint


def test_the_nearest_name_is_told() -> None:
    with pytest.raises(SettingsError, match="`median`"):
        named("medan")
