"""Simulations: their seeds, what is counted, what is refused, and that workers change nothing."""

from __future__ import annotations

import os
import time
from typing import Any

import numpy as np
import pytest

from likewise.core.seeds import generator
from likewise.errors import FitError, LikewiseError, SettingsError
from likewise.techniques.agents.calibration import Prior
from likewise.techniques.agents.calibration.processes import Workers
from likewise.techniques.agents.calibration.simulations import Simulations
from likewise.techniques.agents.calibration.summaries import Summary

PRIOR = Prior.of(a=(0, 1), b=(1, 2))
TWO = Summary.of({"x": 0.0, "y": 0.0})


def noisy(values: dict[str, float], seed: int) -> list[float]:
    return [values["a"], np.random.default_rng(seed).normal(values["b"])]


def half(values: dict[str, float], seed: int) -> Any:
    if values["a"] < 0.25:
        return np.nan
    if values["a"] < 0.5:
        raise ZeroDivisionError("not for the eyes of others")
    return {"x": 1.0, "y": 2.0}


def runs_of(simulate: Any, **settings: Any) -> Simulations:
    return Simulations(simulate, PRIOR, TWO, **{"budget": 200, "seed": 3, **settings})


def test_a_simulation_depends_on_its_number_alone() -> None:
    deviates = PRIOR.draw(120, generator(0))
    whole = runs_of(noisy).run(deviates)
    parts = runs_of(noisy)
    assert np.concatenate([parts.run(deviates[:50]), parts.run(deviates[50:])]).tobytes() == whole.tobytes()
    assert len(np.unique(whole[:, 1])) == 120
    assert runs_of(noisy, seed=4).run(deviates)[:, 1].tolist() != whole[:, 1].tolist()


@pytest.mark.parametrize("workers", [2, 3])
def test_workers_change_no_byte(workers: int) -> None:
    deviates = PRIOR.draw(120, generator(0))
    alone, many = runs_of(noisy), runs_of(noisy, workers=workers)
    with many.workers:
        assert many.run(deviates).tobytes() == alone.run(deviates).tobytes()


def test_runs_that_give_nothing_are_counted_by_why() -> None:
    runs = runs_of(half)
    deviates = PRIOR.draw(100, generator(0))
    found = runs.run(deviates)
    a = PRIOR.values(deviates)[:, 0]
    assert np.isnan(found).all(axis=1).tolist() == (a < 0.5).tolist()
    assert dict(runs.failed) == {"nan": (a < 0.25).sum(), "ZeroDivisionError": ((a >= 0.25) & (a < 0.5)).sum()}


def test_a_simulator_that_gives_nothing_is_given_up_early() -> None:
    calls = []

    def broken(values: dict[str, float], seed: int) -> Any:
        calls.append(seed)
        raise ValueError("secret")

    with pytest.raises(FitError, match="100 raised ValueError") as caught:
        runs_of(broken, budget=10_000).run(PRIOR.draw(10_000, generator(0)))
    assert caught.value.code == "fit.no-simulation" and "secret" not in str(caught.value)
    assert len(calls) == 100


@pytest.mark.parametrize("answer", [[1.0], [1.0, 2.0, 3.0], [[1.0, 2.0]], 5.0])
def test_another_number_of_summaries_is_an_error_at_once(answer: Any) -> None:
    with pytest.raises(FitError, match="2 summaries are observed") as caught:
        runs_of(lambda values, seed: answer).run(PRIOR.draw(10, generator(0)))
    assert caught.value.code == "fit.summaries"


def test_the_budget_and_the_time_end_the_runs() -> None:
    runs = runs_of(noisy, budget=30)
    assert len(runs.run(PRIOR.draw(50, generator(0)))) == 30 and runs.left == 0
    slow = runs_of(lambda values, seed: time.sleep(0.02) or [1.0, 1.0], seconds=0.1)  # type: ignore[func-returns-value]
    assert 0 < len(slow.run(PRIOR.draw(200, generator(0)))) < 200
    assert slow.out_of_time


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_that_takes_too_long_is_ended(workers: int) -> None:
    def stuck(values: dict[str, float], seed: int) -> list[float]:
        while values["a"] < 0.2:
            try:
                time.sleep(0.01)
            except Exception:  # a simulator that swallows everything is ended all the same
                continue
        return [1.0, 1.0]

    runs = runs_of(stuck, run_seconds=0.05, workers=workers)
    deviates = PRIOR.draw(30, generator(0))
    with runs.workers:
        found = runs.run(deviates)
    late = PRIOR.values(deviates)[:, 0] < 0.2
    assert runs.failed["too long"] == late.sum() > 0
    assert np.isnan(found[:, 0]).tolist() == late.tolist()


def square(number: int) -> int:
    return number * number


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_tasks_come_back_with_their_numbers(start: str) -> None:
    with Workers(square, 2, start=start) as workers:
        assert dict(workers.each([3, 4, 5])) == {0: 9, 1: 16, 2: 25}
        assert dict(workers.each([6, 7])) == {0: 36, 1: 49}


def test_a_function_that_no_new_process_can_import_is_refused() -> None:
    with (
        pytest.raises(SettingsError, match="top of a module"),
        Workers(lambda number: number, 2, start="spawn") as workers,
    ):
        list(workers.each([1, 2]))


def test_a_worker_that_dies_is_told() -> None:
    with pytest.raises(FitError, match=r"fit\.worker-died"), Workers(lambda number: os._exit(3), 2) as workers:
        list(workers.each([1, 2, 3]))


def test_an_error_of_a_worker_comes_whole() -> None:
    def refuse(number: int) -> None:
        raise LikewiseError("a.b", "what", where="here", hint="do")

    with pytest.raises(LikewiseError) as caught, Workers(refuse, 2) as workers:
        list(workers.each([1, 2]))
    assert caught.value.to_dict() == {"code": "a.b", "what": "what", "where": "here", "hint": "do"}


@pytest.mark.parametrize("count", [0, -1, True, 1.5])
def test_workers_are_at_least_one(count: Any) -> None:
    with pytest.raises(SettingsError, match=r"settings\.workers"):
        Workers(square, count)
