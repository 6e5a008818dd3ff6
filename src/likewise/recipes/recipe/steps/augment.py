"""`augment`: add rows like those that are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from likewise.recipes.augment import Augmenting, augmented
from likewise.recipes.recipe.faults import Faults
from likewise.recipes.recipe.steps.step import Context, Made, Shape, Step, known_technique, rows_of
from likewise.recipes.rows import Rows


class Augment(Step):
    """Keep the rows and add new ones."""

    kind: ClassVar[str] = "augment"

    augment: Augmenting

    def check(self, taken: Shape, named: Mapping[str, Shape], faults: Faults, path: str) -> Shape:
        """Check the technique and its settings."""
        known_technique(self.augment.technique, self.augment.settings, faults, f"{path}.augment", "technique")
        return replace(taken, made=True)

    def run(self, taken: Made, context: Context) -> Rows:
        """Add rows."""
        return augmented(rows_of(taken), self.augment, seed=context.seed, progress=context.progress)

    def said(self) -> str:
        """Say how many rows are added, and by what."""
        asked = self.augment
        many = f"{asked.n:,} rows" if asked.n is not None else f"{asked.times or 2:g} times the rows"
        return f"augment to {many} by {asked.technique}" if asked.n is None else f"augment by {many} of {asked.technique}"
