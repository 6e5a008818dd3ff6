"""Columns of numbers, dates or times between values that even shares of them lie below."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
from pydantic import Field, field_validator

from likewise.core.dtypes import arrow_type
from likewise.core.scale import on_scale
from likewise.core.schema import NUMBERS, Column, Kind
from likewise.errors import ConditionError, SettingsError
from likewise.modalities.tabular.distributions.reading import at
from likewise.modalities.tabular.numbers import typed_numbers
from likewise.techniques.rules.maker import Floats, Quantile, told
from likewise.techniques.rules.makers.cells import DTYPES


class Quantiles(Quantile):
    """Draw values between `values`, which rise: as many lie between each two of them.

    `{quantiles: [0, 18, 35, 52, 67, 100]}` are quintiles; a value that comes twice is one that many rows have. Dates and
    times are written in ISO 8601, with `kind`.
    """

    word: ClassVar[str] = "quantiles"
    beside: ClassVar[tuple[str, ...]] = ("kind", "decimals")

    points: tuple[Any, ...] = Field(min_length=1, max_length=100_000)
    kind: Kind = "float"
    decimals: int | None = None

    @field_validator("kind")
    @classmethod
    def _is_a_number(cls, kind: Kind) -> Kind:
        if kind not in NUMBERS:
            raise ValueError("quantiles are of numbers, dates or times")
        return kind

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Read a list of values, beside `kind` and `decimals`."""
        points, fields = value["quantiles"], {name: value[name] for name in cls.beside if name in value}
        if isinstance(points, Mapping) or not isinstance(points, list | tuple) or not points:
            raise told(f"{path}.quantiles", "a list of values is wanted", "write e.g. {quantiles: [0, 10, 50, 90, 100]}")
        if "kind" not in fields:
            whole = all(isinstance(point, int) for point in points) and not fields.get("decimals")
            fields["kind"] = "integer" if whole else "decimal" if fields.get("decimals") else "float"
        try:
            found = cls.from_dict({"points": tuple(points), **fields})
            rising = bool((np.diff(found._scaled) >= 0).all())
        except SettingsError as fault:
            raise at(path, fault) from None
        except ConditionError as fault:
            raise told(f"{path}.quantiles", fault.what, fault.hint) from None
        if not rising:
            raise told(f"{path}.quantiles", "the values do not rise", "sort them")
        return found

    @cached_property
    def _column(self) -> Column:
        return self.column("value", {})

    @cached_property
    def _scaled(self) -> Floats:
        return np.array([on_scale(self._column, point) for point in self.points])

    @property
    def _digits(self) -> int | None:
        """How many decimals values are rounded to on the scale; None for floats."""
        return None if self.kind == "float" else self.decimals or 0

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return the column of the schema."""
        places = self.decimals if self.kind == "decimal" else None
        return Column(name=name, kind=self.kind, decimals=places, dtype=DTYPES[self.kind])

    def said(self) -> str:
        """Return how many quantiles there are."""
        return f"between {len(self.points)} quantiles"

    def values(self, shares: Floats) -> Floats:
        """Return the numbers at some shares."""
        if len(self.points) == 1:
            return np.full(len(shares), self._scaled[0])
        found = np.interp(shares * (len(self._scaled) - 1), np.arange(len(self._scaled)), self._scaled)
        return found if self._digits is None else np.round(found, self._digits)

    def shares(self, values: Floats) -> tuple[Floats, Floats]:
        """Return the shares of numbers below, and at most at, some."""
        half = 0.0 if self._digits is None else 0.5 * 10.0**-self._digits
        return self._share(values - half, "left"), self._share(values + half, "right")

    def _share(self, values: Floats, side: str) -> Floats:
        """Return the share of numbers below some, or at most at them, before they are rounded."""
        points = self._scaled
        if len(points) == 1:
            return (values > points[0] if side == "left" else values >= points[0]).astype(float)
        place = np.searchsorted(points, values, side="left" if side == "left" else "right")
        low, high = points[np.clip(place - 1, 0, None)], points[np.clip(place, None, len(points) - 1)]
        with np.errstate(invalid="ignore", divide="ignore"):
            part = np.where(high > low, (values - low) / (high - low), 0.0)
        found = (place - 1 + np.clip(np.nan_to_num(part), 0, 1)) / (len(points) - 1)
        return np.asarray(np.where(place == 0, 0.0, np.where(place == len(points), 1.0, found)))

    def typed(self, values: Floats) -> pa.Array:
        """Return numbers as the column holds them."""
        return typed_numbers(values, self._column, arrow_type(DTYPES[self.kind]))
