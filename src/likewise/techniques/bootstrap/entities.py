"""Whole entities with replacement, each drawn one with an id of its own; and blocks within entities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.conditions import Given
from likewise.core.draw import key_seed
from likewise.core.dtypes import arrow_type
from likewise.core.keys import capacity, infer_pattern, make_keys
from likewise.core.schema import Column, Pattern, Schema
from likewise.core.table import Table
from likewise.core.values import is_words
from likewise.errors import ConditionError, FitError, SettingsError
from likewise.modalities.tabular.codec import arrow_type as typed
from likewise.modalities.tabular.numbers import typed_numbers
from likewise.techniques.bootstrap.block_length import FEWEST
from likewise.techniques.bootstrap.drawing import (
    PLAIN,
    Arrays,
    Drawing,
    named_column,
    no_partial_rows,
    none_meets,
    rewritten,
)
from likewise.techniques.bootstrap.resampling import block_size, groups_of
from likewise.techniques.bootstrap.runs import Indices, draw, draw_runs
from likewise.techniques.bootstrap.series import series_of
from likewise.techniques.bootstrap.settings import Settings
from likewise.techniques.bootstrap.times import order_of, widened


class Entities(Drawing):
    """Draw entities, each with all its rows in order; or with blocks of its rows, on its own times.

    Two draws of one entity get two ids. The last entity of every 65,536 rows is cut short.
    """

    def __init__(self, settings: Settings, rows: Table, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        super().__init__(settings, rows, arrays)
        assert settings.entity is not None
        self.entity = rows.schema[settings.entity]
        self.order = order_of(settings, rows)

    @classmethod
    def learn(cls, settings: Settings, table: Table, *, seed: int) -> tuple[Table, Arrays, tuple[str, ...]]:
        """Put the rows of each entity together, in order."""
        assert settings.entity is not None
        column = named_column(table, settings.entity, "entity")
        if (gone := int(table.missing(column.name).sum())) > 0:
            raise FitError("fit.entity", f"`{column.name}` is missing in {gone:,} rows, so that they belong to none",
                           where=column.name, hint="leave these rows out")  # fmt: skip
        dtype = _plain_type(column)
        counted = is_words(dtype) or pa.types.is_integer(dtype) or pa.types.is_floating(dtype)
        if column.kind not in ("category", "constant", "text", *PLAIN) or not (counted or pa.types.is_decimal(dtype)):
            raise FitError("fit.entity", f"`{column.name}` ({column.kind}) names no entities that could be told apart",
                           where=column.name, hint="name a column of ids, names or numbers")  # fmt: skip
        order = order_of(settings, table)
        if order is not None:
            table = table.take(np.argsort(table.numbers(order.name), kind="stable"))
        parts = groups_of(table.column(column.name))
        table = table.take(np.concatenate(parts))
        sizes = np.array([len(part) for part in parts])
        learned: Arrays = {"size": sizes}
        notes: tuple[str, ...] = (
            f"{len(parts):,} entities are drawn, with a new id each time; the last of every 65,536 rows is cut short",
        )
        if settings.method != "cluster":
            size = _block(settings, table, sizes)
            learned["block"] = np.array([size])
            notes = (*notes, f"blocks of {size:.3g} rows within each entity, on its own times")
        return table, learned, notes

    @classmethod
    def given_back(cls, settings: Settings, table: Table) -> Schema:
        """Let the entities have new ids: numbers beyond those that were seen, or texts of no known level."""
        assert settings.entity is not None
        schema, column = table.schema, table.schema[settings.entity]
        coded = column.native in ("category", "Categorical") or (column.native or "").startswith("Enum")
        plain = {"dtype": str(_plain_type(column)), "native": None if coded else column.native}
        fields = widened(column.model_copy(update=plain))
        kind = column.kind if column.kind in PLAIN else "text"
        changes = {"levels": None, "bounds": None, "ordered": False, "dtype": fields.dtype, "native": fields.native}
        return schema.replace(column.name, kind=kind, **changes)

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Draw entities of whose rows all meet the conditions, until there are `n` rows."""
        no_partial_rows(given)
        sizes: Indices = self.arrays["size"]
        starts = np.cumsum(sizes) - sizes
        chosen = np.arange(len(sizes))
        if given is not None:
            if self.entity.name in given.conditions:
                raise ConditionError("given.kind", f"the ids in `{self.entity.name}` are made anew and cannot be given",
                                     where=self.entity.name, hint="give what holds for all its rows")  # fmt: skip
            chosen = np.flatnonzero(np.logical_and.reduceat(given.matches(self.rows), starts))
            if not len(chosen):
                raise none_meets(given, "there is no entity of which every row meets")
        picked = chosen[draw(rng, len(chosen), n)]  # an entity has at least one row, so `n` are always enough
        picked = picked[: int(np.searchsorted(np.cumsum(sizes[picked]), n)) + 1] if n else picked
        lengths = sizes[picked]
        ends = np.cumsum(lengths)
        own = np.repeat(starts[picked] - (ends - lengths), lengths) + np.arange(ends[-1] if n else 0)
        rows = self._within(starts[picked], lengths, rng) if "block" in self.arrays and n else own
        drawn = self.rows.take(rows[:n])
        new = {self.entity.name: _tokens(rng.integers(2**50, size=len(picked)), lengths, n, self.entity)}
        if self.order is not None:
            new[self.order.name] = self.rows.column(self.order.name).take(pa.array(own[:n]))
        return rewritten(drawn, new)

    def _within(self, starts: Indices, lengths: Indices, rng: np.random.Generator) -> Indices:
        """Return rows in blocks drawn within each entity."""
        block, kind = float(self.arrays["block"].item()), self.settings.method
        parts = [
            start + draw_runs(kind, rng, rows=size, length=size, count=1, block=min(block, size)).indices()[0]  # type: ignore[arg-type]
            for start, size in zip(starts.tolist(), lengths.tolist(), strict=True)
        ]
        return np.concatenate(parts)

    def placed(self, drawn: Table, start: int, seed: int) -> Table:
        """Give the drawn entities ids in the order in which they come; other blocks count from other numbers on."""
        coded = drawn.column(self.entity.name).dictionary_encode()
        ids = _ids(self.entity, self.rows, start, len(coded.dictionary), key_seed(seed, self.entity.name))
        return rewritten(drawn, {self.entity.name: ids.take(coded.indices)})


def _tokens(numbers: npt.NDArray[np.int64], lengths: Indices, n: int, column: Column) -> pa.Array:
    """Return a number for each row by which the draws of this block are told apart until they get their ids."""
    array = pa.array(np.repeat(numbers, lengths)[:n], pa.int64())
    return array if column.kind in PLAIN else array.cast(pa.string())


def _ids(column: Column, rows: Table, start: int, size: int, seed: int) -> pa.Array:
    """Return ids `start` to `start + size`: numbers from the least that was seen, or texts built as those seen are."""
    if column.kind in PLAIN:
        low = float(rows.numbers(column.name).min())
        first = low if abs(low) < 2**52 else 0.0
        return typed_numbers(first + np.arange(start, start + size, dtype=np.float64), column, typed(column))
    known = pa.array(column.levels or (), pa.string())
    pattern = column.pattern or infer_pattern(known) or Pattern(form="sequence", prefix=f"{column.name}-")
    if not is_words(_plain_type(column)):
        pattern = Pattern(form="sequence")
    if capacity(pattern) < start + size:  # the pattern's room does not reach so far: others, counted on, do
        pattern = pattern.model_copy(update={"form": "sequence", "width": 0})
    return make_keys(pattern, start, size, seed)


def _plain_type(column: Column) -> pa.DataType:
    """Return the type that a column came in, without its dictionary."""
    dtype = arrow_type(column.dtype)
    return dtype.value_type if pa.types.is_dictionary(dtype) else dtype


def _block(settings: Settings, table: Table, sizes: Indices) -> float:
    """Return the length of blocks: as asked for if every entity has as many rows, else what they need in the middle."""
    if settings.block != "auto":
        if (short := int((sizes < settings.block).sum())) > 0:
            raise FitError("fit.short-series", f"{short:,} entities have fewer rows than a block of {settings.block:g}",
                           where=settings.entity, hint="name a shorter block, or use block='auto'")  # fmt: skip
        return float(settings.block)
    order, found = order_of(settings, table), list[float]()
    for end, size in zip(np.cumsum(sizes).tolist(), sizes.tolist(), strict=True):
        if size >= FEWEST and len(found) < 200:
            part = table.slice(end - size, size)
            part = part.select([name for name in part.names if name != settings.entity])
            columns = series_of(part, order)
            if columns:
                found.append(block_size("auto", settings.method, size, columns))
    if not found:
        raise SettingsError("settings.block", f"no entity has the {FEWEST} rows that a block length is found from",
                            hint="name a block length, or use method='cluster'")  # fmt: skip
    middle = float(np.median(found))
    return middle if settings.method == "stationary" else float(max(round(middle), 1))
