"""Tell numbers less finely: rounding, and one value for all beyond a limit."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from likewise.core.scale import grid_of
from likewise.core.schema import Column
from likewise.core.table import Table
from likewise.techniques.noise.additive import NumberOperation
from likewise.techniques.noise.lines import Floats, line_of
from likewise.techniques.noise.operation import Learned

A_SECOND = 1e6


class Round(NumberOperation):
    """Round numbers to multiples of `base`, to the nearest one or by chance to one of the two around.

    `base` is in the column's own unit, days for dates, seconds for moments, times and durations; None takes a round
    number of about a quarter of the standard deviation. Random rounding takes the nearer multiple more often, so that
    sums hold in expectation. Multiples beyond the bounds are not used; where none lies within, values stay.
    Willenborg and de Waal, 2001, LNS 155.
    """

    op: ClassVar[str] = "round"
    strength: ClassVar[str] = "base"
    most: ClassVar[float] = 1e300

    base: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    mode: Literal["nearest", "random"] = "nearest"

    def scaled(self, factor: float) -> Round:
        """Return the rounding to multiples so many times as large; where none is said, of a larger share of cells."""
        if not factor or self.base is None:
            return self.model_copy(update={"share": min(1.0, self.share * factor)})
        return super().scaled(factor)

    def learn_column(self, table: Table, column: Column) -> Learned:
        """Learn the base on the column's scale."""
        learned = super().learn_column(table, column)
        unit = A_SECOND if column.kind in ("datetime", "time", "duration") else 1.0
        base = self.base * unit if self.base is not None else _nice(learned.meta["spread"] / 4, learned.meta["step"])
        return Learned({**learned.meta, "base": base, "step": grid_of(column), "start": 0.0})

    def moved(self, values: Floats, learned: Learned, rng: np.random.Generator) -> Floats:
        """Round."""
        base = learned.meta["base"]
        if not base:
            return values
        low, high = np.ceil(learned.meta["low"] / base - 1e-9), np.floor(learned.meta["high"] / base + 1e-9)
        drawn = np.floor(values / base + (rng.random(len(values)) if self.mode == "random" else 0.5))
        inside = (values >= learned.meta["low"]) & (values <= learned.meta["high"])
        within = np.clip(drawn, low, high) * base if low <= high else values
        return np.asarray(np.where(inside, within, drawn * base))


class TopCode(NumberOperation):
    """Give one value to all that lie among the highest share `top`, and to all among the lowest share `bottom`.

    `to` says which: the mean of those that it stands for, so that sums hold, or the limit itself. Use when the largest
    values give their people away: incomes, ages above 90. Willenborg and de Waal, 2001, LNS 155.
    """

    op: ClassVar[str] = "topcode"
    strength: ClassVar[str] = "top"

    top: float = Field(default=0.01, ge=0, le=0.5)
    bottom: float = Field(default=0.0, ge=0, le=0.5)
    to: Literal["mean", "limit"] = "mean"

    @model_validator(mode="after")
    def _there_is_something_to_do(self) -> TopCode:
        if self.columns is not None and not (self.top or self.bottom):
            raise ValueError("`top` and `bottom` are both 0: nothing is coded")
        return self

    def scaled(self, factor: float) -> TopCode:
        """Return the coding of so many times the shares."""
        ends = {"top": min(0.5, self.top * factor), "bottom": min(0.5, self.bottom * factor)}
        return self.model_copy(update=ends)

    def learn_column(self, table: Table, column: Column) -> Learned:
        """Learn the limits, and the value for all beyond each."""
        values = table.numbers(column.name)
        known = np.sort(values[~np.isnan(values)])
        meta = line_of(table, column).to_meta()
        if not len(known):
            return Learned(meta)
        for end, share in (("top", self.top), ("bottom", self.bottom)):
            if count := int(np.ceil(share * len(known) - 1e-9)):
                beyond = known[-count:] if end == "top" else known[:count]
                limit = beyond[0] if end == "top" else beyond[-1]
                size = float(np.abs(beyond).max()) or 1.0
                value = float(np.mean(beyond / size) * size) if self.to == "mean" else float(limit)
                meta |= {f"{end}_limit": float(limit), f"{end}_value": value}
        return Learned(meta)

    def moved(self, values: Floats, learned: Learned, rng: np.random.Generator) -> Floats:
        """Recode."""
        meta = learned.meta
        new = values
        if "top_limit" in meta:
            new = np.where(values >= meta["top_limit"], meta["top_value"], new)
        if "bottom_limit" in meta:
            new = np.where(values <= meta["bottom_limit"], meta["bottom_value"], new)
        return new


def _nice(size: float, step: float) -> float:
    """Return the largest of 1, 2, 5, 10, 20 ... that is not above a size, and no finer than the grid; 0 for none."""
    if size <= 0 or not np.isfinite(size):
        return 0.0
    power = 10.0 ** np.floor(np.log10(size))
    base = max(m * power for m in (1, 2, 5) if m * power <= size * (1 + 1e-9)) if power > 0 else 0.0
    return float(max(np.ceil(base / step) * step if step else base, step))
