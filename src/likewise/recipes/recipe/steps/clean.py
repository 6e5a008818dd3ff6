"""`clean`: remove rows that their neighbours contradict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from likewise.core.spec import Spec
from likewise.errors import SettingsError
from likewise.recipes.recipe.faults import Faults
from likewise.recipes.recipe.steps.step import Context, Made, Shape, Step, check_column, refuse_weights, rows_of
from likewise.recipes.rows import Rows
from likewise.techniques.smote import uncontradicted


class Cleaning(Spec):
    """Say how rows are judged by their neighbours, real and made ones alike.

    `enn` (edited nearest neighbours) removes a row that most of its `k_neighbors` contradict, `tomek` both rows of a
    pair of two classes that are each other's nearest. `target` is the schema's if not given.
    """

    method: Literal["enn", "tomek"] = "enn"
    k_neighbors: int = Field(default=3, ge=1)
    target: str | None = None


class Clean(Step):
    """Remove rows whose neighbours are of another class."""

    kind: ClassVar[str] = "clean"

    clean: Cleaning

    def check(self, taken: Shape, named: Mapping[str, Shape], faults: Faults, path: str) -> Shape:
        """Check that the target is there and has classes."""
        own, name = f"{path}.clean.target", self.clean.target or taken.target
        refuse_weights(taken, faults, f"{path}.clean")
        if name is None:
            faults.add(own, "it is not said which column has the classes: name it, or a `target`")
        there = check_column(name, taken, faults, own)
        if there and taken.schema is not None and not taken.schema[str(name)].is_levels:
            faults.add(own, f"`{name}` ({taken.schema[str(name)].kind}) has no classes: name a category or a boolean")
        return taken

    def run(self, taken: Made, context: Context) -> Rows:
        """Remove rows."""
        rows, asked = rows_of(taken), self.clean
        name = asked.target or rows.table.schema.target
        if name is None:
            raise SettingsError("settings.target", "cleaning wants to know the target", where="target",
                                hint="name the column of classes as `target`")  # fmt: skip
        found = rows.take(uncontradicted(rows.table, name, method=asked.method, k_neighbors=asked.k_neighbors))
        gone = rows.table.rows - found.table.rows
        return found.having(f"{gone:,} rows were removed because their neighbours are of another class "
                            f"({rows.added - found.added:,} of them made ones)")  # fmt: skip

    def said(self) -> str:
        """Name the method."""
        return f"clean by {self.clean.method}"
