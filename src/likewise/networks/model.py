"""A model made of parts: what makes rows or attributes, and what makes the media beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

import numpy as np
import pyarrow as pa

from likewise.core.balance import Plan
from likewise.core.card import Card
from likewise.core.conditions import Given
from likewise.core.extras import require
from likewise.core.frames import Container
from likewise.core.media import typed_tensor
from likewise.core.protocol import Arrays, Model
from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.core.tensors import Cells, raw_tensor
from likewise.modalities.sequence.panels import Panel
from likewise.networks.device import one_thread
from likewise.networks.frequencies import Frequencies
from likewise.networks.makers import CellMaker, Reaching, RowMaker, State
from likewise.networks.saving import nested, under


@dataclass(frozen=True, eq=False)
class NetworkModel(Model):
    """Draw rows, then their media: `rows` makes what is no media (None: there is no such column), `cells` the media.

    A technique names the makers that it can load, by the way that they were learned. With a `panel` rows are those of a
    long table that was gathered: the makers know `learned`, a row an entity, and what they draw is laid out again.
    """

    rows: RowMaker | None
    cells: CellMaker | None
    learned: Schema
    panel: Panel | None = None

    conditions: ClassVar[Literal["native", "rejection"]] = "native"
    row_makers: ClassVar[Mapping[str, type[RowMaker]]]
    cell_makers: ClassVar[Mapping[str, type[CellMaker]]]

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return rows that meet the conditions; media are made for the attributes that were drawn."""
        with one_thread():
            if self.panel is not None:
                return self.panel.draw(n, rng, given, self._series)
            drawn = self._attributes(n, rng, given)
            if self.cells is None:
                return drawn
            media = next(column for column in self.schema.columns if column.is_media)
            cells = typed_cells(self.cells.make(drawn, rng), media)
        columns = drawn.columns.append_column(media.name, cells)
        names = [column.name for column in self.schema.columns if column.name in columns.column_names]
        return Table(columns.select(names), self.schema.select(names))

    def _series(self, n: int, rng: np.random.Generator, given: Given | None) -> tuple[Table, Cells]:
        """Return attributes and series; `n` steps of one where there is no entity."""
        assert isinstance(self.cells, CellMaker) and self.panel is not None
        if self.panel.naming is not None:
            drawn = self._attributes(n, rng, given)
            return drawn, self.cells.make(drawn, rng)
        assert isinstance(self.cells, Reaching)
        drawn = self._attributes(1, rng, None)
        return drawn, self.cells.reaching(n).make(drawn, rng)

    def placed(self, drawn: Table, start: int, seed: int) -> Table:
        """Return drawn rows with entities named, where rows are of some."""
        return drawn if self.panel is None else self.panel.placed(drawn, start, seed)

    @property
    def finishes(self) -> bool:
        """Whether rows are those of one series, whose times go on from block to block."""
        return self.panel is not None and self.panel.naming is None

    def finished(self, drawn: Table, given: Given | None, plan: Plan | None, seed: int) -> Table:
        """Return the rows of one series with their times."""
        return drawn if self.panel is None else self.panel.followed(drawn)

    def glance(self, n: int, rng: np.random.Generator, given: Given | None) -> Table | None:
        """Return rows without their media."""
        if self.cells is None or self.rows is None or self.panel is not None:
            return None
        with one_thread():
            return self._attributes(n, rng, given)

    def _attributes(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        if self.rows is None:
            return Table(pa.table({"": np.zeros(n)}).select([]), Schema(columns=()))
        return self.rows.draw(n, rng, given)

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return the state of both makers, each under its name, and of how rows were gathered."""
        return state_of(self.rows, self.cells, self.panel, self.learned)

    @classmethod
    def from_state(cls, schema: Schema, card: Card, container: Container, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild the makers that the state names. Raises MissingExtra without torch."""
        require("torch", extra="deep")
        rows: RowMaker | None = None
        cells: CellMaker | None = None
        panel = Panel.from_state(meta["panel"]) if "panel" in meta else None
        learned = schema if panel is None else Schema.from_dict(meta["learned"])
        if "rows" in meta:
            plain = [c.name for c in learned.columns if not c.is_media and not c.is_generated]
            makers: dict[str, type[RowMaker]] = {**cls.row_makers, Frequencies.way: Frequencies}
            maker = makers[meta["rows"]["way"]]
            rows = maker.from_state(learned.select(plain), meta["rows"], under("rows", arrays))
        if "cells" in meta:
            cells = cls.cell_makers[meta["cells"]["way"]].from_state(meta["cells"], under("cells", arrays))
        return cls(schema, card, container, rows, cells, learned, panel)


def state_of(
    rows: RowMaker | None, cells: CellMaker | None, panel: Panel | None = None, learned: Schema | None = None
) -> State:
    """Return the state of makers, each under its name with the way that finds its class again, and of a panel."""
    meta: dict[str, Any] = {}
    if panel is not None and learned is not None:
        meta |= {"panel": panel.state(), "learned": learned.to_dict()}
    arrays: Arrays = {}
    for name, maker in (("rows", rows), ("cells", cells)):
        if maker is not None:
            own, parts = maker.state()
            meta[name] = {"way": maker.way, **own}
            arrays |= nested(name, parts)
    return meta, arrays


def typed_cells(cells: Cells, column: Column) -> pa.Array:
    """Return cells that were made, perhaps none, in the type of their column."""
    raw = raw_tensor(cells, column.name) if len(cells) else pa.nulls(0)
    return typed_tensor(raw, column)[0]
