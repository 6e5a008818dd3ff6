"""Draw rows from the distribution that noisy counts tell of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from likewise.core.card import Card
from likewise.core.conditions import Condition, Given
from likewise.core.frames import Container
from likewise.core.protocol import Arrays, Model
from likewise.core.schema import Schema
from likewise.core.table import Table
from likewise.errors import ConditionError
from likewise.privacy.contract import Contract, decode
from likewise.techniques.marginals.completing import completed
from likewise.techniques.marginals.conditions import TRIES, allowed, kept_within
from likewise.techniques.marginals.saving import loaded, saved
from likewise.techniques.marginals.select.bins import Bins
from likewise.techniques.marginals.select.learning import Learned

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class MarginalsModel(Model):
    """Hold the contract, the noisy counts that were bought, and the distribution that they tell of; no row, no exact count."""

    contract: Contract
    learned: Learned

    technique: ClassVar[str] = "marginals"
    conditions: ClassVar[Literal["native", "rejection"]] = "native"

    @property
    def rows(self) -> int:
        """How many rows the data seem to have had: a noisy count, and what to draw where nothing else is asked for."""
        return max(round(self.learned.total), 0)

    @property
    def columns(self) -> Schema:
        """The schema of the learned columns, in the contract's order."""
        return self.schema.select([domain.name for domain in self.contract.coded])

    def draw(self, n: int, rng: np.random.Generator, given: Given | None) -> Table:
        """Return `n` rows; conditions hold exactly, and the other columns follow from them as in the distribution."""
        if given is not None and given.rows is not None:
            return self._completed(given, rng)
        wanted = dict(given.conditions) if given is not None else {}
        bins, masks = self._bins(wanted)
        drawn = self.learned.graph.draw(n, rng, masks or None).astype(np.int64)
        cells = [own.cells(drawn[:, place], rng) for place, own in enumerate(bins)]
        arrays = [self._values(place, own, wanted, rng) for place, own in enumerate(cells)]
        return Table(pa.table(arrays, names=list(self.columns.names)), self.columns)

    def _bins(self, wanted: dict[str, Condition]) -> tuple[list[Bins], dict[int, npt.NDArray[np.float64]]]:
        """Return the bins with the cells that conditions allow, and the part of each bin that they are."""
        bins, masks = list(self.learned.bins), {}
        for place, domain in enumerate(self.contract.coded):
            if domain.name in wanted:
                cells = allowed(domain, wanted[domain.name])
                if not cells.any():
                    raise ConditionError("given.unseen", f"no row that can be drawn meets {wanted[domain.name]}",
                                         where=domain.name, hint="loosen the condition")  # fmt: skip
                bins[place], masks[place] = bins[place].within(cells)
        return bins, masks

    def _values(self, place: int, cells: Ints, wanted: dict[str, Condition], rng: np.random.Generator) -> pa.Array:
        """Return a value in each cell; where a condition cuts a cell in two, one on its side."""
        domain = self.contract.coded[place]
        codes = cells.astype(np.int32)
        drawn = decode(self.contract, domain.name, codes, rng)
        condition = wanted.get(domain.name)
        if condition is None or not condition.column.is_number or not condition.ranges:
            return drawn
        schema = Schema(columns=(self.columns[domain.name],))
        table = Table(pa.table([drawn], names=[domain.name]), schema)
        for _ in range(TRIES):
            beside = ~condition.matches(table)
            if not beside.any():
                return drawn
            again = decode(self.contract, domain.name, codes[beside], rng)
            drawn = pc.replace_with_mask(drawn, pa.array(beside), again)
            table = Table(pa.table([drawn], names=[domain.name]), schema)
        return kept_within(drawn, table, condition)

    def _completed(self, given: Given, rng: np.random.Generator) -> Table:
        """Return partial rows with their open cells drawn given the known ones."""
        assert given.rows is not None
        rows, bins = given.rows, list(self.learned.bins)
        known = np.full((rows.rows, len(bins)), -1, dtype=np.int64)
        barred: dict[int, Mask] = {}
        for place, domain in enumerate(self.contract.coded):
            if domain.name in rows.names:
                there = ~rows.missing(domain.name)
                known[there, place] = bins[place].of(domain.codes(rows.column(domain.name))[there])
            if given.fill and domain.has_missing:
                barred[place] = np.arange(bins[place].count) == bins[place].count - 1
        drawn = completed(self.learned.graph.beliefs, known, barred, rng)
        arrays = []
        for place, (domain, own) in enumerate(zip(self.contract.coded, bins, strict=True)):
            values = self._values(place, own.cells(drawn[:, place], rng), {}, rng)
            arrays.append(values if given.fill or domain.name not in rows.names else beside(rows.column(domain.name), values))
        return Table(pa.table(arrays, names=list(self.columns.names)), self.columns)

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return the contract and what was learned."""
        meta, arrays = saved(self.learned)
        return {**declared(self.contract), **meta}, arrays

    @classmethod
    def from_state(cls, schema: Schema, card: Card, container: Container, meta: dict[str, Any], arrays: Arrays) -> Self:
        """Rebuild the model from what `state` returned."""
        return cls(schema, card, container, read(meta), loaded(meta, arrays))


def declared(contract: Contract) -> dict[str, Any]:
    """Return a contract as JSON values that keep the order of its columns, which a file's mappings do not."""
    fields = contract.to_dict()
    return {"contract": {**fields, "columns": list(map(list, fields["columns"].items()))}}


def read(meta: dict[str, Any]) -> Contract:
    """Return the contract that `declared` wrote down."""
    return Contract.from_dict({**meta["contract"], "columns": dict(meta["contract"]["columns"])})


def beside(known: pa.Array, drawn: pa.Array) -> pa.Array:
    """Return known values, and drawn ones where these are missing."""
    if not pa.types.is_dictionary(drawn.type):
        return pc.coalesce(known.cast(drawn.type), drawn)
    texts = pc.coalesce(known.dictionary_decode(), drawn.dictionary_decode())
    return pa.DictionaryArray.from_arrays(pc.index_in(texts, drawn.dictionary), drawn.dictionary)
