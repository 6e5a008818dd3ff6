"""An epidemic on a network: who is ill infects those they meet, and recovers.

Kermack and McKendrick, 1927, Proceedings of the Royal Society A 115; on networks Newman, 2002, Physical Review E 66.
Time is continuous: every contact between an ill and a well person comes to an infection at the same rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from likewise.core.seeds import generator
from likewise.techniques.agents import (
    Scenario,
    World,
    below,
    degree,
    neighbour,
    network,
    note,
    population,
    queued,
    schedule,
    term,
    uniform,
    waiting,
)
from likewise.techniques.agents.scenario import Floats, Ints
from likewise.techniques.agents.spaces.networks import Kind

WELL, ILL, OVER = range(3)
CATCH, MEET, RECOVER = range(3)
INFECTED, RECOVERED = range(2)


@term()
def infect(i: Any, by: Any, w: Any, now: Any) -> Any:
    """Let somebody fall ill, by somebody else or by nobody here (-1), and plan what comes of it."""
    people = w.people
    people.state[i] = ILL
    w.log.by[note(w.log, True, i, people, INFECTED)] = by
    schedule(w.queue, i, now + waiting(people, i, 0, 1.0 / w.p.days), RECOVER)
    plan_meeting(i, 1, w, now)


@term()
def plan_meeting(i: Any, purpose: Any, w: Any, now: Any) -> Any:
    """Plan the next meeting at which one who is ill is to infect one of their contacts."""
    rate = w.p.rate * degree(w.contacts, i)
    if rate > 0:
        schedule(w.queue, i, now + waiting(w.people, i, purpose, rate), MEET)


@queued("people")
def live(i: Any, what: Any, w: Any, now: Any) -> None:
    """Catch it, infect whom one meets while ill, recover."""
    people = w.people
    if what == CATCH:
        infect(i, -1, w, now)
    elif what == RECOVER:
        people.state[i] = OVER
        note(w.log, True, i, people, RECOVERED)
    elif people.state[i] == ILL:
        j = neighbour(w.contacts, i, below(people, i, 2, degree(w.contacts, i)))
        if people.state[j] == WELL:
            infect(j, people.id[i], w, now)
        plan_meeting(i, 3, w, now)


class SIR(Scenario):
    """Let an illness spread among people by their contacts, until nobody is ill any more."""

    agents: int = Field(10_000, ge=2, description="people")
    contacts: float = Field(8.0, ge=0, description="contacts of each on average; even unless the network is random")
    network: Kind = Field("random", description="how contacts come about: random, small-world or preferential")
    rewired: float = Field(0.1, ge=0, le=1, description="share of contacts of a small world that lead far away")
    rate: float = Field(0.05, ge=0, le=10, description="infections by one contact with one who is ill, a day")
    days: float = Field(7.0, gt=0, le=365, description="days that one is ill on average")
    first_ill: int = Field(10, ge=1, description="people who are ill at the beginning")

    name: ClassVar[str] = "sir"
    rules = (live,)
    events: ClassVar = {"infected": "people", "recovered": "people"}
    attributes: ClassVar = {"by": int}
    objects: ClassVar = {"by": "people"}
    unit: ClassVar[str] = "day"
    free: ClassVar = ("rate", "days")

    def world(self, seed: int) -> dict[str, Any]:
        """Return people who are well, and their contacts."""
        rng = generator(seed, "sir")
        links = network(self.network, rng, self.agents, self.contacts, rewired=self.rewired)
        return {"people": population(seed, "people", self.agents, state=WELL), "contacts": links}

    def first(self, w: World) -> tuple[Ints, Floats, Ints]:
        """Let some catch it from outside at the beginning."""
        ill = np.argsort(uniform(w.people, np.arange(self.agents), 4))[: self.first_ill]
        return ill, np.zeros(len(ill)), np.full(len(ill), CATCH)

    def counted(self, rows: Mapping[str, Any]) -> int | None:
        """Return None: data holds who fell ill, and not who stayed well."""
        return None

    def measured(self, w: World) -> dict[str, float]:
        """Return how many are well, ill, and over it."""
        well, ill, over = np.bincount(w.people.state, minlength=3)
        return {"susceptible": float(well), "infected": float(ill), "recovered": float(over)}
