"""Columns that hold the key of a row of another table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import pyarrow as pa

from likewise.core.schema import Column
from likewise.techniques.rules.maker import Maker, Rows, told


class Refers(Maker):
    """Take over a column of the row that is referred to: `{refers: customers.id, children: {poisson: 3}}`.

    Which row that is, the reference settles (`document/reference.py`); `reference` is its name.
    """

    word: ClassVar[str] = "refers"
    beside: ClassVar[tuple[str, ...]] = ("children", "where", "tree")

    reference: str
    to: str
    key: str

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Read `table.column`; the reference takes its name from the column that stands at the path."""
        target = value.get("refers")
        parts = target.split(".") if isinstance(target, str) else []
        if len(parts) != 2 or not all(parts):
            raise told(path, "`refers` names a column of a table", "write e.g. {refers: customers.id}")
        return cls(reference=path.rsplit(".", 1)[-1], to=parts[0], key=parts[1])

    def needs(self) -> tuple[str, ...]:
        """Return the column that is taken over."""
        return (f"{self.reference}.{self.key}",)

    def said(self) -> str:
        """Return what is taken over."""
        return f"refers to {self.to}.{self.key}"

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return the column that is referred to, under its own name and without its role."""
        return known[self.needs()[0]].model_copy(update={"name": name, "role": "feature"})

    def make(self, rows: Rows) -> pa.Array:
        """Return the keys of the rows that some rows refer to."""
        return rows.column(self.needs()[0])
