"""`filter`: keep some of the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from likewise.core.conditions import levels_of, understand
from likewise.core.spec import Spec
from likewise.core.table import Table
from likewise.recipes.discriminator import How, chosen, log_ratios
from likewise.recipes.recipe.faults import Faults
from likewise.recipes.recipe.steps.sample import Conditions
from likewise.recipes.recipe.steps.step import SOURCE, Context, Made, Shape, Step, check_column, refuse_weights, rows_of
from likewise.recipes.rows import Mask, Rows


class Filtering(Spec):
    """Say which rows are kept: those that meet a condition (`where`), or made rows that look real (`discriminator`).

    A discriminator learns to tell the made rows from real ones, the table named `against`; `keep` is the share of made
    rows that stay: by `rejection`, in proportion to how much denser real rows are there, or the `top` ones. The share
    is kept, and the comparison made, within each level of the column `each`, the target if not given. Real rows always
    stay.
    """

    where: Conditions | None = None
    discriminator: How | None = None
    keep: float = Field(default=0.5, gt=0, le=1, allow_inf_nan=False)
    each: str | None = None
    against: str = SOURCE

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.where is None) == (self.discriminator is None):
            raise ValueError("say either `where` or `discriminator`")
        only = {"keep", "each", "against"} & self.model_fields_set
        if self.where is not None and only:
            raise ValueError(f"`{min(only)}` belongs to a `discriminator`, not to `where`")
        return self


class Filter(Step):
    """Keep the rows that meet a condition, or the made rows that a discriminator takes for real."""

    kind: ClassVar[str] = "filter"

    filter: Filtering

    def names(self) -> dict[str, str]:
        """The real rows that a discriminator compares with."""
        return {} if self.filter.discriminator is None else {"filter.against": self.filter.against}

    def check(self, taken: Shape, named: Mapping[str, Shape], faults: Faults, path: str) -> Shape:
        """Check the condition, or that there are made rows and real ones to compare them with."""
        asked, own = self.filter, f"{path}.filter"
        if asked.where is not None and taken.schema is not None:
            with faults.at(f"{own}.where"):
                understand(asked.where, taken.schema)
        if asked.discriminator is None:
            return taken
        refuse_weights(taken, faults, own)
        if not taken.made:
            faults.add(own, "there are no made rows here for a discriminator to choose from: put it after a step that "
                            "makes rows")  # fmt: skip
        other = named.get(asked.against)
        if other is not None and other.made:
            faults.add(f"{own}.against", f"`{asked.against}` holds made rows, and real ones are wanted to compare with")
        there = check_column(asked.each, taken, faults, f"{own}.each")
        if there and taken.schema is not None and not taken.schema[str(asked.each)].is_levels:
            faults.add(f"{own}.each", f"`{asked.each}` has no levels: name a category or a boolean")
        return taken

    def run(self, taken: Made, context: Context) -> Rows:
        """Choose."""
        rows = rows_of(taken)
        if self.filter.where is not None:
            given = understand(self.filter.where, rows.table.schema)
            return rows if given is None else rows.take(given.matches(rows.table))
        kept = ~rows.made
        kept[rows.made] = self._told(context.rows(self.filter.against).table, rows.table.take(rows.made), context)
        return rows.take(kept).having(f"of {rows.added:,} made rows the {int(kept[rows.made].sum()):,} that a "
                                      "discriminator took for the most real were kept")  # fmt: skip

    def _told(self, real: Table, made: Table, context: Context) -> Mask:
        asked = self.filter
        if not made.rows or asked.keep == 1:
            return np.ones(made.rows, dtype=bool)
        assert asked.discriminator is not None
        context.progress("discriminating", 0, 1)
        each = asked.each or real.schema.target
        leveled = each is not None and each in made.schema and real.schema[each].is_levels
        other, own = (_codes(table, str(each), real) if leveled else None for table in (real, made))
        groups = None if own is None or other is None else (other, own)
        ratios = log_ratios(real, made, groups, seed=context.seed)
        context.progress("discriminating", 1, 1)
        return chosen(ratios, own, keep=asked.keep, how=asked.discriminator, seed=context.seed)

    def said(self) -> str:
        """Say what is kept."""
        asked = self.filter
        if asked.where is not None:
            return f"filter where {asked.where}"
        each = f" of each {asked.each}" if asked.each else ""
        return f"filter {asked.keep:.0%}{each} by a discriminator ({asked.discriminator})"


def _codes(table: Table, name: str, real: Table) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the level of each row as its place among the levels of the real table, then those of its own."""
    known = {level: place for place, level in enumerate(levels_of(real.schema[name]))}
    place = [known.setdefault(level, len(known)) for level in levels_of(table.schema[name])] + [-1]
    return np.array(place, dtype=np.int64)[table.codes(name)]
