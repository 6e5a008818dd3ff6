"""Resources: what theory says of lines, and the same to the bit however they are run."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np
import pytest
from pydantic import Field

from likewise.errors import SettingsError
from likewise.techniques.agents.clocks.queue import queue, schedule
from likewise.techniques.agents.compiling import How
from likewise.techniques.agents.language.arithmetic import where
from likewise.techniques.agents.language.chance import uniform, waiting
from likewise.techniques.agents.notes import note
from likewise.techniques.agents.population import born, die, population
from likewise.techniques.agents.resources import (
    LINE,
    ask,
    count_up,
    gives_up,
    in_line,
    release,
    resources,
    set_capacity,
    wait_until,
)
from likewise.techniques.agents.rule import queued
from likewise.techniques.agents.scenario import Floats, Ints, Scenario
from likewise.techniques.agents.simulation import Simulation
from likewise.techniques.agents.world import World

ARRIVE, SERVED, DONE, TIRED, SHIFT = range(5)


@queued("people", births=1, notes=2)
def queue_up(i: Any, what: Any, w: Any, now: Any) -> None:
    """Arrive, wait, be served and leave; agent 0 is the door."""
    people, desks = w.people, w.desks
    if what == ARRIVE:
        schedule(w.queue, i, now + waiting(people, i, 0, w.p.rate), ARRIVE)
        i = born(people)
        people.came[i] = now
        people.is_urgent[i] = uniform(people, i, 3) < w.p.urgent
        rank = where(people.is_urgent[i], 0, 1)
        if ask(desks, people, i, 0, 1, rank, now, SERVED):
            schedule(w.queue, i, now, SERVED)
        elif w.p.patience > 0.0:
            wait_until(w.queue, people, i, now + waiting(people, i, 1, 1.0 / w.p.patience), TIRED)
    elif what == SERVED:
        row = note(w.log, True, i, people, SERVED)
        w.log.waited[row] = now - people.came[i]
        w.log.urgent[row] = where(people.is_urgent[i], 1.0, 0.0)
        service = w.p.constant + where(w.p.service > 0.0, waiting(people, i, 2, 1.0 / w.p.service), 0.0)
        schedule(w.queue, i, now + service, DONE)
    elif what == DONE:
        release(desks, w.queue, people, 0, 1, now)
        die(people, i)
    elif what == SHIFT:
        capacity = where(desks.capacity[0] > 0, 0, w.p.desks)
        set_capacity(desks, w.queue, people, 0, capacity, now)
        schedule(w.queue, i, now + w.p.shift, SHIFT)
    elif gives_up(desks, people, i, now):
        row = note(w.log, True, i, people, TIRED)
        w.log.waited[row] = now - people.came[i]
        die(people, i)


class Desks(Scenario):
    """Let people come to desks."""

    rate: float = Field(1.0, gt=0)
    desks: int = Field(1, ge=0)
    service: float = Field(0.8, ge=0)
    constant: float = Field(0.0, ge=0)
    patience: float = Field(0.0, ge=0)
    urgent: float = Field(0.0, ge=0, le=1)
    shift: float = Field(0.0, ge=0)

    name: ClassVar[str] = "desks"
    rules = (queue_up,)
    events: ClassVar = {"arrive": "people", "served": "people", "done": "people", "tired": "people"}
    attributes: ClassVar = {"waited": float, "urgent": float}
    unit: ClassVar[str] = "minute"

    def world(self, seed: int) -> dict[str, Any]:
        people = population(seed, "people", 1, came=0.0, is_urgent=False, **in_line(1))
        return {"people": people, "desks": resources([self.desks], ranks=2)}

    def first(self, w: World) -> tuple[Ints, Floats, Ints]:
        shifts = [self.shift] if self.shift else []
        return (
            np.zeros(1 + len(shifts), np.int64),
            np.array([1.0, *shifts]),
            np.array([ARRIVE, SHIFT][: 1 + len(shifts)]),
        )


def run(
    until: float = 150_000.0, how: How = "compiled", seed: int = 0, **parameters: Any
) -> tuple[Any, dict[str, Any]]:
    simulation = Simulation(Desks(**parameters), seed=seed, how=how)
    blocks = [*simulation.stream(until), simulation.rest()]
    return simulation, {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def erlang_c(load: float, servers: int) -> float:
    """Return the chance to wait: Erlang, 1917."""
    terms = [load**k / math.factorial(k) for k in range(servers + 1)]
    last = terms[-1] / (1 - load / servers)
    return last / (sum(terms[:-1]) + last)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.8), (3, 2.4), (10, 8.5)])
def test_waits_are_those_of_erlang(servers: int, load: float) -> None:
    _, log = run(desks=servers, service=load)
    waits = log["waited"][len(log["waited"]) // 20 :]
    chance = erlang_c(load, servers)
    assert (waits > 0).mean() == pytest.approx(chance, rel=0.05)
    assert waits.mean() == pytest.approx(chance * load / (servers - load), rel=0.1)
    slow = waits[waits > 0]
    assert (slow > np.log(2) * load / (servers - load)).mean() == pytest.approx(0.5, abs=0.03)  # they are exponential


def test_how_many_wait_is_how_often_they_come_times_how_long_they_wait() -> None:
    """Little, 1961; and desks are busy as long as they serve."""
    simulation, log = run(desks=2, service=1.5)
    desks = simulation.world.desks
    count_up(desks, 0, simulation.now)
    still = desks.waiting[0] * log["waited"].mean()
    assert desks.line[0] == pytest.approx(log["waited"].sum(), abs=20 * still + 100)
    assert desks.work[0] / simulation.now == pytest.approx(1.5, rel=0.02)
    assert desks.served[0] == len(log["waited"])


@pytest.mark.parametrize(("service", "constant"), [(0.0, 0.8), (0.3, 0.5), (0.8, 0.0)])
def test_waits_grow_with_the_spread_of_services(service: float, constant: float) -> None:
    """Pollaczek, 1930, and Khinchine, 1932: the mean wait is half of rate x E[S^2] over 1 - load."""
    _, log = run(service=service, constant=constant)
    load, square = service + constant, service**2 + (service + constant) ** 2
    assert log["waited"].mean() == pytest.approx(square / 2 / (1 - load), rel=0.1)


def test_who_is_urgent_waits_less_and_the_others_pay_for_it() -> None:
    """Cobham, 1954: with urgent load a, waits are R / (1 - a) and R / ((1 - a) (1 - load)), R = rate E[S^2] / 2."""
    _, log = run(service=0.8, urgent=0.4)
    is_urgent = log["urgent"] == 1.0
    assert log["waited"][is_urgent].mean() == pytest.approx(0.64 / (1 - 0.32), rel=0.1)
    assert log["waited"][~is_urgent].mean() == pytest.approx(0.64 / (1 - 0.32) / (1 - 0.8), rel=0.1)


def palm(load: float, servers: int, patience: float) -> tuple[float, float]:
    """Return the chance to give up and to be served at once where services take 1 / load: Palm, 1957 (Erlang A)."""
    weights = [1.0]
    for k in range(1, 400):
        weights.append(weights[-1] / (min(k, servers) / load + max(k - servers, 0) / patience))
    share = np.array(weights) / sum(weights)
    waiting_now = sum(max(k - servers, 0) * share[k] for k in range(400))
    return waiting_now / patience, share[:servers].sum()


@pytest.mark.parametrize(("servers", "load", "patience"), [(1, 1.2, 2.0), (4, 3.8, 0.7)])
def test_who_is_impatient_leaves_as_often_as_palm_says(servers: int, load: float, patience: float) -> None:
    simulation, log = run(desks=servers, service=load, patience=patience)
    leave, at_once = palm(load, servers, patience)
    gone = log["what"] == TIRED
    assert gone.mean() == pytest.approx(leave, rel=0.05)
    assert simulation.world.desks.left[0] == gone.sum()
    assert ((log["waited"] == 0) & ~gone).mean() == pytest.approx(at_once, rel=0.05)


def test_a_closed_desk_serves_nobody_and_goes_on_when_it_opens() -> None:
    simulation, log = run(20_000.0, desks=4, service=1.0, shift=10.0)
    served = log["time"][log["what"] == SERVED]
    assert (np.floor(served / 10.0) % 2 == 0).all()  # it is open in the first ten minutes, closed in the next
    assert (served % 20.0 == 0.0).sum() >= 900  # those who waited are let in when it opens
    assert simulation.world.desks.busy[0] <= 4
    count_up(simulation.world.desks, 0, simulation.now)
    assert simulation.world.desks.work[0] / simulation.now == pytest.approx(1.0, rel=0.05)


def test_without_desks_all_wait() -> None:
    simulation, log = run(300.0, desks=0)
    assert len(log["time"]) == 0
    assert simulation.world.desks.waiting[0] == len(simulation.world.people.id[simulation.world.people.id > 0])


@pytest.mark.parametrize("parameters", [
    {"desks": 2, "service": 1.7, "patience": 3.0, "urgent": 0.3}, {"desks": 3, "service": 1.0, "shift": 5.0},
])  # fmt: skip
def test_lines_are_the_same_to_the_bit_compiled_and_plain(parameters: dict[str, Any]) -> None:
    states = [run(400.0, how, **parameters) for how in ("compiled", "plain")]
    a, b = ({**simulation.state(), **log} for simulation, log in states)
    assert a.keys() == b.keys()
    assert all(a[name].tobytes() == b[name].tobytes() for name in a)


def test_who_wants_much_is_not_passed_over() -> None:
    people, desks = population(0, "people", 5, **in_line(5)), resources([2])
    waits = queue(people, 16, 1.0)
    assert ask(desks, people, 0, 0, 1, 0, 0.0, SERVED)
    assert not ask(desks, people, 1, 0, 2, 0, 1.0, SERVED)
    assert not ask(desks, people, 2, 0, 1, 0, 2.0, SERVED)  # one is free, but another came first
    release(desks, waits, people, 0, 1, 3.0)
    assert people.line_[:, LINE].tolist() == [-1, -1, 0, -1, -1]
    release(desks, waits, people, 0, 2, 4.0)
    assert people.line_[:, LINE].tolist() == [-1] * 5
    assert desks.busy[0] == 1


def test_patience_of_an_earlier_wait_is_none_of_a_later_one() -> None:
    people, desks = population(0, "people", 3, **in_line(3)), resources([1, 1])
    waits = queue(people, 16, 1.0)
    assert ask(desks, people, 0, 0, 1, 0, 0.0, SERVED)
    assert not ask(desks, people, 1, 0, 1, 0, 0.0, SERVED)
    wait_until(waits, people, 1, 5.0, TIRED)
    release(desks, waits, people, 0, 1, 1.0)
    assert not gives_up(desks, people, 1, 5.0)  # it is served
    assert ask(desks, people, 2, 1, 1, 0, 2.0, SERVED)
    assert not ask(desks, people, 1, 1, 1, 0, 4.0, SERVED)
    wait_until(waits, people, 1, 9.0, TIRED)
    assert not gives_up(desks, people, 1, 5.0)
    assert gives_up(desks, people, 1, 9.0)
    assert not gives_up(desks, people, 1, 9.0)


def test_less_than_no_units_are_told() -> None:
    with pytest.raises(SettingsError, match="at least 0 units"):
        resources([1, -1])
