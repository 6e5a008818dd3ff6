"""A model made of parts: what makes rows or attributes, and what makes the media beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

import numpy as np
import pyarrow as pa

from likewise.core.card import Card
from likewise.core.conditions import Given
from likewise.core.extras import require
from likewise.core.frames import Container
from likewise.core.media import typed_tensor
from likewise.core.protocol import Arrays, Model
from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.core.tensors import Cells, raw_tensor
from likewise.networks.device import one_thread
from likewise.networks.frequencies import Frequencies
from likewise.networks.makers import CellMaker, RowMaker, State
from likewise.networks.saving import nested, under


@dataclass(frozen=True, eq=False)
class NetworkModel(Model):
    """Draw rows, then their media: `rows` makes what is no media (None: there is no such column), `cells` the media.

    A technique names the makers that it can load, by the way that they were learned.
    """

    rows: RowMaker | None
    cells: CellMaker | None

    conditions: ClassVar[Literal["native", "rejection"]] = "native"
    row_makers: ClassVar[Mapping[str, type[RowMaker]]]
    cell_makers: ClassVar[Mapping[str, type[CellMaker]]]

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return rows that meet the conditions; media are made for the attributes that were drawn."""
        with one_thread():
            drawn = self._attributes(n, rng, given)
            if self.cells is None:
                return drawn
            media = next(column for column in self.schema.columns if column.is_media)
            cells = typed_cells(self.cells.make(drawn, rng), media)
        columns = drawn.columns.append_column(media.name, cells)
        names = [column.name for column in self.schema.columns if column.name in columns.column_names]
        return Table(columns.select(names), self.schema.select(names))

    def glance(self, n: int, rng: np.random.Generator, given: Given | None) -> Table | None:
        """Return rows without their media."""
        if self.cells is None or self.rows is None:
            return None
        with one_thread():
            return self._attributes(n, rng, given)

    def _attributes(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        if self.rows is None:
            return Table(pa.table({"": np.zeros(n)}).select([]), Schema(columns=()))
        return self.rows.draw(n, rng, given)

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return the state of both makers, each under its name."""
        return state_of(self.rows, self.cells)

    @classmethod
    def from_state(cls, schema: Schema, card: Card, container: Container, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild the makers that the state names. Raises MissingExtra without torch."""
        require("torch", extra="deep")
        rows: RowMaker | None = None
        cells: CellMaker | None = None
        if "rows" in meta:
            plain = [c.name for c in schema.columns if not c.is_media and not c.is_generated]
            makers: dict[str, type[RowMaker]] = {**cls.row_makers, Frequencies.way: Frequencies}
            maker = makers[meta["rows"]["way"]]
            rows = maker.from_state(schema.select(plain), meta["rows"], under("rows", arrays))
        if "cells" in meta:
            cells = cls.cell_makers[meta["cells"]["way"]].from_state(meta["cells"], under("cells", arrays))
        return cls(schema, card, container, rows, cells)


def state_of(rows: RowMaker | None, cells: CellMaker | None) -> State:
    """Return the state of makers, each under its name with the way that finds its class again."""
    meta: dict[str, Any] = {}
    arrays: Arrays = {}
    for name, maker in (("rows", rows), ("cells", cells)):
        if maker is not None:
            own, learned = maker.state()
            meta[name] = {"way": maker.way, **own}
            arrays |= nested(name, learned)
    return meta, arrays


def typed_cells(cells: Cells, column: Column) -> pa.Array:
    """Return cells that were made, perhaps none, in the type of their column."""
    raw = raw_tensor(cells, column.name) if len(cells) else pa.nulls(0)
    return typed_tensor(raw, column)[0]
