"""Whole entities with replacement, each drawn one with an id of its own; and blocks within entities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.conditions import Given
from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.errors import ConditionError, FitError, SettingsError
from likewise.modalities.sequence.entities import Naming, entity_of, groups_of
from likewise.modalities.sequence.ordering import order_of
from likewise.techniques.bootstrap.block_length import FEWEST
from likewise.techniques.bootstrap.drawing import (
    Arrays,
    Drawing,
    no_partial_rows,
    none_meets,
    rewritten,
)
from likewise.techniques.bootstrap.resampling import block_size
from likewise.techniques.bootstrap.runs import Indices, draw, draw_runs
from likewise.techniques.bootstrap.series import series_of
from likewise.techniques.bootstrap.settings import Settings


class Entities(Drawing):
    """Draw entities, each with all its rows in order; or with blocks of its rows, on its own times.

    Two draws of one entity get two ids. The last entity of every 65,536 rows is cut short.
    """

    def __init__(self, settings: Settings, rows: Table, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        super().__init__(settings, rows, arrays)
        assert settings.entity is not None
        self.entity = rows.schema[settings.entity]
        self.naming = Naming.of(rows, self.entity)
        self.order = order_of(rows, settings.order, entities=True)

    @classmethod
    def learn(cls, settings: Settings, table: Table, *, seed: int) -> tuple[Table, Arrays, tuple[str, ...]]:
        """Put the rows of each entity together, in order."""
        assert settings.entity is not None
        column = entity_of(table, settings.entity)
        order = order_of(table, settings.order, entities=True)
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
        column = Naming.of(table, table.schema[settings.entity]).column
        return Schema(columns=tuple(column if c.name == column.name else c for c in table.schema.columns),
                      nested=table.schema.nested)  # fmt: skip

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
        new = {self.entity.name: self.naming.tokens(np.repeat(rng.integers(2**50, size=len(picked)), lengths)[:n])}
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
        ids = self.naming.named(drawn.column(self.entity.name), start, seed)
        return rewritten(drawn, {self.entity.name: ids})


def _block(settings: Settings, table: Table, sizes: Indices) -> float:
    """Return the length of blocks: as asked for if every entity has as many rows, else what they need in the middle."""
    if settings.block != "auto":
        if (short := int((sizes < settings.block).sum())) > 0:
            raise FitError("fit.short-series", f"{short:,} entities have fewer rows than a block of {settings.block:g}",
                           where=settings.entity, hint="name a shorter block, or use block='auto'")  # fmt: skip
        return float(settings.block)
    order, found = order_of(table, settings.order, entities=True), list[float]()
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
