"""Tables as symbols and places, and back: marginals are those of the columns, whatever a network draws well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.conditions import Condition
from likewise.core.protocol import Arrays
from likewise.core.schema import Column, Schema
from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.modalities.tabular.codec import encode, fit_codec, load_codecs, output_column, save_codecs
from likewise.modalities.tabular.numbers import NumberCodec
from likewise.networks.saving import nested, under
from likewise.networks.tables.column import ColumnEncoding, Fine, fit_column
from likewise.networks.tables.deciding import lookups

Floats = npt.NDArray[np.float64]

FLOOR = 10
"""Rows that must share a value for it to come back; fewer in tables of few rows."""

BINS = 32
"""Groups that the values of a number are cut into, about."""

MOST = 100
"""Symbols of a column of levels at most: where there are more levels, the rarer ones share a symbol."""


@dataclass(frozen=True, eq=False)
class Coded:
    """Hold rows as networks see them: `symbols` (rows x columns, int64) and `places` (rows x columns, 0 to 1).

    The place of a cell is the rank of its value among those of its symbol, one half where that tells nothing.
    """

    symbols: npt.NDArray[np.int64]
    places: npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class TableEncoding:
    """Turn rows into symbols and places, and what a network draws of both into rows.

    Use when a network is to learn a table: it draws one of `cardinalities[c]` symbols for each column, and a place for
    those symbols that `has_places`; values then come from the column's own quantiles, so that its marginal is right
    where the shares of symbols are and places are evenly spread. A column that another one decides in every row is
    looked up. No value comes back that fewer than `floor` rows hold: ten, and fewer in tables of less than 500 rows.
    Avoid for media.

    >>> table = Table.from_any({"age": [7 * i % 590 / 10 for i in range(600)], "sex": ["f", "m", "m"] * 200})
    >>> encoding = TableEncoding.fit(table, seed=0)
    >>> coded = encoding.encode(table, generator(0, "places"))
    >>> coded.symbols.shape, encoding.cardinalities
    ((600, 2), (30, 2))
    >>> encoding.decode(coded.symbols, coded.places, generator(0, "values")).names
    ('age', 'sex')
    """

    columns: tuple[ColumnEncoding, ...]
    decided: Mapping[int, tuple[int, npt.NDArray[np.int64]]] = field(default_factory=dict)
    floor: int = FLOOR

    @classmethod
    def fit(cls, table: Table, *, seed: int, bins: int = BINS, most: int = MOST) -> TableEncoding:
        """Learn codecs and groups of symbols (see `fit_column`)."""
        k, found = int(np.clip(table.rows // 50, 2, FLOOR)), []
        symbols = np.zeros((table.rows, len(table.names)), dtype=np.int64)
        for number, column in enumerate(table.schema.columns):
            codec = fit_codec(table, column, k=k, rng=generator(seed, "codec", column.name))
            ways = codec.ways_of(table.numbers(column.name)) if isinstance(codec, NumberCodec) else None
            fine = encode(codec, table, column.name)
            found.append(fit_column(column, codec, fine, ways, bins=bins, most=most))
            symbols[:, number], _ = found[-1].encode(fine, generator(seed, "lookups"))
        return cls(tuple(found), lookups(found, symbols), k)

    @property
    def cardinalities(self) -> tuple[int, ...]:
        """The number of symbols of each column, that of a missing value included; 1 where there is nothing to learn.

        That is so of a column that never varies, and of one that another column decides (see `deciding`).
        """
        return tuple(1 if c in self.decided else column.cardinality for c, column in enumerate(self.columns))

    @property
    def output_columns(self) -> tuple[Column, ...]:
        """The columns as they may be shown: with the bounds and levels that can come back."""
        return tuple(output_column(own.codec, own.column) for own in self.columns)

    def encode(self, table: Table, rng: np.random.Generator) -> Coded:
        """Return the rows of a table with the same columns; `rng` spreads values of one rank over their places."""
        symbols = np.zeros((table.rows, len(self.columns)), dtype=np.int64)
        places = np.zeros((table.rows, len(self.columns)), dtype=np.float32)
        for number, own in enumerate(self.columns):
            fine = encode(own.codec, table, own.column.name)
            symbols[:, number], places[:, number] = own.encode(fine, rng)
        symbols[:, list(self.decided)] = 0
        return Coded(symbols, places)

    def fine(self, symbols: npt.NDArray[np.int64], places: npt.NDArray[Any], rng: np.random.Generator) -> list[Fine]:
        """Return for each column the symbols of its codec, which say all but where in an interval a value lies."""
        found = []
        for c, own in enumerate(self.columns):
            by, table = self.decided.get(c, (c, np.arange(own.cardinality)))
            found.append(own.fine(table[symbols[:, by]], np.asarray(places[:, c], float), rng))
        return found

    def allowed(self, conditions: Mapping[str, Condition]) -> tuple[dict[int, Floats], dict[int, Floats]]:
        """Return the share of values that conditions allow: of the symbols of codecs, by column, and of symbols.

        What is asked of a column that another one decides is asked of that one's symbols as well. Raises ConditionError
        for a condition that no value can meet.
        """
        fine: dict[int, Floats] = {}
        coarse: dict[int, Floats] = {}
        for number, own in enumerate(self.columns):
            if (condition := conditions.get(own.column.name)) is None:
                continue
            fine[number], found = own.allowed(condition)
            by, table = self.decided.get(number, (number, np.arange(own.cardinality)))
            coarse[by] = coarse.get(by, np.ones(self.columns[by].cardinality)) * found[table]
        return fine, coarse

    def cells(
        self, fine: list[Fine], rng: np.random.Generator, conditions: Mapping[str, Condition] | None = None
    ) -> Table:
        """Return the table of the symbols of codecs; of conditioned columns with values that the condition allows."""
        asked = conditions or {}
        pairs = zip(self.columns, fine, strict=True)
        arrays = [own.decode(symbols, rng, asked.get(own.column.name)) for own, symbols in pairs]
        shown = Schema(columns=self.output_columns)
        return Table(pa.table(arrays, names=list(shown.names)), shown)

    def decode(self, symbols: npt.NDArray[np.int64], places: npt.NDArray[Any], rng: np.random.Generator) -> Table:
        """Return the rows of symbols and places, both rows x columns."""
        return self.cells(self.fine(symbols, places, rng), rng)

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return what a model file keeps of it."""
        metas, arrays = save_codecs([own.codec for own in self.columns])
        for number, own in enumerate(self.columns):
            arrays |= nested(f"column.{number}", own.state())
        for column, (_, table) in self.decided.items():
            arrays[f"decided.{column}"] = table
        decided = {str(column): by for column, (by, _) in self.decided.items()}
        return {"codecs": metas, "decided": decided, "floor": self.floor}, arrays

    @classmethod
    def from_state(cls, schema: Schema, meta: dict[str, Any], arrays: Arrays) -> TableEncoding:
        """Rebuild it from the schema of its columns, in their order, and what `state` returned."""
        codecs = load_codecs(meta["codecs"], arrays)
        triples = zip(schema.columns, codecs, range(len(codecs)), strict=True)
        columns = tuple(ColumnEncoding.from_state(c, own, under(f"column.{n}", arrays)) for c, own, n in triples)
        decided = {int(column): (int(by), arrays[f"decided.{column}"]) for column, by in meta["decided"].items()}
        return cls(columns, decided, int(meta["floor"]))
