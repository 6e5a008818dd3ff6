"""What the rows next to a row hold, and where it stands among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa

from likewise.core.schema import Column
from likewise.techniques.rules.maker import Ints, Maker, Rows, told
from likewise.techniques.rules.makers.along.runs import along_of


class Neighbour(Maker):
    """Take a column over from the row before or after; missing where there is none under the same parent."""

    beside: ClassVar[tuple[str, ...]] = ("along",)
    follows: ClassVar[bool] = True
    step: ClassVar[int]

    of: str
    along: str

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Read which column is taken over."""
        if not isinstance(value[cls.word], str):
            raise told(path, f"`{cls.word}` names a column", f"write e.g. {{{cls.word}: amount, along: account_id}}")
        return cls(of=value[cls.word], along=along_of(value, cls.word, path))

    def needs(self) -> tuple[str, ...]:
        """Return the column, and the reference."""
        return (f"#{self.along}", self.of)

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return what the column means that is taken over."""
        return known[self.of].model_copy(update={"name": name, "nullable": True, "role": "feature"})

    def make(self, rows: Rows) -> pa.Array:
        """Return the column of the rows that lie one step away."""
        _, ordinals, counts = rows.placed(self.along)
        there = (ordinals + self.step >= 0) & (ordinals + self.step < counts)
        found = rows.at(rows.numbers[there] + self.step).column(self.of)
        places: Ints = np.cumsum(there) - 1
        return found.take(pa.array(places, mask=~there))


class Previous(Neighbour):
    """Take a column over from the row before: `{previous: amount, along: account_id}`."""

    word: ClassVar[str] = "previous"
    step: ClassVar[int] = -1


class Next(Neighbour):
    """Take a column over from the row after: `{next: valid_from, along: customer_id}`."""

    word: ClassVar[str] = "next"
    step: ClassVar[int] = 1


class Ordinal(Maker):
    """Number the rows of each parent from 1: `{ordinal: customer_id}`."""

    word: ClassVar[str] = "ordinal"
    follows: ClassVar[bool] = True

    along: str

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Read the reference."""
        if not isinstance(value, str):
            raise told(path, f"`{cls.word}` names a reference", f"write e.g. {{{cls.word}: customer_id}}")
        return cls(along=value)

    def needs(self) -> tuple[str, ...]:
        """Return the reference."""
        return (f"#{self.along}",)

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return a column of whole numbers."""
        return Column(name=name, kind="integer", dtype="int64")

    def make(self, rows: Rows) -> pa.Array:
        """Return the place of some rows among those of their parent."""
        return pa.array(rows.placed(self.along)[1] + 1)


class Last(Ordinal):
    """Say whether a row is the last one of its parent: `{last: customer_id}`."""

    word: ClassVar[str] = "last"

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return a column of truths."""
        return Column(name=name, kind="boolean", dtype="bool")

    def make(self, rows: Rows) -> pa.Array:
        """Return which of some rows are the last."""
        _, ordinals, counts = rows.placed(self.along)
        return pa.array(ordinals == counts - 1)
