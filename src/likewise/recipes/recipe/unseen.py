"""Recipes under a privacy budget: one step learns the source as it comes, and all others take what that released.

What is learned is kept by the place of the source, not by its content: that the rows have changed is nothing that may
show, and to learn them again is a new release. Another seed learns anew.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pyarrow as pa

from likewise.core.progress import Progress
from likewise.core.protocol import Model, Synthesizer
from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.io.source import ReadOptions
from likewise.privacy.contract import schema_of
from likewise.recipes.private import Guarantee, Private
from likewise.recipes.recipe.document import FOUND, Recipe
from likewise.recipes.recipe.faults import Faults
from likewise.recipes.recipe.graph import READ, graph_of
from likewise.recipes.recipe.steps.fit import Fit
from likewise.recipes.recipe.steps.step import Shape, check_column

if TYPE_CHECKING:
    from likewise.recipes.recipe.ready import Beside, Place

NOTHING = Table(pa.table({}), Schema(columns=()))
"""What steps see of the source."""


class PrivateFit(Fit):
    """Learn the source with a guarantee; `budget` is what was promised and declared, which the result hangs on."""

    kind: ClassVar[str] = "fit"

    budget: dict[str, Any] = {}

    def check(self, taken: Shape, named: Mapping[str, Shape], faults: Faults, path: str) -> Shape:
        """Check the target; the technique and its settings are checked with the budget."""
        check_column(self.target, taken, faults, f"{path}.target")
        shape = taken.with_target(self.target)
        return Shape("model", shape.target, True, shape.schema)

    def techniques(self, schema: Schema) -> tuple[Synthesizer, ...]:
        """None that takes rows which were read."""
        return ()


@dataclass(frozen=True, eq=False)
class Unseen:
    """Hold the fit of a source that nobody looks at, the place of its step, and what is known of it without that."""

    place: int
    private: Private
    source: Any
    options: ReadOptions
    digest: str

    @property
    def schema(self) -> Schema | None:
        """The columns by the contract; None where some are still to be discovered."""
        return None if self.private.contract.is_open else schema_of(self.private.contract)

    def fit(self, seed: int, progress: Progress) -> Model:
        """Learn, and pay for it."""
        return self.private.fit(self.source, options=self.options, seed=seed, progress=progress)


def with_private_fit(recipe: Recipe, faults: Faults) -> Recipe:
    """Return a recipe under a promise with the step marked that learns the source; note what would look at rows."""
    for at, asked in (("gates", recipe.gates), ("holdout", recipe.holdout)):
        if asked is not None:
            faults.add(f"$.{at}", "it would compare with real rows, for which nothing is paid: leave it out, and hold "
                                  "the rows against limits for yourself with `likewise evaluate`")  # fmt: skip
    if recipe.constraints == FOUND:
        faults.add("$.constraints", "rules are not looked up in rows under a budget: declare them")
    graph = graph_of(recipe, Faults())
    if graph is None:
        return recipe
    takers = [place for place in range(len(recipe.steps)) if READ in graph.takes(place)]
    for place in takers:
        step = recipe.steps[place]
        if not isinstance(step, Fit):
            faults.add(f"$.steps[{place}]", f"`{step.kind}` takes real rows, for which no budget pays: fit them, and "
                                            "take what the model draws")  # fmt: skip
    if len(takers) > 1:
        faults.add(f"$.steps[{takers[1]}]", "a second step takes the source, and the budget pays for one")
    for place, output in enumerate(recipe.outputs):
        if graph.made_by(output.take) == READ:
            faults.add(f"$.outputs[{place}].take", "real rows are not written under a budget")
    if faults.found or not takers:
        return recipe
    own = recipe.steps[takers[0]]
    marked = PrivateFit.model_validate({name: getattr(own, name) for name in own.model_fields_set})
    steps = (*recipe.steps[: takers[0]], marked, *recipe.steps[takers[0] + 1 :])
    return recipe.model_copy(update={"steps": steps})


def unseen(recipe: Recipe, place: Place, beside: Beside, schema: Schema | None) -> tuple[Recipe, Unseen | None]:
    """Return the recipe and the fit that keeps its promise, checked before a row is read; None without a promise.

    Raises PrivacyError and SettingsError for a budget that cannot be kept.
    """
    found = [at for at, step in enumerate(recipe.steps) if isinstance(step, PrivateFit)]
    if recipe.privacy is None or not found:
        return recipe, None
    at, step = found[0], recipe.steps[found[0]]
    assert isinstance(step, PrivateFit)
    guarantee: Guarantee = recipe.privacy.guarantee(place.located, schema)
    guarantee.check_alone(schema=beside.schema)
    private = guarantee.planned(
        step.fit, step.settings, target=step.target or recipe.target, constraints=step.constraints
    )
    budget = {**recipe.privacy.to_dict(), "domain": private.contract.to_dict()}
    steps = (*recipe.steps[:at], step.model_copy(update={"budget": budget}), *recipe.steps[at + 1 :])
    if beside.frame is not None:
        source, options, digest = beside.frame, ReadOptions(), secrets.token_hex(16)
    else:
        assert recipe.source is not None
        source = place.located(recipe.source.read)
        options = recipe.source.options.model_copy(update=beside.options.to_dict() if beside.options else {})
        said = json.dumps([recipe.source.read, options.to_dict()], sort_keys=True)
        digest = hashlib.sha256(said.encode()).hexdigest()
    return recipe.model_copy(update={"steps": steps}), Unseen(at, private, source, options, digest)
