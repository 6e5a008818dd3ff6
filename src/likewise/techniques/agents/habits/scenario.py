"""The scenario of habits: agents of given traits act as the entities did that habits were learned from."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from pydantic import ConfigDict, SkipValidation

from likewise.core.seeds import generator
from likewise.techniques.agents.habits.acting import COME, THE_FIRST, Places, act, at_own_hour
from likewise.techniques.agents.habits.axis import DAY, FORM, HOURS, PLAIN, SPAN, open_day, told_finely
from likewise.techniques.agents.habits.learning import Habits
from likewise.techniques.agents.habits.senses import NONE, SENSES
from likewise.techniques.agents.habits.traits import Budget, as_seen, budget_of
from likewise.techniques.agents.population import population
from likewise.techniques.agents.scenario import Floats, Ints, Scenario
from likewise.techniques.agents.world import World

FEW = 50_000
"""Events that plain Python has sooner than the rule is compiled."""


class Acting(Scenario):
    """Let agents act by habits, one of each row of traits, within the budgets that these make up."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    habits: SkipValidation[Habits]
    traits: SkipValidation[dict[str, Any]]

    name: ClassVar[str] = "habits"
    rules = (act,)
    events: ClassVar = {"event": "agents"}

    @property
    def attributes(self) -> dict[str, Any]:  # type: ignore[override]
        """The values that events are at."""
        return {"values": (int, len(self.habits.users))}

    @property
    def budget(self) -> Budget:
        """What each agent is to come to."""
        return budget_of(self.traits, float(self.habits.axis.told[SPAN]), len(self.habits.users))

    def is_short(self, until: float) -> bool:
        """Return whether so few events happen that compiling would take longer."""
        return int(self.budget.events.sum()) < FEW

    def world(self, seed: int) -> dict[str, Any]:
        """Return agents who know no value yet, and values that as many may use as did among as many entities."""
        habits, budget = self.habits, self.budget
        count = len(budget.events)
        seen = as_seen(self.traits)
        seen = np.column_stack([np.zeros((count, SENSES)), np.where(np.isfinite(seen), seen, NONE)])
        room = np.cumsum(budget.distinct.ravel()).reshape(budget.distinct.shape) - budget.distinct
        agents = population(seed, "agents", count, events=budget.events, rest=budget.occasions, last=budget.last,
                            distinct=budget.distinct, room_=room, known=np.zeros_like(room), seen=seen, done=0, size=0,
                            place=0, gap=0.0, earlier=0.0)  # fmt: skip
        rng = generator(seed, "habits", "users")
        free = [_thinned(users, count / habits.entities, rng) for users in habits.users]
        first = np.cumsum([0, *(len(own) for own in free)]).astype(np.int64)
        places = Places(
            first, np.concatenate([np.zeros(0, np.int64), *free]), np.zeros(int(budget.distinct.sum()), np.int64)
        )
        return {"agents": agents, "axis": habits.axis, "leaves": habits.leaves, "places": places}

    def first(self, w: World) -> tuple[Ints, Floats, Ints]:
        """Let each agent come when its traits say, at an hour of its own."""
        who, when = np.arange(len(w.agents.id)), np.asarray(told_finely(w.axis, self.budget.first), np.float64)
        if w.axis.told[FORM] != PLAIN:
            days = np.asarray(open_day(w.axis, when))
            when = w.axis.open[days] * DAY
            if w.axis.told[FORM] == HOURS:
                moments = [at_own_hour(w, i, day, -1.0, 3, THE_FIRST) for i, day in enumerate(days.tolist())]
                when = np.minimum(moments, w.axis.told[SPAN])
        return who, when, np.full(len(who), COME)


def _thinned(users: Ints, share: float, rng: np.random.Generator) -> Ints:
    """Return how many users values have among so many times as many entities: some of those they had, or more."""
    every, part = divmod(share, 1.0)
    slots = np.repeat(np.arange(len(users)), users)
    kept = rng.permutation(slots)[: round(part * len(slots))]
    return users * int(every) + np.bincount(kept, minlength=len(users))
