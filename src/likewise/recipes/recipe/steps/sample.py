"""`sample`: draw rows from a model."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator

from likewise.core.balance import understand_balance
from likewise.core.conditions import understand
from likewise.core.draw import stream
from likewise.core.protocol import Model
from likewise.core.table import concat
from likewise.recipes.recipe.faults import Faults
from likewise.recipes.recipe.plain import one_of
from likewise.recipes.recipe.steps.step import Context, Made, Shape, Step, Thing
from likewise.recipes.rows import Rows

CONDITIONS = "a mapping of columns, or a text such as `sex=Female,age>=60`,"
Conditions = Annotated[str | dict[str, Any], one_of(CONDITIONS, str, dict)]
Shares = Annotated[
    str | list[str] | dict[str, Any], one_of("a column, a list of columns or shares for one column", str, list, dict)
]


def _count(value: Any) -> Any:
    if value != "same" and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise ValueError("a whole number of at least 0 is wanted, or `same`")
    return value


class Sample(Step):
    """Draw so many rows (`same`: as many as were learned), under conditions and balanced as `Model.sample` has it."""

    kind: ClassVar[str] = "sample"
    takes: ClassVar[Thing | None] = "model"

    sample: Annotated[int | Literal["same"], BeforeValidator(_count)]
    given: Conditions | None = None
    balance: Shares | None = None

    def check(self, taken: Shape, named: Mapping[str, Shape], faults: Faults, path: str) -> Shape:
        """Check conditions and shares against the columns that were learned."""
        if taken.schema is not None:
            with faults.at(f"{path}.given"):
                understand(self.given, taken.schema)
            with faults.at(f"{path}.balance"):
                understand_balance(self.balance, taken.schema, self._rows(1))
        return Shape("rows", taken.target, True, taken.schema)

    def run(self, taken: Made, context: Context) -> Rows:
        """Draw."""
        assert isinstance(taken, Model)
        n = self._rows(taken.card.rows)
        blocks = []
        for block in stream(taken, n, given=self.given, balance=self.balance, seed=context.seed):
            blocks.append(block)
            context.progress("drawing rows", sum(b.rows for b in blocks), n)
        rows = Rows.drawn(concat(blocks), taken.card.notes)
        return rows if self.balance is None else rows.unrepresentative("rows were drawn balanced")

    def small(self, share: float) -> Self:
        """Draw a share of the rows."""
        return self if self.sample == "same" else self.model_copy(update={"sample": math.ceil(share * self.sample)})

    def rows(self, taken: int, tried: float) -> int | None:
        """The rows that are asked for."""
        return self._rows(taken)

    def _rows(self, learned: int) -> int:
        return learned if self.sample == "same" else self.sample

    def said(self) -> str:
        """Say how many rows, and which."""
        given = f" given {self.given}" if self.given else ""
        many = "as many rows" if self.sample == "same" else f"{self.sample:,} rows"
        return f"sample {many}{given}"
