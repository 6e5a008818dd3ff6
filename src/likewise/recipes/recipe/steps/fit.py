"""`fit`: learn a model of the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Self

from likewise.constraints.holding.declared import Declared
from likewise.constraints.kinds import Constraint
from likewise.core.protocol import Model, Synthesizer
from likewise.core.registry import synthesizer
from likewise.core.schema import Schema
from likewise.recipes.learn import plan
from likewise.recipes.quarantine import parted
from likewise.recipes.recipe.faults import Faults
from likewise.recipes.recipe.steps.step import Context, Made, Shape, Step, Thing, check_column, check_technique, rows_of
from likewise.recipes.rows import UNREPRESENTATIVE


class Fit(Step):
    """Learn the rows with a technique and its `settings`; `target` is the column to predict, if it is another one.

    Rows that the model draws meet the `constraints`, those of the recipe if it is not said.
    As with `likewise fit`, a technique whose settings nobody chose is made stricter where a trial leaks.
    """

    kind: ClassVar[str] = "fit"
    gives: ClassVar[Thing] = "model"

    fit: str
    settings: dict[str, Any] = {}
    target: str | None = None
    constraints: Declared = ()

    def held(self, constraints: tuple[Constraint, ...]) -> Self:
        """Hold the rules in what the model draws."""
        return self if self.constraints else self.model_copy(update={"constraints": constraints})

    def check(self, taken: Shape, named: Mapping[str, Shape], faults: Faults, path: str) -> Shape:
        """Check the technique, its settings and the target."""
        check_technique(self.fit, self.settings, taken, faults, path, "fit")
        check_column(self.target, taken, faults, f"{path}.target")
        shape = taken.with_target(self.target)
        schema = shape.schema
        if schema is not None:
            schema = Schema(columns=tuple(c for c in schema.columns if c.role != "ignore"))
        return Shape("model", shape.target, True, schema)

    def run(self, taken: Made, context: Context) -> Model:
        """Learn."""
        rows = rows_of(taken)
        table = rows.table
        if self.target is not None:
            table = table.with_schema(table.schema.with_target(self.target))
        rules = tuple(rule for rule in self.constraints if all(name in table.schema for name in rule.columns))
        table, aside = parted(table, rules)
        planned = plan(self.fit, self.settings, constraints=rules)
        model = planned.learn(table, seed=context.seed, progress=context.progress).having(aside).model
        if rows.representative:
            return model
        notes = (*model.card.notes, *(note for note in rows.notes if note.startswith(UNREPRESENTATIVE)))
        return replace(model, card=model.card.model_copy(update={"notes": notes}))

    def techniques(self, schema: Schema) -> tuple[Synthesizer, ...]:
        """The one that is learned with."""
        return (synthesizer(self.fit, self.settings),)

    def said(self) -> str:
        """Name the technique."""
        return f"fit {self.fit}"
