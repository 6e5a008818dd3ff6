"""Time as a budget: never more than a tenth over it, and the same weights from the epochs that it came to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from tests.networks.training.conftest import denoising, small, weights  # noqa: E402

from likewise.networks.training import Budget, Phase, Plan, train  # noqa: E402
from likewise.networks.training.pace import Pace  # noqa: E402

Plans = Callable[..., Plan]


class Clock:
    """Tell the time that steps were said to take."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def run(pace: Pace, clock: Clock, cost: Callable[[int], float], beside: float = 0.0) -> int:
    step = 0
    while pace.hold(step):
        clock.now += cost(step)
        step += 1
        if pace.due(step):
            clock.now += beside / 20
            pace.plan(step, beside)
    return step


@given(each=st.floats(0.01, 3), first=st.floats(0, 2), seconds=st.floats(50, 500), later=st.floats(0.5, 4))
def test_time_is_kept_to_however_steps_change(each: float, first: float, seconds: float, later: float) -> None:
    clock = Clock()
    pace = Pace(Budget(seconds=seconds, clock=clock), 10)
    steps = run(pace, clock, lambda step: first if step == 0 else each * (later if step * each > seconds / 3 else 1))
    most = 1.1 * seconds + each * later
    assert clock.now - 100 <= most
    assert steps == pace.total
    if later == 1:
        assert clock.now - 100 >= 0.95 * seconds - each


def test_the_whole_time_is_used_and_looks_are_counted_in() -> None:
    clock = Clock()
    pace = Pace(Budget(seconds=100, clock=clock), 10)
    steps = run(pace, clock, lambda step: 0.1, beside=15)
    assert 830 <= steps <= 845 and pace.repeatable


@pytest.mark.parametrize("epochs", [1.0, 40.0])
def test_what_is_reached_first_ends_it(epochs: float) -> None:
    clock = Clock()
    pace = Pace(Budget(epochs=epochs, seconds=100, clock=clock), int(epochs * 50))
    assert run(pace, clock, lambda step: 0.1) == pytest.approx(min(epochs * 50, 1000), rel=0.01)
    assert pace.repeatable


def test_rates_do_not_depend_on_the_end_before_it_is_known() -> None:
    clock = Clock()
    pace, heights = Pace(Budget(seconds=100, clock=clock), 10), []

    def cost(step: int) -> float:
        heights.append(pace.height(step))
        return 0.1

    steps = run(pace, clock, cost)
    known = Pace(Budget(), steps)
    assert heights == [known.height(step) for step in range(steps)]
    assert heights[0] == 1 and heights[-1] < 0.001


def test_time_is_told_as_epochs_that_give_the_same_bytes(rows: Any, plan: Plans) -> None:
    clock, net, again = Clock(), small(), small()

    def slow(batch: Any, rng: Any) -> Any:
        clock.now += 0.1
        return denoising(net)(batch, rng)

    held = {id(n): lambda n=n: float(((n(rows) - rows) ** 2).mean()) for n in (net, again)}
    timed = train([Phase("loss", net, slow)], [rows], plan(budget=Budget(seconds=20, clock=clock)), seed=0,
                  held_back=held[id(net)])  # fmt: skip
    assert 190 <= timed.steps <= 205
    said = float(timed.notes[0].partition("epochs=")[2].split()[0])
    same = train([Phase("loss", again, denoising(again))], [rows], plan(budget=Budget(epochs=said)), seed=0,
                 held_back=held[id(again)])  # fmt: skip
    assert same.steps == timed.steps and weights(again) == weights(net)
    assert "repeats it" in timed.notes[0]


def test_a_run_that_became_slow_says_that_epochs_only_come_close(rows: Any, plan: Plans) -> None:
    clock, net = Clock(), small()

    def slower(batch: Any, rng: Any) -> Any:
        clock.now += 0.1 if clock.now < 105 else 0.3
        return denoising(net)(batch, rng)

    outcome = train([Phase("loss", net, slower)], [rows], plan(budget=Budget(seconds=20, clock=clock)), seed=0)
    assert clock.now - 100 <= 22 and outcome.steps == outcome.planned < 140
    assert "comes close to it" in outcome.notes[0]
