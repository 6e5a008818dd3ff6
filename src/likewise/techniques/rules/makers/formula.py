"""Columns that follow from others by a formula, alone or with chance on top."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from likewise.constraints.kinds.total import aggregates_of
from likewise.constraints.language.cells import Cells
from likewise.constraints.language.evaluating import evaluate
from likewise.constraints.language.expression import Computed, Expression
from likewise.constraints.language.reading import read_expression
from likewise.constraints.language.writing import write_expression
from likewise.core.moments import DAY
from likewise.core.schema import Column, Kind
from likewise.errors import SettingsError
from likewise.modalities.tabular.distributions.reading import Part, at, parse
from likewise.techniques.rules.maker import Maker, Rows, told
from likewise.techniques.rules.makers.cells import DTYPES, array_of, cells_of, examples_of

SUM = "="
"""What the name of a sum over the rows that refer to a row begins with: `=sum(items.amount)`."""


class Formula(Maker):
    """Compute a column: `{formula: 'quantity * price', decimals: 2}`.

    `noise` is a distribution that is added. Where formulas name columns that formulas make, they are a causal graph.
    Sums go over the rows that refer to a row: `{formula: 'sum(items.amount)'}`. Where a constraint says it, they go
    over those that refer to the same row as this one, by the reference `above`.
    """

    word: ClassVar[str] = "formula"
    beside: ClassVar[tuple[str, ...]] = ("noise", "kind", "decimals")

    text: str
    noise: Part | None = None
    kind: Kind | None = None
    decimals: int | None = None
    above: str = ""

    @classmethod
    def read(cls, value: Any, path: str) -> Formula:
        """Read an expression of the language of constraints, beside `noise`, `kind` and `decimals`."""
        text = value["formula"]
        if not isinstance(text, str | int | float):
            raise told(path, "a formula is a text", "write e.g. {formula: 'quantity * price'}")
        try:
            read_expression(str(text))
        except SettingsError as fault:
            raise told(f"{path}.formula", fault.what, fault.hint, fault.code) from None
        noise = None if value.get("noise") is None else parse(value["noise"], f"{path}.noise")
        rest = {name: value[name] for name in ("kind", "decimals") if name in value}
        try:
            return cls.from_dict({"text": str(text), "noise": noise, **rest})
        except SettingsError as fault:
            raise at(path, fault) from None

    @cached_property
    def expression(self) -> Expression:
        """The formula, in which sums over other rows stand for what they come to."""
        return with_sums(read_expression(self.text), above=self.above)

    def needs(self) -> tuple[str, ...]:
        """Return the columns and the sums that it names."""
        return needed(self.expression)

    def said(self) -> str:
        """Return the formula."""
        return f"= {self.text}" + ("" if self.noise is None else f" + {self.noise.name} noise")

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return what it comes to: a number with as many decimals as it can have, a moment, a text or a truth."""
        found = evaluate(self.expression, examples_of(known).__getitem__, 1)
        decimals, kind = self.decimals, self.kind
        if kind is None and found.sort == "number":
            places = found.decimals if decimals is None else decimals
            whole = self.noise is None or self.noise.kind == "integer" or decimals is not None
            kind = "float" if places is None or not whole else "decimal" if places else "integer"
            decimals = places if kind == "decimal" else None
        elif kind is None:
            kind = self._other(found, known)
        nullable = any(column.nullable for column in known.values()) or not found.known().all() or "/" in self.text
        return Column(name=name, kind=kind, dtype=DTYPES.get(kind, "string"), nullable=nullable,
                      decimals=decimals if kind == "decimal" else None)  # fmt: skip

    def _other(self, found: Cells, known: Mapping[str, Column]) -> Kind:
        """Return the kind of what is no number: dates, where all that goes into them are dates and whole days."""
        if found.sort == "moment":
            days = all(column.kind in ("date", "integer", "boolean", "category", "text") for column in known.values())
            noise = self.noise is None or self.noise.kind == "integer"
            return "date" if days and noise and _whole_days(found) else "datetime"
        kinds: dict[str, Kind] = {"duration": "duration", "truth": "boolean", "text": "text"}
        return kinds[found.sort]

    def make(self, rows: Rows) -> pa.Array:
        """Return what the formula comes to in some rows."""
        found = evaluate(self.expression, lambda name: cells_of(rows.column(name), rows.meaning(name)),
                         len(rows.numbers))  # fmt: skip
        if self.noise is not None:
            chance = self.noise.ppf(rows.random.uniforms(rows.numbers))
            found = replace(found, values=found.floats + chance * _unit(found), whole=None)
        return array_of(found, _meaning(self, tuple((name, rows.meaning(name)) for name in self.needs())))


@lru_cache(maxsize=512)
def _meaning(formula: Formula, known: tuple[tuple[str, Column], ...]) -> Column:
    return formula.column("it", dict(known))


def with_sums(expression: Expression, *, above: str = "") -> Expression:
    """Return an expression in which sums over other rows stand for what they come to, beside the row itself or beside
    the one that it refers to by `above`.
    """
    at = f"{above}.{SUM}" if above else SUM
    return expression.replaced({call: Computed(f"{at}{write_expression(call)}") for call in aggregates_of(expression)})


def without_sums(expression: Expression) -> Expression:
    """Return an expression in which sums over other rows are written out again."""
    sums: dict[Expression, Expression] = {part: read_expression(part.label.partition(SUM)[2])
                                          for part in expression.walk() if isinstance(part, Computed)}  # fmt: skip
    return expression.replaced(sums)


def needed(expression: Expression) -> tuple[str, ...]:
    """Return the columns and the sums that an expression names."""
    sums = (part.label for part in expression.walk() if isinstance(part, Computed))
    return tuple(dict.fromkeys([*expression.names(), *sums]))


def _unit(found: Cells) -> float:
    """Return what one of the noise's units is: a day beside moments."""
    return DAY if found.sort in ("moment", "duration") else 1.0


def _whole_days(found: Cells) -> bool:
    """Return whether a moment that is computed from an example at midnight lies at midnight."""
    return bool((np.isnan(found.floats) | (found.floats % DAY == 0)).all())
