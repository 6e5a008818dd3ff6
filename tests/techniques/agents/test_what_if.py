"""Runs of one seed that differ in a parameter share their luck, and parameters drift in steps and in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from likewise.recipes.simulate import simulate

SEEDS = range(16)


def lambs(chance: float, seed: int) -> float:
    """Return how many lambs there are after some steps."""
    found = simulate("wolf-sheep", agents=200, lambs=chance, until=4, seed=seed, how="plain").events.to_dict()
    return float(found["activity"].count("sheep born"))


def events(rate: float, seed: int) -> float:
    """Return how much happens in a market in two days."""
    return float(simulate("market", agents=40, rate=rate, until=2, seed=seed, how="plain").events.rows)


@pytest.mark.parametrize(("measure", "before", "after", "most"), [(lambs, 0.1, 0.12, 0.35), (events, 5.0, 5.2, 0.15)])
def test_runs_of_one_seed_share_their_luck(
    measure: Callable[[float, int], float], before: float, after: float, most: float
) -> None:
    found = np.array([[measure(before, seed), measure(after, seed)] for seed in SEEDS])
    together, apart = (found[:, 1] - found[:, 0]).var(), found.var(axis=0).sum()
    assert found.var(axis=0).min() > 0 and together < most * apart
    # Luck of its own, as between runs of different seeds, has nothing in common.
    assert (np.roll(found[:, 1], 1) - found[:, 0]).var() > 0.5 * apart


def test_a_run_is_the_same_until_a_parameter_departs() -> None:
    calm, changed = (simulate("wolf-sheep", agents=200, until=20, seed=1, how="plain", drift=drift).events.to_dict()
                     for drift in ({}, {"lambs": {0: 0.04, 10: 0.04, 11: 0.5}}))  # fmt: skip
    count = sum(t <= 10 for t in calm["time"])
    assert count > 20
    for name in ("time", "agent", "activity"):
        assert changed[name][:count] == calm[name][:count]
    assert changed["agent"] != calm["agent"]


@pytest.mark.parametrize(("scenario", "given", "drift", "activity"), [
    ("wolf-sheep", {"agents": 400, "pups": 0.0, "sheep_energy": 0.0}, {"lambs": {0: 0.0, 20: 0.2}}, "sheep born"),
    ("market", {"agents": 60}, {"rate": {0: 1.0, 20: 21.0}}, "order")], ids=["steps", "queue"])  # fmt: skip
def test_drift_is_followed(scenario: str, given: dict[str, Any], drift: dict[str, Any], activity: str) -> None:
    found = simulate(scenario, until=20, drift=drift, how="plain", seed=3, **given).events.to_dict()
    times = np.array([t for t, what in zip(found["time"], found["activity"], strict=True) if what == activity])
    counts = np.histogram(times, bins=4, range=(0, 20))[0]
    assert (np.diff(counts) > 0).all() and counts[-1] > 3 * counts[0] > 0
