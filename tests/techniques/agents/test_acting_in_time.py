"""Agents that act each in their own time: whatever way they are run in, and what ends in words instead of never."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest
from pydantic import Field

from likewise.errors import SettingsError
from likewise.recipes.simulate import simulate
from likewise.techniques.agents.clocks.arrivals import next_event
from likewise.techniques.agents.clocks.queue import schedule
from likewise.techniques.agents.compiling import How
from likewise.techniques.agents.language.chance import below, uniform
from likewise.techniques.agents.language.fetching import named_in
from likewise.techniques.agents.notes import note
from likewise.techniques.agents.population import born, die, population
from likewise.techniques.agents.rule import Rule, queued, shuffled
from likewise.techniques.agents.scenario import Floats, Ints, Scenario
from likewise.techniques.agents.simulation import Simulation
from likewise.techniques.agents.world import World

LIVED, STOOD, DOUBLED = range(3)


@queued("cells", births=1)
def live(i: Any, what: Any, w: Any, now: Any) -> None:
    """Divide or die, with equal chances."""
    cells = w.cells
    note(w.log, True, i, cells, LIVED)
    if uniform(cells, i, 0) < w.p.death:
        die(cells, i)
        return
    j = born(cells)
    cells.size[j] = cells.size[i] = cells.size[i] / 2.0 + below(cells, i, 3, 5)
    schedule(w.queue, j, next_event(cells, i, 2, now, w.p.rate), LIVED)
    schedule(w.queue, i, next_event(cells, i, 1, now, w.p.rate), LIVED)
    if uniform(cells, i, 4) < 0.5:  # what waits for one that died is not done by one that is born in its place
        schedule(w.queue, i, now + 0.1, LIVED)


class Cells(Scenario):
    """Let cells divide and die at moments of their own."""

    agents: int = Field(100, ge=1, description="cells")
    rate: float = Field(1.0, ge=0, description="how often a cell divides or dies")
    death: float = Field(0.6, ge=0, le=1, description="the chance that it dies")

    name: ClassVar[str] = "cells"
    rules = (live,)
    events: ClassVar = {"lived": "cells"}
    unit: ClassVar[str] = "day"

    def world(self, seed: int) -> dict[str, Any]:
        return {"cells": population(seed, "cells", self.agents, size=1.0)}

    def first(self, w: World) -> tuple[Ints, Floats, Ints]:
        who = np.arange(self.agents)
        return who, next_event(w.cells, who, 1, 0.0, self.rate), np.zeros(self.agents, np.int64)


def ran(how: How, until: tuple[float, ...] = (4.0,), **parameters: Any) -> tuple[bytes, ...]:
    simulation = Simulation(Cells(**parameters), seed=1, how=how)
    blocks = [block for end in until for block in simulation.stream(end)] + [simulation.rest()]
    columns = [np.concatenate([block[name] for block in blocks]) for name in ("time", "who", "what")]
    assert len(columns[0]) > 100
    return *(column.tobytes() for column in columns), simulation.world.cells.size.tobytes()


def test_agents_act_the_same_compiled_and_plain() -> None:
    assert ran("plain") == ran("compiled")


def test_it_does_not_matter_how_far_time_goes_at_once() -> None:
    assert ran("compiled", (0.01, 0.5, 3.0, 4.0)) == ran("compiled")


def test_who_never_acts_does_not() -> None:
    assert simulate(Cells(rate=0.0), until=5).events.rows == 0


@queued("cells")
def stand(i: Any, what: Any, w: Any, now: Any) -> None:
    """Act again at once."""
    note(w.log, now < 3.0, i, w.cells, LIVED)
    schedule(w.queue, i, now, STOOD)


@queued("cells")
def double(i: Any, what: Any, w: Any, now: Any) -> None:
    """Act twice in a while."""
    schedule(w.queue, i, now + 1.0, DOUBLED)
    schedule(w.queue, i, now + 1.5, DOUBLED)


class Standing(Cells):
    """Act again and again at one moment."""

    name: ClassVar[str] = "standing"
    rules = (stand,)


class Doubling(Cells):
    """Put in more than happens."""

    name: ClassVar[str] = "doubling"
    rules = (double,)


@pytest.mark.parametrize(("scenario", "code", "where"), [
    (Standing, "agents.still", "standing, time 0.1"), (Doubling, "agents.queue", "doubling, time 20."),
])  # fmt: skip
def test_what_would_never_end_ends_in_words(scenario: type[Scenario], code: str, where: str) -> None:
    with pytest.raises(SettingsError) as told:
        simulate(scenario(agents=10), until=1e9)
    assert told.value.code == code
    assert str(told.value.where).startswith(where)
    assert told.value.hint


@pytest.mark.parametrize(("parameter", "value"), [("rate", -1.0), ("death", 1.5), ("agents", 0)])
def test_parameters_out_of_their_range_are_told_with_the_range(parameter: str, value: float) -> None:
    with pytest.raises(SettingsError, match=rf"\$\.{parameter}: at (least|most) [01]"):
        simulate(Cells(), **{parameter: value})


@pytest.mark.parametrize("until", [0, -3, "0d", float("nan"), True])
def test_a_horizon_that_is_none_is_told(until: Any) -> None:
    with pytest.raises(SettingsError) as told:
        simulate(Cells(), until=until)
    assert (told.value.code, told.value.where) == ("agents.until", "until")


@queued("cells")
def note_twice(i: Any, what: Any, w: Any, now: Any) -> None:
    """Note more than is said."""
    for _ in range(4 * w.p.agents):
        note(w.log, True, i, w.cells, LIVED)


@queued("cells", births=1)
def bear_many(i: Any, what: Any, w: Any, now: Any) -> None:
    """Give birth to more than is said."""
    for _ in range(w.p.agents):
        born(w.cells)


@queued("cells", puts=2)
def put_many(i: Any, what: Any, w: Any, now: Any) -> None:
    """Put in more than is said."""
    for _ in range(w.p.agents * w.p.agents):
        schedule(w.queue, i, now + 1.0, LIVED)


@shuffled("cells")
def note_more(i: Any, w: Any) -> None:
    """Note more than is said."""
    for _ in range(3000):
        note(w.log, True, i, w.cells, LIVED)


@pytest.mark.parametrize("how", ["compiled", "plain"])
@pytest.mark.parametrize(("rule", "what"), [
    (note_twice, "notes"), (bear_many, "births"), (put_many, "puts"), (note_more, "notes"),
])  # fmt: skip
def test_a_rule_that_does_more_than_it_says_is_told_to_say_so(rule: Rule, what: str, how: How) -> None:
    class Doing(Cells):
        rules = (rule,)

    with pytest.raises(SettingsError) as told:
        simulate(Doing(agents=300), until=2000, how=how)
    assert told.value.code == "agents.room"
    assert f"`{rule.act.__name__}`" in told.value.what
    assert f"{what}=" in str(told.value.hint)


@shuffled("cells")
def nothing(i: Any, w: Any) -> None:
    """Do nothing."""


class Idle(Cells):
    """Have somebody without a rule."""

    def world(self, seed: int) -> dict[str, Any]:
        return {**super().world(seed), "stones": population(seed, "stones", 3)}


class Content(Idle):
    """Have somebody who only has things done to them."""

    passive: ClassVar = ("stones",)


class Ruleless(Cells):
    """Have no rules."""

    rules = ()


class Mixed(Cells):
    """Have rules of two clocks."""

    rules = (live, nothing)


class Nobody(Cells):
    """Have a rule for nobody."""

    def world(self, seed: int) -> dict[str, Any]:
        return {"celts": population(seed, "celts", 3)}


@pytest.mark.parametrize(("scenario", "code", "hint"), [
    (Idle, "agents.idle", "passive"), (Ruleless, "agents.rules", "rules"), (Mixed, "agents.rules", "column"),
    (Nobody, "agents.rules", "celts"),
])  # fmt: skip
def test_who_has_no_rule_is_told(scenario: type[Scenario], code: str, hint: str) -> None:
    with pytest.raises(SettingsError) as told:
        simulate(scenario())
    assert (told.value.code, told.value.where) == (code, "cells")
    assert hint in str(told.value.hint)


def test_who_is_passive_needs_no_rule() -> None:
    assert simulate(Content(), until=1).agents["stones"].rows == 3


def test_what_a_rule_reads_is_found_in_what_it_calls() -> None:
    assert {"cells", "size", "death", "rate", "turn", "room"} <= named_in(live.act)
    assert "excess" not in named_in(live.act)
