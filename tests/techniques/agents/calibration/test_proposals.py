"""Proposals and the weights of what they draw; learned statistics; adjustment."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from likewise.techniques.agents.calibration import Prior
from likewise.techniques.agents.calibration.adjusting import adjusted
from likewise.techniques.agents.calibration.learning import Learned, Scale, Scores, ridge
from likewise.techniques.agents.calibration.proposals import (
    WIDER,
    Proposal,
    log_mixture,
    proposal_about,
    recycled_weights,
    smooth_about,
)
from likewise.techniques.agents.calibration.weighing import effective_size, weighted_quantiles

RNG = np.random.default_rng(0)
POINTS = RNG.normal(size=(60, 2)) @ np.array([[1.0, 0.8], [0.0, 0.4]]) + [1, -1]
WEIGHTS = RNG.uniform(0.1, 1, size=60)
PRIOR = Prior.of(a=(0, 1), b=(0, 1))


@pytest.mark.parametrize("kernel", ["olcm", "twice"])
def test_a_density_is_that_of_scipy(kernel: Any) -> None:
    proposal = proposal_about(POINTS, WEIGHTS, np.random.default_rng(1), kernel=kernel, nearest=0.5)
    covariances = proposal.factors @ proposal.factors.transpose(0, 2, 1)
    covariances = np.broadcast_to(covariances, (60, 2, 2))
    theirs = sum(
        share * multivariate_normal(centre, spread).pdf(POINTS)
        for share, centre, spread in zip(proposal.shares, proposal.centres, covariances, strict=True)
    )
    assert proposal.density(POINTS) / (2 * np.pi) == pytest.approx(theirs)


def test_kernels_are_those_of_their_papers_but_wider() -> None:
    shares = WEIGHTS / WEIGHTS.sum()
    twice = proposal_about(POINTS, WEIGHTS, np.random.default_rng(1), kernel="twice")
    expected = 2 * np.cov(POINTS.T, aweights=shares, ddof=0)
    assert twice.factors[0] @ twice.factors[0].T / WIDER**2 == pytest.approx(expected, abs=1e-5)
    local = proposal_about(POINTS, WEIGHTS, np.random.default_rng(1), kernel="olcm", nearest=0.5)
    near, part = POINTS[:30], shares[:30] / shares[:30].sum()
    apart = near - POINTS[7]  # the second moment of the near ones about a point, not about their mean
    assert local.factors[7] @ local.factors[7].T / WIDER**2 == pytest.approx((apart.T * part) @ apart, abs=1e-5)


def test_draws_follow_the_density() -> None:
    proposal = proposal_about(POINTS, WEIGHTS, np.random.default_rng(1), kernel="twice")
    drawn = proposal.draw(40_000, np.random.default_rng(2))
    other = np.random.default_rng(3).normal(size=(40_000, 2)) * 4 + [1, -1]
    # E under the proposal, by its own draws and by importance sampling from another normal
    weights = proposal.density(other) / (2 * np.pi) / multivariate_normal([1, -1], 16 * np.eye(2)).pdf(other)
    assert weights.mean() == pytest.approx(1, abs=0.03)
    assert drawn.mean(axis=0) == pytest.approx((weights[:, None] * other).mean(axis=0), abs=0.06)


def test_recycled_weights_turn_draws_of_all_proposals_into_the_prior() -> None:
    near = Proposal(np.array([[1.5, 0.5]]), np.ones(1), np.array([[[0.5, 0], [0, 0.5]]]))
    drawn = np.concatenate([PRIOR.draw(4000, RNG), near.draw(12_000, RNG)])
    weights = recycled_weights(drawn, PRIOR, [(4000, None), (12_000, near)])
    assert weights.max() <= 4 + 1e-9
    shares = weights / weights.sum()
    assert shares @ drawn == pytest.approx([0, 0], abs=0.06)
    assert shares @ drawn**2 == pytest.approx([1, 1], abs=0.1)
    assert log_mixture(drawn[:5], [(3, near), (6, near)]) == pytest.approx(np.log(near.density(drawn[:5])))


def test_a_smooth_proposal_covers_its_points() -> None:
    proposal = smooth_about(POINTS, WEIGHTS, np.random.default_rng(1))
    assert (proposal.density(POINTS) > 1e-3).all()
    narrow = smooth_about(np.tile(POINTS[:1], (50, 1)), np.ones(50), np.random.default_rng(1))
    assert np.isfinite(narrow.density(POINTS)).all()


def test_ridge_of_strong_signal_is_least_squares_and_of_noise_is_next_to_nothing() -> None:
    features = RNG.normal(size=(400, 6))
    features -= features.mean(axis=0)
    slopes = RNG.normal(size=(6, 2))
    assert ridge(features, features @ slopes) == pytest.approx(slopes, abs=1e-3)
    noise = RNG.normal(size=(400, 1))
    assert np.abs(ridge(features, noise - noise.mean())).max() < 0.1


def test_learned_statistics_do_not_care_for_monotone_changes_of_summaries() -> None:
    deviates = RNG.normal(size=(800, 1))
    plain = deviates + 0.3 * RNG.normal(size=(800, 2))
    bent = np.stack([np.exp(3 * plain[:, 0]), plain[:, 1] ** 3], axis=1)
    least = np.full(2, 1e-9)
    one, two = (Learned.fit(deviates, s, least).apply(s)[:, 0] for s in (plain, bent))
    assert np.corrcoef(one, two)[0, 1] > 0.999
    assert np.corrcoef(one, deviates[:, 0])[0, 1] > 0.95


def test_runs_beyond_those_learned_from_are_told() -> None:
    scores = Scores.of(RNG.normal(size=(1000, 2)), np.full(2, 1e-9))
    beyond = scores.beyond(np.array([[0.0, 0.0], [5.0, 0.0], [0.0, -9.0]]))
    assert beyond[0].tolist() == [0, 0] and beyond[1, 1] == 0
    assert beyond[1, 0] == pytest.approx(5 - 2.58, abs=0.5) and beyond[2, 1] == pytest.approx(-9 + 2.58, abs=0.7)


def test_a_value_that_holds_many_quantiles_gets_their_middle() -> None:
    scores = Scores.of(np.array([[0.0]] * 600 + [[1.0]] * 400), np.full(1, 1e-9))
    assert scores.apply(np.array([[0.0], [1.0]]))[:, 0].tolist() == pytest.approx([-1.13, 1.4], abs=0.1)


def test_a_scale_falls_back_where_most_or_all_are_equal() -> None:
    rows = np.stack([RNG.normal(3, 2, 1000), np.where(RNG.random(1000) < 0.1, 5.0, 0.0), np.full(1000, 7.0)], axis=1)
    assert Scale.of(rows).width == pytest.approx([2, 1.5, 1], rel=0.1)


def test_adjustment_finds_the_posterior_of_a_line() -> None:
    x = RNG.uniform(-2, 2, size=(4000, 1))
    deviates = 1 + 0.7 * x + 0.2 * np.exp(0.5 * x) * RNG.normal(size=(4000, 1))
    level = adjusted(deviates, x, np.ones(4000), "linear")
    assert level.mean() == pytest.approx(1, abs=0.02)
    scaled = adjusted(deviates, x, np.ones(4000), "heteroscedastic")
    assert scaled.std() == pytest.approx(0.2, abs=0.02) and level.std() > 0.22
    assert adjusted(deviates, x, np.ones(4000), "none") is deviates


def test_few_draws_are_not_adjusted() -> None:
    deviates = RNG.normal(size=(6, 1))
    assert adjusted(deviates, RNG.normal(size=(6, 3)), np.ones(6), "linear") is deviates


def test_weighted_quantiles_are_those_of_repeated_values() -> None:
    values, counts = RNG.normal(size=500), RNG.integers(1, 5, size=500)
    at = [0.05, 0.5, 0.95]
    theirs = np.quantile(np.repeat(values, counts), at)
    assert weighted_quantiles(values, counts.astype(float), at) == pytest.approx(theirs, abs=0.03)
    assert effective_size(np.array([2.0, 2.0, 2.0])) == pytest.approx(3) and effective_size(np.zeros(3)) == 0
