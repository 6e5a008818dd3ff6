"""Scenarios: who lives in a world, by which rules, with which parameters."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.spec import Spec, Told
from likewise.core.table import Table
from likewise.errors import SettingsError, suggest
from likewise.techniques.agents.calibration.summaries.summary import Summary, quantiles
from likewise.techniques.agents.calibration.summaries.times import burstiness, gap_quantiles
from likewise.techniques.agents.notes import UNTOLD
from likewise.techniques.agents.rule import Rule
from likewise.techniques.agents.run import attribute, coded
from likewise.techniques.agents.world import World

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FEW = 100_000.0
"""Acts that plain Python does sooner than they are compiled."""


class Scenario(Spec, ABC, metaclass=Told):
    """Hold the parameters of a simulation, each with its type, its range and what it means; equal ones are equal.

    An author writes the fields, `rules`, and `world`: the populations and spaces at the beginning. `unit` is what a
    unit of time is (`step` where time has no meaning outside), `span` how many of them a run takes by itself, and
    `step` how many go by from one step to the next, where agents act in steps. `events` names what rules note, in the
    order of the numbers that they note, and who does it; `attributes` what else may be told of an event, and `objects`
    which of these are agents, and of which population (below 0 nobody); `passive` which populations only have things
    done to them.

    `like` names what of a run real data is like (`events`, or a population whose states are kept `every` so often),
    `needs` the columns that it has, and `summaries` is what both are compared by. `free` are the parameters that such
    data may tell.

    A scenario with a calendar has a field `start`, a date or a moment, which is then the beginning of its times.
    """

    name: ClassVar[str]
    rules: ClassVar[tuple[Rule, ...]]
    events: ClassVar[Mapping[str, str]] = {}
    attributes: ClassVar[Mapping[str, Any]] = {}
    objects: ClassVar[Mapping[str, str]] = {}
    passive: ClassVar[tuple[str, ...]] = ()
    unit: ClassVar[str] = "step"
    span: ClassVar[float] = 100.0
    step: ClassVar[float] = 1.0
    like: ClassVar[str] = "events"
    every: ClassVar[float | None] = None
    needs: ClassVar[tuple[str, ...]] = ("time", "agent", "activity")
    free: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def world(self, seed: int) -> dict[str, Any]:
        """Return populations and spaces at the beginning, by name."""

    def first(self, w: World) -> tuple[Ints, Floats, Ints]:
        """Return who is to do what when at the beginning, where rules are queued: (who, when, what)."""
        raise NotImplementedError

    def before(self, w: World) -> None:
        """Change the world before each step, as a whole: who is near whom, what the hour is."""

    def told(self, block: dict[str, Any]) -> dict[str, Any]:
        """Return what is told of the events of a block beside their times, as columns: who, what and attributes."""
        activities, kinds = list(self.events), sorted({*self.events.values()})
        columns: dict[str, Any] = {"agent": pa.array(block["who"])}
        if len(kinds) > 1:
            kind = np.array([kinds.index(self.events[activity]) for activity in activities])
            columns["kind"] = coded(kind[block["what"]], kinds)
        columns["activity"] = coded(block["what"], activities)
        known = {name: np.where(block[name] < 0, UNTOLD, block[name]) for name in self.objects}
        return {**columns, **{name: attribute(known.get(name, block[name])) for name in self.attributes}}

    @property
    def references(self) -> dict[str, str]:
        """Which columns of events refer to agents or other objects, and of which kind: in logs that know objects."""
        kinds = [*{*self.events.values()}]
        own = {"agent": kinds[0]} if len(kinds) == 1 else {}  # where there are several, a number does not tell whom
        return {**own, **self.objects}

    def measured(self, w: World) -> dict[str, float]:
        """Return what is to be said of the world after each step; nothing by default."""
        return {}

    def of_data(self, table: Table) -> Table:
        """Return the rows of real data that runs are compared with; all by default."""
        return table

    def of_run(self, block: Mapping[str, Any]) -> Any:
        """Return which events of a block are such as real data has; all by default."""
        return np.ones(len(block["time"]), bool)

    def counted(self, rows: Mapping[str, Any]) -> int | None:
        """Return how many agents real data is of; None where not all of them appear in it, so that it must be said."""
        return len(np.unique(rows["agent"])) if "agent" in rows else None

    def summaries(self, rows: Mapping[str, Any]) -> Summary:
        """Return what real and simulated data are compared by, of the columns that are needed as arrays.

        Times are in units since the first, agents are numbers, activities those of `events`. By default: how many
        events there are, how often each activity is, when a tenth, half and nine tenths of them are over, how long
        agents wait between events, and how that bursts.
        """
        activities = np.asarray(rows["activity"], np.int64)
        shares = np.bincount(activities, minlength=len(self.events)) / max(len(activities), 1)
        counts = Summary(tuple(f"share of {name}" for name in self.events), shares)
        counts += Summary(("events",), np.array([np.log1p(len(activities))]))
        waits = gap_quantiles(rows["time"], by=rows["agent"]) + burstiness(rows["time"], by=rows["agent"])
        return counts + quantiles(rows["time"], at=(0.1, 0.5, 0.9)).under("time") + waits

    def is_short(self, until: float) -> bool:
        """Return whether so little happens up to a moment that compiling would take longer; the result is the same."""
        return False

    @property
    def is_queued(self) -> bool:
        """Whether agents act each in their own time."""
        return self.rules[0].order == "queued"

    def check(self, populations: Collection[str]) -> None:
        """Raise SettingsError unless each population of the world has a rule, and each rule a population."""
        orders = {rule.order for rule in self.rules}
        if not orders or ("queued" in orders and len(self.rules) > 1):
            raise SettingsError("agents.rules", "nobody has a rule to act by" if not orders else
                                "where agents act in their own time, they act by one rule", where=self.name,
                                hint="name the rules in `rules`; one that is queued may tell kinds of agents apart "
                                "by a column")  # fmt: skip
        for rule in self.rules:
            if rule.who not in populations:
                raise SettingsError("agents.rules", f"`{rule.act.__name__}` is a rule for `{rule.who}`, of whom there "
                                    "are none in the world", where=self.name,
                                    hint=suggest(rule.who, list(populations), "population"))  # fmt: skip
        known = {*self.passive, *(name for rule in self.rules for name in (rule.who, rule.children))}
        idle = [name for name in populations if name not in known]
        if idle:
            raise SettingsError("agents.idle", f"`{idle[0]}` has no rule to act by", where=self.name,
                                hint="write one, or name it in `passive` if it only has things done to it")  # fmt: skip

    def numbers(self) -> dict[str, float | int | bool]:
        """Return the parameters that rules see."""
        fields = ((name, getattr(self, name)) for name in type(self).model_fields)
        return {name: value for name, value in fields if isinstance(value, int | float)}
