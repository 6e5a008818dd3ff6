"""Running a scenario: time goes on, agents act, and what they did is read out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

import numpy as np

from likewise.errors import SettingsError, suggest
from likewise.techniques.agents import notes
from likewise.techniques.agents.clocks import moments
from likewise.techniques.agents.clocks import queue as queues
from likewise.techniques.agents.clocks.steps import take_turns
from likewise.techniques.agents.compiling import How, can_compile, comes_of_compiling
from likewise.techniques.agents.drift import SLICES, Drift
from likewise.techniques.agents.population import OWN, UNBORN, living, of_columns, with_room
from likewise.techniques.agents.rule import Rule
from likewise.techniques.agents.scenario import Scenario
from likewise.techniques.agents.world import World

STILL = 1_000_000
"""Acts, and as many for each agent again, after which a time that does not move on is taken to stand still."""

A_HAIR = 1e-9
"""Part of a step by which times may miss it: multiples of 0.1 are not exact."""

OFF = 8.0
"""How much wider or narrower than fits the days of the queue may be: a queue is not rebuilt for nothing."""

WAITING = 64
"""Events that may wait for each agent, beside a million: where more do, the queue will not drain."""


class Simulation:
    """Hold a world and its time, and let both go on.

    Whatever happens is a function of the scenario, its parameters and the seed, and not of how far time goes at once,
    nor of `at_once`, after how many events those that were noted are read out.
    """

    def __init__(
        self, scenario: Scenario, *, seed: int = 0, how: How | None = None, drift: Drift | None = None,
        at_once: int = notes.AT_ONCE,
    ) -> None:  # fmt: skip
        self.scenario, self.seed, self.drift = scenario, seed, drift or Drift({})
        self.how: How = how or ("compiled" if can_compile() else "plain")
        self.now = 0.0
        self.steps = 0
        self.acts = 0
        self.series: list[tuple[float, ...]] = []
        self.world = World(scenario.world(seed))
        self.world.log = notes.empty(scenario.attributes, max([at_once, *(rule.notes for rule in scenario.rules)]))
        scenario.check(self.populations)
        _check_how(self.how, scenario.rules, self.populations)
        self._set_parameters(self.now)
        if scenario.is_queued:
            self._begin_queue()

    @property
    def populations(self) -> dict[str, Any]:
        """The populations by name."""
        return {
            name: part for name, part in self.world.parts.items() if getattr(part, "_fields", ())[: len(OWN)] == OWN
        }

    def stream(self, until: float) -> Iterator[dict[str, Any]]:
        """Let time go on until a moment, and yield the events of it as columns, a block whenever there are many."""
        try:
            yield from self._in_time(until) if self.scenario.is_queued else self._in_steps(until)
        except Exception as fault:  # rules are written by anybody
            if not comes_of_compiling(fault):
                raise
            names = ", ".join(f"`{rule.act.__name__}`" for rule in self.scenario.rules)
            raise SettingsError("agents.compiling", f"{names} cannot be compiled", where=self.scenario.name,
                                hint="let rules call terms only, and functions of your own under @term(); "
                                "how='plain' runs them as they are") from fault  # fmt: skip

    def rest(self) -> dict[str, Any]:
        """Return the events that are in no block yet."""
        return notes.read_out(self.world.log)

    def measure(self) -> None:
        """Keep what the scenario has to say of the world as it is now."""
        measured = self.scenario.measured(self.world)
        if measured:
            self.series.append((self.now, *measured.values()))

    def state(self) -> dict[str, Any]:
        """Return the arrays of the world and its time: all that the future depends on."""
        parts = self.world.parts
        held = {f"{name}.{field}": getattr(part, field) for name, part in parts.items() if name not in ("p", "queue")
                for field in part._fields}  # fmt: skip
        if self.scenario.is_queued:
            held |= {f"queue.{field}": getattr(parts["queue"], field) for field in queues.Queue._fields[1:]}
        arrays = {name: values for name, values in held.items() if isinstance(values, np.ndarray)}
        times = np.array([self.now, self.steps, self.acts], np.float64)
        return {**arrays, "time": times, "series": np.array(self.series, np.float64)}

    def restore(self, state: dict[str, Any]) -> None:
        """Take up a world where it was left."""
        for name, part in self.world.parts.items():
            if name != "p":
                fields = {field: state[f"{name}.{field}"] for field in part._fields if f"{name}.{field}" in state}
                setattr(self.world, name, part._replace(**fields))
        if self.scenario.is_queued:
            self._bring_near()
        self.series = [tuple(row) for row in state["series"].tolist()]
        self.now, self.steps, self.acts = float(state["time"][0]), int(state["time"][1]), int(state["time"][2])

    def _set_parameters(self, now: float) -> None:
        self.world.p = of_columns("p", {**self.scenario.numbers(), **self.drift.at(now)})

    def _in_steps(self, until: float) -> Iterator[dict[str, Any]]:
        w, rules, size = self.world, self.scenario.rules, self.scenario.step
        while self.steps < until / size - A_HAIR:
            self._set_parameters(self.now)
            w.log.now[0] = self.now
            self.scenario.before(w)
            for number, rule in enumerate(rules):
                yield from self._make_room(rule)
                take_turns(rule, w.view, seed=self.seed, turn=self.steps * len(rules) + number, how=self.how)
                self._check_room(rule)
            self.steps += 1
            self.now = self.steps * size

    def _make_room(self, rule: Rule) -> Iterator[dict[str, Any]]:
        """See that each agent of a population can give birth and note events as often as its rule may."""
        who, children = getattr(self.world, rule.who), getattr(self.world, rule.children)
        alive = int(who.room[0] - who.room[1])
        if rule.births and (grown := with_room(children, alive * rule.births)) is not children:
            setattr(self.world, rule.children, grown)
        wanted = alive * rule.notes
        if notes.room(self.world.log) < wanted:
            if self.world.log.used[0]:
                yield notes.read_out(self.world.log)
            if notes.room(self.world.log) < wanted:
                now = self.world.log.now
                self.world.log = notes.empty(self.scenario.attributes, wanted)
                self.world.log.now[:] = now

    def _check_room(self, rule: Rule) -> None:
        """Raise SettingsError where an act did more of something than its rule says, for which there was no room."""
        w = self.world
        lacking = {"notes": w.log.used[notes.LOST], "births": getattr(w, rule.children).room[UNBORN]}
        if self.scenario.is_queued:
            lacking["puts"] = w.queue.state[queues.LOST]
        for what, count in lacking.items():
            if count:
                raise SettingsError("agents.room", f"`{rule.act.__name__}` did more in one act than its `{what}` says",
                                    where=f"{self.scenario.name}, time {self.now:g}",
                                    hint=f"say how often it may: `{rule.order}(..., {what}=...)`")  # fmt: skip

    def _begin_queue(self) -> None:
        w, name = self.world, self.scenario.rules[0].who
        who, when, what = self.scenario.first(w)
        when = np.asarray(when, np.float64)
        population = getattr(w, name)
        ahead = when[np.isfinite(when) & (when > 0)]
        width = queues.A_DAY * 2.0 * float(np.median(ahead)) / len(ahead) if len(ahead) else 1.0
        slots = max(2 * len(who), len(population.id)) + 1024
        w.queue = queues.queue(queues.near(population, self.scenario.rules[0].act), slots, width)
        moments.put_all(w.queue, np.asarray(who, np.int64), when, np.asarray(what, np.int64), how=self.how)

    def _bring_near(self) -> None:
        """Tell the queue of other arrays of the population that acts."""
        rule = self.scenario.rules[0]
        self.world.queue = self.world.queue._replace(near=queues.near(getattr(self.world, rule.who), rule.act))

    def _in_time(self, until: float) -> Iterator[dict[str, Any]]:
        """Let agents act in slices of time, within which parameters stay as they are."""
        size = self.scenario.span / SLICES
        while self.now < until:
            number = np.floor(self.now / size + 1e-6)
            self._set_parameters(float(number * size))
            end = float(min(until, (number + 1) * size)) if self.drift.points else until
            yield from self._slice(end)
            self.now = end

    def _slice(self, until: float) -> Iterator[dict[str, Any]]:
        w, rule = self.world, self.scenario.rules[0]
        most = STILL + 16 * len(getattr(w, rule.who).id)
        why = moments.FULL
        while why != moments.DONE:
            began = float(w.log.now[0])
            whose = getattr(w, rule.who), getattr(w, rule.children)
            room = (rule.puts, rule.notes, rule.births)
            count, why = moments.act_until(rule.act, w.view, whose, until, most, room, how=self.how)
            self.acts += count
            self._check_room(rule)
            if why == moments.STUCK:
                raise self._standing_still()
            if why == moments.FULL and notes.room(w.log) < rule.notes:
                yield notes.read_out(w.log)
            if why == moments.FULL and rule.births:
                self._grow(rule.children, rule.births)
            self._fit_queue(rule.who, count, float(w.log.now[0]) - began)

    def _grow(self, name: str, births: int) -> None:
        who = getattr(self.world, name)
        if (grown := with_room(who, births)) is not who:
            setattr(self.world, name, grown)
            self._bring_near()

    def _fit_queue(self, name: str, acts: int, passed: float) -> None:
        """Give the queue more room where it is nearly full, and days of another width where they hold too much."""
        queue, who = self.world.queue, getattr(self.world, name)
        slots, width = len(queue.slots), float(queue.width[0])
        most = WAITING * len(who.id) + STILL
        puts = self.scenario.rules[0].puts
        if queues.room(queue) < puts:
            if slots >= most:
                raise self._overflowing(slots)
            slots = min(2 * slots, most + puts)
        if acts > 1000 and passed > 0:
            fitting = queues.A_DAY * passed / acts
            width = width if fitting / OFF < width < fitting * OFF else fitting
        if (slots, width) != (len(queue.slots), float(queue.width[0])):
            now = float(self.world.log.now[0])
            self.world.queue = queues.rebuilt(queue, slots, width, now, how=self.how)

    def _overflowing(self, waiting: int) -> SettingsError:
        return SettingsError("agents.queue", f"{waiting:,} events wait, and more are put in than happen",
                             where=f"{self.scenario.name}, time {self.world.log.now[0]:g}",
                             hint="each act should put in about one event, not more")  # fmt: skip

    def _standing_still(self) -> SettingsError:
        return SettingsError("agents.still", f"time stands still: over {STILL:,} acts at one moment",
                             where=f"{self.scenario.name}, time {self.world.log.now[0]:g}",
                             hint="let a rule that puts in its own next event put it later than now")  # fmt: skip


def _check_how(how: How, rules: tuple[Rule, ...], populations: Mapping[str, Any]) -> None:
    """Raise SettingsError for a way to run that there is not, or that those who live cannot be run in."""
    if how not in get_args(How):
        raise SettingsError("agents.how", "rules are run compiled, on arrays, or plain", where="how",
                            hint=suggest(str(how), get_args(How), "choice"))  # fmt: skip
    others = [rule for rule in rules if rule.order != "together" and len(living(populations[rule.who]))]
    if how == "arrays" and others:
        raise SettingsError("agents.arrays", f"`{others[0].act.__name__}` cannot run on whole columns: agents of a "
                            f"{others[0].order} rule see what those before them did", where="how",
                            hint="run it compiled or plain")  # fmt: skip
