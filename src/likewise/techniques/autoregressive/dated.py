"""Dates and their parts: moments moved to the weekday and hour that were drawn, and parts computed from moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.constraints.calendar import DOMAINS, Unit, moments_of, number_in
from likewise.constraints.kinds import Constraints, Formula, Part
from likewise.core.conditions import Condition, levels_of
from likewise.core.moments import DAY
from likewise.core.schema import Column, Schema
from likewise.modalities.tabular.codec import Codec, bound_of
from likewise.modalities.tabular.levels import LevelsCodec
from likewise.modalities.tabular.numbers import NumberCodec
from likewise.techniques.autoregressive.steps import Lookup
from likewise.techniques.autoregressive.structure import SPANS, put_in_order

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

TOLD = 0.9
"""Share of the rows in which a date's symbol must tell a part for the part to be looked up rather than drawn."""


def is_told(part: Part, looked_up: Ints, own: Ints) -> bool:
    """Return whether a part is read off its date's symbol: long units always are, short ones where that tells them."""
    return part.unit not in SPANS or float((looked_up == own).mean()) >= TOLD


def moved(
    values: Floats, number: int, parts: Sequence[Part], symbols: Ints, codecs: Sequence[Codec], schema: Schema,
    condition: Condition | None, rng: np.random.Generator,
) -> Floats:  # fmt: skip
    """Return a date's values moved to the weekday, time, hour, minute and second that were drawn for it.

    A move stays within the bounds that were learned and within a condition; values that many rows share stand.
    """
    codec, column = codecs[number], schema.columns[number]
    assert isinstance(codec, NumberCodec)
    rows = np.flatnonzero(np.append(codec.low < codec.high, False)[symbols[number]] & ~np.isnan(values))
    values, scale = values.copy(), DAY if column.kind == "date" else 1
    ranges = condition.ranges if condition is not None else ((-np.inf, np.inf),)
    for part in sorted((part for part in parts if part.unit in SPANS), key=lambda part: [*SPANS].index(part.unit)):
        place = schema.names.index(part.column)
        away = _away(part, codecs[place], symbols[place, rows], moments_of(values[rows], column), rng)
        for turn in (0, -7 * DAY, 7 * DAY) if part.unit == "weekday" else (0,):
            new = values[rows] + (away + turn) / scale
            fits: Mask = (away != 0) & (new >= codec.low[0]) & (new <= codec.high.max())
            fits &= np.any([(new >= low) & (new <= high) for low, high in ranges], axis=0)
            values[rows[fits]] = new[fits]
            away = np.where(fits, 0.0, away)
    return values


def _away(part: Part, codec: Codec, drawn: Ints, moments: Floats, rng: np.random.Generator) -> Floats:
    """Return how many microseconds away the nearest moment is whose part is the one that was drawn."""
    now = number_in(part.unit, moments)
    if part.unit == "time":
        assert isinstance(codec, NumberCodec)
        return np.asarray(np.nan_to_num(codec.decode(drawn, rng) - now), dtype=np.float64)
    steps = _steps(part, codec)[drawn, (now - DOMAINS[part.unit][0]).astype(np.int64)]
    return np.asarray(steps * float(SPANS[part.unit]), dtype=np.float64)


def _steps(part: Part, codec: Codec) -> npt.NDArray[np.int64]:
    """Return how many units (symbols, numbers) away the nearest moment is that has what a symbol stands for."""
    first, last = DOMAINS[part.unit]
    count = last - first + 1
    values = part.values or tuple(str(number) for number in range(first, last + 1))
    if isinstance(codec, NumberCodec):
        numbers = np.array(values, dtype=np.float64)
        held = (codec.low[:, None] <= numbers) & (numbers <= codec.high[:, None])
    else:
        held = np.array([[name == value for value in values] for name in codec.levels] + [[False] * count])
    gaps = np.arange(count)[None, :] - np.arange(count)[:, None]  # from (rows) to (columns)
    if part.unit == "weekday":
        gaps = (gaps + 3) % 7 - 3
    far = np.where(held[:, None, :], np.abs(gaps), 10 * count)
    nearest = np.take_along_axis(np.broadcast_to(gaps, far.shape), far.argmin(axis=2)[..., None], axis=2)[..., 0]
    away: npt.NDArray[np.int64] = np.where(held.any(axis=1, keepdims=True), nearest, 0)
    return np.vstack([away, np.zeros((codec.symbols + 1 - away.shape[0], count), dtype=np.int64)])


@dataclass(frozen=True, eq=False)
class Following:
    """Compute what follows from what was drawn: formulas, parts of dates, and what these parts decide."""

    constraints: Constraints
    schema: Schema
    codecs: Sequence[Codec]
    lookups: Mapping[int, Lookup]

    def computed(
        self, numbers: dict[str, Floats], fixed: Mapping[str, Mask]
    ) -> tuple[dict[str, Floats], dict[str, pa.Array]]:
        """Return the numbers with those that follow, and the levels that do as texts.

        What a part of a date bounds is put in order with it, but for `fixed` cells.
        """
        in_dates = {part.column for part in self.constraints.parts}
        bound = [order for order in self.constraints.orders if {order.low, order.high} & in_dates]
        numbers, texts = self._once(numbers)
        for order in bound:
            other = order.high if order.low in in_dates else order.low
            put = put_in_order(other, numbers[other], numbers, (order,))
            numbers[other] = np.where(fixed[other], numbers[other], put) if other in fixed else put
        return self._once(numbers) if bound else (numbers, texts)

    def _once(self, numbers: dict[str, Floats]) -> tuple[dict[str, Floats], dict[str, pa.Array]]:
        numbers, texts = dict(numbers), dict[str, pa.Array]()
        for rule in self.constraints.computed:
            if isinstance(rule, Formula):
                numbers[rule.column] = rule.computed(numbers, self.schema)
                continue
            moments = moments_of(numbers[rule.of], self.schema[rule.of])
            if self.schema[rule.column].is_number:
                numbers[rule.column] = rule.numbers(moments)
            else:
                texts[rule.column] = rule.texts(moments)
            for decided in (found.column for found in self.constraints.determined if found.by == rule.column):
                found = self._decided(decided, rule.column, numbers, texts)
                (numbers if self.schema[decided].is_number else texts)[decided] = found
        return numbers, texts

    def _decided(self, name: str, by: str, numbers: Mapping[str, Floats], texts: Mapping[str, pa.Array]) -> Any:
        """Return what stands beside the values of a part: numbers, or texts."""
        place, source = self.schema.names.index(name), self.codecs[self.schema.names.index(by)]
        if isinstance(source, NumberCodec):
            symbols = source.encode(numbers[by])
        else:
            levels = texts[by].dictionary_encode()
            codes = np.asarray(pc.fill_null(levels.indices, -1), dtype=np.int32)
            symbols = source.encode(codes, tuple(levels.dictionary.to_pylist()))
        own, codec = self.lookups[place].symbols[symbols], self.codecs[place]
        if isinstance(codec, NumberCodec):
            return np.append(codec.low, np.nan)[own]
        return pa.array([*codec.levels, None, None], pa.string()).take(pa.array(own))


def as_column(texts: pa.Array, column: Column) -> pa.Array:
    """Return texts as the typed array of a column that is no number."""
    if column.kind == "boolean":
        return pc.equal(texts, "true")
    if not column.is_levels:
        return texts
    levels = pa.array(levels_of(column), pa.string())
    return pa.DictionaryArray.from_arrays(pc.index_in(texts, levels), levels)


def with_part_bounded(part: Part, schema: Schema, codec: Codec, bounds: tuple[float, float] | None) -> Schema:
    """Return the schema with the bounds or levels that a part of a date can have, given the bounds of the date."""
    column = schema[part.column]
    if bounds is None or column.kind in ("boolean", "text"):
        return schema
    moments = _each(part.unit, moments_of(np.array(bounds), schema[part.of]))
    if column.is_number:
        found = part.numbers(moments)
        return schema.replace(part.column, bounds=(bound_of(column, found.min()), bound_of(column, found.max())))
    held = codec.levels if isinstance(codec, LevelsCodec) else ()
    return schema.replace(part.column, levels=tuple(dict.fromkeys([*held, *part.texts(moments).to_pylist()])))


def _each(unit: Unit, bounds: Floats) -> Floats:
    """Return a moment of each number of a unit that lies between two moments."""
    if unit == "time":
        return np.array([0.0, DAY - 1.0])
    if unit in ("hour", "minute", "second"):
        return np.arange(DOMAINS[unit][1] + 1, dtype=np.float64) * SPANS[unit]
    days: Floats = np.arange(bounds[0] // DAY, bounds[1] // DAY + 1) * float(DAY)
    return days[np.unique(number_in(unit, days), return_index=True)[1]]
