"""Rows in an order: blocks of a series, and an autoregression run anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.conditions import Given
from likewise.core.scale import reach
from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import ConditionError, FitError
from likewise.modalities.sequence.ordering import check_repeats, lone_dates, order_of, widened
from likewise.modalities.tabular.codec import arrow_type, rounded
from likewise.modalities.tabular.numbers import PLAIN, typed_numbers
from likewise.techniques.bootstrap.block_length import FEWEST, autocovariances
from likewise.techniques.bootstrap.drawing import (
    Arrays,
    Drawing,
    Floats,
    no_partial_rows,
    plain_columns,
    renumbered,
    rewritten,
)
from likewise.techniques.bootstrap.resampling import block_size
from likewise.techniques.bootstrap.runs import draw_runs
from likewise.techniques.bootstrap.settings import Settings
from likewise.techniques.bootstrap.sieve import autoregression, interpolated, simulate
from likewise.techniques.bootstrap.times import Times

TAPER = 0.43
"""Share of a tapered block over which its weights rise, and over which they fall (Paparoditis and Politis, 2001)."""

UNIT_ROOT = 14.1
"""Rows times the gap of the first autocorrelation to 1, below which a unit root is not rejected at 5 %."""


class Series(Drawing):
    """Draw a series of blocks; its times are those of the real one, and go on the same way after its end."""

    def __init__(self, settings: Settings, rows: Table, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        super().__init__(settings, rows, arrays)
        self.order = order_of(rows, settings.order, entities=False)
        self.times = None if self.order is None else Times.of(rows.numbers(self.order.name), self.order)

    @classmethod
    def learn(cls, settings: Settings, table: Table, *, seed: int) -> tuple[Table, Arrays, tuple[str, ...]]:
        """Put the rows in order and find the length of blocks."""
        table, notes = ordered(settings, table)
        columns = series_of(table, order_of(table, settings.order, entities=False))
        kind = "circular" if settings.method == "tapered" else settings.method
        size = block_size(settings.block, kind, table.rows, columns)
        notes = (*notes, f"blocks of {size:.3g} rows; one more begins at every 65,536th row", *wandering(columns))
        return table, {"block": np.array([size])}, notes

    @classmethod
    def given_back(cls, settings: Settings, table: Table) -> Schema:
        """Let the times go on."""
        order = order_of(table, settings.order, entities=False)
        if order is None:
            return table.schema
        column = widened(order)
        return table.schema.replace(order.name, bounds=None, dtype=column.dtype, native=column.native)

    @property
    def block(self) -> float:
        """The length of blocks."""
        return float(self.arrays["block"].item())

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Draw blocks until there are `n` rows."""
        refuse_conditions(given)
        if not n:
            return self.rows.slice(0, 0)
        kind = self.settings.method
        moving = "moving" if kind == "tapered" else kind
        runs = draw_runs(moving, rng, rows=self.rows.rows, length=n, count=1, block=self.block)  # type: ignore[arg-type]
        drawn = self.rows.take(runs.indices()[0])
        return self._tapered(drawn) if kind == "tapered" else drawn

    def _tapered(self, drawn: Table) -> Table:
        """Let each block of numbers fade in and out around the mean of the series, its variance kept."""
        weights = np.resize(taper(int(self.block)), drawn.rows)
        names = [c.name for c in plain_columns(self.rows) if self.order is None or c.name != self.order.name]
        middle = {name: _mean(self.rows.numbers(name)) for name in names}
        new = {name: middle[name] + weights * (drawn.numbers(name) - middle[name]) for name in names}
        return renumbered(drawn, new, {name: reach(self.rows.schema[name]) or (-np.inf, np.inf) for name in names})

    def placed(self, drawn: Table, start: int, seed: int) -> Table:
        """Put the times in."""
        if self.order is None or self.times is None:
            return drawn
        values = rounded(self.times.at(start, drawn.rows, self.order), self.order)
        return rewritten(drawn, {self.order.name: typed_numbers(values, self.order, arrow_type(self.order))})


class Sieve(Series):
    """Draw numbers from an autoregression of the series, driven by its own residuals (Buehlmann, 1997)."""

    def __init__(self, settings: Settings, rows: Table, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        super().__init__(settings, rows, arrays)
        self.columns = _autoregressed(rows, self.order)

    @classmethod
    def learn(cls, settings: Settings, table: Table, *, seed: int) -> tuple[Table, Arrays, tuple[str, ...]]:
        """Put the rows in order and find the autoregression."""
        table, notes = ordered(settings, table)
        columns = _autoregressed(table, order_of(table, settings.order, entities=False))
        values = interpolated(np.stack([table.numbers(c.name) for c in columns], axis=1))
        lags = None if settings.lags == "auto" else settings.lags
        least = max(FEWEST, 2 * len(columns) + 2, 0 if lags is None else 2 * lags * len(columns) + 2)
        if table.rows < least:
            raise FitError("fit.short-series", f"a series of {table.rows:,} rows is too short for this autoregression",
                           where="lags", hint=f"give at least {least:,} rows, or ask for fewer `lags`")  # fmt: skip
        size = np.abs(values).max(axis=0)
        size[size == 0] = 1.0
        middle = (values / size).mean(axis=0)
        centred = values / size - middle
        spread = centred.std(axis=0)
        spread[spread < 1e-12] = 1.0
        coefficients, residuals = autoregression(centred / spread, lags)
        notes = (*notes, f"autoregression of {len(coefficients)} lags; it begins anew at every 65,536th row",
                 *wandering(list((values / size).T)))  # fmt: skip
        if any(table.missing(c.name).any() for c in columns):
            notes = (*notes, "missing cells are filled in a straight line before, and none is missing after")
        learned = {
            "coefficients": coefficients,
            "residuals": residuals,
            "middle": middle * size,
            "scale": spread * size,
        }
        return table, learned, notes

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Run the autoregression for `n` steps."""
        refuse_conditions(given)
        drawn = self.rows.take(np.resize(np.arange(self.rows.rows), n))
        path = simulate(self.arrays["coefficients"], self.arrays["residuals"], n, rng)
        values = self.arrays["middle"] + path * self.arrays["scale"]
        new = {c.name: values[:, place] for place, c in enumerate(self.columns)}
        return renumbered(drawn, new, {c.name: reach(c) or (-np.inf, np.inf) for c in self.columns})


def ordered(settings: Settings, table: Table) -> tuple[Table, tuple[str, ...]]:
    """Return the rows in the order of their times, and what is to be said of it. Raises FitError where times repeat."""
    column = order_of(table, settings.order, entities=False)
    if column is None:
        dated = lone_dates(table)
        hint = "" if dated is None else f"; `{dated.name}` does not rise all the way: name it as `order` to sort by it"
        return table, (f"rows are in order as they came{hint}",)
    times = table.numbers(column.name)
    order = np.argsort(times, kind="stable")
    repeats = int((np.diff(times[order]) == 0).sum())
    repeated = check_repeats(
        column, repeats, table.rows, hint="name the column of whose series each row is: entity=..."
    )
    said = f"rows are in the order of `{column.name}`, whose values go on as they were"
    return table.take(order), (said, *repeated)


def series_of(table: Table, order: Column | None) -> list[Floats]:
    """Return the series that a block length is found from: numbers, gaps filled, and the commonest level of others."""
    found = []
    for column in table.schema.columns:
        if order is not None and column.name == order.name:
            continue
        if column.kind in PLAIN and not table.missing(column.name).all():
            values = table.numbers(column.name)
            scale = np.nanmax(np.abs(values)) or 1.0
            found.append(interpolated((values / scale)[:, None])[:, 0])
        elif column.kind in ("category", "boolean"):
            codes = table.codes(column.name)
            found.append((codes == np.bincount(codes + 1).argmax() - 1).astype(np.float64))
    return found


def wandering(columns: list[Floats]) -> tuple[str, ...]:
    """Return a note where series may have no level that they come back to (Dickey and Fuller, 1979)."""
    count = 0
    for values in columns:
        near = autocovariances(values, 1) if len(values) > 1 else np.zeros(2)
        count += bool(0 <= (near[0] - near[1]) * len(values) < UNIT_ROOT * near[0])
    if not count:
        return ()
    return (f"{count} of {len(columns)} series may wander without a level: then resample their differences or returns",)


def taper(size: int) -> Floats:
    """Return the weights of a tapered block, whose squares have mean 1."""
    place = (np.arange(size) + 0.5) / size
    weights: Floats = np.minimum(1.0, np.minimum(place, place[::-1]) / TAPER)
    return np.asarray(weights * np.sqrt(size) / np.sqrt((weights**2).sum()))


def refuse_conditions(given: Given | None) -> None:
    """Refuse any condition: rows of a series come with their neighbours."""
    no_partial_rows(given)
    if given is not None:
        raise ConditionError("given.series", "rows of a series cannot be picked by conditions, for they come in blocks",
                             where=given.names[0] if given.names else None,
                             hint="filter what is drawn, or use method='iid'")  # fmt: skip


def _autoregressed(table: Table, order: Column | None) -> list[Column]:
    """Return the columns of numbers that vary. Raises FitError where others vary too."""
    rest = [c for c in table.schema.columns if order is None or c.name != order.name]
    numbers = {c.name for c in plain_columns(table)}
    others = [c.name for c in rest if c.kind not in (*PLAIN, "constant", "empty")]
    if others:
        listed = ", ".join(f"`{name}`" for name in others[:3])
        raise FitError("fit.sieve", f"an autoregression takes numbers alone, not {listed}", where=others[0],
                       hint="leave these columns out, or use method='stationary'")  # fmt: skip
    found = [c for c in rest if c.name in numbers]
    if not found:
        raise FitError("fit.sieve", "no column holds numbers for an autoregression", hint="use method='stationary'")
    return found


def _mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    scale = float(np.abs(known).max()) or 1.0
    return float((known / scale).mean()) * scale
