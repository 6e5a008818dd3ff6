"""Race candidates on a table's own rows and learn the winner from all of them, in time where a time is promised."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from likewise.core.machine import available_memory
from likewise.core.progress import Progress
from likewise.core.protocol import Model, Synthesizer, learned_part
from likewise.core.table import Table
from likewise.errors import FitError, LikewiseError, SettingsError
from likewise.evaluation.utility.target import guess_target
from likewise.recipes.race.choose import Choice, choose, fault
from likewise.recipes.race.clock import MACHINE, Clock, Limit, OutOfTime, guard, spoken
from likewise.recipes.race.measure import Field, drawn_from, field_of, measure
from likewise.recipes.race.probe import Costs, probe
from likewise.recipes.race.result import Entry, Goal, Race, entry_of

FEWEST_TO_RACE = 200
"""Rows below which figures are too rough to choose by: the default is taken."""


@dataclass(frozen=True, eq=False)
class Raced:
    """Hold the model of the winner, learned from all rows, and how it won."""

    model: Model
    race: Race


@dataclass(frozen=True)
class Contest:
    """Hold what is raced and by which rules.

    `draws` rows are drawn and, where `judged`, reported on after the race: their time is part of the promise. Without a
    `limit` no clock has a say, and equal tables give equal winners.
    """

    candidates: tuple[Synthesizer, ...]
    goal: Goal
    seed: int = 0
    draws: int = 0
    judged: bool = False
    limit: Limit | None = None
    clock: Clock = MACHINE

    def run(self, table: Table, progress: Progress) -> Raced:
        """Race the candidates and learn the winner from the whole table.

        Raises FitError when no candidate can be taken, and SettingsError when none ends within the time allowed.
        """
        costs = self._costs(table, progress)
        entries = [self._entry(place, table, costs) for place in range(len(self.candidates))]
        ready = [place for place, entry in enumerate(entries) if entry.verdict != "not tried"]
        default = self.candidates[0].inside.technique
        usual = [place for place in ready if self.candidates[place].inside.technique == default]
        if not ready:
            raise self._nothing(entries, costs, table)
        if len(self.candidates) == 1:
            return self._won(table, entries, Choice(0, "nothing else was to be tried", kept=False), None, progress)
        if table.rows < FEWEST_TO_RACE and usual:
            why = f"{table.rows:,} rows are too few to compare candidates on, so the default was taken"
            return self._unraced(table, entries, usual[0], why, progress)
        field = field_of(table, self.seed)
        for number, place in enumerate(self._ordered(ready, costs, table)):
            progress(f"racing: {entries[place].name}", number, len(ready))
            entries[place] = self._run(place, entries, field, table, costs)
        progress("racing", len(ready), len(ready))
        choice = self._choice(entries, costs, table)
        if choice is not None:
            return self._won(table, entries, choice, field, progress)
        if usual and entries[usual[0]].verdict == "not tried" and self._ends(costs, usual[0], table):
            why = "there was no time to compare candidates, so the default was taken"
            return self._unraced(table, entries, usual[0], why, progress)
        raise self._nothing(entries, costs, table)

    def _ordered(self, ready: Sequence[int], costs: Costs | None, table: Table) -> list[int]:
        """Return who runs first: cheap ones, and of about equal cost those that the goal likely wants."""
        last = {place: max(self._last(costs, place, table), 0.1) for place in ready}
        cheapest, onward = min(last.values()), -1 if self.goal == "share" else 1
        return sorted(ready, key=lambda place: (round(math.log2(last[place] / cheapest)), onward * place))

    def _costs(self, table: Table, progress: Progress) -> Costs | None:
        if self.limit is None:
            return None
        progress("estimating cost", 0, 1)
        target = table.schema.target
        if self.judged and target is None:
            target = (guess_target(table.schema, table) or (None,))[0]  # what the report will take to predict
        found = probe(self.candidates, table, self.limit, target=target, seed=self.seed)
        progress("estimating cost", 1, 1)
        return found

    def _entry(self, place: int, table: Table, costs: Costs | None) -> Entry:
        """Return the row of a candidate before the race; `not tried` where it cannot run."""
        candidate, part = self.candidates[place], learned_part(table)
        needed, room = candidate.memory(part.rows, len(part.names)), available_memory()
        why = "" if costs is None else costs.failed.get(place, "")
        if needed is not None and room is not None and needed > room:
            why = "it would take more memory than there is"
        elif not why and not self._ends(costs, place, table):
            why = "learning all rows with it would not end in time"
        return entry_of(candidate, verdict="not tried" if why else "beaten", why=why)

    def _last(self, costs: Costs | None, place: int, table: Table) -> float:
        """Return the seconds from the end of the race to the end of the work: the last fit, drawing, the report."""
        if costs is None or place not in costs.learning:
            return 0.0
        judging = costs.judging(table.rows) if self.judged else 0.0
        return costs.making(place, table.rows, self.draws) + judging

    def _ends(self, costs: Costs | None, place: int, table: Table) -> bool:
        return self.limit is None or self._last(costs, place, table) <= self.limit.left

    def _run(self, place: int, entries: Sequence[Entry], field: Field, table: Table, costs: Costs | None) -> Entry:
        """Race one candidate if there is time for it and for the last fit of whichever wins."""
        entry, allowed = entries[place], None
        if self.limit is not None and costs is not None:
            leader = choose(self.goal, entries)
            after = max(self._last(costs, p, table) for p in (place, leader.place if leader else place))
            if costs.race(place, field.learned.rows) + after > self.limit.left:
                return entry.model_copy(update={"verdict": "not tried", "why": "there was no time left to race it"})
            allowed = self.limit.left - after
        watch, candidate = guard(allowed, self.clock), self.candidates[place]
        spent, begun = self.clock.cpu(), self.clock.wall()
        try:
            model = candidate.for_trial().fit(field.learned, seed=self.seed, progress=watch)
        except OutOfTime:
            return entry.model_copy(update={"verdict": "not tried", "why": "it was stopped to keep to the time"})
        except LikewiseError as trouble:
            return entry.model_copy(update={"verdict": "out", "why": f"it cannot learn this table: {trouble.what}"})
        if costs is not None:
            costs.learned(place, field.learned.rows, self.clock.wall() - begun)
        drawn = drawn_from(model, field, self.seed)
        seconds, begun = round(self.clock.cpu() - spent, 2), self.clock.wall()
        figures = measure(field, drawn, goal=self.goal, target=table.schema.target, seed=self.seed)
        if costs is not None and figures.c2st is not None:
            costs.measured(field.learned.rows, self.clock.wall() - begun)
        return entry.model_copy(update={"figures": figures, "cpu_seconds": seconds})

    def _choice(self, entries: list[Entry], costs: Costs | None, table: Table) -> Choice | None:
        """Return the winner among those whose last fit still ends in time; the others are taken out of the race."""
        late = {"figures": None, "verdict": "not tried", "why": "learning all rows with it would not end in time"}
        for place, entry in enumerate(entries):
            if entry.figures is not None and not self._ends(costs, place, table):
                entries[place] = entry.model_copy(update=late)
        return choose(self.goal, entries)

    def _unraced(self, table: Table, entries: Sequence[Entry], place: int, why: str, progress: Progress) -> Raced:
        """Learn the default, and say why nothing was compared with it."""
        others = [e if e.why else e.model_copy(update={"verdict": "not tried", "why": "no race was run"})
                  for e in entries]  # fmt: skip
        return self._won(table, others, Choice(place, why, kept=False), None, progress)

    def _won(
        self, table: Table, entries: Sequence[Entry], choice: Choice, field: Field | None, progress: Progress
    ) -> Raced:  # fmt: skip
        """Learn the winner from all rows and write the race on its card."""
        race = Race(
            goal=self.goal,
            entries=tuple(_told(self.goal, entry, place == choice.place) for place, entry in enumerate(entries)),
            why=choice.why,
            kept=choice.kept,
            learned=field.learned.rows if field else 0,
            held=field.held.rows if field else 0,
            seconds=self.limit.seconds if self.limit else None,
        )
        model = self.candidates[choice.place].fit(table, seed=self.seed, progress=progress)
        card = model.card.model_copy(update={"notes": (*model.card.notes, *race.notes())})
        return Raced(replace(model, card=card), race)

    def _nothing(self, entries: Sequence[Entry], costs: Costs | None, table: Table) -> LikewiseError:
        """Return the error that says why no candidate can be taken."""
        whys = _whys([_told(self.goal, entry, False) for entry in entries])
        if self.limit is None:
            return FitError("fit.no-candidate", f"no technique can be taken for the goal `{self.goal}`: {whys}",
                            hint="name one with technique= to learn it all the same")  # fmt: skip
        wanted = self.candidates[0].inside.technique
        known = [p for p in (costs.learning if costs else ()) if self.candidates[p].inside.technique == wanted]
        hint = "allow more time, or learn fewer rows"
        if known:
            # What was tried already is over, and would be tried again.
            least = self.limit.seconds - self.limit.left + min(self._last(costs, place, table) for place in known)
            hint += f"; about {spoken(least)} would do"
        what = f"nothing that can be taken ends within {spoken(self.limit.seconds)}: {whys}"
        return SettingsError("settings.time", what, where="time", hint=hint)


def _whys(entries: Sequence[Entry]) -> str:
    """Say why each candidate cannot be taken, those of one reason together."""
    names: dict[str, list[str]] = {}
    for entry in entries:
        names.setdefault(entry.why, []).append(entry.name)
    return "; ".join(f"{', '.join(alike)}: {why}" for why, alike in names.items())


def _told(goal: Goal, entry: Entry, won: bool) -> Entry:
    """Return the row of a candidate with what became of it."""
    trouble = "" if entry.figures is None else fault(goal, entry.figures)
    if won:
        return entry.model_copy(update={"verdict": "chosen", "why": trouble})
    return entry.model_copy(update={"verdict": "out", "why": trouble}) if trouble else entry
