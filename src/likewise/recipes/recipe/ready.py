"""Make a recipe ready: find it, put in what was given beside it, and check all that can be checked without a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from likewise.constraints.kinds import Constraint
from likewise.core.schema import Schema
from likewise.errors import RecipeError
from likewise.evaluation.gates import Gates
from likewise.io.format import split_suffixes
from likewise.io.source import ReadOptions
from likewise.io.sql import based
from likewise.recipes.recipe.check import check_places, checked, gates_of, rules_of
from likewise.recipes.recipe.document import Output, Recipe, fields_of
from likewise.recipes.recipe.faults import Faults
from likewise.recipes.recipe.graph import Graph
from likewise.recipes.recipe.named import named_fields
from likewise.recipes.recipe.store import Store
from likewise.recipes.recipe.unseen import Unseen, unseen, with_private_fit
from likewise.recipes.verbs import settled

WORK = ".likewise"
"""The folder beside a recipe in which results of steps are kept."""
JUDGED = 0.2
"""Share of rows that is held back where a recipe judges and does not say."""


@dataclass(frozen=True)
class Place:
    """Say where a recipe was found: its file or name, and the folder that its own paths start from."""

    where: str | None = None
    folder: Path = field(default_factory=Path)

    @property
    def name(self) -> str:
        """What files that come of the recipe are called after."""
        return "recipe" if self.where is None else Path(self.where).stem

    def located(self, place: str) -> str:
        """Return a place of the recipe as it is found from here."""
        if place == "-":
            return place
        if "://" in place:
            return place if self.folder == Path() else based(place, self.folder)
        return str(self.folder / Path(place).expanduser()) + "/" * place.endswith("/")

    def given(self, place: str | Path) -> str:
        """Return a place that was given beside the recipe, as the recipe itself would say it."""
        text = str(place)
        if text == "-" or self.folder == Path():
            return text
        if "://" in text:
            return based(text, Path.cwd())
        return str(Path(text).expanduser().absolute()) + "/" * text.endswith("/")


@dataclass(frozen=True, eq=False)
class Beside:
    """Hold what is given beside a recipe and takes the place of what it says itself; None leaves it as it is.

    `mark` and `weight` name the columns that say which rows were made and what each row counts, `options` say how the
    source is read, and `replace` that tables of a database may be.
    """

    source: Any = None
    schema: Schema | str | Path | None = None
    target: str | None = None
    out: str | Path | None = None
    report: str | Path | None = None
    gate: Gates | str | Path | None = None
    mark: str | None = None
    weight: str | None = None
    work: str | Path | None = None
    seed: int | None = None
    options: ReadOptions | None = None
    replace: bool = False

    @property
    def frame(self) -> Any:
        """The source, where it is no place to read from."""
        return None if isinstance(self.source, str | Path) else self.source

    def changes(self, place: Place) -> dict[str, Any]:
        """Return the fields of the document that are another's now."""
        gate = self.gate.model_dump(mode="json") if isinstance(self.gate, Gates) else self.gate
        if isinstance(gate, str | Path):
            gate = place.given(gate) if Path(gate).suffix else str(gate)
        read = None if self.source is self.frame else {"read": place.given(self.source)}
        fields = {"source": read, "target": self.target, "gates": gate, "seed": self.seed}
        return {name: value for name, value in fields.items() if value is not None}


@dataclass(frozen=True, eq=False)
class Ready:
    """Hold a recipe that was checked, where its paths start, who takes what, and where results are kept.

    `schema` is what is settled of the source, `rules` are those that the recipe declares, `unseen` is the fit of a
    source under a privacy budget.
    """

    recipe: Recipe
    graph: Graph
    place: Place
    store: Store
    limits: Gates | None
    schema: Schema | None
    beside: Beside
    rules: tuple[Constraint, ...] = ()
    unseen: Unseen | None = None

    @property
    def judges(self) -> bool:
        """Whether a report is wanted."""
        return self.limits is not None or any(output.report is not None for output in self.recipe.outputs)

    @property
    def holdout(self) -> float:
        """The share of rows that no step sees."""
        if self.recipe.holdout is not None:
            return self.recipe.holdout
        return JUDGED if self.judges else 0.0


def ready(
    recipe: Any, beside: Beside, values: Mapping[str, Any] | None = None, *, files: bool = False
) -> Ready:  # fmt: skip
    """Return a recipe that can be run; with `files` one that names no place to write rows to is given one.

    Raises RecipeError with every fault that is known before a row is read.
    """
    fields, place = _found(recipe)
    asked = Recipe.from_dict({**fields, **beside.changes(place)}, where=place.where, values=values)
    asked = asked.model_copy(update={"outputs": _outputs(asked, place, beside, files)})
    faults = Faults()
    if beside.frame is None and asked.source is None:
        faults.add("$.source", "nothing is read: name a file in the recipe, or give a source")
    if asked.privacy is not None:
        asked = with_private_fit(asked, faults)
    schema = check_places(asked, place.located, faults, replace=beside.replace)
    if beside.schema is not None:
        with faults.at("$.schema"):
            schema = settled(beside.schema)
    target = asked.target or (schema.target if schema is not None else None)
    found = checked(asked.model_copy(update={"target": target}), faults)
    faults.refuse(place.where)
    assert found is not None
    rules = rules_of(asked, place.located)
    asked = asked.model_copy(update={"steps": tuple(step.held(rules) for step in asked.steps)})
    asked, private = unseen(asked, place, beside, schema)
    kept = _work(place, beside.work, files)
    limits = gates_of(asked, place.located)
    return Ready(asked, found.graph, place, Store(kept), limits, schema, beside, rules, private)


def _found(recipe: Any) -> tuple[dict[str, Any], Place]:
    """Return a recipe's document and where it was found."""
    if isinstance(recipe, Recipe):
        return recipe.to_dict(), Place()
    if isinstance(recipe, Mapping):
        return {str(name): value for name, value in recipe.items()}, Place()
    if not isinstance(recipe, str | Path) or not str(recipe):
        raise RecipeError("recipe.invalid", f"a {type(recipe).__name__} is not a recipe",
                          hint="give a path, the name of a shipped recipe or a mapping")  # fmt: skip
    path = Path(recipe).expanduser()
    if isinstance(recipe, str) and not path.suffix and not path.exists():
        return named_fields(recipe), Place(recipe)
    return {"name": path.stem, **fields_of(path)}, Place(str(path), path.parent)


def _outputs(recipe: Recipe, place: Place, beside: Beside, files: bool) -> tuple[Output, ...]:
    """Return what is written, where places that were given take the place of the recipe's own."""
    found, out = list(recipe.outputs), beside.out
    rows = recipe.steps[-1].gives == "rows"
    if out is None and files and rows and not any(output.write is not None for output in found):
        out = _default(recipe, place)
    if out is not None:
        found = [Output(write=place.given(out)), *(output for output in found if output.write is None)]
    if beside.report is not None:
        report = Output(report=place.given(beside.report))
        found = [*(output for output in found if output.report is None), report]
    names = {"mark": beside.mark, "weight": beside.weight}
    changes = {name: value for name, value in names.items() if value is not None}
    return tuple(output if output.write is None else output.model_copy(update=changes) for output in found)


def _default(recipe: Recipe, place: Place) -> str | None:
    """Return where rows go if nobody says: `adult.csv.gz` gives `adult.smote-enn.csv.gz` in the working folder."""
    if recipe.source is None:
        return None
    read = recipe.source.read
    stem, suffix, compression = split_suffixes(read) if "://" not in read and read != "-" else ("rows", ".csv", None)
    end = (suffix or ".csv") + (f".{compression}" if compression else "")
    return f"{stem}.{place.name}{end}"


def _work(place: Place, work: str | Path | None, files: bool) -> Path | None:
    """Return the folder in which results are kept: beside a recipe's file if it is not said."""
    if work is not None:
        return Path(work).expanduser()
    if place.where is None or (not files and not Path(place.where).suffix):
        return None
    return place.folder / WORK / place.name
