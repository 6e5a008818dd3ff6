"""Agents keep their budgets to the event, and act as those did whom they learned from."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.techniques.agents.habits.worlds import history, shop
from tests.techniques.agents.models.running import equal, events

from likewise.techniques.agents.compiling import can_compile
from likewise.techniques.agents.habits.axis import DAY, SPAN, hour, weekday
from likewise.techniques.agents.habits.history import History
from likewise.techniques.agents.habits.learning import Habits, habits_of
from likewise.techniques.agents.habits.scenario import Acting
from likewise.techniques.agents.habits.traits import budget_of, traits_of
from likewise.techniques.agents.simulation import Simulation


@cache
def learned() -> tuple[History, Habits, dict[str, Any]]:
    real = shop()
    return real, habits_of(real, seed=0), traits_of(real)


def acted(habits: Habits, traits: dict[str, Any], seed: int = 1) -> History:
    """Return what agents of such traits did."""
    scenario = Acting(habits=habits, traits=traits)
    found = events(Simulation(scenario, seed=seed, how="plain"), float(habits.axis.told[SPAN]) + 1)
    rows = np.argsort(found["who"], kind="stable")
    return History(habits.axis, found["who"][rows], found["time"][rows], tuple(found["values"][rows].T))


def test_budgets_are_used_up_to_the_event() -> None:
    _, habits, traits = learned()
    made = acted(habits, traits)
    budget = budget_of(traits, float(habits.axis.told[SPAN]), 1)
    assert made.events.tolist() == budget.events.tolist()
    assert made.returns[0].distinct.tolist() == budget.distinct[:, 0].tolist()
    assert (made.occasions <= budget.occasions).all() and (made.occasions == budget.occasions).mean() > 0.95


def test_nobody_comes_on_a_closed_day_or_at_night() -> None:
    real, habits, traits = learned()
    made = acted(habits, traits)
    assert np.asarray(weekday(made.axis, made.when)).max() <= 4
    hours = np.asarray(hour(made.axis, made.when))
    assert hours.min() >= 9 and hours.max() < 17
    assert made.time.min() >= 0 and made.time.max() <= real.axis.told[SPAN]
    assert not (made.time % 60).any()


def test_gaps_sizes_and_returns_are_those_of_the_real_ones() -> None:
    real, habits, traits = learned()
    made = acted(habits, traits)
    for own in (lambda h: np.log(h.gap[h.gap > 0] / DAY), lambda h: h.size, lambda h: h.returns[0].back):
        assert own(made).mean() == pytest.approx(own(real).mean(), rel=0.1)
        assert own(made).std() == pytest.approx(own(real).std(), rel=0.1)
    weekly = [np.median(h.gap[(h.gap > 0) & (h.who % 2 == 1)]) for h in (real, made)]
    assert weekly[1] == pytest.approx(weekly[0], rel=0.15)


def test_values_have_as_many_users_as_they_had() -> None:
    _, habits, traits = learned()
    made = acted(habits, traits)
    used = np.unique(np.stack([made.owner, made.values[0]]), axis=1)[1]
    users = np.bincount(used, minlength=len(habits.users[0]))
    assert np.abs(users - habits.users[0]).sum() < 0.1 * habits.users[0].sum()


def test_no_history_is_repeated() -> None:
    real, habits, traits = learned()
    made = acted(habits, traits)
    own = {tuple(real.time[real.owner == who].tolist()) for who in range(real.entities)}
    again = [who for who in range(made.entities) if tuple(made.time[made.owner == who].tolist()) in own]
    assert len(again) == 0


@pytest.mark.skipif(not can_compile(), reason="numba is not installed")
def test_compiled_and_plain_come_to_the_same_bits() -> None:
    _, habits, traits = learned()
    few = {name: values[:30] for name, values in traits.items()}
    assert equal(Acting(habits=habits, traits=few), float(habits.axis.told[SPAN]) + 1, "compiled")


@settings(max_examples=30)
@given(st.data())
def test_whatever_is_learned_from_agents_end_within_time(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["integer", "date", "datetime"]))
    rows = data.draw(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 30), st.integers(0, 3)), min_size=1,
                              max_size=40))  # fmt: skip
    owner, time, value = (np.array(own) for own in zip(*rows, strict=True))
    owner = np.unique(owner, return_inverse=True)[1]
    seconds = time * (1.0 if kind == "integer" else DAY if kind == "date" else DAY / 4)
    real = history(kind, owner, seconds, np.unique(value, return_inverse=True)[1])
    made = acted(habits_of(real, seed=0), traits_of(real))
    assert made.events.tolist() == real.events.tolist()
    assert made.time.min() >= 0 and made.time.max() <= real.axis.told[SPAN]
