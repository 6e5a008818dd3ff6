"""The source of a recipe, read: its rows less those held back, and the second check, now that columns are known."""

from __future__ import annotations

from dataclasses import dataclass

from likewise.core.registry import DEFAULT, synthesizer
from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.io.format import Format
from likewise.io.source import read_source
from likewise.recipes.recipe.check import check_columns, checked
from likewise.recipes.recipe.faults import Faults
from likewise.recipes.recipe.ready import Ready
from likewise.recipes.recipe.store import Result, digest_of
from likewise.recipes.recipe.unseen import NOTHING, Unseen
from likewise.recipes.rows import WEIGHT, Rows
from likewise.recipes.simulate import simulate
from likewise.recipes.synth import prepare
from likewise.recipes.verbs import guarded, read_arrow

SIMULATIONS = (".yaml", ".yml")
"""How a source ends that is no table but says which scenario is simulated; what happens in it are the rows."""


@dataclass(frozen=True, eq=False)
class Opened:
    """Hold the rows that steps may see, those held back to judge by, and how the source is written.

    `notes` say how rows were held back, `entity` and `order` how those of a long table follow one another, `digest` is
    that of the rows if they are not to be looked at.
    """

    table: Table
    holdout: Table | None
    format: Format | None
    notes: tuple[str, ...] = ()
    entity: str | None = None
    order: str | None = None

    digest: str = ""

    @property
    def result(self) -> Result:
        """The rows as steps take them."""
        return Result(self.digest or digest_of(self.table), lambda: Rows.real(self.table))


def opened(prepared: Ready) -> Opened:
    """Read the source, and check the recipe against its columns. Raises RecipeError with all faults."""
    if prepared.unseen is not None:
        return _unopened(prepared, prepared.unseen)
    recipe, format, beside = prepared.recipe, None, prepared.beside
    skipped: tuple[str, ...] = ()
    place = "" if recipe.source is None else prepared.place.located(recipe.source.read)
    if beside.frame is not None or place.endswith(SIMULATIONS):
        rows = simulate(place).events if beside.frame is None else beside.frame
        table = guarded(Table.from_any(rows, prepared.schema), prepared.schema)
    else:
        assert recipe.source is not None
        how = recipe.source.options.model_copy(update=beside.options.to_dict() if beside.options else {})
        came = read_source(place, options=how)
        table, format, skipped = read_arrow(came.table, prepared.schema), came.format, came.notes
    _check(prepared, table.schema)
    named = (technique for step in recipe.steps for technique in step.techniques(table.schema))
    by = next(named, None) or synthesizer(DEFAULT)
    split = prepare(table, by=by, target=recipe.target, holdout=prepared.holdout, seed=recipe.seed)
    return Opened(split.train, split.holdout, format, (*skipped, *split.notes), split.entity,
                  split.order)  # fmt: skip


def _unopened(prepared: Ready, unseen: Unseen) -> Opened:
    """Check the recipe against the contract, and leave the source to the step that pays for it."""
    if unseen.schema is not None:
        _check(prepared, unseen.schema)
    return Opened(NOTHING, None, None, digest=unseen.digest)


def _check(prepared: Ready, schema: Schema) -> None:
    """Check a recipe now that columns are known. Raises RecipeError with all faults."""
    recipe, beside, faults = prepared.recipe, prepared.beside, Faults()
    found = checked(recipe, faults, schema=schema)
    if found is not None and not any(output.write is not None for output in recipe.outputs):  # those are checked
        check_columns(beside.mark, beside.weight or WEIGHT, found.last, faults, "$")
    faults.refuse(prepared.place.where)
