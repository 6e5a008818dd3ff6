"""Judge what a recipe made: against rows that no step saw, by limits, and by the rules that real rows keep."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from likewise.constraints.kinds import Constraint, Constraints
from likewise.constraints.mining.mine import mine
from likewise.constraints.verifying.verify import verify
from likewise.core.conditions import levels_of
from likewise.core.progress import Progress
from likewise.core.spec import Spec
from likewise.core.table import Table
from likewise.evaluation.evaluate import evaluate_tables
from likewise.evaluation.report.model import Report
from likewise.recipes.recipe.document import Recipe
from likewise.recipes.recipe.opened import Opened
from likewise.recipes.recipe.ready import Ready
from likewise.recipes.recipe.steps.balance import Balance
from likewise.recipes.rows import UNREPRESENTATIVE, Rows

FEWEST = 40
"""Real rows of the classes that were made below which the judgement is against all of them."""


class Rule(Spec):
    """Say a rule that holds in every real row or was declared, and how many of the made rows break it."""

    said: str
    broken: int


def broken_rules(real: Table, rows: Rows) -> tuple[Rule, ...]:
    """Return the rules found in the real rows, each with how many made rows break it."""
    made = rows.table.take(rows.made)
    rules = [rule for rule in mine(real).kept.items if {*rule.columns} <= {*made.names}]
    return tuple(Rule(said=rule.said(), broken=int((~rule.holds(made)).sum())) for rule in rules)


def counted(constraints: Sequence[Constraint], rows: Rows) -> tuple[Rule, ...]:
    """Return declared rules, each with how many made rows break it, counted apart from what holds them."""
    made = rows.table.take(rows.made)
    able = tuple(rule for rule in constraints if {*rule.columns} <= {*made.names})
    return tuple(Rule(said=v.rule, broken=v.violations) for v in verify(Constraints(items=able), made))


def judged(
    prepared: Ready, read: Opened, rows: Rows, facts: tuple[tuple[str, str], ...], progress: Progress
) -> Report:  # fmt: skip
    """Return the report on the rows that were made, whose facts list the steps.

    Rows added to real ones are judged alone, against the real rows of the classes that they are of.
    """
    real, held, notes = read.table, read.holdout, [*rows.notes, *read.notes]
    made = rows.table.take(rows.made) if rows.added else rows.table
    if not rows.added:
        notes.append("No row was made: real rows are judged against real rows.")
    elif rows.added < rows.table.rows:
        notes.append(f"Only the {rows.added:,} rows that were made are judged, not the "
                     f"{rows.table.rows - rows.added:,} real ones beside them.")  # fmt: skip
        real, held, said = _of_classes(read, made, _balanced(prepared.recipe) or real.schema.target)
        notes += said
    target, limits = real.schema.target, prepared.limits
    found = evaluate_tables(real, made, holdout=held, target=target, brief=limits is None, seed=prepared.recipe.seed,
                            entity=read.entity, order=read.order, progress=progress)  # fmt: skip
    own = () if rows.representative else (("Population", UNREPRESENTATIVE),)
    gate = None if limits is None else limits.judge(found.scores)
    told = {"notes": (*found.notes, *notes), "facts": (*facts, *own, *found.facts), "gate": gate}
    return found.model_copy(update=told)


def _balanced(recipe: Recipe) -> str | None:
    """Return the column that was last balanced, where a step names it."""
    columns = [step.balance.column for step in recipe.steps if isinstance(step, Balance)]
    return columns[-1] if columns else None


def _of_classes(read: Opened, made: Table, target: str | None) -> tuple[Table, Table | None, list[str]]:
    """Return the real rows of the classes that were made, where not all were."""
    real, held = read.table, read.holdout
    if target is None or target not in real.schema or not real.schema[target].is_levels:
        return real, held, []
    wanted = {levels_of(made.schema[target])[code] for code in np.unique(made.codes(target)).tolist() if code >= 0}
    masks = []
    for table in (real, *(() if held is None else (held,))):
        levels = levels_of(table.schema[target])
        masks.append(np.array([level in wanted for level in levels] + [False])[table.codes(target)])
    if masks[0].all() or masks[0].sum() < FEWEST:
        return real, held, []
    part = held.take(masks[1]) if held is not None else None
    part = part if part is not None and part.rows >= FEWEST else None
    return real.take(masks[0]), part, [f"They are judged against the real rows of the same classes of `{target}`."]
