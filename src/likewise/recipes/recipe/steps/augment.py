"""`augment`: add rows like those that are there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Self

from likewise.constraints.kinds import Constraint
from likewise.core.protocol import Synthesizer
from likewise.core.registry import synthesizer
from likewise.core.schema import Schema
from likewise.recipes.augment import Augmenting, augmented, technique_to_augment
from likewise.recipes.recipe.faults import Faults
from likewise.recipes.recipe.steps.step import Context, Made, Shape, Step, check_technique, refuse_weights, rows_of
from likewise.recipes.rows import Rows


class Augment(Step):
    """Keep the rows and add new ones."""

    kind: ClassVar[str] = "augment"

    augment: Augmenting

    def held(self, constraints: tuple[Constraint, ...]) -> Self:
        """Hold the rules in the rows that are made."""
        if self.augment.constraints:
            return self
        asked = self.augment.model_copy(update={"constraints": constraints})
        return self.model_copy(update={"augment": asked})

    def check(self, taken: Shape, named: Mapping[str, Shape], faults: Faults, path: str) -> Shape:
        """Check the technique and its settings; what `auto` is, and so its settings, the columns tell."""
        refuse_weights(taken, faults, f"{path}.augment")
        if taken.schema is not None or self.augment.technique != "auto":
            name = technique_to_augment(self.augment, taken.schema)
            check_technique(name, self.augment.settings, taken, faults, f"{path}.augment", "technique")
        return replace(taken, made=True)

    def run(self, taken: Made, context: Context) -> Rows:
        """Add rows."""
        return augmented(rows_of(taken), self.augment, seed=context.seed, progress=context.progress)

    def small(self, share: float) -> Self:
        """Add a share of the rows."""
        n = self.augment.n
        if n is None:
            return self
        return self.model_copy(update={"augment": self.augment.model_copy(update={"n": math.ceil(share * n)})})

    def rows(self, taken: int, tried: float) -> int | None:
        """The rows that are there and those that are added."""
        return taken + self.augment.count(taken)

    def techniques(self, schema: Schema) -> tuple[Synthesizer, ...]:
        """The one that makes new rows."""
        return (synthesizer(technique_to_augment(self.augment, schema), self.augment.settings),)

    def said(self) -> str:
        """Say how many rows are added, and by what."""
        asked = self.augment
        if asked.n is not None:
            return f"augment by {asked.n:,} rows of {asked.technique}"
        return f"augment to {asked.times or 2:g} times the rows by {asked.technique}"
