"""Intervals: what they hold, that they cover, kinds of data, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from likewise.core.table import Table
from likewise.errors import LikewiseError
from likewise.techniques.bootstrap import bootstrap_interval

RNG = np.random.default_rng(7)
SKEWED = RNG.lognormal(size=60)
FRAME = pd.DataFrame({"city": ["Rome", "Oslo", "Bern"] * 20, "x": RNG.normal(size=60), "y": RNG.normal(size=60)})
METHODS = ["bca", "percentile", "basic", "normal", "studentized"]
Z = 1.959964


def gap(a: Any, b: Any, axis: int = 0) -> Any:
    return a.mean(axis=axis) - b.mean(axis=axis)


@pytest.mark.parametrize("method", METHODS)
def test_a_function_and_its_name_agree(method: Any) -> None:
    name, many, single = (
        bootstrap_interval(SKEWED, statistic, method=method, replicates=800, inner=100)
        for statistic in ("mean", np.mean, lambda rows: float(np.mean(rows)))
    )
    assert name.estimate == pytest.approx(SKEWED.mean())
    assert name.low < name.estimate < name.high
    if method != "studentized":  # whose standard errors are known by name and drawn otherwise
        assert (name.low, name.high) == pytest.approx((many.low, many.high))
        assert np.allclose(name.distribution, many.distribution)
    assert (many.low, many.high) == pytest.approx((single.low, single.high))
    assert name.standard_error == pytest.approx(SKEWED.std() / 60**0.5, rel=0.1)


def test_the_ends_are_the_formulas_for_a_normal_mean() -> None:
    values = np.random.default_rng(1).normal(size=2000)
    reach = Z * values.std() / 2000**0.5
    for method in METHODS:
        found = bootstrap_interval(values, "mean", method=method, replicates=8000)
        assert found.low == pytest.approx(values.mean() - reach, abs=0.12 * reach), method
        assert found.high == pytest.approx(values.mean() + reach, abs=0.12 * reach), method


@pytest.mark.parametrize("statistic", [np.mean, np.std, gap])
def test_bca_is_scipys(statistic: Any) -> None:
    from scipy.stats import bootstrap

    data = (SKEWED, RNG.normal(size=30)) if statistic is gap else (SKEWED,)
    ours = bootstrap_interval(data, statistic, replicates=9999)
    theirs = bootstrap(data, statistic, n_resamples=9999, rng=1, batch=500).confidence_interval
    width = theirs.high - theirs.low
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.06 * width)


def test_bca_reaches_farther_on_the_side_of_the_tail() -> None:
    found = bootstrap_interval(SKEWED, "mean")
    assert found.high - found.estimate > 1.3 * (found.estimate - found.low)


@pytest.mark.parametrize("method", ["bca", "studentized"])
def test_the_mean_of_skewed_data_is_covered(method: Any) -> None:
    truth, held = np.exp(0.5), 0
    for trial in range(150):
        values = np.random.default_rng(trial).lognormal(size=50)
        found = bootstrap_interval(values, "mean", method=method, replicates=400, seed=trial)
        held += found.low <= truth <= found.high
    assert held / 150 > (0.84 if method == "bca" else 0.89)


def test_blocks_cover_what_rows_do_not() -> None:
    held = {"iid": 0, "circular": 0}
    for trial in range(80):
        noise = np.random.default_rng(trial).normal(size=600)
        for t in range(1, 600):
            noise[t] += 0.6 * noise[t - 1]
        for kind in held:
            found = bootstrap_interval(noise[200:], "mean", method="basic", replicates=300, resample=kind)  # type: ignore[arg-type]
            held[kind] += found.low <= 0 <= found.high
    assert held["circular"] / 80 > 0.82 and held["iid"] / 80 < 0.78


@pytest.mark.parametrize("jobs", [2, 5])
@pytest.mark.parametrize("statistic", ["std", np.median])
def test_the_number_of_workers_changes_no_byte(jobs: int, statistic: Any) -> None:
    values = RNG.normal(size=3000)
    one, many = (bootstrap_interval(values, statistic, replicates=500, jobs=j, seed=9) for j in (1, jobs))
    assert one.distribution.tobytes() == many.distribution.tobytes() and one.low == many.low


@pytest.mark.parametrize(
    "data",
    [
        FRAME,
        pl.DataFrame(FRAME),
        pa.table(FRAME),
        Table.from_any(FRAME),
        FRAME.to_dict("list"),
        FRAME[["x", "y"]].to_numpy(),
    ],
    ids=lambda data: type(data).__name__,
)
def test_every_kind_of_data_gives_the_same(data: Any) -> None:
    found = bootstrap_interval(data, "mean", replicates=500)
    assert np.allclose(found.estimate, FRAME[["x", "y"]].mean())
    assert np.allclose(found.low, bootstrap_interval(FRAME, "mean", replicates=500).low)
    assert found.distribution.shape == (500, 2)


@pytest.mark.parametrize(
    ("data", "statistic"),
    [
        (FRAME, lambda rows: rows["x"].mean()),
        (pl.DataFrame(FRAME), lambda rows: rows["x"].mean()),
        (pa.table(FRAME), lambda rows: rows["x"].to_numpy().mean()),
        (Table.from_any(FRAME), lambda rows: rows.numbers("x").mean()),
        (FRAME["x"], lambda rows: rows.mean()),
        (FRAME["x"].tolist(), np.mean),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_function_gets_the_kind_of_data_that_is_given(data: Any, statistic: Any) -> None:
    found = bootstrap_interval(data, statistic, replicates=60, method="percentile", level=0.9)
    plain = bootstrap_interval(FRAME["x"].to_numpy(), "mean", replicates=60, method="percentile", level=0.9)
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high))


def test_strata_and_entities_are_named_or_given() -> None:
    by_name = bootstrap_interval(FRAME, "mean", strata="city", replicates=200)
    given = bootstrap_interval(FRAME, "mean", strata=FRAME["city"].to_numpy(), replicates=200)
    assert np.array_equal(by_name.low, given.low)
    means = FRAME.assign(x=FRAME["city"].map({"Rome": 0.0, "Oslo": 5.0, "Bern": 10.0}))
    assert bootstrap_interval(means, "mean", strata="city", replicates=200).standard_error[0] == pytest.approx(
        0, abs=1e-12
    )
    assert bootstrap_interval(means, "mean", entity="city", replicates=200).standard_error[0] == pytest.approx(
        np.std([0, 5, 10]) / 3**0.5, rel=0.15
    )


def test_several_samples_are_resampled_apart() -> None:
    one, other = SKEWED, RNG.normal(1, 2, size=25)
    found = bootstrap_interval((one, other), gap, replicates=1500)
    error = (one.var() / 60 + other.var() / 25) ** 0.5
    assert found.estimate == pytest.approx(one.mean() - other.mean())
    assert found.standard_error == pytest.approx(error, rel=0.1)
    plain = bootstrap_interval((one, other), lambda a, b: a.mean() - b.mean(), replicates=1500)
    assert plain.high == pytest.approx(found.high)


def test_weights_are_drawn_by_rubins_bootstrap() -> None:
    found = bootstrap_interval(SKEWED, "mean", resample="bayesian")
    assert found.standard_error == pytest.approx(SKEWED.std() / 61**0.5, rel=0.08)
    again = bootstrap_interval(SKEWED, np.average, resample="bayesian")
    assert again.low == pytest.approx(found.low)


def test_fewer_rows_are_scaled_back() -> None:
    whole = bootstrap_interval(SKEWED, "mean", method="basic", replicates=4000)
    part = bootstrap_interval(SKEWED, "mean", method="basic", replicates=4000, m=20)
    assert part.standard_error == pytest.approx(whole.standard_error, rel=0.1)


def test_a_constant_has_an_interval_of_one_point() -> None:
    for method in METHODS:
        found = bootstrap_interval(np.full(20, 4.0), "mean", method=method)
        assert (found.low, found.high, found.standard_error) == (4.0, 4.0, 0.0)


def test_one_row_and_two_rows_are_taken() -> None:
    assert bootstrap_interval([3.0], "mean").high == 3.0
    assert bootstrap_interval([3.0, 4.0], "median").low <= 3.5


def test_a_statistic_may_be_an_array() -> None:
    found = bootstrap_interval(FRAME[["x", "y"]].to_numpy(), lambda rows: np.cov(rows.T), replicates=200)
    assert found.low.shape == found.high.shape == (2, 2)
    assert (found.low <= found.estimate).all() and (found.estimate <= found.high).all()


def test_wide_arrays_are_laid_out_few_at_a_time() -> None:
    sizes: list[int] = []

    def watched(rows: Any, axis: int = 0) -> Any:
        sizes.append(rows.size)
        return rows.mean(axis=axis)

    values = RNG.normal(size=(50, 200))
    found = bootstrap_interval(values, watched, replicates=100, method="percentile")
    assert max(sizes) <= 32_768 and found.low.shape == (200,)
    assert np.allclose(found.standard_error, values.std(axis=0) / 50**0.5, rtol=0.4)


def test_more_rows_than_units_are_left_out_together() -> None:
    values = RNG.lognormal(size=6001)
    found = bootstrap_interval(values, "mean", replicates=500)
    assert found.low < values.mean() < found.high


def one_of(values: Any) -> Any:
    return values[0] if values[0] > 1 else values[:2]


BAD: list[tuple[dict[str, Any], str]] = [
    ({"method": "bac"}, "settings.method"),
    ({"level": 1.0}, "settings.level"),
    ({"level": 0}, "settings.level"),
    ({"level": "0.9"}, "settings.level"),
    ({"replicates": 10}, "settings.replicates"),
    ({"replicates": 30}, "settings.replicates"),
    ({"replicates": 1e4}, "settings.replicates"),
    ({"level": 0.9999}, "settings.replicates"),
    ({"jobs": 0}, "settings.jobs"),
    ({"jobs": True}, "settings.jobs"),
    ({"inner": 1, "method": "studentized"}, "settings.inner"),
    ({"seed": "1"}, "settings.seed"),
    ({"statistic": "avg"}, "settings.statistic"),
    ({"statistic": 3}, "settings.statistic"),
    ({"statistic": lambda rows: "many"}, "settings.statistic"),
    ({"statistic": lambda rows: None}, "settings.statistic"),
    ({"statistic": lambda rows: np.nan}, "settings.statistic"),
    ({"statistic": lambda rows, axis: 3.0}, "settings.statistic"),
    ({"statistic": lambda rows: 1.0 if len(set(rows)) == len(rows) else np.nan}, "settings.statistic"),
    ({"statistic": "corr"}, "settings.statistic"),
    ({"resample": "bayesian", "statistic": "median"}, "settings.resample"),
    ({"resample": "bayesian", "statistic": np.median}, "settings.statistic"),
    ({"resample": "stationary", "method": "studentized"}, "settings.method"),
    ({"strata": [1, 2] * 30, "method": "studentized"}, "settings.method"),
    ({"entity": [1, 2] * 30, "method": "studentized"}, "settings.method"),
    ({"resample": "moving", "block": 61}, "fit.short-series"),
    ({"resample": "moving", "strata": [1] * 60}, "settings.resample"),
    ({"m": 30}, "settings.method"),
    ({"m": 61, "method": "basic"}, "settings.m"),
    ({"strata": "city"}, "settings.data"),
    ({"data": FRAME, "strata": "town"}, "schema.unknown-column"),
    ({"data": []}, "fit.no-rows"),
    ({"data": np.empty(0)}, "fit.no-rows"),
    ({"data": [1.0, np.nan]}, "settings.data"),
    ({"data": [1.0, np.inf]}, "settings.data"),
    ({"data": ["a", "b"]}, "settings.data"),
    ({"data": np.array(["a", 1], dtype=object)}, "settings.data"),
    ({"data": np.zeros((2, 2, 2))}, "settings.data"),
    ({"data": 7}, "settings.data"),
    ({"data": [[1.0, 2.0], [3.0]]}, "settings.data"),
    ({"data": pl.DataFrame(FRAME).lazy()}, "settings.data"),
    ({"data": range(9)}, "settings.data"),
    ({"data": None}, "settings.data"),
    ({"data": pd.DataFrame({"city": ["Rome", "Oslo"] * 9})}, "settings.data"),
    ({"data": (SKEWED, SKEWED)}, "settings.statistic"),
    ({"data": (SKEWED, SKEWED), "statistic": gap, "resample": "moving"}, "settings.data"),
    ({"data": (SKEWED, SKEWED), "statistic": gap, "strata": [1] * 60}, "settings.data"),
    ({"data": np.arange(5.0), "resample": "moving"}, "fit.short-series"),
]


@pytest.mark.parametrize(("asked", "code"), BAD, ids=range(len(BAD)))
def test_what_makes_no_sense_is_refused(asked: dict[str, Any], code: str) -> None:
    asked = {"data": SKEWED, "statistic": "mean", **asked}
    with pytest.raises(LikewiseError) as caught:
        bootstrap_interval(asked.pop("data"), asked.pop("statistic"), **asked)
    assert caught.value.code == code and caught.value.hint


def test_a_statistic_of_many_shapes_is_refused() -> None:
    with pytest.raises(LikewiseError, match=r"settings\.statistic"):
        bootstrap_interval(np.array([0.5, 2.0] * 5), one_of, replicates=50, method="normal")
