"""Hold what is said of gaps to processes of which it is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evaluation.behaviour.conftest import events_of

from likewise.evaluation.behaviour.clock import clock_of
from likewise.evaluation.behaviour.events import Occasions, occasions_of
from likewise.evaluation.behaviour.timing import (
    LAGS,
    autocorrelations,
    burstiness_and_memory,
    log_gaps,
    timing_bundles,
    week_places,
)


def made_of(gaps: np.ndarray) -> Occasions:
    """Return an entity a row of gaps."""
    entities, number = gaps.shape
    times = np.concatenate([np.zeros((entities, 1)), gaps.cumsum(axis=1)], axis=1)
    owner = np.repeat(np.arange(entities, dtype=np.int32), number + 1)
    return Occasions(owner, times.ravel(), np.ones(len(owner), np.int32))


def test_burstiness_is_that_of_beats_chance_and_bursts() -> None:
    rng = np.random.default_rng(0)
    for number in (6, 20, 200):  # the correction for few gaps holds chance at 0
        chance, _ = burstiness_and_memory(made_of(rng.exponential(1, (3_000, number))), 3_000)
        assert abs(float(chance.mean())) < 0.05
    beat, _ = burstiness_and_memory(made_of(np.ones((5, 9))), 5)
    wild, _ = burstiness_and_memory(made_of(rng.lognormal(0, 2.5, (200, 60))), 200)
    assert np.allclose(beat, -1) and float(wild.mean()) > 0.4


def test_memory_and_autocorrelation_see_in_what_order_gaps_come() -> None:
    rng = np.random.default_rng(1)
    moods = np.exp(np.repeat(rng.normal(0, 1, (400, 6)), 5, axis=1) + rng.normal(0, 0.3, (400, 30)))
    mixed = rng.permuted(moods, axis=1)
    kept, lost = (burstiness_and_memory(made_of(gaps), 400)[1].mean() for gaps in (moods, mixed))
    assert kept > 0.3 and abs(lost) < 0.1
    lags = autocorrelations(log_gaps(made_of(moods)), 400).mean(axis=0)
    assert lags[0] > 0.4 and lags[0] > lags[2] > lags[4]
    assert np.all(autocorrelations(log_gaps(made_of(mixed)), 400).mean(axis=0) < 0.02)


@given(st.lists(st.integers(1, 500), min_size=8, max_size=30), st.floats(0.01, 100))
def test_no_unit_matters(gaps: list[int], unit: float) -> None:
    first, second = (made_of(np.array([gaps]) * scale) for scale in (1.0, unit))
    for one, two in zip(burstiness_and_memory(first, 1), burstiness_and_memory(second, 1), strict=True):
        assert np.allclose(one, two, atol=1e-6, equal_nan=True)
    ours, theirs = (autocorrelations(log_gaps(own), 1) for own in (first, second))
    assert np.allclose(ours, theirs, atol=1e-6, equal_nan=True) and ours.shape == (1, LAGS)


def test_autocorrelation_is_that_of_numpy() -> None:
    gaps = np.random.default_rng(2).lognormal(0, 1, (1, 40))
    around = np.log2(gaps[0]) - np.log2(gaps[0]).mean()
    wanted = [float((around[lag:] * around[:-lag]).sum() / (around**2).sum()) for lag in range(1, LAGS + 1)]
    assert np.allclose(autocorrelations(log_gaps(made_of(gaps)), 1)[0], wanted)


def test_few_gaps_say_nothing() -> None:
    found = burstiness_and_memory(made_of(np.arange(1.0, 5.0)[None]), 1)
    assert np.isnan(found[0]).all() and np.isnan(found[1]).all()
    assert np.isnan(autocorrelations(log_gaps(made_of(np.arange(1.0, 8.0)[None])), 1)).all()
    single = occasions_of(events_of([0, 1, 2], [1.0, 2.0, 3.0]))
    assert timing_bundles([single, single], [3, 3], clock_of("datetime", single)) == []


def test_the_week_begins_on_monday() -> None:
    moments = np.array(["2024-01-01T00:30", "2024-01-07T23:59", "1969-12-29T05:00"], dtype="datetime64[us]")
    at = Occasions(np.zeros(3, np.int32), moments.astype(np.int64) / 1e6, np.ones(3, np.int32))
    assert week_places(at, hours=True).tolist() == [0, 167, 5]
    assert week_places(at, hours=False).tolist() == [0, 6, 0]


@pytest.mark.parametrize(("kind", "names"), [("datetime", ["week"]), ("integer", [])])
def test_only_times_of_a_calendar_have_a_week(kind: str, names: list[str]) -> None:
    rng = np.random.default_rng(3)
    own = made_of(rng.exponential(5_000, (60, 12)))
    found = timing_bundles([own, own], [60, 60], clock_of(kind, own))  # type: ignore[arg-type]
    told = [m.name for bundle in found for m in bundle.measures]
    assert told == ["gaps", "burstiness", "memory", "autocorrelation", *names]
