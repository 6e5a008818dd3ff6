"""Confidence intervals of any statistic, by resampling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np

from likewise.core.seeds import generator
from likewise.errors import SettingsError, suggest
from likewise.techniques.bootstrap import limits
from likewise.techniques.bootstrap.observed import Floats, Observed, as_tuple, finite, parameters, stacked
from likewise.techniques.bootstrap.replicating import OfFunction, OfMoments, OfQuantile, Replicating
from likewise.techniques.bootstrap.resampling import Resample, Resampling, check_replicates, resampling
from likewise.techniques.bootstrap.runs import BLOCKS
from likewise.techniques.bootstrap.statistics import Correlation, Moments, named

Method = Literal["bca", "percentile", "basic", "studentized", "normal"]
METHODS: tuple[Method, ...] = get_args(Method)
Statistic = str | Callable[..., Any]


@dataclass(frozen=True, eq=False)
class Interval:
    """Hold an estimate with its confidence interval, standard error and bias: numbers, or arrays where it is several.

    `distribution` holds the statistic of every resample, (replicates, ...). `block` is the length of the blocks that
    were drawn, 1 for rows.
    """

    estimate: Any
    low: Any
    high: Any
    standard_error: Any
    bias: Any
    level: float
    method: str
    block: float
    distribution: Floats = field(repr=False)


def bootstrap_interval(
    data: Any,
    statistic: Statistic,
    *,
    method: Method = "bca",
    level: float = 0.95,
    replicates: int = 2000,
    resample: Resample = "iid",
    block: float | str = "auto",
    strata: Any = None,
    entity: Any = None,
    m: int | None = None,
    inner: int = 50,
    jobs: int = 1,
    seed: int = 0,
) -> Interval:
    """Return the confidence interval of a statistic, found by working it out on resamples of the data.

    `data` is an array (rows first), a frame, a Table, or a tuple of several of them, which are resampled apart.
    `statistic` is a function of as many rows as `data` has, in the same kind of object, that returns a number or an
    array; one with a parameter `axis` is given many resamples at once. Or it is a name: `mean`, `std` (divided by
    n - 1), `median`, `quantile:0.9`, `corr` (of each pair of columns), for all columns of numbers.

    `method`: `bca` corrects for bias and skewness (second-order right, needs the statistic with each row left out),
    `percentile` reads the replicates' quantiles, `basic` mirrors them about the estimate, `studentized` scales each by
    a standard error from `inner` resamples of its own (rows one by one only; the best for means of skewed data),
    `normal` takes the estimate less the bias and the standard error. `level` is between 0 and 1.

    `resample`: `iid` rows; `moving`, `circular` or `stationary` blocks for a series in the order of time, of `block`
    rows, by default as long as it needs (`optimal_block_length`); `bayesian` weights, for named moments and functions
    with a parameter `weights`. `strata` keeps the size of each stratum and `entity` draws whole entities: a label a
    row, or the name of a column. `m` draws fewer rows than there are and scales the replicates by root m / n.

    The same seed gives the same numbers for any number of `jobs` (threads, which help where the statistic is numpy's).
    Cost: `replicates` evaluations, for `bca` up to 2,000 more. Memory: the replicates, and 32,768 rows a thread.

    Use when no formula gives the standard error. Avoid for the largest value, for heavy tails without a variance (see
    `m`) and for fewer than about 20 rows.

    Raises SettingsError for what does not go together and for a statistic that is not a number in every resample, and
    FitError for a series shorter than a block.

    >>> found = bootstrap_interval([3, 5, 4, 8, 6, 5, 7, 4, 6, 5], "mean")
    >>> found.estimate, round(found.low, 1), round(found.high, 1)
    (5.3, 4.5, 6.2)

    Efron and Tibshirani, 1993, An Introduction to the Bootstrap; Efron, 1987, JASA 82 (BCa).
    """
    generator(seed)
    _check(level, replicates, inner, jobs)
    parted = strata is not None or entity is not None
    _check_method(method, replicates=replicates, level=level, plain=resample == "iid" and not parted, m=m)
    work = _replicating(data, statistic, resample, block, strata, entity, m)
    estimate = finite(work.whole()[None], "on the data")[0]
    errors = None
    if method == "studentized":
        drawn, errors = work.studentized(replicates, seed=seed, jobs=jobs, inner=inner)
    else:
        drawn = work.replicates(replicates, seed=seed, jobs=jobs)
    stacked([estimate, drawn[0]])
    scheme = work.scheme
    drawn = estimate + np.sqrt(scheme.length / scheme.rows) * (drawn - estimate) if m is not None else drawn
    left = work.left_out() if method == "bca" else []
    return _read(method, level, estimate, drawn, left, errors, scheme.block)


def _read(
    method: Method, level: float, estimate: Floats, drawn: Floats, left: list[Floats], errors: Floats | None,
    block: float,
) -> Interval:  # fmt: skip
    """Return the interval that a method reads from the replicates, what `left` out rows and `errors` tell beside."""
    most = np.abs(drawn).max(axis=0)
    size = np.asarray(np.where(most > 0, most, 1.0))  # the squares of huge numbers are no numbers
    flat, whole = (drawn / size).reshape(len(drawn), -1), (estimate / size).ravel()
    parts = [(part / size).reshape(len(part), -1) for part in left]
    spread = None if errors is None else (errors / size).reshape(len(drawn), -1)
    ends = limits.of(method, flat, whole, level, parts, spread)
    shape = () if estimate.shape == (1,) else estimate.shape
    low, high, error, bias = (
        float((v * size.ravel())[0]) if shape == () else v.reshape(shape) * size
        for v in (*ends, flat.std(axis=0, ddof=1), flat.mean(axis=0) - whole)
    )
    return Interval(
        estimate=float(estimate.ravel()[0]) if shape == () else estimate,
        low=low,
        high=high,
        standard_error=error,
        bias=bias,
        level=level,
        method=method,
        block=block,
        distribution=drawn.reshape(len(drawn), *shape),
    )


def _replicating(
    data: Any, statistic: Statistic, resample: str, block: float | str, strata: Any, entity: Any, m: int | None
) -> Replicating:
    samples = tuple(Observed.of(part) for part in as_tuple(data))
    if len(samples) > 1 and (resample != "iid" or any(value is not None for value in (strata, entity, m))):
        raise SettingsError("settings.data", "several samples are resampled apart, row by row",
                            hint="give one frame, or leave `resample`, `strata`, `entity` and `m` out")  # fmt: skip
    series = samples[0].series() if resample in BLOCKS and block == "auto" else []
    labels = {name: samples[0].column(value) if isinstance(value, str) else value
              for name, value in (("strata", strata), ("entity", entity))}  # fmt: skip
    schemes = tuple(resampling(s.rows, resample, block=block, m=m, series=series, **labels) for s in samples)
    if isinstance(statistic, str):
        return _of_name(samples, statistic, schemes)
    if not callable(statistic):
        raise SettingsError("settings.statistic", "a statistic is a function of rows, or the name of one",
                            hint="write e.g. statistic=numpy.mean or statistic='mean'")  # fmt: skip
    if resample == "bayesian" and "weights" not in parameters(statistic):
        raise SettingsError("settings.statistic", "a Bayesian bootstrap weighs rows, and the function takes no weights",
                            hint="give it a parameter `weights`, as numpy.average has")  # fmt: skip
    return OfFunction(samples, statistic, schemes)


def _of_name(samples: tuple[Observed, ...], name: str, schemes: tuple[Resampling, ...]) -> Replicating:
    statistic = named(name)
    if len(samples) > 1:
        raise SettingsError("settings.statistic", f"`{name}` is of one sample", hint="give a function of all samples")
    values, scheme = samples[0].numbers(), schemes[0]
    if not np.isfinite(values).all():
        raise SettingsError("settings.data", "some values are missing or infinite",
                            hint="leave them out, or give a function that knows what to do with them")  # fmt: skip
    if isinstance(statistic, Correlation) and values.shape[1] < 2:
        raise SettingsError("settings.statistic", "a correlation is between columns, and there is one",
                            hint="give two columns")  # fmt: skip
    if isinstance(statistic, Moments):
        return OfMoments(values, statistic, scheme)
    if scheme.kind == "bayesian":
        raise SettingsError("settings.resample", f"`{name}` knows no weights", hint="use resample='iid'")
    return OfQuantile(values, statistic, scheme)


def _check(level: float, replicates: int, inner: int, jobs: int) -> None:
    if isinstance(level, bool) or not isinstance(level, int | float | np.number) or not 0 < level < 1:
        raise SettingsError("settings.level", "a level is a number between 0 and 1", hint="use e.g. level=0.95")
    check_replicates(replicates, 20)
    for name, value in (("inner", inner), ("jobs", jobs)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1 + (name == "inner"):
            raise SettingsError(f"settings.{name}", f"`{name}` is a whole number of at least {1 + (name == 'inner')}",
                                hint=f"leave `{name}` out")  # fmt: skip


def _check_method(method: str, *, replicates: int, level: float, plain: bool, m: int | None) -> None:
    """Refuse a method that does not go with so many replicates, or with rows that are not resampled one by one."""
    if method not in METHODS:
        raise SettingsError("settings.method", f"there is no interval `{method}`",
                            hint=suggest(str(method), METHODS, "method"))  # fmt: skip
    if method != "normal" and (needed := int(np.ceil(2 / (1 - level))) - 1) > replicates:
        raise SettingsError("settings.replicates", f"{replicates:,} replicates do not reach the ends of a level of "
                            f"{level:g}", hint=f"use replicates={needed} at least")  # fmt: skip
    if method == "studentized" and not plain:
        raise SettingsError("settings.method", "a studentized interval is for rows that are resampled one by one",
                            hint="use method='bca' or 'basic'")  # fmt: skip
    if m is not None and method not in ("percentile", "basic", "normal"):
        raise SettingsError("settings.method", f"`m` does not go with method={method!r}",
                            hint="use method='percentile' or 'basic'")  # fmt: skip
