"""The maker of rows: drawn freely, under conditions, or beside what is known of them; and taken to points and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.conditions import Condition, Given
from likewise.core.protocol import Arrays
from likewise.core.schema import Schema
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import SettingsError
from likewise.modalities.tabular.codec import encode
from likewise.networks.makers import Latents, RowMaker, State
from likewise.networks.saving import nested, under
from likewise.networks.tables import TableEncoding
from likewise.techniques.vae.tabular.asking import Wanted, completed, meeting
from likewise.techniques.vae.tabular.drawing import STRANGE, Networks
from likewise.techniques.vae.tabular.layout import Floats, Longs, Ranks


@dataclass(frozen=True, eq=False)
class LatentRows(RowMaker):
    """Draw points by the flow, and rows by what the decoder says of them."""

    encoding: TableEncoding
    networks: Networks

    way: ClassVar[str] = "latent-rows"

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return `n` rows that meet the conditions, or that complete partial ones."""
        if given is None or n == 0:
            symbols, places = self.networks.draw(self.networks.points(n, rng), rng)
            return self.encoding.decode(symbols, places, rng)
        if given.rows is not None:
            return self._completed(given.rows, rng, fill=given.fill)
        wanted = Wanted.by(self.encoding, given.conditions)
        points = meeting(self.networks, wanted, n, rng, given)
        symbols, places = self.networks.draw(points, rng, wanted.symbols)
        return self._cells(symbols, places, wanted, rng, given.conditions)

    def _completed(self, rows: Table, rng: np.random.Generator, *, fill: bool) -> Table:
        """Return whole rows beside what is known of each; what is known stays as it is."""
        wanted = Wanted.to_fill(self.encoding) if fill else Wanted({}, {})
        symbols, places = completed(self.encoding, self.networks, rows, wanted, rng)
        drawn = self._cells(symbols, places, wanted, rng, {})
        columns = drawn.columns
        for name in (name for name in rows.names if name in drawn.schema):
            place = drawn.schema.names.index(name)
            columns = columns.set_column(place, name, _known_first(rows.column(name), drawn.column(name)))
        return Table(columns, drawn.schema)

    def _cells(
        self,
        symbols: Longs,
        places: Floats | Ranks,
        wanted: Wanted,
        rng: np.random.Generator,
        conditions: Mapping[str, Condition],
    ) -> Table:
        fine = self.encoding.fine(symbols, places, rng)
        return self.encoding.cells(wanted.within(self.encoding, fine, symbols, rng), rng, conditions)

    def encode(self, table: Table) -> Latents:
        """Return the means of the points of rows; equal values that many rows share have places by their position."""
        return self.networks.encode(*self._coded(table))[0]

    def decode(self, latents: Latents, rng: np.random.Generator) -> Table:
        """Return a row for each point."""
        if latents.shape[1] != self.networks.width:
            raise SettingsError("settings.latents", f"points of this model have {self.networks.width} numbers, not "
                                f"{latents.shape[1]}", where="latents", hint="give what `encode` returns")  # fmt: skip
        return self.encoding.decode(*self.networks.draw(latents, rng), rng)

    def errors(self, table: Table) -> Floats:
        """Return in nats how badly rows come back, and how far their points are out; values never seen count too."""
        found = self.networks.errors(*self._coded(table))
        for own in self.encoding.columns:
            never = own.group[encode(own.codec, table, own.column.name)] < 0
            found += STRANGE * never
        return found

    def _coded(self, table: Table) -> tuple[Longs, Ranks]:
        part = table.select([own.column.name for own in self.encoding.columns])
        return self.networks.layout.coded(self.encoding.encode(part, generator(0, "places")))

    def state(self) -> State:
        """Return the encoding and the networks."""
        meta, arrays = self.encoding.state()
        own, learned = self.networks.state()
        return {"encoding": meta, "networks": own}, nested("encoding", arrays) | nested("networks", learned)

    @classmethod
    def from_state(cls, schema: Schema, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild it from a model file."""
        encoding = TableEncoding.from_state(schema, meta["encoding"], under("encoding", arrays))
        return cls(encoding, Networks.from_state(encoding, meta["networks"], under("networks", arrays)))


def _known_first(known: pa.Array, drawn: pa.Array) -> pa.Array:
    """Return the known cells, and the drawn ones where nothing is known."""
    if not pa.types.is_dictionary(drawn.type):
        return pc.coalesce(known.cast(drawn.type), drawn)
    levels = pc.coalesce(known.dictionary_decode(), drawn.dictionary_decode())
    return pa.DictionaryArray.from_arrays(pc.index_in(levels, drawn.dictionary), drawn.dictionary)
