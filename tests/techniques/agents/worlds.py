"""Small worlds that tests run: people who pay one another in time, and cells that follow their neighbours in steps."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from likewise.core.seeds import generator
from likewise.techniques.agents.clocks.queue import schedule
from likewise.techniques.agents.language.arithmetic import exp, log, where
from likewise.techniques.agents.language.chance import below, normal, uniform, waiting
from likewise.techniques.agents.notes import note
from likewise.techniques.agents.population import born, die, population
from likewise.techniques.agents.rule import queued, shuffled, together
from likewise.techniques.agents.scenario import Scenario


@queued("people")
def pay(i: Any, what: Any, w: Any, now: Any) -> None:
    """Pay somebody a part of one's money, and do so again after a while."""
    people = w.people
    to = below(people, i, 0, w.p.agents)
    amount = uniform(people, i, 1) * people.money[i]
    people.money[i] -= amount
    people.money[to] += amount
    row = note(w.log, True, i, people, 0)
    w.log.to[row] = to
    w.log.amount[row] = amount
    schedule(w.queue, i, now + waiting(people, i, 2, w.p.rate), 0)


class Bank(Scenario):
    """Let people pay one another at moments of chance."""

    agents: int = Field(100, ge=1)
    rate: float = Field(1.0, gt=0, le=100)

    name: ClassVar[str] = "bank"
    rules = (pay,)
    events: ClassVar = {"paid": "people"}
    attributes: ClassVar = {"to": int, "amount": float}
    unit: ClassVar[str] = "day"
    span: ClassVar[float] = 10.0

    def world(self, seed: int) -> dict[str, Any]:
        """Return people with equal money."""
        return {"people": population(seed, "people", self.agents, money=100.0)}

    def first(self, w: Any) -> Any:
        """Return a first payment of each."""
        return np.arange(self.agents), generator(0, "first").exponential(size=self.agents), np.zeros(self.agents, int)

    def measured(self, w: Any) -> dict[str, float]:
        """Return the money there is, and how much the richest has."""
        return {"money": float(w.people.money.sum()), "most": float(w.people.money.max())}


@together("people", sets=("mood",))
def follow(i: Any, w: Any, new: Any) -> None:
    """Take on something of the mood of the next, and say so when it is high."""
    people = w.people
    other = (i + 1) % w.p.agents
    mood = 0.9 * people.mood[i] + 0.1 * people.mood[other] + w.p.noise * normal(people, i, 0)
    new.mood[i] = where(mood > 3.0, log(exp(mood)) / 2.0, mood)
    note(w.log, mood > 1.0, i, people, 0)
    note(w.log, mood < -1.0, i, people, 1)


class Moods(Scenario):
    """Let moods spread along a ring."""

    agents: int = Field(50, ge=2)
    noise: float = Field(0.3, ge=0)

    name: ClassVar[str] = "moods"
    rules = (follow,)
    events: ClassVar = {"cheered": "people", "sighed": "people"}
    span: ClassVar[float] = 20.0

    def world(self, seed: int) -> dict[str, Any]:
        """Return people of no mood."""
        return {"people": population(seed, "people", self.agents, mood=0.0)}

    def measured(self, w: Any) -> dict[str, float]:
        """Return the mean mood."""
        return {"mood": float(w.people.mood.mean())}


@shuffled("cells", births=1)
def live(i: Any, w: Any) -> None:
    """Divide or die."""
    cells = w.cells
    if uniform(cells, i, 0) < w.p.dying:
        note(w.log, True, i, cells, 1)
        die(cells, i)
    elif uniform(cells, i, 1) < w.p.dividing:
        child = born(cells)
        cells.age[child] = 0
        note(w.log, True, child, cells, 0)
    else:
        cells.age[i] += 1


class Culture(Scenario):
    """Let cells divide and die."""

    agents: int = Field(20, ge=0)
    dividing: float = Field(0.5, ge=0, le=1)
    dying: float = Field(0.2, ge=0, le=1)

    name: ClassVar[str] = "culture"
    rules = (live,)
    events: ClassVar = {"born": "cells", "died": "cells"}
    span: ClassVar[float] = 10.0

    def world(self, seed: int) -> dict[str, Any]:
        """Return young cells."""
        return {"cells": population(seed, "cells", self.agents, age=0)}
