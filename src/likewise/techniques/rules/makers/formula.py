"""Columns that follow from others by a formula, alone or with chance on top."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from likewise.constraints.language.evaluating import Cells, evaluate
from likewise.constraints.language.expression import Arithmetic, Call, Expression, Value
from likewise.constraints.language.reading import read_expression
from likewise.core.schema import Column, Kind
from likewise.errors import SettingsError
from likewise.modalities.tabular.distributions.reading import Part, at, parse
from likewise.techniques.rules.maker import Maker, Rows, told
from likewise.techniques.rules.makers.cells import DTYPES, array_of, cells_of, example_of


class Formula(Maker):
    """Compute a column: `{formula: 'quantity * price', decimals: 2}`.

    `noise` is a distribution that is added. Where formulas name columns that formulas make, they are a causal graph.
    """

    word: ClassVar[str] = "formula"
    beside: ClassVar[tuple[str, ...]] = ("noise", "kind", "decimals")

    text: str
    noise: Part | None = None
    kind: Kind | None = None
    decimals: int | None = None

    @classmethod
    def read(cls, value: Any, path: str) -> Formula:
        """Read an expression of the language of constraints, beside `noise`, `kind` and `decimals`."""
        text = value["formula"]
        if not isinstance(text, str | int | float):
            raise told(path, "a formula is a text", "write e.g. {formula: 'quantity * price'}")
        try:
            read_expression(str(text))
        except SettingsError as fault:
            raise SettingsError(fault.code, f"{path}.formula: {fault.what}", where=f"{path}.formula",
                                hint=fault.hint) from None  # fmt: skip
        noise = None if value.get("noise") is None else parse(value["noise"], f"{path}.noise")
        try:
            return cls.from_dict({"text": str(text), "noise": noise,
                                  **{name: value[name] for name in ("kind", "decimals") if name in value}})  # fmt: skip
        except SettingsError as fault:
            raise at(path, fault) from None

    @cached_property
    def expression(self) -> Expression:
        """The formula as it is read."""
        return read_expression(self.text)

    def needs(self) -> tuple[str, ...]:
        """Return the columns that it names."""
        return self.expression.names()

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return what it comes to: a number (whole, where all that it is made of is), a moment, a text or a truth."""
        kind = self.kind or self._kind(known)
        places = self.decimals if kind == "decimal" else None
        nullable = any(column.nullable for column in known.values()) or "/" in self.text or "null" in self.text
        return Column(name=name, kind=kind, dtype=DTYPES.get(kind, "string"), decimals=places, nullable=nullable)

    def _kind(self, known: Mapping[str, Column]) -> Kind:
        examples = {name: example_of(column) for name, column in known.items()}
        sort = evaluate(self.expression, examples.__getitem__, 1).sort
        if sort == "number":
            return "decimal" if self.decimals else "integer" if self.decimals == 0 or self._whole(known) else "float"
        if sort == "moment":
            days = all(column.kind != "datetime" for column in known.values())
            return "date" if days and self.noise is None and not self._parts_of_days(known) else "datetime"
        kinds: dict[str, Kind] = {"duration": "duration", "truth": "boolean", "text": "text"}
        return kinds[sort]

    def _whole(self, known: Mapping[str, Column]) -> bool:
        """Return whether only whole numbers can come of it."""
        if self.noise is not None and self.noise.kind != "integer":
            return False
        for part in self.expression.walk():
            if isinstance(part, Arithmetic) and part.operation in ("/", "**"):
                return False
            if isinstance(part, Value) and isinstance(part.value, float) and not part.value.is_integer():
                return False
            if isinstance(part, Call) and part.function in ("sqrt", "exp", "log", "ln", "mean", "avg", "std", "sd"):
                return False
        return all(column.kind in ("integer", "boolean", "category", "text", "date") for column in known.values())

    def _parts_of_days(self, known: Mapping[str, Column]) -> bool:
        """Return whether something in it is not counted in whole days."""
        numbers = any(column.kind in ("float", "decimal", "time", "duration") for column in known.values())
        return numbers or any(isinstance(part, Value) and isinstance(part.value, float)
                              for part in self.expression.walk())  # fmt: skip

    def make(self, rows: Rows) -> pa.Array:
        """Return what the formula comes to in some rows."""
        found = evaluate(self.expression, lambda name: cells_of(rows.column(name)), len(rows.numbers))
        if self.noise is not None and isinstance(found.values, np.ndarray):
            noise = self.noise.ppf(rows.random.uniforms(rows.numbers))
            found = Cells(found.sort, found.values + noise)
        return array_of(found, self._made(rows, found), self.decimals)

    def _made(self, rows: Rows, found: Cells) -> Kind:
        if self.kind is not None or found.sort in ("text", "truth", "duration"):
            kinds: dict[str, Kind] = {"duration": "duration", "truth": "boolean", "text": "text"}
            return self.kind or kinds[found.sort]
        known = {name: _column_of(rows.column(name)) for name in self.needs()}
        return self._kind(known)


def _column_of(array: pa.Array) -> Column:
    from likewise.techniques.rules.makers.cells import kind_of

    return Column(name="it", kind=kind_of(array))
