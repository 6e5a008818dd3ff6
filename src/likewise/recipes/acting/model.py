"""Draw events: agents of drawn traits act, and trees draw what else their events hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.card import Card
from likewise.core.conditions import Given
from likewise.core.frames import Container
from likewise.core.protocol import Arrays, Model
from likewise.core.schema import Schema
from likewise.core.table import Table, concat
from likewise.errors import ConditionError
from likewise.recipes.acting.events import beside, drawn_events
from likewise.recipes.acting.table import TRAIT, Roles, as_levels
from likewise.recipes.acting.telling import Telling
from likewise.recipes.nested import model_within, state_within
from likewise.techniques.agents.compiling import How
from likewise.techniques.agents.habits.axis import SPAN, Axis
from likewise.techniques.agents.habits.history import History
from likewise.techniques.agents.habits.learning import Habits
from likewise.techniques.agents.habits.leaves import Leaves
from likewise.techniques.agents.habits.scenario import Acting
from likewise.techniques.agents.habits.traits import trait_names
from likewise.techniques.agents.simulation import Simulation

Ints = npt.NDArray[np.int64]

EVENTS, TRAITS = "events/", "traits/"
"""Before the names of the arrays of the models inside."""

MOST_TRIES = 100
"""How often as many events are drawn as there should be, for agents of whom every event meets a condition."""


@dataclass(frozen=True, eq=False)
class AgentsModel(Model):
    """Hold what agents are like (`traits`), how they act (`habits`) and what their events hold beside (`events`).

    Where no entity was named there are no `roles`, and `events` draws whole rows. `levels` are the values of each
    shared or told column by their numbers, `telling` says which of these are told.
    """

    events: Model | None
    traits: Model | None
    habits: Habits | None
    roles: Roles | None
    levels: Mapping[str, Sequence[str | None]]
    telling: Mapping[str, Telling]

    technique: ClassVar[str] = "agents"
    conditions: ClassVar[Literal["native", "rejection"]] = "native"

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return `n` rows of agents, the last cut short; conditions hold in all rows of each."""
        if self.roles is None:
            assert self.events is not None
            return self.events.draw(n, rng, given)
        own, others = self._parted(given, self.roles)
        found: list[Table] = []
        rows = tries = 0
        while rows < n or not found:
            drawn, owner = self._acted(max(n - rows, 1), rng, own, self.roles)
            if others is not None:
                meet = np.ones(int(owner.max(initial=-1)) + 1, dtype=bool)
                np.logical_and.at(meet, owner, others.matches(drawn))
                drawn = drawn.take(meet[owner])
            found.append(drawn)
            rows, tries = rows + drawn.rows, tries + 1
            if (rows + 1) * MOST_TRIES < n * tries:
                raise ConditionError("given.unlikely", f"few agents are drawn of whom every event meets {others}",
                                     hint="loosen the conditions, or give what never changes of one")  # fmt: skip
        return concat(found).slice(0, n)

    def _parted(self, given: Given | None, roles: Roles) -> tuple[Given | None, Given | None]:
        """Return the conditions on what never changes of an agent, and the others."""
        if given is None:
            return None, None
        if given.rows is not None:
            raise ConditionError("given.rows-unsupported", "events cannot be completed one by one: each follows from "
                                 "what its agent did before", hint="give conditions")  # fmt: skip
        if roles.entity in given.conditions:
            raise ConditionError("given.kind", f"the ids in `{roles.entity}` are made anew and cannot be given",
                                 where=roles.entity, hint="give what holds for all its rows")  # fmt: skip
        parts = [{name: condition for name, condition in given.conditions.items() if (name in roles.fixed) is inside}
                 for inside in (True, False)]  # fmt: skip
        return (Given(parts[0]) if parts[0] else None), (Given(parts[1]) if parts[1] else None)

    def _acted(self, n: int, rng: np.random.Generator, given: Given | None, roles: Roles) -> tuple[Table, Ints]:
        """Return `n` events of agents whose traits meet conditions, and whose each is."""
        assert self.traits is not None and self.habits is not None
        agents = self._agents(n, rng, given)
        traits = {name: agents.numbers(TRAIT + name) for name in trait_names(self.habits.axis, len(roles.shared))}
        scenario = Acting(habits=self.habits, traits=traits)
        end = float(self.habits.axis.told[SPAN])
        how: How | None = "plain" if scenario.is_short(end) else None
        simulation = Simulation(scenario, seed=int(rng.integers(2**31)), how=how)
        blocks = [*simulation.stream(end * (1 + 1e-9) + 1e-9), simulation.rest()]
        owner, time = (np.concatenate([block[name] for block in blocks]) for name in ("who", "time"))
        values = np.concatenate([block["values"] for block in blocks])
        rows = np.lexsort((np.arange(len(owner)), owner))[:n]
        owner, time, values = owner[rows], time[rows], values[rows]
        table = self._told(History(self.habits.axis, owner, time, ()), values, agents, rng, roles)
        if roles.by_time:
            rows = np.argsort(time, kind="stable")
            return table.take(rows), owner[rows]
        return table, owner

    def _agents(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return as many agents as have `n` events together."""
        assert self.traits is not None and self.habits is not None
        found, events, size = list[Table](), 0, 16
        while events < n or not found:
            found.append(self.traits.draw(size, rng, given))
            events += int(np.maximum(np.rint(found[-1].numbers(TRAIT + "events")), 1).sum())
            size = max(16, round(1.05 * (n - events) * sum(own.rows for own in found) / max(events, 1)))
        agents = concat(found)
        passed = np.cumsum(np.maximum(np.rint(agents.numbers(TRAIT + "events")), 1))
        return agents.slice(0, int(np.searchsorted(passed, n)) + 1)

    def _told(self, history: History, values: Ints, agents: Table, rng: np.random.Generator, roles: Roles) -> Table:
        """Return events as rows of the table: who, when, at which values, what is fixed, and what else they hold."""
        codes = {name: values[:, j] for j, name in enumerate(roles.shared)}
        codes |= {name: self.telling[name].drawn(values[:, j], rng) for name, j in roles.told.items()}
        columns = {name: as_levels(self.levels[name], own, self.schema[name]) for name, own in codes.items()}
        shared = {name: columns[name] for name in roles.shared}
        if self.events is not None:
            known = beside(history, roles, agents, shared, self.schema)
            held = drawn_events(self.events, known, roles, history, rng)
            columns |= {name: held.column(name) for name in roles.others}
        columns |= {name: agents.column(name).take(pa.array(history.owner)) for name in roles.fixed}
        columns[roles.order.name] = roles.moments(history.time)
        columns[roles.entity] = roles.naming.tokens(rng.integers(2**50, size=agents.rows)[history.owner])
        for ticket in roles.tickets:
            tokens = rng.integers(2**50, size=len(history.who))
            columns[ticket.column.name] = ticket.tokens(tokens[history.of_occasion])
        names = [c.name for c in self.schema.columns if not c.is_generated]
        return Table(pa.table({name: columns[name] for name in names}), self.schema.select(names))

    def placed(self, drawn: Table, start: int, seed: int) -> Table:
        """Give agents and occasions ids in the order in which they come; other blocks count from other numbers on."""
        if self.roles is None:
            assert self.events is not None
            return self.events.placed(drawn, start, seed)
        columns = drawn.columns
        for naming in (self.roles.naming, *self.roles.tickets):
            name = naming.column.name
            columns = columns.set_column(drawn.names.index(name), name, naming.named(drawn.column(name), start, seed))
        return Table(columns, drawn.schema, drawn.container)

    # -- files ------------------------------------------------------------------------------------------------------
    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return the models inside, habits and what columns are."""
        meta: dict[str, Any] = {
            "levels": dict(self.levels),
            "roles": None if self.roles is None else self.roles.state(),
        }
        arrays: Arrays = {}
        for prefix, model in ((EVENTS, self.events), (TRAITS, self.traits)):
            if model is not None:
                meta[prefix], own = state_within(model, prefix)
                arrays |= own
        if self.habits is not None:
            meta["entities"] = self.habits.entities
            arrays |= {f"axis/{name}": own for name, own in self.habits.axis._asdict().items()}
            arrays |= {f"leaves/{name}": own for name, own in self.habits.leaves._asdict().items()}
            arrays |= {f"users/{j}": own for j, own in enumerate(self.habits.users)}
        for name, telling in self.telling.items():
            arrays |= {f"held/{name}": telling.held, f"ends/{name}": telling.ends}
        return meta, arrays

    @classmethod
    def from_state(cls, schema: Schema, card: Card, container: Container, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild all of it."""
        events, traits = (model_within(meta[prefix], prefix, arrays) if prefix in meta else None
                          for prefix in (EVENTS, TRAITS))  # fmt: skip
        roles = None if meta["roles"] is None else Roles.from_state(meta["roles"])
        habits = None
        if "entities" in meta:
            axis = Axis(**{name: arrays[f"axis/{name}"] for name in Axis._fields})
            leaves = Leaves(**{name: arrays[f"leaves/{name}"] for name in Leaves._fields})
            users = tuple(arrays[f"users/{j}"] for j in range(len(meta["roles"]["shared"])))
            habits = Habits(axis, leaves, users, meta["entities"])
        told = () if roles is None else roles.told
        telling = {name: Telling(arrays[f"held/{name}"], arrays[f"ends/{name}"]) for name in told}
        return cls(schema, card, container, events, traits, habits, roles, meta["levels"], telling)
