"""Values that last for a while: those of slowly changing rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
from pydantic import Field, SerializeAsAny

from likewise.core.schema import Column
from likewise.techniques.rules.maker import Maker, Rows, told
from likewise.techniques.rules.makers.along.runs import Runs, along_of


class Lasting(Maker):
    """Keep a value from row to row, and draw it anew now and then, as slowly changing rows do.

    `{lasting: {address: city}, changes: 0.2, along: customer_id}`: `changes` is the chance that a row's value is drawn
    anew. The first row of each parent always draws.
    """

    word: ClassVar[str] = "lasting"
    follows: ClassVar[bool] = True
    beside: ClassVar[tuple[str, ...]] = ("along", "changes")

    of: SerializeAsAny[Maker]
    changes: float = Field(ge=0, le=1)
    along: str

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Read what draws the values, and how often."""
        from likewise.techniques.rules.document.column import read_maker

        changes = value.get("changes")
        if isinstance(changes, bool) or not isinstance(changes, int | float) or not 0 <= changes <= 1:
            raise told(f"{path}.changes", "a chance from 0 to 1 is wanted", "write changes: 0.2")
        return cls(of=read_maker(value["lasting"], f"{path}.lasting"), changes=changes,
                   along=along_of(value, "lasting", path))  # fmt: skip

    def needs(self) -> tuple[str, ...]:
        """Return the reference, and what the values are made from."""
        return (f"#{self.along}", *self.of.needs())

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return what the values are."""
        return self.of.column(name, known)

    def make(self, rows: Rows) -> pa.Array:
        """Return the values of some rows: each that of the row which drew it."""
        runs = Runs.of(rows, self.along)
        numbers = runs.rows.numbers
        drawn = runs.latest(rows.random.at("changes").uniforms(numbers) < self.changes)
        asked, places = np.unique(numbers[drawn[runs.places]], return_inverse=True)
        return self.of.make(rows.at(asked)).take(pa.array(places))
