"""Summaries: what they are of, always as many, and NaN where the data does not allow them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.errors import SettingsError
from likewise.techniques.agents.calibration.summaries import (
    Summary,
    Vocabulary,
    accelerations,
    bucket_counts,
    burstiness,
    degree_moments,
    gap_autocorrelation,
    gap_quantiles,
    headways,
    hourly_profile,
    nearest_neighbours,
    quantiles,
    speeds,
    weekly_profile,
)
from likewise.techniques.agents.calibration.summaries.summary import observed_summary

WORDS = Vocabulary.of(["a", "b", "c", "a"], n=2, size=3)
ONE_COLUMN = {
    "quantiles": lambda t: quantiles(t, log=True),
    "gaps": gap_quantiles,
    "autocorrelation": gap_autocorrelation,
    "burstiness": burstiness,
    "buckets": lambda t: bucket_counts(t, start=0, end=10, buckets=5),
    "hours": hourly_profile,
    "days": weekly_profile,
    "grams": lambda t: WORDS.frequencies([str(int(v)) for v in t]),
    "degrees": lambda t: degree_moments(t, t[::-1]),
    "speeds": lambda t: speeds(t, t, t),
    "accelerations": lambda t: accelerations(t, None, t),
    "headways": lambda t: headways(t, np.zeros(len(t))),
    "nearest": lambda t: nearest_neighbours(t, t),
}


@pytest.mark.parametrize("name", ONE_COLUMN)
@given(times=st.lists(st.floats(0, 1e6), max_size=8))
def test_there_are_as_many_values_whatever_the_data(name: str, times: list[float]) -> None:
    summary = ONE_COLUMN[name](np.array(times))
    full = ONE_COLUMN[name](np.arange(50.0))
    assert summary.names == full.names
    assert summary.values.shape == (len(full),)
    assert len(set(full.names)) == len(full)


@pytest.mark.parametrize("name", [name for name in ONE_COLUMN if name not in ("grams", "degrees")])
def test_the_order_of_rows_does_not_matter(name: str) -> None:
    times = np.random.default_rng(0).uniform(0, 100, 60)
    shuffled = np.random.default_rng(1).permutation(times)
    assert ONE_COLUMN[name](shuffled).values == pytest.approx(ONE_COLUMN[name](times).values, nan_ok=True)


def test_gaps_are_between_events_of_one_entity() -> None:
    times, who = [0.0, 100.0, 1.0, 101.0, 2.0], ["a", "b", "a", "b", "a"]
    assert np.exp(gap_quantiles(times, by=who, at=(0.0, 1.0)).values[:2]) == pytest.approx([1, 1])
    assert np.isnan(gap_quantiles([5.0], at=(0.5,)).values).all()
    assert gap_quantiles([0, 0, 0, 2]).values[-1] == pytest.approx(2 / 3)


def test_datetimes_count_in_seconds() -> None:
    times = np.array(["2024-01-01T00:00", "2024-01-01T00:01"], dtype="datetime64[m]")
    assert np.exp(gap_quantiles(times, at=(0.5,)).values[0]) == pytest.approx(60)


def test_autocorrelation_sees_what_quantiles_do_not() -> None:
    rng = np.random.default_rng(0)
    fast, slow = rng.exponential(1, (20, 25)), rng.exponential(50, (20, 25))
    runs = np.concatenate([np.concatenate(pair) for pair in zip(fast, slow)])
    in_runs, shuffled = np.cumsum(runs), np.cumsum(rng.permutation(runs))
    assert gap_quantiles(in_runs).values == pytest.approx(gap_quantiles(shuffled).values)
    assert gap_autocorrelation(in_runs).values[0] > 0.4
    assert abs(gap_autocorrelation(shuffled).values[0]) < 0.1


def test_autocorrelation_does_not_cross_entities() -> None:
    gaps = np.array([1.0, 9.0, 2.0, 7.0, 3.0])
    times = np.concatenate([[0], np.cumsum(gaps)])
    twice, who = np.concatenate([times, times + 5]), np.repeat(["a", "b"], len(times))
    logs = np.log(gaps)
    pairs = np.concatenate([[logs[:-1], logs[1:]]] * 2, axis=1)
    assert gap_autocorrelation(twice, by=who, lags=(1,)).values[0] == pytest.approx(np.corrcoef(pairs)[0, 1])


def test_burstiness_of_a_clock_a_poisson_process_and_bursts() -> None:
    rng = np.random.default_rng(0)
    clock, poisson = np.arange(100.0), np.cumsum(rng.exponential(1, 20_000))
    heavy = np.cumsum(rng.pareto(0.8, 20_000))
    assert burstiness(clock).values[0] == -1
    assert burstiness(poisson).values[0] == pytest.approx(0, abs=0.02)
    assert burstiness(heavy).values[0] > 0.8


def test_counts_of_buckets_leave_out_what_is_outside() -> None:
    found = bucket_counts([-1, 0, 0.5, 3.9, 4], start=0, end=4, buckets=4)
    assert found.values[:4].tolist() == [2, 0, 0, 2]
    with pytest.raises(SettingsError, match=r"settings\.buckets"):
        bucket_counts([1.0], start=2, end=2, buckets=3)


def test_profiles_are_shares_of_hours_and_weekdays() -> None:
    times = np.array(["2024-05-06T09:10", "2024-05-06T09:50", "2024-05-11T23:59"], dtype="datetime64[m]")
    hours, days = hourly_profile(times), weekly_profile(times)
    assert dict(zip(hours.names, hours.values))["hour 9"] == pytest.approx(2 / 3)
    assert days.values == pytest.approx([2 / 3, 0, 0, 0, 0, 1 / 3, 0])
    assert weekly_profile([0.0], first=0).values[0] == 1
    assert hourly_profile(times, hours=6).values.tolist() == pytest.approx([0, 2 / 3, 0, 1 / 3])
    with pytest.raises(SettingsError, match=r"settings\.hours"):
        hourly_profile(times, hours=5)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), min_size=1, max_size=30), st.integers(1, 3))
def test_grams_are_those_of_plain_counting(events: list[tuple[str, int]], n: int) -> None:
    activities, cases = [a for a, _ in events], [c for _, c in events]
    counted: Counter[tuple[str, ...]] = Counter()
    for case in set(cases):
        line = [a for a, c in events if c == case]
        line = line if n == 1 else ["(start)", *line, "(end)"]
        counted.update(tuple(line[i : i + n]) for i in range(len(line) - n + 1))
    words = Vocabulary.of(activities, by=cases, n=n, size=5)
    found = words.frequencies(activities, by=cases)
    total = counted.total()
    expected = [counted[gram] / total if total else 0.0 for gram in words.grams]
    assert found.values[:-1] == pytest.approx(expected)
    assert sorted(expected, reverse=True) == expected
    assert len(words.grams) == min(5, len(counted))


def test_a_vocabulary_keeps_its_names_on_other_logs() -> None:
    words = Vocabulary.of(list("abab"), n=2, size=10)
    assert words.frequencies(list("zz")).names == words.frequencies(list("ab")).names
    assert words.frequencies(list("zz")).values[-1] == 1
    assert np.isnan(words.frequencies([]).values).all()
    with pytest.raises(SettingsError, match=r"settings\.vocabulary"):
        Vocabulary.of([], n=2)
    with pytest.raises(SettingsError, match="run of 4"):
        Vocabulary.of(["a"], n=4)


def test_degrees_count_partners_once() -> None:
    found = dict(zip(*(lambda s: (s.names, s.values))(degree_moments(["a", "a", "a"], ["b", "b", "c"], nodes=4))))
    assert found["out mean"] == pytest.approx(2 / 4)
    assert found["out sd"] == pytest.approx(np.std([2, 0, 0, 0]))
    assert found["answered"] == 0
    assert degree_moments([1, 2], [2, 1]).values[-1] == 1


def test_speeds_and_accelerations_of_a_thrown_stone() -> None:
    t = np.arange(0, 2, 0.1)
    x, y = 3 * t, 20 * t - 9.81 * t**2 / 2
    up = speeds(np.zeros_like(t), y, t, at=(0.0, 1.0)).values
    assert up.max() == pytest.approx(20 - 9.81 * 0.05)
    assert accelerations(y, None, t, at=(0.1, 0.9)).values == pytest.approx([-9.81, -9.81])
    two = speeds(np.tile(x, 2), None, np.tile(t, 2), by=np.repeat([1, 2], len(t)), at=(0.0, 1.0)).values
    assert two == pytest.approx([3, 3])


def test_headways_are_within_a_lane_and_a_moment() -> None:
    found = headways([0, 10, 4, 100, 130], [1, 1, 1, 2, 2], lane=[1, 1, 2, 1, 1], at=(0.0, 1.0))
    assert found.values.tolist() == [10, 30]


@pytest.mark.parametrize("count", [40, 2500])
def test_nearest_neighbours_are_those_of_scipy(count: int) -> None:
    from scipy.spatial import cKDTree

    points = np.random.default_rng(0).normal(size=(count, 2))
    theirs = cKDTree(points).query(points, k=2)[0][:, 1]
    found = nearest_neighbours(*points.T, at=(0.1, 0.5))
    assert found.values == pytest.approx(np.quantile(theirs, [0.1, 0.5]))


def test_nearest_neighbours_are_of_one_moment() -> None:
    found = nearest_neighbours([0, 1, 0, 7, 5], None, [1, 1, 2, 2, 3], at=(0.0, 1.0))
    assert found.values.tolist() == [1, 7]


@pytest.mark.parametrize(
    ("observed", "names", "said"),
    [
        ([], None, "at least one"),
        ([[1.0, 2.0]], None, "one row"),
        ([1.0, np.nan], None, "`summary 2`"),
        ({"a": 1.0, "b": np.inf}, None, "`b`"),
        ([1.0, 2.0], ["a"], "names"),
        ([1.0, 2.0], ["a", "a"], "names"),
    ],
)
def test_what_is_observed_must_be_numbers_with_names(observed: Any, names: Any, said: str) -> None:
    with pytest.raises(SettingsError, match=r"settings\.observed") as caught:
        observed_summary(observed, names)
    assert said in caught.value.what


def test_observed_values_keep_their_names() -> None:
    assert observed_summary(Summary.of({"a": 1})).names == ("a",)
    assert observed_summary({"a": 1, "b": 2}).names == ("a", "b")
    assert observed_summary(np.array([1.0, 2.0])).names == ("summary 1", "summary 2")
    assert observed_summary([3.0], ["c"]).names == ("c",)
