"""Summaries of when events happen: gaps, bursts, counts, the hours of a day and the days of a week."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from likewise.errors import SettingsError
from likewise.techniques.agents.calibration.summaries.summary import Floats, Summary, groups_of, quantiles

HOUR, DAY = 3600.0, 86_400.0


def seconds_of(times: Any) -> Floats:
    """Return times as seconds: numbers as they are, numpy's datetimes since 1970-01-01 and timedeltas as such."""
    array = np.asarray(times)
    if array.dtype.kind in "mM":
        kind = "datetime64[us]" if array.dtype.kind == "M" else "timedelta64[us]"
        return np.asarray(array.astype(kind).astype(np.int64) / 1e6)
    return np.asarray(array, dtype=np.float64)


def gap_quantiles(times: Any, *, by: Any = None, at: Sequence[float] = (0.1, 0.25, 0.5, 0.75, 0.9)) -> Summary:
    """Return quantiles of the logarithm of gaps between events (seconds, or the unit of `times`).

    `times`: one an event, in any order. `by`: whose event each is, where gaps are between events of one entity. Gaps of
    0 are left out, and their share is told.

    Use for the pace of events and how heavy-tailed waiting is. Avoid alone for bursts: shuffled gaps have the same
    quantiles (see `gap_autocorrelation`).

    >>> gap_quantiles([0.0, 1.0, 2.0, 2.0], at=(0.5,)).values.round(2).tolist()
    [0.0, 0.33]
    """
    gaps, _ = _gaps(times, by)
    none = float((gaps == 0).mean()) if len(gaps) else np.nan
    return quantiles(gaps, at, log=True).under("gap") + Summary(("gap share of 0",), np.array([none]))


def gap_autocorrelation(times: Any, *, by: Any = None, lags: Sequence[int] = (1, 2, 3)) -> Summary:
    """Return how alike the log gaps are that follow one another, `lags` apart (correlation, -1 to 1).

    Gaps of 0 count as half of the smallest that is not. Use for bursts and rests that come in runs.

    >>> gap_autocorrelation([0, 1, 2, 3, 13, 23, 33, 34, 35], lags=(1,)).values.round(1).tolist()
    [0.4]
    """
    gaps, runs = _gaps(times, by)
    if len(least := gaps[gaps > 0]):
        gaps = np.log(np.maximum(gaps, least.min() / 2))
    found = [_correlation(gaps[:-lag], gaps[lag:], runs[:-lag] == runs[lag:]) for lag in lags]
    return Summary(tuple(f"gap autocorrelation {lag}" for lag in lags), np.array(found))


def burstiness(times: Any, *, by: Any = None) -> Summary:
    """Return the burstiness of gaps, (sd - mean) / (sd + mean), and their memory (Goh and Barabasi, 2008).

    Burstiness is -1 for a clock, 0 for a Poisson process, near 1 for bursts; memory is the correlation of each gap with
    the next.

    >>> burstiness(np.arange(50.0)).values[0].item()
    -1.0
    """
    gaps, runs = _gaps(times, by)
    total = gaps.std() + gaps.mean() if len(gaps) else 0.0
    burst = (gaps.std() - gaps.mean()) / total if total > 0 else np.nan
    memory = _correlation(gaps[:-1], gaps[1:], runs[:-1] == runs[1:])
    return Summary(("burstiness", "memory"), np.array([burst, memory]))


def bucket_counts(times: Any, *, start: float, end: float, buckets: int) -> Summary:
    """Return how many events each of `buckets` equal spans from `start` to `end` holds, and how unevenly.

    `unevenness` is the variance of the counts over their mean: 1 for a Poisson process. Events outside are left out.
    Raises SettingsError where there is no span.

    >>> bucket_counts([0.5, 1.5, 1.6], start=0, end=2, buckets=2).values.tolist()
    [1.0, 2.0, 0.16666666666666666]
    """
    if not start < end or buckets < 1:
        raise SettingsError("settings.buckets", "counts need a `start` before the `end`, and at least one bucket",
                            where="buckets", hint="write e.g. start=0, end=86400, buckets=24")  # fmt: skip
    counts = np.histogram(seconds_of(times), bins=buckets, range=(start, end))[0].astype(np.float64)
    uneven = counts.var() / counts.mean() if counts.any() else np.nan
    return Summary((*(f"bucket {i + 1}" for i in range(buckets)), "unevenness"), np.append(counts, uneven))


def hourly_profile(times: Any, *, hours: int = 1) -> Summary:
    """Return the share of events in each span of `hours` of the day (a divisor of 24).

    `times`: datetimes, or seconds since a midnight. NaN where there are no events.

    >>> hourly_profile(np.array(["2024-05-01T13:30"], dtype="datetime64[s]"), hours=12).values.tolist()
    [0.0, 1.0]
    """
    if hours < 1 or 24 % hours:
        raise SettingsError("settings.hours", f"a day is not made of spans of {hours} hours", where="hours",
                            hint="use 1, 2, 3, 4, 6, 8, 12 or 24")  # fmt: skip
    spans = 24 // hours
    place = (seconds_of(times) % DAY // (hours * HOUR)).astype(np.int64)
    return Summary(tuple(f"hour {i * hours}" for i in range(spans)), _shares(place, spans))


def weekly_profile(times: Any, *, first: int = 3) -> Summary:
    """Return the share of events on each day of the week, Monday first.

    `times`: datetimes, or seconds since a midnight whose weekday is `first` (0 is Monday; 1970-01-01 was a Thursday).

    >>> weekly_profile(np.array(["2024-05-05"], dtype="datetime64[D]")).values.tolist()
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]
    """
    place = ((seconds_of(times) // DAY + first) % 7).astype(np.int64)
    return Summary(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), _shares(place, 7))


def _gaps(times: Any, by: Any) -> tuple[Floats, Floats]:
    """Return the gaps between events, entity by entity, and the number of the run that each belongs to."""
    seconds = seconds_of(times)
    sort, same = groups_of(by, seconds, len(seconds))
    runs = np.concatenate([[0], np.cumsum(~same)])[1:][same] if len(same) else np.zeros(0)
    return np.diff(seconds[sort])[same], runs


def _correlation(a: Floats, b: Floats, pairs: Any) -> float:
    a, b = a[pairs], b[pairs]
    if len(a) < 2 or a.std() == 0 or b.std() == 0:
        return np.nan
    return float(np.mean((a - a.mean()) * (b - b.mean())) / (a.std() * b.std()))


def _shares(place: Any, spans: int) -> Floats:
    counts = np.bincount(place, minlength=spans).astype(np.float64)
    return np.asarray(counts / counts.sum()) if counts.any() else np.full(spans, np.nan)
