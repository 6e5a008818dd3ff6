"""Columns drawn from a distribution of any family."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from likewise.core.dtypes import arrow_type
from likewise.core.schema import Column
from likewise.errors import SettingsError
from likewise.modalities.tabular.distributions import Distribution
from likewise.modalities.tabular.distributions.reading import at, parse
from likewise.modalities.tabular.drawn import DTYPES, GREATEST, DrawnColumn
from likewise.modalities.tabular.numbers import typed_numbers
from likewise.techniques.rules.maker import Floats, Maker, Quantile


class Drawn(Quantile):
    """Draw a column from a distribution: `{normal: [170, 10], decimals: 1}`."""

    word: ClassVar[str] = "distribution"
    beside: ClassVar[tuple[str, ...]] = ("decimals", "kind")

    of: DrawnColumn

    @classmethod
    def read(cls, value: Any, path: str) -> Drawn:
        """Read a family with its parameters, beside `decimals` and `kind`."""
        settings = {name: value[name] for name in cls.beside if name in value}
        family = {name: found for name, found in value.items() if name not in settings}
        distribution = parse(family, path)
        try:
            return cls(of=DrawnColumn.from_dict({"of": distribution, **settings}))
        except SettingsError as fault:
            raise at(path, fault) from None

    @cached_property
    def distribution(self) -> Distribution:
        """The distribution, rounded where the column is."""
        return self.of.distribution

    @property
    def levels(self) -> tuple[str, ...] | None:
        """The levels that it draws, None where it draws numbers."""
        return self.distribution.categories

    @cached_property
    def _column(self) -> Column:
        return self.of.column("drawn")

    @cached_property
    def _leaves(self) -> bool:
        return self._column.kind == "integer" and self.of.leaves

    def said(self) -> str:
        """Return the family with its parameters."""
        ((family, parameters),) = self.of.of.to_dict().items()
        listed = ", ".join(f"{name} {_short(value)}" for name, value in parameters.items())
        return f"{family} ({listed})" if listed else str(family)

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return the column of the schema."""
        return self.of.column(name)

    def values(self, shares: Floats) -> Floats:
        """Return the numbers at some shares."""
        return self.distribution.ppf(shares)

    def typed(self, values: Floats) -> pa.Array:
        """Return numbers of the distribution as the column holds them."""
        column = self._column
        if column.levels is not None:
            return pa.DictionaryArray.from_arrays(values.astype(np.int32), pa.array(column.levels, pa.string()))
        if column.kind == "boolean":
            return pa.array(values != 0)
        if self._leaves:
            values = np.clip(values, -GREATEST, GREATEST)
        return typed_numbers(values, column, arrow_type(DTYPES[column.kind]))

    def shares(self, values: Floats) -> tuple[Floats, Floats]:
        """Return the shares of values below, and at most at, some numbers."""
        upto = self.distribution.cdf(values)
        return np.maximum(upto - self.distribution.mass(values), 0.0), upto

    def distinct(self, rows: int, path: str) -> Maker:
        """Return what draws so many different values. Raises SettingsError where there are fewer."""
        from likewise.techniques.rules.makers.distinct import Distinct

        return Distinct.of_drawn(self, rows, path)


def _short(value: Any) -> str:
    """Return a parameter in a few words: of lists how long they are."""
    if isinstance(value, list):
        return f"of {len(value)}" if len(value) > 4 else ", ".join(_short(part) for part in value)
    if isinstance(value, dict):
        return ", ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
