"""Numbers with declared bounds: on a grid of steps or anywhere between."""

from __future__ import annotations

import math
from decimal import Decimal
from functools import cached_property
from typing import ClassVar, Literal, Self

import numpy as np
import pyarrow as pa
from pydantic import Field, model_validator

from likewise.core.schema import Column
from likewise.privacy.contract.axis import MOST, STEPS, Axis, Floats, log_edges
from likewise.privacy.contract.domain import UNREAD, Codes, Domain, Line
from likewise.privacy.contract.reading import numbers_of


class Number(Domain):
    """Declare numbers from `min` to `max`: whole, with so many `decimals`, at multiples of `step` from `min`, or real.

    More than 65,536 values are parted into equal cells; `grid` sets their width or all their edges,
    or makes them narrow near 0 and wide far from it (`log`). `format` is a worked number such as `$1,234.50`.
    """

    kind: ClassVar[str] = "number"
    min: float = Field(allow_inf_nan=False)
    max: float = Field(allow_inf_nan=False)
    integer: bool = False
    decimals: int | None = Field(default=None, ge=0, le=15)
    step: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    grid: Literal["log"] | float | tuple[float, ...] | None = None
    format: str | None = None

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if self.min > self.max:
            raise ValueError("`min` is more than `max`")
        if not math.isfinite(self.max - self.min):
            raise ValueError("the bounds are farther apart than a number can say")
        if self.integer + (self.decimals is not None) + (self.step is not None) > 1:
            raise ValueError("give one of `integer`, `decimals` and `step`")
        if self.grain is not None:
            if max(abs(self.min), abs(self.max)) / self.grain > STEPS:
                raise ValueError("values at such bounds lie closer together than doubles can tell")
            if self.step is None and Decimal(repr(self.min)) % Decimal(repr(self.grain)):
                raise ValueError("`min` is no value of so many decimals")
        return self._check_grid()

    def _check_grid(self) -> Self:
        if isinstance(self.grid, tuple):
            edges = np.array(self.grid)
            if len(edges) < 2 or not np.all(np.isfinite(edges)) or np.any(np.diff(edges) <= 0):
                raise ValueError("the edges of `grid` are at least two numbers, each more than the one before")
            if (self.grid[0], self.grid[-1]) != (self.min, self.max):
                raise ValueError("the first and the last edge of `grid` are `min` and `max`")
            if len(edges) > MOST:
                raise ValueError(f"`grid` has more than {MOST:,} edges")
        elif isinstance(self.grid, float):
            if not (math.isfinite(self.grid) and self.grid > 0):
                raise ValueError("the width of the cells of `grid` is more than 0")
            if (self.max - self.min) / self.grid > MOST:
                raise ValueError(f"such a `grid` has more than {MOST:,} cells")
        return self

    @property
    def grain(self) -> float | None:
        """The distance between neighbouring values, None between reals."""
        if self.integer:
            return 1.0
        return self.step if self.decimals is None else float(Decimal(1).scaleb(-self.decimals))

    @property
    def digits(self) -> int | None:
        """The decimals that values have, None for reals."""
        if self.grain is None:
            return None
        places = [-int(Decimal(repr(v)).normalize().as_tuple().exponent) for v in (self.grain, self.min)]
        return max(0, *places) if self.decimals is None else self.decimals

    @cached_property
    def values(self) -> int:
        """The number of values on the grid, 0 where they are reals."""
        if self.grain is None:
            return 0
        return int((Decimal(repr(self.max)) - Decimal(repr(self.min))) / Decimal(repr(self.grain))) + 1

    @cached_property
    def axis(self) -> Axis:
        """The cells."""
        edges = log_edges(self.min, self.max) if self.grid == "log" else None
        declared = self._declared_edges()
        if self.grain is None:
            if declared is not None:
                return Axis.of_edges(declared, whole=False)
            return Axis.of_reals(self.min, self.max, edges)
        if declared is not None:
            places = np.ceil((np.array(declared[:-1]) - self.min) / self.grain - 1e-9)
            firsts = np.unique(np.clip(places, 0, self.values - 1)).tolist()
            return Axis.of_edges([*firsts, self.values - 1], whole=True)
        zero = -self.min / self.grain
        own = [round(zero)] if 0 < zero < self.values and abs(zero - round(zero)) < 1e-9 else []
        if edges is not None and self.values > MOST:
            return Axis.of_places((edges - self.min) / self.grain, self.values, own)
        return Axis.of_steps(self.values, own)

    def _declared_edges(self) -> list[float] | None:
        if isinstance(self.grid, float):
            count = max(1, math.ceil((self.max - self.min) / self.grid - 1e-9))
            return [*(self.min + self.grid * np.arange(count)).tolist(), self.max]
        return [*self.grid] if isinstance(self.grid, tuple) else None

    @property
    def cells(self) -> int:
        """The number of cells."""
        return self.axis.cells

    @property
    def default(self) -> int:
        """The middle cell, the lower of two."""
        return (self.cells - 1) // 2

    def read(self, array: pa.Array) -> Codes:
        """Return the cell of each number; those out of bounds count as the nearest bound."""
        values = numbers_of(array, self.format)
        gone = np.isnan(values)
        clipped = np.clip(np.where(gone, self.min, values), self.min, self.max)
        places = clipped if self.grain is None else (clipped - self.min) / self.grain
        return np.where(gone, UNREAD, self.axis.codes(places)).astype(np.int32)

    def drawn(self, codes: Codes, rng: np.random.Generator) -> pa.Array:
        """Return a number in each cell, every value in it as likely as another."""
        return self._values(self.axis.draw(codes, rng))

    def _values(self, places: Floats) -> pa.Array:
        if self.grain is None:
            return pa.array(places)
        digits = self.digits or 0
        values = np.round(self.min + places * self.grain, digits)
        return pa.array(values if digits else values.astype(np.int64))

    def line(self) -> Line:
        """Return the least and the greatest number of each cell, and the distance of numbers."""
        first, last = self.axis.ends
        if self.grain is None:
            return first, last, 0.0
        low, high = (np.round(self.min + places * self.grain, self.digits or 0) for places in (first, last))
        return low, high, self.grain

    def column(self) -> Column:
        """Return the column of a schema, from the contract alone."""
        whole = self.digits == 0
        kind = "integer" if whole else "float" if self.grain is None else "decimal"
        own = "string" if self.format else "int64" if whole else "double"
        top = self.max if self.grain is None else round(self.min + (self.values - 1) * self.grain, self.digits)
        bounds = (int(self.min), int(top)) if whole else (self.min, top)
        return Column.model_validate({
            "name": self.name, "kind": kind, "role": self.role, "dtype": self.dtype or own,
            "nullable": self.has_missing, "missing": self.markers(), "bounds": bounds, "format": self.format,
            "decimals": self.digits if kind == "decimal" else None,
        })  # fmt: skip
