"""Who is born acts from the next step on, into whichever population, and steps may be parts of a unit."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest
from pydantic import Field

from likewise.recipes.simulate import simulate
from likewise.techniques.agents import Scenario, born, die, note, population, queued, schedule, shuffled
from likewise.techniques.agents.compiling import How
from likewise.techniques.agents.population import living
from likewise.techniques.agents.simulation import Simulation

HOWS: tuple[How, ...] = ("compiled", "plain")


@shuffled("doors", births=2, into="guests")
def let_in(i: Any, w: Any) -> None:
    """Let two guests in."""
    for _ in range(2):
        w.guests.acts[born(w.guests)] = 0


@shuffled("guests", births=1)
def replace(i: Any, w: Any) -> None:
    """Die at the second turn, and leave a child in the same place."""
    w.guests.acts[i] += 1
    note(w.log, True, i, w.guests, 0)
    if w.guests.acts[i] == 2:
        die(w.guests, i)
        w.guests.acts[born(w.guests)] = 0


class House(Scenario):
    """Let guests in through doors."""

    agents: int = Field(3, ge=1)

    name: ClassVar[str] = "house"
    rules = (replace, let_in)
    events: ClassVar = {"acted": "guests"}
    unit: ClassVar[str] = "second"
    step: ClassVar[float] = 0.2

    def world(self, seed: int) -> dict[str, Any]:
        """Return doors, and a guest."""
        return {"doors": population(seed, "doors", self.agents), "guests": population(seed, "guests", 1, acts=0)}

    def measured(self, w: Any) -> dict[str, float]:
        """Return how many guests there are."""
        return {"guests": float(len(living(w.guests)))}


@pytest.mark.parametrize("how", HOWS)
def test_births_into_another_population_and_into_the_place_of_the_dead(how: How) -> None:
    simulation = Simulation(House(), how=how)
    blocks = [*simulation.stream(2.0), simulation.rest()]
    assert simulation.steps == 10
    assert len(living(simulation.world.guests)) == 1 + 10 * 6
    acts = np.concatenate([block["time"] for block in blocks])
    # One acts at each of ten steps; then 6 more come at the end of each of them, and whoever dies leaves a child.
    assert len(acts) == sum(1 + 6 * step for step in range(10))
    who = np.concatenate([block["who"] for block in blocks])
    assert np.unique(np.stack([acts, who]), axis=1).shape[1] == len(acts)
    assert set(np.bincount(who)[np.bincount(who) > 0].tolist()) == {1, 2}


def test_steps_that_are_parts_of_a_unit() -> None:
    run = simulate(House(), until="2s", every=0.4, how="plain")
    assert run.series.rows == 10
    times = run.series.to_dict()["time"]
    assert np.allclose(times, np.arange(1, 11) * 0.2)
    assert np.allclose(sorted(set(run.panels["guests"].to_dict()["time"])), np.arange(1, 6) * 0.4)
    assert max(run.events.to_dict()["time"]) == pytest.approx(1.8)


@queued("doors", births=1, into="guests")
def open_up(i: Any, what: Any, w: Any, now: Any) -> None:
    """Let a guest in every second."""
    note(w.log, True, born(w.guests), w.guests, 0)
    schedule(w.queue, i, now + 1.0, 0)


class Street(House):
    """Let guests in, each door by itself."""

    name: ClassVar[str] = "street"
    rules = (open_up,)
    events: ClassVar = {"came": "guests"}

    def first(self, w: Any) -> Any:
        """Let each door begin at once."""
        return np.arange(self.agents), np.zeros(self.agents), np.zeros(self.agents, np.int64)


@pytest.mark.parametrize("how", HOWS)
def test_births_into_another_population_in_time(how: How) -> None:
    simulation = Simulation(Street(), how=how)
    list(simulation.stream(50.5))
    assert len(living(simulation.world.guests)) == 1 + 3 * 51
    assert simulation.rest()["who"].tolist() == list(range(1, 154))
