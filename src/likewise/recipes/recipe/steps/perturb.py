"""`perturb`: change rows a little."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from likewise.core.protocol import Perturbing, Synthesizer
from likewise.core.registry import synthesizer
from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.recipes.augment import NOISE
from likewise.recipes.recipe.faults import Faults
from likewise.recipes.recipe.steps.step import Context, Made, Shape, Step, check_kinds, rows_of
from likewise.recipes.rows import Rows


class Perturb(Step):
    """Change every row by noise of the given settings; all rows count as made then."""

    kind: ClassVar[str] = "perturb"

    perturb: dict[str, Any]

    def check(self, taken: Shape, named: Mapping[str, Shape], faults: Faults, path: str) -> Shape:
        """Check the settings of the noise."""
        with faults.at(f"{path}.perturb"):
            check_kinds(synthesizer(NOISE, self.perturb), taken, faults, path)
        return replace(taken, made=True)

    def run(self, taken: Made, context: Context) -> Rows:
        """Learn what noise is to be of, and change the rows."""
        rows = rows_of(taken)
        model = synthesizer(NOISE, self.perturb).fit(rows.table, seed=context.seed, progress=context.progress)
        assert isinstance(model, Perturbing)
        table: Table = model.perturb(Table(rows.table.columns, rows.table.schema), seed=context.seed)
        table = Table(table.columns, table.schema, rows.table.container)
        return replace(rows, table=table, made=np.ones(table.rows, dtype=bool)).having(*model.card.notes)

    def techniques(self, schema: Schema) -> tuple[Synthesizer, ...]:
        """The one that is learned with."""
        return (synthesizer(NOISE, self.perturb),)

    def said(self) -> str:
        """Name the settings."""
        return f"perturb by {', '.join(f'{name}={value}' for name, value in self.perturb.items()) or 'noise'}"
