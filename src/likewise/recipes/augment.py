"""Enlarge a table to train on: the real rows first, then new ones like them."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field, model_validator

from likewise.constraints.holding import Constrained
from likewise.constraints.holding.declared import Declared
from likewise.core.draw import stream
from likewise.core.progress import Progress, quiet
from likewise.core.schema import Schema
from likewise.core.spec import Spec
from likewise.core.table import concat
from likewise.recipes.looking import looking
from likewise.recipes.rows import Rows

NOISE = "noise"
"""The technique that makes new images, sounds and series of real ones."""


class Augmenting(Spec):
    """Say how many rows are added, and by what.

    `n` rows are added, or as many as make the table `times` as large (twice if neither is given). `technique` `auto` is
    the default one for tables, and noise where there are images, sounds or series; `settings` are its own. New
    rows meet the `constraints`.
    """

    n: int | None = Field(default=None, ge=0)
    times: float | None = Field(default=None, ge=1, le=1000, allow_inf_nan=False)
    technique: str = "auto"
    settings: dict[str, Any] = {}
    constraints: Declared = ()

    @model_validator(mode="after")
    def _says_one_number(self) -> Self:
        if self.n is not None and self.times is not None:
            raise ValueError("give either `n` or `times`")
        return self

    def count(self, rows: int) -> int:
        """Return how many rows are added to so many.

        >>> Augmenting(times=1.5).count(100), Augmenting().count(100)
        (50, 100)
        """
        return self.n if self.n is not None else round(rows * ((2.0 if self.times is None else self.times) - 1))


def augmented(rows: Rows, asked: Augmenting, *, seed: int = 0, progress: Progress = quiet) -> Rows:
    """Return the rows and after them new ones of a model of all, with notes on what that does to privacy."""
    name = technique_to_augment(asked, rows.table.schema)
    held = Constrained.around(looking(name, asked.settings), asked.constraints, strict=False)
    model = held.fit(rows.table, seed=seed, progress=progress)
    n = asked.count(rows.table.rows)
    made = concat(list(stream(model, n, seed=seed)))
    found = rows.and_made(made, seed) if n else rows
    return found.having(f"privacy of the new rows: made by {model.made_by}, {model.card.privacy.statement}")


def technique_to_augment(asked: Augmenting, schema: Schema | None) -> str:
    """Return the name of the technique that makes new rows of a table with these columns."""
    columns = () if schema is None else schema.columns
    media = any(column.is_media and column.role != "ignore" for column in columns)
    return NOISE if asked.technique == "auto" and media else asked.technique
