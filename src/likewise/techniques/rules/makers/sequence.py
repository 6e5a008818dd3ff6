"""Numbers that count the rows of a table, or those that belong to one row of another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.schema import Column
from likewise.errors import SettingsError
from likewise.modalities.tabular.distributions.reading import at
from likewise.techniques.rules.maker import Maker, Rows, told


class Sequence(Maker):
    """Count: `{sequence: {start: 1000, step: 1}}`, as texts where there is a `prefix`, a `suffix` or a `width`.

    `within` names a column that refers to another table: counting begins anew for each row of that one (the lines of
    an order).
    """

    word: ClassVar[str] = "sequence"
    placed: ClassVar[bool] = True

    start: int = 1
    step: int = 1
    prefix: str = ""
    suffix: str = ""
    width: int = 0
    within: str | None = None

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Read a mapping, or the first number alone."""
        fields = {} if value is None else {"start": value} if isinstance(value, int) else value
        if not isinstance(fields, Mapping):
            raise told(path, "a mapping or a first number is wanted", "write e.g. {sequence: {start: 1}}")
        try:
            found = cls.from_dict(dict(fields))
        except SettingsError as fault:
            raise at(f"{path}.sequence", fault) from None
        if not found.step:
            raise told(f"{path}.sequence.step", "a step of 0 goes nowhere", "write 1")
        return found

    def needs(self) -> tuple[str, ...]:
        """Return the place among the rows of the same parent, where it counts those."""
        return () if self.within is None else (f"#{self.within}",)

    def distinct(self, rows: int, path: str) -> Maker:
        """Return itself: counting never repeats."""
        return self if self.within is None else super().distinct(rows, path)

    def said(self) -> str:
        """Return how it counts."""
        within = "" if self.within is None else f" within `{self.within}`"
        return f"counting from {self.prefix}{self.start}{self.suffix} by {self.step}{within}"

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return a whole number, or a text."""
        if self.prefix or self.suffix or self.width:
            return Column(name=name, kind="text", dtype="string")
        return Column(name=name, kind="integer", dtype="int64")

    def make(self, rows: Rows) -> pa.Array:
        """Return the numbers of some rows."""
        places = rows.numbers if self.within is None else np.asarray(rows.column(f"#{self.within}"))
        numbers = pa.array(self.start + self.step * places)
        if not (self.prefix or self.suffix or self.width):
            return numbers
        texts = numbers.cast(pa.string())
        if self.width:
            texts = pc.utf8_lpad(texts, self.width, "0")
        return pc.binary_join_element_wise(self.prefix, texts, self.suffix, "")
