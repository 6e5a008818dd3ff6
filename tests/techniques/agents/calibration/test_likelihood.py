"""Synthetic likelihood: its densities, and the posteriors that it finds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm

from likewise.errors import SettingsError
from likewise.techniques.agents.calibration import ABC, Prior, SyntheticLikelihood, calibrate
from likewise.techniques.agents.calibration.normals import (
    SLACK,
    log_normal,
    log_normal_laplace,
    log_normal_unbiased,
    shrinkage_of,
    shrunk,
)

RNG = np.random.default_rng(0)
SPREAD = np.array([[1.0, 0.6], [0.6, 2.0]])
UNIFORM = Prior.of(mean=(-10, 10))
QUICK = {"start": ABC(population=100), "search": 600, "runs": 15, "points": 40}


def test_the_unbiased_estimate_is_the_density_on_average() -> None:
    point, root = np.array([2.0, -1.5]), np.linalg.cholesky(SPREAD)
    exact = multivariate_normal([0, 0], SPREAD).pdf(point)
    few = [RNG.normal(size=(9, 2)) @ root.T for _ in range(4000)]
    estimates = np.exp([log_normal_unbiased(point, draws) for draws in few])
    assert estimates.mean() == pytest.approx(exact, rel=0.1)
    plain = np.exp([log_normal(point, draws, 1.0) for draws in few])
    assert plain.mean() / exact > 1.3  # which is what the estimate is there for


def test_the_plain_density_is_that_of_scipy() -> None:
    draws = RNG.normal(size=(30, 2)) @ np.linalg.cholesky(SPREAD).T
    theirs = multivariate_normal(draws.mean(axis=0), np.cov(draws.T)).logpdf([0.5, 0.5])
    assert log_normal(np.array([0.5, 0.5]), draws, 1.0) == pytest.approx(theirs)
    apart = norm(draws.mean(axis=0), draws.std(axis=0, ddof=1)).logpdf([0.5, 0.5]).sum()
    assert log_normal(np.array([0.5, 0.5]), draws, 0.0) == pytest.approx(apart)


@pytest.mark.parametrize("at", [0.0, 1.5, -6.0, 40.0])
def test_the_robust_density_is_a_normal_and_a_laplace_amount_together(at: float) -> None:
    draws = np.array([-1.0, 1.0, -1.0, 1.0])[:, None] * np.sqrt(3 / 4)  # mean 0, variance 1
    integrand = lambda x: np.exp(-abs(x) / SLACK) / (2 * SLACK) * norm.pdf(at - x)  # noqa: E731
    exact = quad(integrand, at - 12, at + 12, points=[0.0, at], limit=200)[0]
    assert log_normal_laplace(np.array([at]), draws, 1.0) == pytest.approx(np.log(exact), abs=1e-6)


def test_densities_of_too_few_or_degenerate_draws_are_told_apart() -> None:
    assert log_normal_unbiased(np.zeros(3), RNG.normal(size=(6, 3))) == -np.inf
    assert log_normal_unbiased(np.full(2, 99.0), RNG.normal(size=(12, 2))) == -np.inf
    assert np.isfinite(log_normal(np.zeros(2), np.zeros((9, 2)), 1.0))


def test_correlations_are_shrunk_as_far_as_the_draws_allow() -> None:
    assert shrunk(np.array([[1, 0.5], [0.5, 1]]), 0.5).tolist() == [[1, 0.25], [0.25, 1]]
    alike = np.linalg.cholesky(np.full((4, 4), 0.9) + 0.1 * np.eye(4))
    tied = [RNG.normal(size=(60, 4)) @ alike.T for _ in range(5)]
    free = [RNG.normal(size=(12, 8)) for _ in range(5)]
    assert shrinkage_of(tied) >= 0.9 and shrinkage_of(free) <= 0.2
    assert shrinkage_of([]) == 0.5


def means(values: dict[str, float], seed: int) -> list[float]:
    rng = np.random.default_rng(seed)
    sample = rng.normal(values["mean"], 1, 20)
    return [sample.mean(), np.median(sample), rng.normal()]


@pytest.mark.parametrize(
    "how", [{"summaries": "learned"}, {"summaries": "given"}, {"summaries": "given", "shrinkage": 1}]
)
def test_the_posterior_of_a_normal_mean_is_found(how: dict[str, Any]) -> None:
    method = SyntheticLikelihood(**QUICK, **how)
    found = calibrate(means, UNIFORM, [0.8, 0.8, 0.0], method=method, budget=3600)
    exact = norm(0.8, 20**-0.5)
    assert found.mean()["mean"] == pytest.approx(0.8, abs=0.08)
    assert found.interval("mean") == pytest.approx(exact.interval(0.9), abs=0.13)
    assert found.effective > 60 and found.stopped == "the budget is spent"


def test_a_summary_out_of_reach_does_not_decide_all_where_robust() -> None:
    """Three summaries tell the mean, and one of them is off by ten deviations."""

    def simulate(values: dict[str, float], seed: int) -> list[float]:
        rng = np.random.default_rng(seed)
        return [rng.normal(values["mean"], 0.1), rng.normal(values["mean"], 0.1), rng.normal(values["mean"], 0.1)]

    plain, robust = (
        calibrate(simulate, Prior.of(mean=(-3, 3)), [0.0, 0.0, 1.0], budget=6600,
                  method=SyntheticLikelihood(**{**QUICK, "runs": 40}, summaries="given", shrinkage=0, robust=r))
        for r in (False, True)
    )  # fmt: skip
    assert plain.mean()["mean"] > 0.25 and robust.mean()["mean"] < 0.17


def test_failed_runs_lower_the_likelihood() -> None:
    def simulate(values: dict[str, float], seed: int) -> list[float]:
        if values["mean"] > 0.8:
            raise OverflowError
        return means(values, seed)

    found = calibrate(simulate, UNIFORM, [0.8, 0.8, 0.0], method=SyntheticLikelihood(**QUICK), budget=3000)
    assert found.values.max() <= 0.8


def test_what_does_not_go_together_is_refused() -> None:
    with pytest.raises(SettingsError, match="robust goes with"):
        SyntheticLikelihood(robust=True)
    with pytest.raises(SettingsError, match="between 0 and 1"):
        SyntheticLikelihood(shrinkage=2.0)
    with pytest.raises(SettingsError, match="first round, at 1,200"):
        calibrate(means, UNIFORM, [0.8, 0.8, 0.0], method=SyntheticLikelihood(**QUICK), budget=1199)
    many = Prior.of(**{f"p{i}": (0, 1) for i in range(12)})
    with pytest.raises(SettingsError, match="too few for a normal of 12"):
        calibrate(means, many, [0.8, 0.8, 0.0], method=SyntheticLikelihood(**QUICK), budget=9000)


def test_out_of_time_it_falls_back_on_the_search_and_says_so() -> None:
    found = calibrate(means, UNIFORM, [0.8, 0.8, 0.0], method=SyntheticLikelihood(**QUICK), budget=9000, seconds=1e-9)
    assert found.stopped == "the time is over" and "draws of ABC" in found.warnings[0]
