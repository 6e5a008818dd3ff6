"""Learn a model: a technique at once, or the winner of a race where a goal or a time is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, get_args

from likewise.constraints.holding import Constrained
from likewise.constraints.kinds import Constraint
from likewise.core.progress import Progress
from likewise.core.protocol import Model, Synthesizer, learned_part
from likewise.core.registry import DEFAULT, technique, techniques
from likewise.core.seconds import seconds_of
from likewise.core.table import Table
from likewise.errors import SettingsError, suggest
from likewise.evaluation.score import FEWEST
from likewise.recipes.guard import guarded
from likewise.recipes.looking import looking
from likewise.recipes.quarantine import NOTHING_ASIDE, Aside
from likewise.recipes.race.clock import MACHINE, Clock, Limit, limit_of
from likewise.recipes.race.measure import HELD
from likewise.recipes.race.result import Goal, Race
from likewise.recipes.race.run import Contest

FOR_MEDIA = "vae"
"""What `auto` takes where a column holds images, sounds, clips or series."""

UNSAID: Goal = "share"
"""The goal of a race that only a time was given for: what is careful is done where nothing was said."""


@dataclass(frozen=True, eq=False)
class Learned:
    """Hold a model, what a race found where candidates were raced for it, and what is told of rows set aside."""

    model: Model
    race: Race | None = None
    aside: Aside = NOTHING_ASIDE

    def having(self, aside: Aside) -> Learned:
        """Return it with what is told of rows that were set aside, on the model's card too."""
        if not aside.rows:
            return self
        told = {"notes": tuple(dict.fromkeys((*aside.notes, *self.model.card.notes)))}
        model = replace(self.model, card=self.model.card.model_copy(update=told))
        return replace(self, model=model, aside=aside)


@dataclass(frozen=True)
class Plan:
    """Hold what is to be learned and how, understood and checked before anything is read.

    Without a goal and a time there is one candidate and no race; if it is `guarded`, a trial may make its settings
    stricter. The time runs from when the plan was made. `for_media` makes the plan that is followed instead where a
    column holds arrays.
    """

    candidates: tuple[Synthesizer, ...]
    goal: Goal | None = None
    limit: Limit | None = None
    guarded: bool = False
    constraints: tuple[Constraint, ...] = ()
    clock: Clock = MACHINE
    for_media: Callable[[], Plan] | None = None

    def suited(self, table: Table) -> Plan:
        """Return the plan for a table: with `auto`, another technique where there are images, sounds or series."""
        media = any(column.is_media for column in learned_part(table).schema.columns)
        return self.for_media() if media and self.for_media is not None else self

    def learn(
        self, table: Table, *, seed: int, progress: Progress, draws: int = 0, judged: bool = False
    ) -> Learned:  # fmt: skip
        """Learn a table; `draws` rows are drawn afterwards and perhaps judged, which counts in the time."""
        if (other := self.suited(table)) is not self:
            return other.learn(table, seed=seed, progress=progress, draws=draws, judged=judged)
        if not table.rows or (self.goal is None and self.limit is None):  # a fit refuses no rows in its own words
            return self._learned(table, seed, progress)
        self._check_goal(table)
        contest = Contest(self.candidates, self.goal or UNSAID, seed, draws, judged, self.limit, self.clock)
        raced = contest.run(table, progress)
        return Learned(raced.model, raced.race)

    def _check_goal(self, table: Table) -> None:
        """Refuse to promise that rows may be shared where there are too few cells of media to look for copies."""
        media = [c.name for c in learned_part(table).schema.columns if c.is_media]
        if (self.goal or UNSAID) != "share":
            return
        for name in media:
            known = int((~table.missing(name)).sum())
            if known * HELD < FEWEST:
                what = f"goal `share` cannot be held for `{name}`: copies cannot be looked for among {known:,} cells"
                hint = f"give {round(FEWEST / HELD)} cells or more, or name a technique without a goal"
                raise SettingsError("settings.goal", what, where=name, hint=hint)

    def _learned(self, table: Table, seed: int, progress: Progress) -> Learned:
        """Learn with the one candidate, or what a guard makes of it."""
        if not self.guarded or not table.rows:
            return Learned(self.candidates[0].fit(table, seed=seed, progress=progress))
        found = guarded(self.candidates[0], table, seed=seed, progress=progress)
        model = found.synthesizer.fit(table, seed=seed, progress=progress)
        return Learned(replace(model, card=model.card.model_copy(update={"notes": (*model.card.notes, *found.notes)})))


def plan(
    name: str,
    settings: Mapping[str, Any] | None = None,
    *,
    goal: str | None = None,
    time: str | float | None = None,
    constraints: Sequence[Constraint] = (),
    clock: Clock = MACHINE,
) -> Plan:
    """Understand what is asked for and start the time. Raises SettingsError for anything that is not known.

    With `constraints` every candidate is held to them. A technique that trains for a time (`gan`, `vae`) is given the
    time as a setting, and no race is run for it.

    >>> [candidate.technique for candidate in plan("auto").candidates]
    ['autoregressive']
    """
    known = get_args(Goal)
    if goal is not None and goal not in known:
        raise SettingsError("settings.goal", f"there is no goal `{goal}`", where="goal",
                            hint=suggest(str(goal), known, "goal"))  # fmt: skip
    family = technique(name)
    if time is not None and "time" in family.model_fields:
        settings, time = {**(settings or {}), "time": seconds_of(time)}, None
    limit = limit_of(time, clock)
    usual = looking(name, settings)
    rules = tuple(constraints)
    other = partial(plan, FOR_MEDIA, settings, goal=goal, time=time, constraints=rules, clock=clock)
    for_media = other if name == "auto" else None
    if goal is None and limit is None:
        held = Constrained.around(usual, constraints)
        return Plan((held,), guarded=_is_open(usual, settings), constraints=rules, clock=clock, for_media=for_media)
    wanted: Goal | None = next((one for one in known if one == goal), None)
    raced = tuple(Constrained.around(one, constraints) for one in candidates_of(name, settings) or (usual,))
    return Plan(raced, wanted, limit, constraints=rules, clock=clock, for_media=for_media)


def _is_open(usual: Synthesizer, settings: Mapping[str, Any] | None) -> bool:
    """Say whether a guard may make settings stricter: not those that were chosen by name."""
    stricter = usual.stricter()
    return stricter is not None and all(getattr(usual, name) == getattr(stricter, name) for name in settings or {})


def candidates_of(name: str, settings: Mapping[str, Any] | None = None) -> tuple[Synthesizer, ...]:
    """Return what a race of one technique, or of all with `auto`, is run between: the default technique first.

    Settings that are given hold for every candidate; techniques that lack one of them stay out, and so do plug-ins that
    cannot be loaded and techniques with a guarantee, which a race would break.

    >>> [found.to_dict() for found in candidates_of("bootstrap")]
    [{}]
    """
    given = dict(settings or {})
    names = [DEFAULT, *(other for other in techniques() if other != DEFAULT)] if name == "auto" else [name]
    found: list[Synthesizer] = []
    for one in names:
        try:
            family = technique(one)
        except SettingsError:
            if name != "auto":
                raise
            continue
        if name == "auto" and (family.is_private or not given.keys() <= family.model_fields.keys()):
            continue
        for each in family.candidates():
            settled = family.from_dict({**each.to_dict(), **given}, where=one)
            if settled not in found:
                found.append(settled)
    return tuple(found)
