"""Calibration as a whole: the same for any number of workers, bad input, the posterior and its file, the checks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from likewise.errors import FitError, ModelFileError, SettingsError, SourceError
from likewise.techniques.agents.calibration import (
    ABC,
    Coverage,
    Parameter,
    Posterior,
    Prior,
    SyntheticLikelihood,
    calibrate,
    predictive_check,
    simulation_based_calibration,
)
from likewise.techniques.agents.calibration.diagnosis import warnings_of
from likewise.techniques.agents.calibration.sampled import Method
from likewise.techniques.agents.calibration.summaries import Summary

PRIOR = Prior.of(mean=(-5, 5), size=Parameter(name="size", low=5, high=40, integer=True))
QUICK = ABC(population=60)


def simulate(values: dict[str, float], seed: int) -> Summary:
    if values["mean"] < -4.5:
        return Summary.of({"mean": np.nan, "count": np.nan})
    sample = np.random.default_rng(seed).normal(values["mean"], 1, int(values["size"]))
    return Summary.of({"mean": sample.mean(), "count": np.log(len(sample)) + sample[0] * 0})


def one(**settings: Any) -> Posterior:
    chosen: dict[str, Any] = {"method": QUICK, "budget": 400, "seed": 5, **settings}
    return calibrate(simulate, PRIOR, {"mean": 1.0, "count": np.log(20)}, **chosen)


def saved(posterior: Posterior, path: Path) -> bytes:
    posterior.save(path)
    return path.read_bytes()


@pytest.mark.parametrize("method", [QUICK, SyntheticLikelihood(start=QUICK, search=200, runs=10, points=20)])
def test_workers_and_repetition_change_no_byte(method: Method, tmp_path: Path) -> None:
    bytes_of = [saved(one(method=method, workers=w), tmp_path / "p.json") for w in (1, 2)]
    assert bytes_of[0] == bytes_of[1]
    assert saved(one(method=method, seed=6), tmp_path / "p.json") != bytes_of[0]


def test_a_journal_is_taken_up_by_a_larger_budget_and_refused_by_other_data(tmp_path: Path) -> None:
    journal = tmp_path / "runs"
    calls: list[int] = []

    def counted(values: dict[str, float], seed: int) -> Summary:
        calls.append(seed)
        return simulate(values, seed)

    def run(budget: int, **settings: Any) -> Posterior:
        given: dict[str, Any] = {"observed": [1.0, np.log(20)], "names": ["mean", "count"], **settings}
        return calibrate(counted, PRIOR, method=QUICK, budget=budget, seed=5, journal=journal, **given)

    run(240)
    larger = run(400)
    assert len(calls) == 400 and larger.simulations == 400
    assert saved(larger, tmp_path / "a") == saved(one(), tmp_path / "b")
    with pytest.raises(SourceError, match="not the same observed"):
        run(400, observed=[2.0, np.log(20)])
    with pytest.raises(SourceError, match="not the same observed"):
        run(400, names=["mean", "rows"])


@pytest.mark.parametrize("budget", [0, -5, True, 2.5])
def test_a_budget_is_a_whole_number_above_0(budget: Any) -> None:
    with pytest.raises(SettingsError, match=r"settings\.budget"):
        one(budget=budget)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"seconds": 0}, "settings.seconds"),
        ({"run_seconds": -1.0}, "settings.run-seconds"),
        ({"seed": -1}, "settings.seed"),
        ({"workers": 0}, "settings.workers"),
        ({"names": ["a"]}, "settings.observed"),
    ],
)
def test_settings_out_of_range_are_named(settings: dict[str, Any], code: str) -> None:
    with pytest.raises(SettingsError) as caught:
        one(**settings)
    assert caught.value.code == code and caught.value.hint


def test_observed_summaries_of_another_length_are_an_error_before_long() -> None:
    with pytest.raises(FitError, match="3 summaries are observed"):
        calibrate(simulate, PRIOR, [1.0, 2.0, 3.0], method=QUICK, budget=400)


def test_simulations_that_all_give_nan_are_an_error() -> None:
    with pytest.raises(FitError, match="gave NaN") as caught:
        calibrate(lambda values, seed: np.full(2, np.nan), PRIOR, [1.0, 2.0], method=QUICK, budget=400)
    assert caught.value.code == "fit.no-simulation"


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    one(progress=lambda step, done, total: told.append((step, done, total)))
    assert told[-1] == ("simulating", 400, 400) and len(told) > 1


def test_a_posterior_is_read_back_to_the_byte(tmp_path: Path) -> None:
    posterior = one()
    first = saved(posterior, tmp_path / "a.json")
    back = Posterior.load(tmp_path / "a.json")
    assert saved(back, tmp_path / "b.json") == first
    assert back.prior == posterior.prior and back.trace == posterior.trace and back.warnings == posterior.warnings
    assert back.values.tobytes() == posterior.values.tobytes()
    assert back.interval("mean") == posterior.interval("mean")


@pytest.mark.parametrize(
    "change",
    [
        {"weights": [1.0]},
        {"values": {"mean": [1.0]}},
        {"prior": []},
        {"trace": [{"no": 1}]},
        {"calibrated": 99},
        {"weights": None},
    ],
)
def test_a_damaged_posterior_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    fields = json.loads(saved(one(), tmp_path / "p.json"))
    (tmp_path / "p.json").write_text(json.dumps({**fields, **change}))
    with pytest.raises(ModelFileError):
        Posterior.load(tmp_path / "p.json")
    (tmp_path / "p.json").write_text("not json")
    with pytest.raises(ModelFileError):
        Posterior.load(tmp_path / "p.json")
    with pytest.raises(SourceError):
        Posterior.load(tmp_path / "none.json")


def test_draws_are_of_the_posterior() -> None:
    posterior = one()
    drawn = posterior.draw(4000, seed=1)
    assert np.mean([row["mean"] for row in drawn]) == pytest.approx(posterior.mean()["mean"], abs=0.05)
    assert all(isinstance(row["size"], int) for row in drawn)
    assert drawn == posterior.draw(4000, seed=1) != posterior.draw(4000, seed=2)
    assert posterior.draw(0) == []
    with pytest.raises(SettingsError, match=r"settings\.n"):
        posterior.draw(-1)


def test_a_posterior_is_a_table_with_weights() -> None:
    posterior = one()
    table = posterior.to_table()
    assert table.names == ("mean", "size", "weight")
    assert [c.kind for c in table.schema.columns] == ["float", "integer", "float"]
    assert np.average(table.numbers("mean"), weights=table.numbers("weight")) == pytest.approx(posterior.mean()["mean"])


def test_intervals_quantiles_and_correlations_are_those_of_the_draws() -> None:
    posterior = one()
    low, high = posterior.interval("mean", 0.5)
    assert low == posterior.quantile("mean", 0.25) < posterior.quantile("mean", 0.75) == high
    theirs = np.cov(posterior.values.T, aweights=posterior.weights, ddof=0)
    assert posterior.sd()["mean"] == pytest.approx(theirs[0, 0] ** 0.5)
    assert posterior.correlations()[0, 1] == pytest.approx(theirs[0, 1] / (theirs[0, 0] * theirs[1, 1]) ** 0.5)
    with pytest.raises(SettingsError, match="did you mean `mean`"):
        posterior.interval("maen")
    with pytest.raises(SettingsError, match=r"settings\.level"):
        posterior.interval("mean", 1.0)


def test_it_shows_itself() -> None:
    posterior = one()
    assert "mean" in posterior.to_text() and "400 simulations" in posterior.to_text()
    assert "<table>" in posterior._repr_html_()


def test_warnings_are_for_what_they_say() -> None:
    rng, equal = np.random.default_rng(0), np.ones(4000)
    prior = Prior.of([Parameter(name="x", low=0, high=1)])
    whole = Prior.of([Parameter(name="x", low=1, high=5, integer=True)])

    def said(values: Any, of: Prior = prior) -> str:
        return " ".join(warnings_of(of, np.asarray(values)[:, None], equal, 10, {}))

    assert "hardly identified" in said(rng.uniform(size=4000))
    assert "lower bound" in said(np.abs(rng.normal(0, 0.01, 4000)))
    assert "upper bound" in said(1 - rng.exponential(0.01, 4000))
    assert said(rng.normal(0.05, 0.01, 4000).clip(0, 1)) == ""
    assert "hardly identified" in said(rng.integers(1, 6, 4000), whole)
    assert "lower bound" in said(np.ones(4000), whole)
    assert said(np.full(4000, 3.0), whole) == ""
    few = warnings_of(prior, np.full((50, 1), 0.5), np.ones(50), 100, {"nan": 20})
    assert "only 50 effective" in few[0] and "20 of 100 simulations gave nothing: 20 gave NaN" in few[1]


def test_a_model_that_reaches_the_data_passes_its_check() -> None:
    check = predictive_check(simulate, one(), draws=100)
    assert check.unreached == () and all(t.low <= t.middle <= t.high for t in check.tails)
    assert check.tails == predictive_check(simulate, one(), draws=100, workers=2).tails


def test_a_model_that_cannot_is_told_by_the_summary() -> None:
    def wrong(values: dict[str, float], seed: int) -> dict[str, float]:
        sample = np.random.default_rng(seed).normal(values["mean"], 1, 100)
        return {"mean": sample.mean(), "spread": sample.std()}

    found = calibrate(wrong, Prior.of(mean=(-5, 5)), {"mean": 0.5, "spread": 3.0}, method=QUICK, budget=400)
    check = predictive_check(wrong, found, draws=100)
    assert check.unreached == ("spread",)
    assert "spread" in check.to_text().splitlines()[1] and "out of reach" in check.to_text()
    with pytest.raises(SettingsError, match=r"settings\.draws"):
        predictive_check(wrong, found, draws=3)


def known(values: dict[str, float], seed: int) -> list[float]:
    if values["mean"] > 4.9:
        return [np.nan]
    return [np.random.default_rng(seed).normal(values["mean"], 1, 10).mean()]


def test_intervals_hold_known_truths_as_often_as_they_say() -> None:
    found = simulation_based_calibration(
        known, Prior.of(mean=(-5, 5)), truths=60, method=ABC(population=80), budget=480, workers=2
    )
    assert 48 <= found.held()["mean"] <= 60
    assert found.uniformity()["mean"] > 0.01
    assert found.truths.max() <= 4.9 and found.ranks.min() >= 0 and found.ranks.max() <= 1
    assert (found.simulations == 480).all() and (found.widths < 0.3).all()
    assert "mean" in found.to_text()


def test_coverage_of_few_truths_is_the_same_for_any_workers() -> None:
    a, b = (
        simulation_based_calibration(known, Prior.of(mean=(-5, 5)), truths=3, method=QUICK, budget=200, workers=w)
        for w in (1, 2)
    )
    assert a.ranks.tobytes() == b.ranks.tobytes() and a.low.tobytes() == b.low.tobytes()
    with pytest.raises(SettingsError, match=r"settings\.truths"):
        simulation_based_calibration(known, Prior.of(mean=(-5, 5)), truths=0)


def test_wrong_intervals_are_found_out() -> None:
    rng = np.random.default_rng(0)
    truths = rng.normal(size=(100, 1))
    ranks = 0.4 + 0.2 * rng.random((100, 1))  # posteriors that are five times too wide
    wide = Coverage(
        ("x",), 0.9, truths, ranks, truths - 1, truths + 1, ranks, np.ones(100, dtype=np.int64), ranks[:, 0]
    )
    assert wide.held() == {"x": 100} and wide.uniformity()["x"] < 1e-6
