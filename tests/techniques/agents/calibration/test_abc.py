"""ABC: the posterior of models whose posterior is known, and what ends it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import gamma, norm

from likewise.errors import FitError, SettingsError
from likewise.techniques.agents.calibration import ABC, Parameter, Posterior, Prior, calibrate

ROWS, SEEN = 20, 0.8
UNIFORM = Prior.of(mean=(-10, 10))


def means(values: dict[str, float], seed: int) -> list[float]:
    """Two summaries of a normal sample: its mean tells all, the other nothing."""
    rng = np.random.default_rng(seed)
    return [rng.normal(values["mean"], 1, ROWS).mean(), rng.normal()]


def normal_of(observed: float = SEEN, **settings: Any) -> Posterior:
    method = ABC(**{"population": 200, **settings.pop("method", {})})
    return calibrate(means, UNIFORM, [observed, 0.0], method=method, **{"budget": 2000, **settings})


@pytest.mark.parametrize("kernel", ["olcm", "twice"])
@pytest.mark.parametrize("adjust", ["heteroscedastic", "linear"])
def test_the_posterior_of_a_normal_mean_is_found(kernel: str, adjust: str) -> None:
    found = normal_of(method={"kernel": kernel, "adjust": adjust, "population": 400}, budget=2400)
    exact = norm(SEEN, ROWS**-0.5)
    assert found.mean()["mean"] == pytest.approx(SEEN, abs=0.06)
    assert found.sd()["mean"] == pytest.approx(exact.std(), rel=0.2)
    assert found.interval("mean") == pytest.approx(exact.interval(0.9), abs=0.12)
    assert found.effective > 50 and not found.warnings


def test_tolerance_falls_and_the_unadjusted_posterior_narrows() -> None:
    found = normal_of(method={"summaries": "given", "adjust": "none", "tolerance": 1e-9}, budget=3000)
    tolerances = [g.tolerance for g in found.trace if g.tolerance is not None]
    assert sorted(tolerances, reverse=True) == tolerances and tolerances[-1] < tolerances[0] / 3


def test_learned_summaries_leave_out_what_tells_nothing() -> None:
    def noisy(values: dict[str, float], seed: int) -> Any:
        rng = np.random.default_rng(seed)
        return np.append(rng.normal(values["mean"], 1, ROWS).mean(), rng.normal(size=15))

    observed = np.append(SEEN, np.zeros(15))
    learned, given = (
        calibrate(noisy, UNIFORM, observed, budget=1500, method=ABC(population=200, summaries=how, adjust="none"))
        for how in ("learned", "given")  # type: ignore[arg-type]
    )
    assert learned.sd()["mean"] < given.sd()["mean"] / 2


def test_a_rate_on_a_log_scale_and_a_whole_number_are_found() -> None:
    def simulate(values: dict[str, float], seed: int) -> list[float]:
        drawn = np.random.default_rng(seed).exponential(1 / values["rate"], 40)
        return [np.log(drawn.mean()), values["size"] + 0.1 * np.random.default_rng(seed + 1).normal()]

    prior = Prior.of(rate=(0.01, 100, "log"), size=Parameter(name="size", low=1, high=9, integer=True))
    found = calibrate(simulate, prior, [np.log(0.5), 4.0], method=ABC(population=200), budget=2400)
    exact = gamma(40, scale=1 / 20)  # a log-uniform prior adds nothing to the counts of a gamma
    assert found.interval("rate") == pytest.approx(exact.interval(0.9), rel=0.2)
    assert set(found.values[:, 1]) <= set(range(1, 10)) and found.mean()["size"] == pytest.approx(4, abs=0.2)


def test_it_says_why_it_ended() -> None:
    assert normal_of().stopped == "the budget is spent"
    assert normal_of(method={"tolerance": 0.5}).stopped == "the tolerance is reached"
    hard = normal_of(method={"acceptance": 0.6}, budget=10_000)
    assert hard.stopped == "hardly any simulation came closer" and hard.simulations < 10_000
    assert normal_of(seconds=1e-9).stopped == "the time is over"


def test_a_larger_budget_goes_on_where_a_smaller_one_ended() -> None:
    small, large = normal_of(budget=1000), normal_of(budget=1400)
    assert large.trace[: len(small.trace)] == small.trace


def test_a_parameter_that_nothing_tells_keeps_its_prior_and_is_named() -> None:
    prior = Prior.of(mean=(-10, 10), idle=(0, 1))
    found = calibrate(means, prior, [SEEN, 0.0], method=ABC(population=200), budget=2000)
    assert found.interval("idle") == pytest.approx((0.05, 0.95), abs=0.1)
    assert [w for w in found.warnings if "`idle` is hardly identified" in w]


@pytest.mark.parametrize(("observed", "end"), [(14.0, "upper"), (-14.0, "lower")])
def test_a_truth_beyond_the_bounds_warns_of_the_bound(observed: float, end: str) -> None:
    assert [w for w in normal_of(observed).warnings if f"sits at its {end} bound" in w]


def test_runs_that_fail_are_no_evidence_for_their_parameters() -> None:
    def simulate(values: dict[str, float], seed: int) -> list[float]:
        if values["mean"] > SEEN:
            raise OverflowError
        return means(values, seed)

    found = calibrate(simulate, UNIFORM, [SEEN, 0.0], method=ABC(population=200), budget=2000)
    assert found.values.max() < SEEN + 0.2
    assert found.failed["OverflowError"] > 400 and [w for w in found.warnings if "raised OverflowError" in w]


def test_too_few_runs_that_give_anything_are_refused() -> None:
    def simulate(values: dict[str, float], seed: int) -> list[float]:
        return means(values, seed) if values["mean"] > 9.2 else [np.nan, np.nan]

    with pytest.raises(FitError, match="narrow the bounds") as caught:
        calibrate(simulate, UNIFORM, [9.95, 0.0], method=ABC(population=200), budget=1000)
    assert caught.value.code == "fit.few-simulations"


def test_a_budget_within_the_first_generation_is_refused() -> None:
    with pytest.raises(SettingsError, match="first generation, of 400") as caught:
        normal_of(budget=399)
    assert caught.value.where == "budget"


@pytest.mark.parametrize("fields", [{"population": 3}, {"quantile": 1.0}, {"kernel": "no"}, {"tolerance": 0}])
def test_settings_out_of_range_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=next(iter(fields))):
        ABC(**fields)
