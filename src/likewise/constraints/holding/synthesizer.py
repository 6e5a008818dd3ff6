"""Settings of a technique whose rows are held to declared rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar, Self, cast

import numpy as np

from likewise.constraints.holding.checking import consistent, settled, settled_each
from likewise.constraints.holding.deciding import LOOKED_AT, with_decided
from likewise.constraints.holding.declared import Declared
from likewise.constraints.holding.model import ConstrainedModel
from likewise.constraints.holding.planning import planned
from likewise.constraints.holding.probing import probed
from likewise.constraints.holding.quarantine import Quarantine, set_aside, told_by_part
from likewise.constraints.holding.rule import decisions, row_rules
from likewise.constraints.holding.steps import Computed, Emptied, Step
from likewise.constraints.kinds import Constraint, Quota
from likewise.core.card import Privacy
from likewise.core.progress import Progress, quiet
from likewise.core.protocol import Arrays, HeldBack, Model, Synthesizer
from likewise.core.registry import synthesizer
from likewise.core.schema import KINDS, MEDIA, Column, Kind, Schema
from likewise.core.seeds import generator
from likewise.core.table import Table

Notes = tuple[str, ...]


class _KindsInside:
    """The kinds of columns that the technique inside can learn; without one, those that any can."""

    def __get__(self, held: Constrained | None, owner: type[Constrained]) -> frozenset[Kind]:
        return KINDS - MEDIA if held is None else held.inside.kinds


class _PrivateInside:
    """Whether the technique inside gives a guarantee; without one, no."""

    def __get__(self, held: Constrained | None, owner: type[Constrained]) -> bool:
        return held is not None and held.inside.is_private


class Constrained(Synthesizer):
    """Hold declared rules on whatever a technique draws.

    `inner` is the name of the technique that draws and `settings` are its own. Columns that follow from others are
    computed; rows are drawn until they meet the other rules, which samples what was learned given the rules; where that
    takes too long only the columns involved are drawn again. Rules on all rows are met when all are drawn. Rows to
    learn from that break a rule are set aside and counted. A rule that cannot be held on a table, as it lacks a column,
    is refused, or with `strict: false` left out.

    Use when a rule must hold in every row. Avoid for rules that most real rows break: what is learned is then learned
    from the few that do not.

    >>> bill = {"net": [7 * row % 90 for row in range(300)], "tax": [row * row % 41 for row in range(300)]}
    >>> bill["gross"] = [net + tax for net, tax in zip(bill["net"], bill["tax"])]
    >>> model = Constrained(inner="sampling", constraints=["gross == net + tax", "tax < net"]).fit(bill)
    >>> drawn = model.sample(100)
    >>> all(n + t == g and t < n for n, t, g in zip(drawn["net"], drawn["tax"], drawn["gross"]))
    True
    """

    technique: ClassVar[str] = "constrained"
    model_class: ClassVar[type[Model]] = ConstrainedModel
    privacy: ClassVar[Privacy] = Privacy(statement="that of the technique inside")
    kinds: ClassVar[frozenset[Kind]] = cast("frozenset[Kind]", _KindsInside())
    is_private: ClassVar[bool] = cast("bool", _PrivateInside())

    inner: str = "auto"
    settings: dict[str, Any] = {}
    constraints: Declared = ()
    strict: bool = True

    @classmethod
    def around(cls, technique: Synthesizer, constraints: Sequence[Constraint], *, strict: bool = True) -> Synthesizer:
        """Return the settings of a technique held to constraints; the technique itself where there are none."""
        if not constraints:
            return technique
        rules = tuple(constraints)
        return cls(inner=technique.technique, settings=technique.to_dict(), constraints=rules, strict=strict)

    @property
    def inside(self) -> Synthesizer:
        """The technique that draws. Raises SettingsError where there is none of its name, or its settings are wrong."""
        return synthesizer(self.inner, self.settings)

    @classmethod
    def candidates(cls) -> tuple[Synthesizer, ...]:
        """Return none: other techniques are raced, and each is held to the rules that are given."""
        return ()

    def stricter(self) -> Self | None:
        """Return the technique's stricter settings held to the same rules."""
        found = self.inside.stricter()
        return None if found is None else self.model_copy(update={"settings": found.to_dict()})

    def for_trial(self) -> Self:
        """Return the settings without quotas, which count the rows of the whole and not of a trial."""
        kept = tuple(one for one in self.constraints if not isinstance(one, Quota))
        return self if len(kept) == len(self.constraints) else self.model_copy(update={"constraints": kept})

    def held_back(self, table: Table, share: float, rng: np.random.Generator) -> HeldBack:
        """Return which rows the technique holds back to be judged by."""
        return self.inside.held_back(table, share, rng)

    def memory(self, rows: int, columns: int) -> int | None:
        """Return about how many bytes the technique takes."""
        return self.inside.memory(rows, columns)

    def set_aside(self, data: Any) -> Quarantine:
        """Return which rows of a table meet all rules and which do not.

        Raises SettingsError for rules that cannot be held on such a table, and FitError where no row meets them.
        """
        table = Table.from_any(data)
        return set_aside(consistent(self._applied(table.schema), table.schema)[0], table)

    def fit(self, data: Any, *, seed: int = 0, progress: Progress = quiet) -> Model:
        """Learn from the rows of a table that meet the rules.

        The rows may be a part of a table: totals, running balances and gaps set none aside here, `set_aside` does.
        A technique with a guarantee learns from the data as it comes, and none is set aside: nobody looks whether rows
        meet the rules. Raises what the technique raises, SettingsError for rules that cannot be held and FitError where
        no row meets them.
        """
        if self.is_private:
            return self._fit_unseen(data, seed, progress)
        table = Table.from_any(data)
        applied, dropped = consistent(self._applied(table.schema), table.schema)
        found = set_aside(told_by_part(applied), table) if table.rows else None
        held = self.model_copy(update={"constraints": applied})
        model = Synthesizer.fit(held, table if found is None else found.kept, seed=seed, progress=progress)
        assert isinstance(model, ConstrainedModel)
        notes = (*dropped, *(found.notes if found else ()), *model.card.notes)
        told = {"privacy": model.inner.card.privacy, "notes": tuple(dict.fromkeys(notes)), "settings": self.to_dict()}
        return replace(model, card=model.card.model_copy(update=told))

    def _fit_unseen(self, data: Any, seed: int, progress: Progress) -> Model:
        """Let the technique learn from data that nobody else looks at, and hold what it draws to the rules."""
        inner = self.inside.fit(data, seed=seed, progress=progress)
        model = self.over(inner, self.constraints, strict=self.strict, seed=seed)
        settings = {**self.to_dict(), "settings": inner.card.settings}
        return replace(model, card=model.card.model_copy(update={"settings": settings}))

    def learn(
        self, table: Table, *, seed: int, progress: Progress
    ) -> tuple[Schema, dict[str, Any], Arrays, tuple[str, ...]]:
        """Learn the columns that do not follow from others, and see how often the rules hold in what is drawn."""
        rules = row_rules(self.constraints, table.schema)
        steps = planned(rules, table, self._kept(table.schema))
        left = {step.column for step in steps if isinstance(step, Computed) and step.left_out}
        inner = self.inside.fit(table.select([n for n in table.names if n not in left]), seed=seed, progress=progress)
        schema = _schema(table.schema, inner.schema, steps)
        model = ConstrainedModel(schema, inner.card, table.container, inner, self.constraints, steps, 1.0)
        model, notes = _looked_at(model, seed, table)
        return schema, *model.state(), (*inner.card.notes, *notes)

    @classmethod
    def over(cls, inner: Model, constraints: Sequence[Constraint], *, strict: bool = True, seed: int = 0) -> Model:
        """Hold constraints on what a fitted model draws; the rows that it was fitted to are not needed.

        What follows from other columns is found in rows that the model draws, so that a guarantee of the model stays
        what it is. Raises SettingsError for rules that cannot be held on its columns.

        >>> from likewise.constraints.kinds import Constraints
        >>> model = synthesizer("sampling").fit({"low": [1, 5, 9] * 20, "high": [4, 8, 12] * 20})
        >>> drawn = Constrained.over(model, Constraints.of(["low <= high"]).items).sample(50)
        >>> all(low <= high for low, high in zip(drawn["low"], drawn["high"]))
        True
        """
        held = settled(constraints, inner.schema) if strict else settled_each(constraints, inner.schema)
        applied, dropped = consistent(held, inner.schema)
        steps: tuple[Step, ...] = ()
        if rules := row_rules(applied, inner.schema):
            drawn = inner.draw(LOOKED_AT, generator(seed, "planning"), None)
            steps = planned(rules, drawn, frozenset(drawn.names))
        schema = _schema(inner.schema, inner.schema, steps)
        model = ConstrainedModel(schema, inner.card, inner.container, inner, applied, steps, 1.0)
        model, notes = _looked_at(model, seed)
        settings = cls(inner=inner.technique, settings=inner.card.settings, constraints=applied).to_dict()
        told = {"technique": cls.technique, "settings": settings, "notes": (*dropped, *notes, *inner.card.notes)}
        return replace(model, card=inner.card.model_copy(update=told))

    def _applied(self, schema: Schema) -> tuple[Constraint, ...]:
        """Return the rules that are held on such a table: all, or with `strict: false` those that can be."""
        return settled(self.constraints, schema) if self.strict else settled_each(self.constraints, schema)

    def _kept(self, schema: Schema) -> frozenset[str]:
        """Return the columns that the technique has to see: its target, and those that its settings name."""
        named = {schema.target} if schema.target else set[str]()
        todo: list[Any] = [self.settings]
        while todo:
            value = todo.pop()
            if isinstance(value, dict):
                todo += [*value, *value.values()]
            elif isinstance(value, list | tuple):
                todo += value
            elif isinstance(value, str) and value in schema:
                named.add(value)
        return frozenset(named)


def _looked_at(model: ConstrainedModel, seed: int, learned: Table | None = None) -> tuple[ConstrainedModel, Notes]:
    """Return a model that knows what columns decide, from rows it draws and those `learned`, and how rules are met."""
    decided = decisions(model.constraints, model.learned)
    if decided:
        drawn = model.built(model.inner.draw(LOOKED_AT, generator(seed, "deciding"), None))
        steps = with_decided(model.steps, decided, drawn, drawn if learned is None else learned)
        model = replace(model, steps=steps)
    return probed(model, seed)


def _schema(table: Schema, inner: Schema, steps: tuple[Step, ...]) -> Schema:
    """Return the columns that are drawn and those that follow from them, in the order of the table."""
    emptied = {step.column for step in steps if isinstance(step, Emptied)}

    def column(own: Column) -> Column:
        if own.name in inner:
            found = inner[own.name]
            return found.model_copy(update={"nullable": True}) if own.name in emptied else found
        return own.model_copy(update={"bounds": None, "nullable": True, "reason": ""})

    return Schema(columns=tuple(column(own) for own in table.columns))
