"""`impute`: fill what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar, Self

import numpy as np

from likewise.constraints.holding import Constrained
from likewise.constraints.holding.declared import Declared
from likewise.constraints.kinds import Constraint
from likewise.core.impute import fill
from likewise.core.protocol import Synthesizer
from likewise.core.registry import synthesizer, technique
from likewise.core.schema import Schema
from likewise.core.spec import Spec
from likewise.errors import SettingsError
from likewise.recipes.looking import looking
from likewise.recipes.recipe.faults import Faults
from likewise.recipes.recipe.steps.step import Context, Made, Shape, Step, check_technique, rows_of
from likewise.recipes.rows import Rows


class Imputing(Spec):
    """Say by which technique gaps are filled."""

    technique: str = "auto"
    settings: dict[str, Any] = {}
    constraints: Declared = ()


class Impute(Step):
    """Fill every missing cell given what is known of its row; a row that had gaps counts as made then."""

    kind: ClassVar[str] = "impute"

    impute: Imputing

    def held(self, constraints: tuple[Constraint, ...]) -> Self:
        """Hold the rules in the rows that are made."""
        if self.impute.constraints:
            return self
        asked = self.impute.model_copy(update={"constraints": constraints})
        return self.model_copy(update={"impute": asked})

    def check(self, taken: Shape, named: Mapping[str, Shape], faults: Faults, path: str) -> Shape:
        """Check the technique and its settings."""
        check_technique(self.impute.technique, self.impute.settings, taken, faults, f"{path}.impute", "technique")
        name = self.impute.technique
        with suppress(SettingsError):  # one that is not there was told of above
            if technique(name).model_class.conditions == "rejection":
                faults.add(f"{path}.impute.technique", f"`{name}` cannot complete rows: use autoregressive")
        return replace(taken, made=True)

    def run(self, taken: Made, context: Context) -> Rows:
        """Fill the gaps."""
        rows, asked = rows_of(taken), self.impute
        held = Constrained.around(looking(asked.technique, asked.settings), asked.constraints, strict=False)
        model = held.fit(rows.table, seed=context.seed, progress=context.progress)
        filled = fill(model, rows.table, seed=context.seed, progress=context.progress)
        changed = np.zeros(rows.table.rows, dtype=bool)
        for mask in filled.cells.values():
            changed |= mask
        return replace(rows, table=filled.table, made=rows.made | changed).having(*filled.notes)

    def techniques(self, schema: Schema) -> tuple[Synthesizer, ...]:
        """The one that is learned with."""
        return (synthesizer(self.impute.technique, self.impute.settings),)

    def said(self) -> str:
        """Name the technique."""
        return f"impute by {self.impute.technique}"
