"""The recipe document: a chain of steps from a source to outputs, in YAML or as plain Python values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, SerializeAsAny, model_validator

from likewise.core.documents import parsed, read_document
from likewise.core.spec import Spec
from likewise.errors import LikewiseError, RecipeError, suggest
from likewise.io.source import ReadOptions
from likewise.recipes.recipe.faults import Faults
from likewise.recipes.recipe.parameters import filled_in
from likewise.recipes.recipe.plain import one_of, plain
from likewise.recipes.recipe.promise import Promise
from likewise.recipes.recipe.steps import STEPS
from likewise.recipes.recipe.steps.step import Step
from likewise.recipes.rows import WEIGHT

FORMAT = 1
FOUND = "found"
"""What a recipe says to have the rules checked that hold in every real row."""
RULES = "`found`, the path of a rules.yaml or a list of rules"
GATES = "the name of gates, the path of a gates.yaml or a mapping with `gates`"
HINT = "docs/guides/recipes.md shows what a recipe looks like"


class Reading(ReadOptions):
    """Say which file or URL is read, and how, where that cannot be found by looking."""

    read: str

    @property
    def options(self) -> ReadOptions:
        """How it is read."""
        return ReadOptions.model_validate(self.model_dump(exclude={"read"}))


class Output(Spec):
    """Say what is written where: the rows (`write`), a report on them, or a model.

    Rows and models are those that the last step makes, or those that `take` names. `mark` is the name of a column that
    says which rows were made, `weight` that of the weights, where there are any.
    """

    write: str | None = None
    report: str | None = None
    model: str | None = None
    take: str | None = None
    mark: str | None = None
    weight: str = WEIGHT

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if sum(place is not None for place in (self.write, self.report, self.model)) != 1:
            raise ValueError("an output says one of `write`, `report` and `model`")
        if self.write is None and {"mark", "weight"} & self.model_fields_set:
            raise ValueError("`mark` and `weight` belong to rows that are written")
        if self.take is not None and self.report is not None:
            raise ValueError("a report is on the rows of the last step, and takes none by name")
        return self

    @property
    def place(self) -> str:
        """Where it goes."""
        return self.write or self.report or self.model or ""


def _as_reading(value: Any) -> Any:
    return {"read": value} if isinstance(value, str) else value


def _as_promise(value: Any) -> Any:
    if isinstance(value, str) and value != "none":
        raise ValueError("`none` or a mapping with `epsilon` is wanted")
    return None if value == "none" else value


class Recipe(Spec):
    """Describe a chain of steps from a source to outputs.

    `schema` is the path of a schema.yaml, `target` the column to predict, `holdout` the share of rows that no step sees
    and that the report judges by (0.2 where anything is judged, else 0). `constraints` are rules (a
    list, or the path of a rules.yaml) that every step holds which learns rows, and that are counted in the rows that
    were made; `found` only counts the rules that hold in every real row. `gates` holds the report against limits.
    Under `privacy` one step, a fit, takes the source as it comes, and the report tells what was released.

    >>> Recipe.from_dict({"steps": [{"fit": "bootstrap"}, {"sample": 100}]}).steps[1].said()
    'sample 100 rows'
    """

    model_config = ConfigDict(populate_by_name=True)

    likewise: Literal[1] = 1
    name: str = ""
    about: str = ""
    source: Annotated[Reading, BeforeValidator(_as_reading)] | None = None
    described: str | None = Field(default=None, alias="schema")
    target: str | None = None
    holdout: float | None = Field(default=None, ge=0, le=0.9, allow_inf_nan=False)
    steps: tuple[SerializeAsAny[Step], ...] = Field(min_length=1)
    constraints: Annotated[str | list[Any], one_of(RULES, str, list)] | None = None
    privacy: Annotated[Promise | None, BeforeValidator(_as_promise)] = None
    gates: Annotated[str | dict[str, Any], one_of(GATES, str, dict)] | None = None
    outputs: tuple[Output, ...] = ()
    seed: int = Field(default=0, ge=0)

    @classmethod
    def from_dict(
        cls, fields: Mapping[str, Any], *, where: str | None = None, error: type[LikewiseError] = RecipeError,
        values: Mapping[str, Any] | None = None,
    ) -> Self:  # fmt: skip
        """Check plain values and build the recipe, its parameters replaced by `values`; all faults are told together.

        Raises RecipeError.
        """
        faults = Faults()
        filled = filled_in(plain(fields), values or {}, faults)
        listed = filled.pop("steps", None)
        filled = _known_fields(filled, cls, "$", faults)
        steps = _steps(listed, faults)
        found = None
        try:
            found = super().from_dict({**filled, "steps": [_Nothing()]}, where=where)
        except LikewiseError as fault:
            faults.take("$", fault)
        if faults.found:
            for place, step in enumerate(steps):
                if step is not None:
                    step.check_alone(faults, f"$.steps[{place}]")
        faults.refuse(where)
        assert found is not None
        return found.model_copy(update={"steps": tuple(steps)})

    @classmethod
    def from_yaml(cls, text: str, *, where: str | None = None, values: Mapping[str, Any] | None = None) -> Self:
        """Read a recipe from a YAML text."""
        fields = parsed(text, what="recipe", where=where, error=RecipeError, family="recipe")
        return cls.from_dict(_mapping(fields, where), where=where, values=values)

    @classmethod
    def read(cls, path: str | Path, *, values: Mapping[str, Any] | None = None) -> Self:
        """Read a `recipe.yaml`. Raises SourceError when there is none and RecipeError when it is not one."""
        return cls.from_dict(fields_of(path), where=str(path), values=values)

    def to_dict(self) -> dict[str, Any]:
        """Return the document, as plain JSON values."""
        fields = self.model_dump(mode="json", exclude_defaults=True, by_alias=True, exclude={"steps"})
        return {"likewise": FORMAT, **fields, "steps": [step.to_dict() for step in self.steps]}

    def to_yaml(self) -> str:
        """Return the document as YAML that `from_yaml` reads back to an equal recipe."""
        import yaml

        return yaml.safe_dump(self.to_dict(), sort_keys=False, allow_unicode=True, width=120)


class _Nothing(Step):
    """Stand for steps that are checked apart, each as what its key says it is."""


def fields_of(path: str | Path) -> dict[str, Any]:
    """Return what a recipe's file holds. Raises SourceError and RecipeError."""
    return read_document(Path(path), what="a recipe", error=RecipeError, family="recipe", hint=HINT)


def _mapping(fields: Any, where: str | None) -> dict[str, Any]:
    if not isinstance(fields, Mapping):
        raise RecipeError("recipe.invalid", "$: a recipe is a mapping", where=where, hint=HINT)
    return {str(name): value for name, value in fields.items()}


def _steps(listed: Any, faults: Faults) -> list[Step | None]:
    if not isinstance(listed, list | tuple) or not listed:
        faults.add("$.steps", "a list with at least one step is wanted")
        return []
    return [_step(fields, f"$.steps[{place}]", faults) for place, fields in enumerate(listed)]


def _step(fields: Any, path: str, faults: Faults) -> Step | None:
    """Return one step as what its key says it is, or note what is wrong with it."""
    if isinstance(fields, Step):
        return fields
    if not isinstance(fields, Mapping):
        faults.add(path, f"a step is a mapping such as `fit: autoregressive` (the steps are: {', '.join(STEPS)})")
        return None
    plain_fields = {str(name): value for name, value in fields.items()}
    kinds = [kind for kind in STEPS if kind in plain_fields]
    if not kinds:
        named = [name for name in plain_fields if name not in ("take", "as", "seed")]
        what = (
            f"there is no step `{named[0]}` ({suggest(named[0], list(STEPS), 'step')})"
            if named
            else f"a step is wanted, one of {', '.join(STEPS)}"
        )
        faults.add(path, what)
        return None
    if len(kinds) > 1 and set(kinds) != {"sample", "balance"}:
        faults.add(path, f"a step does one thing, and this one says {' and '.join(f'`{k}`' for k in kinds)}")
        return None
    own = STEPS[kinds[0]]
    try:
        return own.from_dict(_known_fields(plain_fields, own, path, faults))
    except LikewiseError as error:
        faults.take(path, error)
        return None


def _known_fields(fields: Mapping[str, Any], spec: type[Spec], path: str, faults: Faults) -> dict[str, Any]:
    """Return the fields that a document has, called as they are written, and note others."""
    known = [field.alias or name for name, field in spec.model_fields.items()]
    for name in fields:
        if name not in known:
            faults.add(f"{path}.{name}", f"there is no such field ({suggest(name, known, 'field')})")
    return {name: value for name, value in fields.items() if name in known}
