"""Numbers with declared bounds: on a grid of steps or anywhere between."""

from __future__ import annotations

import math
from decimal import Decimal
from functools import cached_property
from typing import ClassVar, Self

import numpy as np
import pyarrow as pa
from pydantic import Field, model_validator

from likewise.core.schema import Column
from likewise.privacy.contract.axis import LARGEST, MOST, Axis, Floats
from likewise.privacy.contract.domain import UNREAD, Codes, Domain
from likewise.privacy.contract.reading import numbers_of


class Number(Domain):
    """Declare numbers from `min` to `max`: whole, with so many `decimals`, at multiples of `step` from `min`, or real.

    More than 65,536 values are parted into equal cells; `grid` sets their width or all their edges. `format` is a worked
    number such as `$1,234.50`.
    """

    kind: ClassVar[str] = "number"
    min: float = Field(allow_inf_nan=False)
    max: float = Field(allow_inf_nan=False)
    integer: bool = False
    decimals: int | None = Field(default=None, ge=0, le=15)
    step: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    grid: float | tuple[float, ...] | None = None
    format: str | None = None

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if self.min > self.max:
            raise ValueError("`min` is more than `max`")
        if not math.isfinite(self.max - self.min):
            raise ValueError("the bounds are farther apart than a number can say")
        if self.integer + (self.decimals is not None) + (self.step is not None) > 1:
            raise ValueError("give one of `integer`, `decimals` and `step`")
        step = self.grain
        if step is not None:
            if Decimal(repr(self.min)) % Decimal(repr(step)) and self.step is None:
                raise ValueError("`min` does not lie on the grid of the values")
            if max(abs(self.min), abs(self.max)) / step >= LARGEST:
                raise ValueError("values at such bounds lie closer together than a double can tell")
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
        elif self.grid is not None:
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
    def axis(self) -> Axis:
        """The cells."""
        edges = self._edges()
        if self.grain is None:
            return Axis.of_reals(self.min, self.max) if edges is None else Axis.of_edges(edges, whole=False)
        values = int((Decimal(repr(self.max)) - Decimal(repr(self.min))) / Decimal(repr(self.grain))) + 1
        if edges is not None:
            places = np.ceil((np.array(edges[:-1]) - self.min) / self.grain - 1e-9)
            return Axis.of_edges([*np.unique(np.clip(places, 0, values - 1)).tolist(), values - 1], whole=True)
        zero = -self.min / self.grain
        return Axis.of_steps(values, [round(zero)] if 0 < zero < values and abs(zero - round(zero)) < 1e-9 else [])

    def _edges(self) -> list[float] | None:
        if self.grid is None or isinstance(self.grid, tuple):
            return None if self.grid is None else [*self.grid]
        count = max(1, math.ceil((self.max - self.min) / self.grid - 1e-9))
        return [*(self.min + self.grid * np.arange(count)).tolist(), self.max]

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
        values = np.round(self.min + places * self.grain, self.digits)
        return pa.array(values.astype(np.int64) if self.digits == 0 else values)

    def column(self) -> Column:
        """Return the column of a schema, from the contract alone."""
        whole = self.digits == 0
        kind = "integer" if whole else "float" if self.grain is None else "decimal"
        own = "string" if self.format else "int64" if whole else "double"
        bounds = (int(self.min), int(self.max)) if whole else (self.min, self.max)
        return Column.model_validate({
            "name": self.name, "kind": kind, "role": self.role, "dtype": self.dtype or own, "nullable": self.has_missing,
            "missing": self.markers(), "decimals": self.digits if kind == "decimal" else None, "bounds": bounds,
            "format": self.format,
        })  # fmt: skip
