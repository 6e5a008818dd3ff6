"""The steps that a recipe may have, one class and file each, found by the key that a step is written with."""

from __future__ import annotations

from likewise.recipes.recipe.steps.augment import Augment
from likewise.recipes.recipe.steps.balance import Balance
from likewise.recipes.recipe.steps.clean import Clean
from likewise.recipes.recipe.steps.filter import Filter
from likewise.recipes.recipe.steps.fit import Fit
from likewise.recipes.recipe.steps.impute import Impute
from likewise.recipes.recipe.steps.mix import Mix
from likewise.recipes.recipe.steps.perturb import Perturb
from likewise.recipes.recipe.steps.sample import Sample
from likewise.recipes.recipe.steps.step import Step

STEPS: dict[str, type[Step]] = {
    step.kind: step for step in (Sample, Fit, Balance, Augment, Perturb, Filter, Clean, Mix, Impute)
}
"""Every step by its key; where a step has several of these keys, the first that is listed here says what it is."""
