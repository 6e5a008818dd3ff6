"""What every step is: settings that take one thing, rows or a model, and make another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, Self

from pydantic import ConfigDict, Field

from likewise.constraints.kinds import Constraint
from likewise.core.progress import Progress
from likewise.core.protocol import Model, Synthesizer
from likewise.core.registry import able
from likewise.core.schema import Schema
from likewise.core.spec import Spec
from likewise.errors import LikewiseError, suggest
from likewise.recipes.looking import looking
from likewise.recipes.recipe.faults import Faults
from likewise.recipes.rows import Rows

Thing = Literal["rows", "model"]
Made = Rows | Model

SOURCE = "source"
"""What the rows that a recipe reads are called in it, less those that were held back."""


@dataclass(frozen=True)
class Shape:
    """Hold what is known of a thing before it is made: rows or a model, the column to predict, whether any row is made.

    `schema` is None until the source was read. `weighted` rows have weights.
    """

    thing: Thing
    target: str | None
    made: bool = False
    schema: Schema | None = None
    weighted: bool = False

    def with_target(self, target: str | None) -> Shape:
        """Return the shape with another column to predict."""
        schema = self.schema
        if target is not None and schema is not None and target in schema:
            schema = schema.with_target(target)
        return replace(self, target=target or self.target, schema=schema)


@dataclass(frozen=True, eq=False)
class Context:
    """Hold what a step is run with: its seed, who is told of progress, and things that it takes by name."""

    seed: int
    progress: Progress
    named: Mapping[str, Made]

    def rows(self, name: str) -> Rows:
        """Return rows by their name."""
        found = self.named[name]
        assert isinstance(found, Rows)
        return found


class Step(Spec):
    """Hold the settings of one step.

    It takes what the step before it made, or what was named `take`; `as` names what it makes. `seed` is that of the
    recipe if not given.
    """

    model_config = ConfigDict(populate_by_name=True)

    take: str | None = None
    called: str | None = Field(default=None, alias="as", min_length=1)
    seed: int | None = Field(default=None, ge=0)

    kind: ClassVar[str]
    takes: ClassVar[Thing | None] = "rows"
    gives: ClassVar[Thing] = "rows"

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as they stand in a document."""
        return self.model_dump(mode="json", exclude_defaults=True, by_alias=True)

    def content(self) -> dict[str, Any]:
        """Return what decides the result beside what is taken."""
        return {name: value for name, value in self.to_dict().items() if name not in ("take", "as")}

    def names(self) -> dict[str, str]:
        """Return what is taken by name beside the main thing, by the place in the step where it is named."""
        return {}

    def check(self, taken: Shape, named: Mapping[str, Shape], faults: Faults, path: str) -> Shape:
        """Note what cannot be done with what is taken, and return the shape of what is made."""
        raise NotImplementedError

    def check_alone(self, faults: Faults, path: str) -> None:
        """Note what is wrong with the step whatever it takes."""
        self.check(Shape(self.takes or "rows", "?", True), {}, faults, path)

    def run(self, taken: Made, context: Context) -> Made:
        """Make it."""
        raise NotImplementedError

    def held(self, constraints: tuple[Constraint, ...]) -> Self:
        """Return the step with rules that what it learns has to hold, where it learns anything."""
        return self

    def small(self, share: float) -> Self:
        """Return the step as it is tried on a share of the rows."""
        return self

    def rows(self, taken: int, tried: float) -> int | None:
        """Return about how many rows the step makes of so many; `tried` says how many it made of one in a trial."""
        return round(taken * tried)

    def techniques(self, schema: Schema) -> tuple[Synthesizer, ...]:
        """Return the techniques that the step fits, for what they know of their memory."""
        return ()

    def said(self) -> str:
        """Say in a few words what the step does."""
        raise NotImplementedError


def rows_of(taken: Made) -> Rows:
    """Return what was taken as the rows that the check has found it to be."""
    assert isinstance(taken, Rows)
    return taken


def check_technique(
    name: str, settings: Mapping[str, Any], taken: Shape, faults: Faults, path: str, at: str
) -> None:  # fmt: skip
    """Note what is wrong with the name of a technique, at `at`, with its settings, or with columns it cannot learn."""
    try:
        check_kinds(looking(name, settings), taken, faults, f"{path}.{at}")
    except LikewiseError as error:
        faults.take(f"{path}.settings" if error.where == name else f"{path}.{at}", error)


def check_kinds(technique: Synthesizer, taken: Shape, faults: Faults, path: str) -> None:
    """Note columns of kinds that a technique cannot learn."""
    for column in () if taken.schema is None else taken.schema.columns:
        if column.role != "ignore" and not column.is_generated and column.kind not in technique.kinds:
            known = f" (these can: {', '.join(found)})" if (found := able(column.kind)) else ""
            faults.add(path, f"`{technique.technique}` cannot learn `{column.name}`, of kind {column.kind}{known}")


def refuse_weights(taken: Shape, faults: Faults, path: str) -> None:
    """Note rows whose weights would no longer undo what was done to their shares."""
    if taken.weighted:
        faults.add(path, "rows were made fair before, and their weights would not hold after this: do it first")


def check_column(name: str | None, shape: Shape, faults: Faults, path: str) -> bool:
    """Note a column that is not there; say whether it is known to be."""
    if name is None or shape.schema is None:
        return False
    if name in shape.schema:
        return True
    faults.add(path, f"there is no column `{name}` ({suggest(name, shape.schema.names, 'column')})")
    return False
